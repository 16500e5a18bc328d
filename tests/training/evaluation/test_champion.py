import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from inference.faces.detectors import Hog
from inference.naming.gallery import unit
from inference.naming.memory import Memory, StatedFace
from models.card import digest_of
from models.registry import Registry
from tests.faces import said
from tests.training.conftest import CPU
from training.dataset.dataset import Dataset
from training.dataset.labelled import LabelledFace
from training.evaluation.champion import Comparison, Decision, choose_champion, decide

NETWORK = "no lessons, no network"
NOTHING_SAID = Memory()


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


def in_other_space(registry: Registry, cousins: list[str]) -> Path:
    """A version that sees just as well by another network: all its embeddings are turned."""
    version = challenger(registry, cousins)
    tensors = load_file(version / "weights.safetensors")
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(128, 128)))[0].astype(np.float32)
    tensors["body.embed.weight"] = np.ascontiguousarray(turn @ tensors["body.embed.weight"])
    for name in ("gallery", "head.centre", "head.directions"):
        tensors[name] = np.ascontiguousarray(tensors[name] @ turn.T)
    save_file(tensors, version / "weights.safetensors")
    weights = digest_of(version / "weights.safetensors")
    turned = registry.card(version.name).model_copy(update={"network": "turned", "weights": weights})
    (version / "card.json").write_text(turned.model_dump_json())
    return version


def told(family: Dataset) -> tuple[list[LabelledFace], Memory]:
    """The family's photos as if people had said of each who it is, and how the family's network remembers that."""
    stated = [replace(face, file=replace(face.file, statement=said("is", face.file.cousin))) for face in family.faces]
    embeddings = unit(family.features.gallery)
    return stated, Memory(
        StatedFace(face.file.statement, embedding)
        for face, embedding in zip(stated, embeddings, strict=True)
        if face.file.statement
    )


def chosen(
    registry: Registry,
    version: Path,
    holdout: Sequence[LabelledFace],
    stated: Sequence[LabelledFace] = (),
    memory: Memory = NOTHING_SAID,
    network: str = NETWORK,
    *,
    extracted_by: str | None = None,
    renamed: Mapping[str, str] | None = None,
) -> Decision:
    return choose_champion(
        registry,
        version,
        holdout,
        stated,
        memory,
        network,
        Hog(),
        CPU,
        extracted_by=extracted_by,
        renamed=renamed,
    )


def test_a_challenger_that_is_worse_does_not_take_over(registry: Registry, family: Dataset) -> None:
    mixed_up = challenger(registry, ["ben", "amelia", "diego", "clara"])
    decision = chosen(registry, mixed_up, family.faces)
    assert not decision.promote
    assert decision.reason.startswith(
        "It is worse than v001: of 20 photos that neither had seen, it named 0 correctly, and v001 named "
    )


def test_an_equal_one_does(registry: Registry, family: Dataset) -> None:
    equal = challenger(registry, family.cousins)
    decision = chosen(registry, equal, family.faces[::4])
    assert decision.promote
    assert decision.reason.startswith("It is no worse than v001: ")


def test_a_better_one_does(registry: Registry, family: Dataset) -> None:
    worse = challenger(registry, ["ben", "amelia", "diego", "clara"])
    registry.promote(worse.name)
    decision = chosen(registry, registry.path("v001"), family.faces[::3])
    assert decision.promote
    assert decision.reason.endswith(f"{worse.name} named 0.")


def test_a_difference_that_chance_would_give_is_no_worse(registry: Registry, family: Dataset) -> None:
    """Three photos lost and none won is what one in eight equals shows."""
    mixed_up = challenger(registry, ["ben", "amelia", "diego", "clara"])
    decision = chosen(registry, mixed_up, family.faces[:3])
    assert decision.promote


def test_the_first_version_has_no_champion(registry: Registry, family: Dataset) -> None:
    (registry.folder / "current").unlink()
    decision = chosen(registry, registry.path("v001"), family.faces)
    assert (decision.promote, decision.reason) == (True, "It is the first version.")


