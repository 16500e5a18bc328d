"""Versions without what was to be forgotten."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
import torch
from safetensors.torch import load_file, save_file

from models.card import Card, Confusion, Denial, Sample, Skipped
from models.forgetting import Doomed, forget
from models.heads import CosineHead, linear_head
from models.registry import Registry, RegistryError
from tests.models.test_registry import card as any_card

COUSINS = ["ada", "bob", "cyd"]


def sample(number: int, cousin: str, fold: int) -> Sample:
    source = "library" if number < 8 else f"correction:{number}"
    return Sample(sha256=f"{number:064}", cousin=cousin, source=source, fold=fold, box=(0, 0, 1, 1))


SAMPLES = [sample(n, cousin, n % 3) for n, cousin in enumerate([c for c in COUSINS for _ in range(3)])]


def add(registry: Registry, head: str = "cosine", samples: list[Sample] = SAMPLES) -> str:
    known = sorted({one.cousin for one in samples})
    layers = CosineHead(4, len(known)) if head == "cosine" else linear_head(4, len(known))
    rows = [number for number, one in enumerate(samples) if one.fold]
    with registry.new_version() as (version, folder):
        tensors = {f"head.{name}": tensor.clone() for name, tensor in layers.state_dict().items()}
        gallery = torch.tensor([[float(row)] * 4 for row in rows])
        labels = torch.tensor([known.index(samples[row].cousin) for row in rows])
        save_file(tensors | {"gallery": gallery, "gallery_labels": labels}, folder / "weights.safetensors")
        card = any_card(version).model_copy(
            update={
                "cousins": known,
                "samples": samples,
                "created": datetime(2026, 6, 1, tzinfo=UTC),
                "skipped": [
                    Skipped(photo="bob/bob_9.jpg", reason="no face"),
                    Skipped(photo="ada/a.jpg", reason="dark"),
                ],
                "corrections": [8],
            }
        )
        metrics = card.metrics.model_copy(
            update={
                "per_cousin": dict.fromkeys(known, 1.0),
                "confused": [
                    Confusion(cousin="ada", named="bob", photos=1),
                    Confusion(cousin="ada", named="cyd", photos=1),
                ],
            }
        )
        (folder / "card.json").write_text(card.model_copy(update={"metrics": metrics}).model_dump_json())
        (folder / "report.html").write_text("pictures")
    return version


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def of(cousin: str) -> Doomed:
    return lambda face: face.cousin == cousin


def test_what_people_said_of_other_faces_is_forgotten_with_the_name(registry: Registry) -> None:
    registry.promote(add(registry, samples=[one for one in SAMPLES if one.cousin != "bob"]))
    said: list[tuple[int, Literal["not", "stranger"], str | None]]
    said = [(50, "not", "bob"), (51, "not", "ada"), (52, "stranger", None)]
    denials = [
        Denial(sha256=f"{number:064}", correction=number, says=says, cousin=cousin, said_by=5, accepted_by=1)
        for number, says, cousin in said
    ]
    file = registry.path("v001") / "card.json"
    card = registry.card("v001").model_copy(update={"denials": denials, "corrections": [8, 50, 51, 52]})
    file.write_text(card.model_dump_json())
    forget(registry, lambda face: face.cousin == "bob" or face.sha256 == denials[2].sha256)
    card = registry.card("v002")
    assert card.denials == denials[1:2]
    assert card.corrections == [8, 51]


@pytest.mark.parametrize("head", ["cosine", "linear"])
def test_a_cousin_leaves_gallery_head_and_card(registry: Registry, head: str) -> None:
    registry.promote(add(registry, head))
    before = load_file(registry.path("v001") / "weights.safetensors")
    outcome = forget(registry, of("bob"))
    assert (outcome.deleted, outcome.champion, registry.current()) == (["v001"], "v002", "v002")
    assert registry.versions() == ["v002"]
    after, card = load_file(registry.path("v002") / "weights.safetensors"), registry.card("v002")
    assert card.cousins == ["ada", "cyd"]
    assert after["gallery"][:, 0].tolist() == [1, 2, 7, 8]
    assert after["gallery_labels"].tolist() == [0, 0, 1, 1]
    last = "head.directions" if head == "cosine" else "head.6.weight"
    torch.testing.assert_close(after[last], before[last][[0, 2]])
    layers = CosineHead(4, 2) if head == "cosine" else linear_head(4, 2)
    layers.load_state_dict({n.removeprefix("head."): t for n, t in after.items() if n.startswith("head.")})
    assert "bob" not in card.model_dump_json()
    assert [one.named for one in card.metrics.confused] == ["cyd"]
    assert card.corrections == [8]
    assert {file.stat().st_mode & 0o777 for file in registry.path("v002").iterdir()} == {0o600}
    assert {file.name for file in registry.path("v002").iterdir()} == {"card.json", "weights.safetensors"}
    assert not list(registry.folder.glob(".*-v*"))


def test_one_photo_leaves_and_its_cousin_stays(registry: Registry) -> None:
    registry.promote(add(registry))
    forget(registry, lambda sample: sample.sha256 == SAMPLES[8].sha256)
    card = registry.card("v002")
    assert card.metrics.before_forgetting  # the figures are of the version that had it
    assert card.cousins == COUSINS
    assert card.corrections == []
    assert load_file(registry.path("v002") / "weights.safetensors")["gallery"][:, 0].tolist() == [1, 2, 4, 5, 7]


def test_versions_that_hold_nothing_of_it_are_let_be(registry: Registry) -> None:
    others = [one for one in SAMPLES if one.cousin != "bob"]
    registry.promote(add(registry, samples=others))
    add(registry)
    outcome = forget(registry, of("bob"))
    assert (outcome.deleted, outcome.champion) == (["v002"], "v001")
    assert (registry.path("v001") / "report.html").exists()
    assert forget(registry, of("bob")).deleted == []


def test_a_version_that_cannot_be_read_goes(registry: Registry) -> None:
    registry.promote(add(registry))
    broken = add(registry)
    (registry.path(broken) / "card.json").write_text("{")
    assert forget(registry, of("nobody")).deleted == [broken]


def test_when_nobody_is_left_there_is_no_champion(registry: Registry) -> None:
    registry.promote(add(registry))
    outcome = forget(registry, lambda _: True)
    assert (outcome.champion, registry.current(), registry.versions()) == (None, None, [])


def test_a_gallery_that_does_not_fit_its_card_changes_nothing(registry: Registry) -> None:
    registry.promote(add(registry))
    file = registry.path("v001") / "weights.safetensors"
    tensors = load_file(file)
    save_file(tensors | {"gallery": tensors["gallery"][1:].contiguous()}, file)
    with pytest.raises(RegistryError, match="train again"):
        forget(registry, of("bob"))
    assert (registry.current(), registry.versions()) == ("v001", ["v001"])


def test_cards_are_plain_json(registry: Registry) -> None:
    registry.promote(add(registry))
    forget(registry, of("bob"))
    assert Card.model_validate_json((registry.path("v002") / "card.json").read_bytes()).parent is None


def test_whom_a_version_had_too_few_photos_of_is_named_nowhere_afterwards(registry: Registry) -> None:
    version = add(registry)
    file = registry.path(version) / "card.json"
    card = registry.card(version)
    named = ("eva", "eva_1.jpg", "evan")
    few = [Skipped(photo=photo, reason="dark") for photo in named]
    file.write_text(card.model_copy(update={"skipped": few}).model_dump_json())
    registry.promote(version)
    outcome = forget(registry, of("eva"), cousin="eva")
    assert outcome.deleted == [version]
    assert outcome.champion is not None
    after = registry.card(outcome.champion)
    assert [one.photo for one in after.skipped] == ["evan"]
    assert after.cousins == COUSINS
    assert not (registry.path(outcome.champion) / "report.html").exists()
