"""Versions whose cousins are called otherwise, or of whom two are one."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from models.card import Denial
from models.forgetting import forget
from models.registry import Registry
from models.renaming import (
    made_since,
    rename_in_versions,
    renamed,
    restore_versions,
    versions_speaking_of,
    with_one_row_a_cousin,
)
from tests.models.test_forgetting import SAMPLES, add, of


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def content(registry: Registry) -> dict[str, bytes]:
    return {str(file.relative_to(registry.folder)): file.read_bytes() for file in registry.folder.rglob("*.json")}


def test_every_version_speaks_of_the_new_name_and_back(registry: Registry) -> None:
    add(registry)
    add(registry, "linear")
    before = [registry.card(version) for version in registry.versions()]
    state = registry.state_of("v001")
    rename_in_versions(registry, "bob", "robert")
    rename_in_versions(registry, "bob", "robert")
    assert registry.state_of("v001") != state
    assert versions_speaking_of(registry, "bob") == []
    card = registry.card("v002")
    assert card.cousins == ["ada", "robert", "cyd"]
    assert card.skipped[0].photo == "robert/bob_9.jpg"
    assert {one.named for one in card.metrics.confused} == {"robert", "cyd"}
    assert set(card.metrics.per_cousin) == {"ada", "robert", "cyd"}
    rename_in_versions(registry, "robert", "bob")
    assert [registry.card(version) for version in registry.versions()] == before


@pytest.mark.parametrize("head", ["cosine", "linear"])
def test_the_rows_of_two_become_one_and_two_again(registry: Registry, head: str) -> None:
    version = add(registry, head)
    before = content(registry)
    tensors = load_file(registry.path(version) / "weights.safetensors")
    rename_in_versions(registry, "bob", "cyd", "token")
    rename_in_versions(registry, "bob", "cyd", "token")
    card = registry.card(version)
    assert (card.cousins, card.heads) == (["ada", "cyd"], ["ada", "cyd", "cyd"])
    merged = with_one_row_a_cousin(tensors, card)
    row = "head.directions" if head == "cosine" else "head.6.weight"
    assert merged[row].shape == (2, tensors[row].shape[1])
    rows = tensors[row]
    if head == "cosine":
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    assert np.allclose(merged[row][1], rows[1:].mean(0), atol=1e-6)
    assert merged["gallery_labels"].tolist() == [0, 0, 1, 1, 1, 1]
    assert card.metrics.confused == [one for one in card.metrics.confused if {one.cousin, one.named} == {"ada", "cyd"}]
    assert card.metrics.confused[0].photos == 2
    restore_versions(registry, "token")
    restore_versions(registry, "token")
    assert content(registry) == before


def test_what_was_made_since_can_not_be_taken_apart(registry: Registry) -> None:
    add(registry, samples=[one for one in SAMPLES if one.cousin != "bob"])
    add(registry)
    rename_in_versions(registry, "bob", "cyd", "token")
    assert made_since(registry, "cyd", "token", ["v001"]) == []
    add(registry, samples=[one for one in SAMPLES if one.cousin != "bob"])
    assert made_since(registry, "cyd", "token", ["v001"]) == ["v003"]


def test_a_third_who_is_forgotten_leaves_those_who_were_merged_one(registry: Registry) -> None:
    registry.promote(add(registry))
    rename_in_versions(registry, "bob", "cyd", "token")
    assert forget(registry, lambda face: face.sha256 == SAMPLES[1].sha256).champion == "v002"
    card = registry.card("v002")
    assert (card.cousins, card.heads) == (["ada", "cyd"], [])
    tensors = load_file(registry.path("v002") / "weights.safetensors")
    assert tensors["head.directions"].shape[0] == 2
    assert sorted(set(tensors["gallery_labels"].tolist())) == [0, 1]
    assert forget(registry, of("cyd")).deleted == ["v002"]


def test_who_is_only_denied_is_renamed_too(registry: Registry) -> None:
    add(registry)
    denial = Denial(sha256="a", correction=9, says="not", cousin="zed", said_by=1, accepted_by=1)
    card = registry.card("v001").model_copy(update={"denials": [denial]})
    assert renamed(card, "zed", "zack").denials[0].cousin == "zack"
