"""Going back from champion to champion, and which old versions are deleted."""

import os
import threading
import time
from pathlib import Path

import pytest

from models.registry import CHAMPIONS_KEPT, NEWEST_KEPT, Registry
from tests.models.test_registry import add, promoted


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def versions(registry: Registry, number: int, *, promoted: tuple[int, ...] = ()) -> None:
    for _ in range(number):
        add(registry)
    for version in promoted:
        registry.promote(f"v{version:03d}")


def test_a_rollback_goes_back_in_the_order_of_promotion(registry: Registry) -> None:
    """Somebody promoted an old version by hand: the champion before it is a newer one."""
    versions(registry, 3, promoted=(1, 3, 2))
    assert [registry.rollback(), registry.rollback()] == ["v003", "v001"]
    assert registry.current() == "v001"


def test_what_was_rolled_back_is_not_gone_back_to(registry: Registry) -> None:
    versions(registry, 4, promoted=(1, 2))
    assert registry.rollback() == "v001"
    registry.promote("v004")
    assert registry.rollback() == "v001"  # and not v002, which was left for good reason


def test_promoting_the_champion_once_more_adds_no_step(registry: Registry) -> None:
    versions(registry, 2, promoted=(1, 2, 2))
    assert registry.rollback() == "v001"


def test_a_power_cut_between_history_and_current(registry: Registry) -> None:
    versions(registry, 3, promoted=(1, 2, 3))
    (registry.folder / "current").write_text("v002\n")  # the history said v003 already
    assert registry.rollback() == "v001"


def test_the_newest_and_the_last_champions_are_kept(registry: Registry) -> None:
    versions(registry, 12, promoted=(1, 2, 3, 4))
    assert registry.prune() == ["v001", "v005", "v006", "v007"]
    assert registry.versions() == ["v002", "v003", "v004", "v008", "v009", "v010", "v011", "v012"]
    assert registry.prune() == []
    assert [registry.rollback(), registry.rollback()] == ["v003", "v002"]


def test_the_champion_is_kept_however_old(registry: Registry) -> None:
    versions(registry, 12, promoted=(2, 3, 4, 5, 1))
    registry.prune()
    assert registry.current() == "v001"
    assert {"v001", "v004", "v005"} <= set(registry.versions())


def test_rollbacks_take_nothing_from_the_last_champions(registry: Registry) -> None:
    """Going to and fro between two champions must not push the third out."""
    versions(registry, 12, promoted=(1, 2, 3))
    for _ in range(3):
        registry.rollback()
        registry.promote("v003")
    registry.prune()
    assert {"v001", "v002", "v003"} <= set(registry.versions())
    assert len(registry.versions()) == CHAMPIONS_KEPT + NEWEST_KEPT


def test_what_killed_processes_left_is_cleared(registry: Registry) -> None:
    versions(registry, 1, promoted=(1,))
    day_old = time.time() - 2 * 24 * 3600
    for name, age in ((".new-v002", day_old), (".new-v003", time.time()), (".old-v001", day_old)):
        (registry.folder / name).mkdir()
        (registry.folder / name / "weights.safetensors").write_bytes(b"half")
        os.utime(registry.folder / name, (age, age))
    registry.prune()
    assert {entry.name for entry in registry.folder.glob(".[no]*")} == {".new-v003"}  # which may be running
    assert registry.current() == "v001"


def test_nothing_to_prune(registry: Registry) -> None:
    assert registry.prune() == []


def test_two_who_promote_at_once_lose_no_line(registry: Registry) -> None:
    """Each with a registry of its own, as two processes have."""
    versions(registry, 2)

    def promote(version: str) -> None:
        for _ in range(20):
            Registry(registry.folder).promote(version)

    threads = [threading.Thread(target=promote, args=(version,)) for version in ("v001", "v002")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(promoted(registry)) == 40
    assert registry.current() == promoted(registry)[-1]
