import shutil
from pathlib import Path

import numpy as np
import pytest

from inference.faces.detectors import Hog
from inference.naming.gallery import unit
from models.registry import Registry
from tests.faces import stated
from tests.training.conftest import CPU
from training.dataset.dataset import Dataset
from training.evaluation.champion import Comparison, choose_champion, decide

NETWORK = "no lessons, no network"


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
    decision = choose_champion(registry, mixed_up, family.faces, [], NETWORK, Hog(), CPU)
    assert not decision.promote
    assert decision.reason.startswith(
        "It is worse than v001: of 20 photos that neither had seen, it named 0 correctly, and v001 named "
    )


def test_an_equal_one_does(registry: Registry, family: Dataset) -> None:
    equal = challenger(registry, family.cousins)
    decision = choose_champion(registry, equal, family.faces[::4], [], NETWORK, Hog(), CPU)
    assert decision.promote
    assert decision.reason.startswith("It is no worse than v001: ")


def test_a_better_one_does(registry: Registry, family: Dataset) -> None:
    worse = challenger(registry, ["ben", "amelia", "diego", "clara"])
    registry.promote(worse.name)
    decision = choose_champion(registry, registry.path("v001"), family.faces[::3], [], NETWORK, Hog(), CPU)
    assert decision.promote
    assert decision.reason.endswith(f"{worse.name} named 0.")


def test_a_difference_that_chance_would_give_is_no_worse(registry: Registry, family: Dataset) -> None:
    """Three photos lost and none won is what one in eight equals shows."""
    mixed_up = challenger(registry, ["ben", "amelia", "diego", "clara"])
    decision = choose_champion(registry, mixed_up, family.faces[:3], [], NETWORK, Hog(), CPU)
    assert decision.promote


def test_the_first_version_has_no_champion(registry: Registry, family: Dataset) -> None:
    (registry.folder / "current").unlink()
    decision = choose_champion(registry, registry.path("v001"), family.faces, [], NETWORK, Hog(), CPU)
    assert (decision.promote, decision.reason) == (True, "It is the first one.")


def test_a_champion_that_is_gone_gives_way(registry: Registry, family: Dataset) -> None:
    (registry.folder / "current").write_text("v777\n")
    decision = choose_champion(registry, registry.path("v001"), family.faces, [], NETWORK, Hog(), CPU)
    assert decision.promote
    assert "v777, can't be loaded" in decision.reason


def test_cousins_whom_the_champion_never_met_are_not_judged(registry: Registry, family: Dataset) -> None:
    newer = challenger(registry, family.cousins)
    older = challenger(registry, ["x1", "x2", "x3", "x4"])
    registry.promote(older.name)
    decision = choose_champion(registry, newer, family.faces, [], NETWORK, Hog(), CPU)
    assert (decision.promote, decision.reason) == (True, "There are no photos yet on which the two could be compared.")


def test_both_have_in_mind_what_people_have_said(registry: Registry, family: Dataset) -> None:
    """The champion names somebody wrongly, but was told better since: that is how it answers now."""
    mixed_up = challenger(registry, ["ben", "amelia", "diego", "clara"])
    registry.promote(mixed_up.name)
    said = [
        stated(unit(features), "is", face.file.cousin)
        for face, features in zip(family.faces, family.features.gallery, strict=True)
    ]
    network = registry.card("v001").network
    decision = choose_champion(registry, registry.path("v001"), family.faces[::4], said, network, Hog(), CPU)
    assert decision.reason.endswith(f"{mixed_up.name} named 5.")
    elsewhere = choose_champion(registry, registry.path("v001"), family.faces[::4], said, NETWORK, Hog(), CPU)
    assert elsewhere.reason.endswith(f"{mixed_up.name} named 0.")  # to its own network those statements say nothing


def test_a_renamed_cousin_is_compared_under_the_new_key(registry: Registry, family: Dataset) -> None:
    """The folder was renamed by hand: the champion still says the old key, and means the same person."""
    older = challenger(registry, ["amelia", "ben", "clara", "old_diego"])
    registry.promote(older.name)
    newer = challenger(registry, ["ben", "amelia", "clara", "diego"])
    diegos = [face for face in family.faces if face.file.cousin == "diego"]
    unknown = choose_champion(registry, newer, diegos, [], NETWORK, Hog(), CPU)
    assert unknown.reason == "There are no photos yet on which the two could be compared."
    renamed = choose_champion(registry, newer, diegos, [], NETWORK, Hog(), CPU, renamed={"old_diego": "diego"})
    assert renamed.reason.startswith("It is no worse than v002: of 5 photos")


# --- the decision


def compared(photos: int, lost: dict[str, int], won: dict[str, int], corrected: int = 0) -> Comparison:
    """So many held-out photos of each of three cousins, and corrections that only the challenger names rightly."""
    cousins = [cousin for cousin in ("ada", "bob", "cleo") for _ in range(photos)]
    old, new = np.ones(3 * photos, bool), np.ones(3 * photos, bool)
    for cousin, number in lost.items():
        new[cousins.index(cousin) + np.arange(number)] = False
    for cousin, number in won.items():
        old[cousins.index(cousin) + photos - 1 - np.arange(number)] = False
    old = np.concatenate([old, np.zeros(corrected, bool)])
    new = np.concatenate([new, np.ones(corrected, bool)])
    return Comparison(cousins + ["bob"] * corrected, np.arange(3 * photos + corrected) >= 3 * photos, old, new)


def test_more_photos_of_one_cousin_must_not_cost_another() -> None:
    """Better on the whole, and much worse for Ada: what other programs promote when one person has many new photos."""
    decision = decide(compared(12, lost={"ada": 5}, won={"bob": 6, "cleo": 2}), "v001")
    assert not decision.promote
    assert decision.reason == (
        "It is worse than v001 at recognising ada: of 12 photos, it named 7 correctly, and v001 named 12."
    )


def test_what_chance_takes_from_one_cousin_is_allowed() -> None:
    assert decide(compared(12, lost={"ada": 3}, won={"bob": 4}), "v001").promote


def test_gains_on_corrected_photos_hide_no_loss_elsewhere() -> None:
    """Corrections are what the champion named wrongly: the challenger can hardly but win there."""
    decision = decide(compared(12, lost={"ada": 2, "bob": 2, "cleo": 2}, won={}, corrected=9), "v001")
    assert not decision.promote
    assert decision.reason == (
        "It is worse than v001: of 36 photos that neither had seen, it named 30 correctly, and v001 named 36."
    )


def test_a_loss_on_corrected_photos_counts_too() -> None:
    three = compared(12, lost={}, won={}, corrected=6)
    worse = Comparison(three.cousins, three.corrected, three.challenger, ~three.corrected)
    decision = decide(worse, "v001")
    assert not decision.promote
    assert "somebody had corrected: of 6, it named 0 correctly, and v001 named 6" in decision.reason


def test_the_reason_tells_of_corrections_apart() -> None:
    reason = decide(compared(4, lost={}, won={}, corrected=3), "v001").reason
    assert reason == (
        "It is no worse than v001: of 15 photos that neither had seen, it named 15 correctly, and v001 named 12."
        " Somebody had corrected 3 of them: of those it named 3 correctly, and v001 named 0."
    )