def test_who_stands_in_for_a_broken_champion_is_to_be_no_worse_than(registry: Registry, family: Dataset) -> None:
    broken = challenger(registry, family.cousins)
    (broken / "weights.safetensors").write_bytes(b"garbage")
    registry.promote(broken.name)
    mixed_up = challenger(registry, ["ben", "amelia", "diego", "clara"])
    decision = chosen(registry, mixed_up, family.faces)
    assert not decision.promote
    assert decision.reason.startswith("It is worse than v001: ")


def test_a_champion_that_is_gone_gives_way(registry: Registry, family: Dataset) -> None:
    (registry.folder / "current").write_text("v777\n")
    decision = chosen(registry, registry.path("v001"), family.faces)
    assert decision.promote
    assert "v777, can't be loaded" in decision.reason


def test_cousins_whom_the_champion_never_met_are_not_judged(registry: Registry, family: Dataset) -> None:
    newer = challenger(registry, family.cousins)
    older = challenger(registry, ["x1", "x2", "x3", "x4"])
    registry.promote(older.name)
    decision = chosen(registry, newer, family.faces)
    assert (decision.promote, decision.reason) == (True, "There are no photos yet on which the two could be compared.")


def test_both_have_in_mind_what_people_have_said(registry: Registry, family: Dataset) -> None:
    """The champion names somebody wrongly, but was told better since: that is how it answers now."""
    mixed_up = challenger(registry, ["ben", "amelia", "diego", "clara"])
    registry.promote(mixed_up.name)
    stated, memory = told(family)
    network = registry.card("v001").network
    decision = chosen(registry, registry.path("v001"), family.faces[::4], stated, memory, network)
    assert decision.reason.endswith(f"{mixed_up.name} named 5.")
    nothing_said = chosen(registry, registry.path("v001"), family.faces[::4])
    assert nothing_said.reason.endswith(f"{mixed_up.name} named 0.")


def test_a_champion_with_another_network_sees_by_it_what_people_have_spoken_of(
    registry: Registry, family: Dataset
) -> None:
    """What the challenger makes of those photos says nothing to the champion, which has been told all the same."""
    elsewhere = in_other_space(registry, ["ben", "amelia", "diego", "clara"])
    registry.promote(elsewhere.name)
    stated, memory = told(family)
    network = registry.card("v001").network
    assert registry.card(elsewhere.name).network != network
    alone = chosen(registry, registry.path("v001"), family.faces[::4], network=network)
    assert alone.reason.endswith(f"{elsewhere.name} named 0.")
    decision = chosen(registry, registry.path("v001"), family.faces[::4], stated, memory, network)
    assert decision.reason.endswith("it named 5 correctly, and v002 named 5.")
    # Also where the training began with the features of one of the two.
    quick = chosen(registry, registry.path("v001"), family.faces[::4], stated, memory, network, extracted_by=network)
    assert quick.reason == decision.reason


def test_a_spoken_of_photo_that_is_gone_is_not_had_in_mind(registry: Registry, family: Dataset, tmp_path: Path) -> None:
    elsewhere = in_other_space(registry, ["ben", "amelia", "diego", "clara"])
    registry.promote(elsewhere.name)
    stated, memory = told(family)
    gone = [replace(face, file=replace(face.file, path=tmp_path / "deleted.jpg")) for face in stated]
    network = registry.card("v001").network
    decision = chosen(registry, registry.path("v001"), family.faces[::4], gone, memory, network)
    assert decision.reason.endswith("v002 named 0.")


def test_a_renamed_cousin_is_compared_under_the_new_key(registry: Registry, family: Dataset) -> None:
    """The folder was renamed by hand: the champion still says the old key, and means the same person."""
    older = challenger(registry, ["amelia", "ben", "clara", "old_diego"])
    registry.promote(older.name)
    newer = challenger(registry, ["ben", "amelia", "clara", "diego"])
    diegos = [face for face in family.faces if face.file.cousin == "diego"]
    unknown = chosen(registry, newer, diegos)
    assert unknown.reason == "There are no photos yet on which the two could be compared."
    renamed = chosen(registry, newer, diegos, renamed={"old_diego": "diego"})
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
