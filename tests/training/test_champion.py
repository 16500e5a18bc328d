import shutil
from pathlib import Path

import pytest

from inference.faces import Hog
from models.registry import Registry
from tests.training.conftest import CPU
from training.champion import compare
from training.dataset import Dataset

SPACE = "no lessons, no space"


@pytest.fixture
def registry(trained_home: Path, tmp_path: Path) -> Registry:
    shutil.copytree(trained_home / "models", tmp_path / "models")
    return Registry(tmp_path / "models")


def challenger(registry: Registry, cousins: list[str]) -> Path:
    """The champion's network with other names in the same places."""
    card = registry.card("v001")
    with registry.new_version() as (version, folder):
        shutil.copy(registry.path("v001") / "weights.safetensors", folder)
        changed = card.model_copy(update={"version": version, "cousins": cousins})
        (folder / "card.json").write_text(changed.model_dump_json())
    return registry.path(version)


def test_a_challenger_that_is_worse_does_not_take_over(registry: Registry, family: Dataset) -> None:
    mixed_up = challenger(registry, ["ben", "amelia", "diego", "clara"])
    verdict = compare(registry, mixed_up, family.faces, [], SPACE, Hog(), CPU)
    assert not verdict.promote
    assert verdict.reason.startswith("worse than the champion: 0 of 20 held-out photos named right, v001 ")


def test_an_equal_one_does(registry: Registry, family: Dataset) -> None:
    verdict = compare(registry, challenger(registry, family.cousins), family.faces[::4], [], SPACE, Hog(), CPU)
    assert verdict.promote
    assert verdict.reason.startswith("no worse than the champion: ")


def test_a_better_one_does(registry: Registry, family: Dataset) -> None:
    worse = challenger(registry, ["ben", "amelia", "diego", "clara"])
    registry.promote(worse.name)
    verdict = compare(registry, registry.path("v001"), family.faces[::3], [], SPACE, Hog(), CPU)
    assert verdict.promote
    assert verdict.reason.endswith(f"{worse.name} 0")


def test_a_difference_that_chance_would_give_is_no_worse(registry: Registry, family: Dataset) -> None:
    """Three photos lost and none won is what one in eight equals shows."""
    mixed_up = challenger(registry, ["ben", "amelia", "diego", "clara"])
    verdict = compare(registry, mixed_up, family.faces[:3], [], SPACE, Hog(), CPU)
    assert verdict.promote


def test_the_first_version_has_no_champion(registry: Registry, family: Dataset) -> None:
    (registry.folder / "current").unlink()
    verdict = compare(registry, registry.path("v001"), family.faces, [], SPACE, Hog(), CPU)
    assert (verdict.promote, verdict.reason) == (True, "it is the first version")


def test_a_champion_that_is_gone_gives_way(registry: Registry, family: Dataset) -> None:
    (registry.folder / "current").write_text("v777\n")
    verdict = compare(registry, registry.path("v001"), family.faces, [], SPACE, Hog(), CPU)
    assert verdict.promote
    assert "v777 can't be loaded" in verdict.reason


def test_cousins_whom_the_champion_never_met_are_not_judged(registry: Registry, family: Dataset) -> None:
    newer = challenger(registry, family.cousins)
    older = challenger(registry, ["x1", "x2", "x3", "x4"])
    registry.promote(older.name)
    verdict = compare(registry, newer, family.faces, [], SPACE, Hog(), CPU)
    assert (verdict.promote, verdict.reason) == (True, "there is no photo yet on which both could be judged")
