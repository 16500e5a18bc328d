"""Which statements training does not learn from, over faces in which every cosine is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from data.files.face_cache import FaceCache
from foundation.box import Box
from foundation.face import Clarity
from inference.embedding.embedder import Features
from inference.faces.detectors import Hog
from inference.faces.finding import whole_picture
from models.architectures import architecture
from tests.faces import said
from training.dataset.dataset import Dataset
from training.dataset.extracted_faces import ExtractedFaces
from training.dataset.face_extractor import FaceExtractor
from training.dataset.labelled import LabelledFace, LabelledFile
from training.fitting import contested
from training.fitting.contested import contested_statements, set_aside, why
from training.fitting.folds import HOLDOUT

AXES = np.eye(128, dtype=np.float32)
COUSINS = ["ada", "bob", "cleo"]
EACH = 8


def photo(person: int, number: int, closeness: float = 0.97) -> NDArray[np.float32]:
    """At that cosine to the person's axis, leaning to a side of its own."""
    side = AXES[10 + number]
    return np.asarray(closeness * AXES[person] + np.sqrt(1 - closeness**2) * side, np.float32)


def family(*stated: tuple[str, NDArray[np.float32]], folder: tuple[int, ...] = (0, 1, 2)) -> Dataset:
    """Eight photos in each cousin's folder, and faces of which somebody said whose they are."""
    people = [(COUSINS[person], photo(person, EACH * person + number)) for person in folder for number in range(EACH)]
    known = [*people, *stated]
    features = np.stack([face for _, face in known])
    scene = np.zeros(64, np.bool_)
    faces = []
    for number, (cousin, embedding) in enumerate(known):
        one = Features(embedding[None], embedding[None])
        seen = ExtractedFaces(f"{number:064}", None, scene, [whole_picture()], [Clarity.CLEAR], one)
        statement = said("is", cousin, number=number) if number >= len(people) else None
        faces.append(
            LabelledFace(LabelledFile(Path(f"{number}.jpg"), cousin, Box(0, 0, 1, 1), statement), seen, seen, 0)
        )
    labels = np.array([COUSINS.index(cousin) for cousin, _ in known])
    stating = [face for face in faces if face.file.statement]
    extractor = FaceExtractor(architecture("face"), Hog(), "cpu", FaceCache())
    return Dataset(
        COUSINS, faces, labels, np.arange(len(faces)), Features(features, features), [], 0, [], stating, [], extractor
    )


def bob_in(light: int) -> NDArray[np.float32]:
    """Nearer to Bob's photos than those are to one another."""
    return photo(1, 80 + light, 0.99)


FOLDS = np.array([HOLDOUT if number % 5 == 0 else number % 5 for number in range(200)])


def test_one_word_against_all_appearances_is_not_learned() -> None:
    dataset = family(("ada", bob_in(0)))
    aside = set_aside(dataset, FOLDS[: len(dataset.faces)])
    assert aside == {24: 1}
    (told,) = why(dataset, aside)
    assert "somebody said that this is ada, but it looks more like bob" in told.reason


def test_any_other_is() -> None:
    dataset = family(("ada", photo(1, 80)), ("ada", photo(0, 81)), ("bob", bob_in(0)), ("ada", photo(5, 82)))
    assert contested_statements(dataset) == {}


def test_a_newcomers_first_photos_are_believed_whoever_they_look_like() -> None:
    dataset = family(*[("cleo", bob_in(light)) for light in range(3)], folder=(0, 1))
    assert contested_statements(dataset) == {}


def test_several_must_agree_and_prove_true(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def borne_out(dataset: Dataset, pair: tuple[int, int], *others: object) -> bool:
        asked.append(pair)
        return True

    monkeypatch.setattr(contested, "_borne_out", borne_out)
    two = family(*[("ada", bob_in(light)) for light in range(2)])
    assert set(set_aside(two, FOLDS[: len(two.faces)])) == {24, 25}
    copies = replace(two, groups=np.append(two.groups[:-1], two.groups[-2]))
    assert set(set_aside(copies, FOLDS[: len(two.faces)])) == {24, 25}
    assert asked == []
    three = family(*[("ada", bob_in(light)) for light in range(3)])
    assert set_aside(three, FOLDS[: len(three.faces)]) == {}
    assert asked == [(0, 1)]


def test_what_held_out_photos_do_not_bear_out_is_not_learned() -> None:
    """Three wrong words on photos that are nothing but Bob's: nobody could tell the fourth by them."""
    dataset = family(*[("ada", bob_in(light)) for light in range(3)])
    assert set(set_aside(dataset, FOLDS[: len(dataset.faces)])) == {24, 25, 26}


def test_what_they_bear_out_is() -> None:
    """Ada in Bob's costume: what all those photos have in common tells the next one."""
    costume = [np.asarray(0.9 * bob_in(light) + 0.43 * AXES[70], np.float32) for light in range(6)]
    costume = [face / np.linalg.norm(face) for face in costume]
    dataset = family(*[("ada", face) for face in costume])
    limits = np.full(3, 0.8, np.float32)
    before = contested.genuine_scores
    with pytest.MonkeyPatch.context() as patch:  # as if Bob's own photos were less alike
        patch.setattr(
            contested,
            "genuine_scores",
            lambda *arguments: replace(before(*arguments), similarities=limits),
        )
        assert len(contested_statements(dataset)) == 6
        assert set_aside(dataset, FOLDS[: len(dataset.faces)]) == {}
