"""The heap of photos without names that the demo draws, and has sorted while people are chatting."""

import asyncio
import re
import sys
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from demo import stage
from demo.heap import PHOTOS, draw_heap
from demo.stage import _sort_heap


def test_it_is_always_the_same_and_has_a_burst(tmp_path: Path) -> None:
    first, again = list(islice(draw_heap(tmp_path / "one"), 8)), next(draw_heap(tmp_path / "two"))
    assert (again.name, again.read_bytes()) == (first[0].name, first[0].read_bytes())
    assert all(re.fullmatch(r"IMG_2\d\d\d\.jpg", path.name) for path in first)
    pictures = [np.asarray(cv2.imread(str(path)), float) for path in first]
    changes = [np.abs(one - other).mean() for one, other in pairwise(pictures)]
    assert sum(change < 10 for change in changes) == 3  # four of the eight


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the demo says; two photos are quickly drawn."""

    def two(folder: Path) -> Iterator[Path]:
        folder.mkdir(exist_ok=True)
        for number in (1, 2):
            path = folder / f"IMG_{number}.jpg"
            path.write_bytes(b"")
            yield path

    monkeypatch.setattr(stage, "draw_heap", two)
    return []


def commanded(monkeypatch: pytest.MonkeyPatch, code: str) -> list[tuple[str, ...]]:
    """The command is this code instead; returns what it was called with."""
    called = []

    def command(*words: str) -> list[str]:
        called.append(words)
        return [sys.executable, "-c", code]

    monkeypatch.setattr(stage, "_command", command)
    return called


async def test_it_is_sorted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    home, heap = tmp_path / "home", tmp_path / "heap"
    home.mkdir()
    called = commanded(monkeypatch, "open('groups.html', 'w').close()")
    for _ in range(2):
        await _sort_heap(home, heap, said.append)
    assert called == [("photos", "sort", str(heap))]
    assert len(list(heap.iterdir())) == 2
    assert [line.split(" ", 1)[0] for line in said] == ["Meanwhile", "The", "The"]
    assert f"Meanwhile {PHOTOS} photos" in said[0]
    assert f"{PHOTOS} photos" in (Path(__file__).parents[2] / "docs" / "photos.md").read_text("utf-8")
    assert "send /sort" in said[-1]


async def test_what_goes_wrong_is_said_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    commanded(monkeypatch, "raise SystemExit('the disk is full')")
    await _sort_heap(tmp_path, tmp_path / "heap", said.append)
    assert said[-1] == "The photos without names could not be sorted; all else works: the disk is full"


async def test_the_sorting_does_not_outlive_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    begun = asyncio.Event()
    started = asyncio.create_subprocess_exec
    processes = []

    async def start(*words: str, **options: object) -> asyncio.subprocess.Process:
        processes.append(await started(*words, **options))  # type: ignore[arg-type]
        begun.set()
        return processes[0]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    commanded(monkeypatch, "import time; time.sleep(600)")
    sorting = asyncio.create_task(_sort_heap(tmp_path, tmp_path / "heap", said.append))
    await begun.wait()
    sorting.cancel()
    await asyncio.wait([sorting])
    assert processes[0].returncode is not None
    assert len(said) == 1
