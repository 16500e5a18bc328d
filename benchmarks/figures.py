"""What the measurements of speed have in common: where their photos are, and a figure with its spread."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Say = Callable[[str], None]
"""Told what is being measured, for whoever waits."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is measured on.

    Attributes:
        photos: a folder a cousin.
        strangers: a folder of other people.
        weights: the folder that holds YuNet's weights.
        home: a family's home in which a version was trained on every second of those photos.
    """

    photos: Path
    strangers: Path
    weights: Path
    home: Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: the median of the rounds, and the lowest and highest of them.

    Attributes:
        what: what was measured, its unit included.
        aim: what it should be, in words; empty for a figure that only informs.
    """

    value: float
    low: float
    high: float
    what: str
    aim: str = ""


def figure(rounds: Sequence[float], what: str, aim: str = "") -> Figure:
    """The figure of several rounds of one measurement."""
    return Figure(round(median(rounds), 4), round(min(rounds), 4), round(max(rounds), 4), what, aim)


def ratio(above: Sequence[float], below: Sequence[float], what: str, aim: str = "") -> Figure:
    """How many times `below` goes into `above`, round by round."""
    return figure([a / b for a, b in zip(above, below, strict=True)], what, aim)


def peak_mb() -> float:
    """Megabytes that this process had in memory at the most; `ru_maxrss` would count its parent's too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, on the wall."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each way in each round; all ways take turns, so that a busy machine troubles all alike."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, work in ways.items():
            taken[name].append(seconds(work))
    return taken
