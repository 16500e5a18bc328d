from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from data.files.face_cache import FaceCache
from foundation.face import Clarity
from inference.embedding.embedder import Features
from inference.faces.detectors import Hog
from inference.faces.finding import whole_picture
from models.architectures import architecture
from tests.training.conftest import CPU
from training.dataset.dataset import Dataset
from training.dataset.extracted_faces import ExtractedFaces
from training.dataset.face_extractor import FaceExtractor
from training.dataset.labelled import LabelledFace, LabelledFile
from training.fitting.folds import HOLDOUT, cross_validation, judged_fairly, lasting_folds, renamed_since
from training.hyperparameters import DEFAULTS


def family_of(photos: dict[str, int], groups: dict[int, int] | None = None) -> Dataset:
    """So many photos of each cousin; `groups` says which photos (by number) are near-duplicates of which."""
    cousins = sorted(photos)
    faces = [
        LabelledFace(LabelledFile(Path(f"{cousin}_{n}.jpg"), cousin), extracted(f"{cousin}-{n:03d}"), extracted(""), 0)
        for cousin in cousins
        for n in range(photos[cousin])
    ]
    numbers = np.array([(groups or {}).get(i, i) for i in range(len(faces))])
    labels = np.array([cousins.index(face.file.cousin) for face in faces])
    return Dataset(
        cousins,
        faces,
        labels,
        numbers,
        Features(*np.zeros((2, len(faces), 128), np.float32)),
        [],
        0,
        [],
        [],
        [],
        FaceExtractor(architecture("face"), Hog(), CPU, FaceCache()),
    )


def extracted(sha256: str) -> ExtractedFaces:
    features = Features(*np.zeros((2, 1, 128), np.float32))
    return ExtractedFaces(sha256, None, np.zeros(64, np.bool_), [whole_picture()], [Clarity.CLEAR], features)


def remembered(dataset: Dataset, folds: NDArray[np.int64]) -> dict[str, dict[str, int]]:
    return {face.sha256: {face.file.cousin: int(fold)} for face, fold in zip(dataset.faces, folds, strict=True)}


def test_every_photo_is_judged_once_by_a_model_that_has_not_seen_it() -> None:
    labels, groups = np.repeat(np.arange(4), 10), np.arange(40)
    rounds = list(cross_validation(labels, groups, 5))
    assert len(rounds) == 5
    assert sorted(np.concatenate([judged for _, judged in rounds])) == list(range(40))
    for train, judged in rounds:
        assert not set(train) & set(judged)
        assert len(train) + len(judged) == 40
        assert np.bincount(labels[judged]).tolist() == [2, 2, 2, 2]


def test_near_duplicates_never_stand_on_both_sides() -> None:
    labels = np.repeat(np.arange(3), 12)
    groups = np.arange(36) // 3  # bursts of three
    for train, judged in cross_validation(labels, groups, 4):
        assert not set(groups[train]) & set(groups[judged])


@pytest.mark.filterwarnings("error")
def test_fewer_photos_than_folds() -> None:
    labels, groups = np.repeat(np.arange(2), 3), np.arange(6)
    rounds = list(cross_validation(labels, groups, 5))
    assert sorted(np.concatenate([judged for _, judged in rounds])) == list(range(6))
    assert all(len(train) and len(judged) for train, judged in rounds)


def test_a_cousin_with_fewer_photos_than_folds() -> None:
    labels = np.repeat([0, 1], [10, 3])
    rounds = list(cross_validation(labels, np.arange(13), 5))
    assert len(rounds) == 5
    assert sorted(np.concatenate([judged for _, judged in rounds])) == list(range(13))


def test_lasting_folds_are_even() -> None:
    dataset = family_of({"ada": 10, "bob": 20})
    folds = lasting_folds(dataset, {})
    assert np.bincount(folds[:10]).tolist() == [2] * DEFAULTS.folds
    assert np.bincount(folds[10:]).tolist() == [4] * DEFAULTS.folds


def test_the_holdout_comes_last() -> None:
    """Of few photos none is held out: they are all needed to learn from."""
    folds = lasting_folds(family_of({"ada": 4, "bob": 5}), {})
    assert HOLDOUT not in folds[:4]
    assert (folds[4:] == HOLDOUT).sum() == 1


def test_near_duplicates_lie_in_one_fold() -> None:
    dataset = family_of({"ada": 8, "bob": 8}, {1: 0, 2: 0, 9: 8})
    folds = lasting_folds(dataset, {})
    assert folds[0] == folds[1] == folds[2]
    assert folds[8] == folds[9]


def test_photos_keep_their_folds_in_later_versions() -> None:
    first = family_of({"ada": 9, "bob": 7})
    before = remembered(first, lasting_folds(first, {}))
    more = family_of({"ada": 14, "bob": 7, "cleo": 6})
    after = remembered(more, lasting_folds(more, before))
    assert {photo: after[photo] for photo in before} == before
    assert len(after) == 27
    assert np.bincount([of["ada"] for of in after.values() if "ada" in of]).tolist() == [2, 3, 3, 3, 3]


def test_a_new_near_duplicate_of_a_held_out_photo_is_held_out_too() -> None:
    first = family_of({"ada": 5, "bob": 5})
    folds = lasting_folds(first, {})
    held_out = int(np.flatnonzero(folds[:5] == HOLDOUT)[0])
    more = family_of({"ada": 6, "bob": 5}, {5: held_out})
    assert lasting_folds(more, remembered(first, folds))[5] == HOLDOUT


def test_photos_deleted_or_added_do_not_move_the_others() -> None:
    first = family_of({"ada": 10, "bob": 10})
    before = remembered(first, lasting_folds(first, {}))
    fewer = replace(first, faces=first.faces[3:], labels=first.labels[3:], groups=first.groups[3:])
    after = remembered(fewer, lasting_folds(fewer, before))
    assert all(before[photo] == fold for photo, fold in after.items())


def on_days(dataset: Dataset, days: dict[int, str]) -> Dataset:
    """The same, where the day of some photos (by number) is known."""
    faces = [
        replace(face, file=replace(face.file, occasion=days.get(number))) for number, face in enumerate(dataset.faces)
    ]
    return replace(dataset, faces=faces)


def test_photos_of_one_day_are_held_out_together_or_not_at_all() -> None:
    dataset = on_days(family_of({"ada": 30}), {number: f"day {number // 3}" for number in range(30)})
    folds = lasting_folds(dataset, {})
    days = [set((folds[day : day + 3] == HOLDOUT).tolist()) for day in range(0, 30, 3)]
    assert all(len(day) == 1 for day in days)
    assert (folds == HOLDOUT).sum() == 6
    assert set(folds) == set(range(DEFAULTS.folds))


def test_a_day_too_large_to_be_held_out_is_learned_from() -> None:
    """Everything that one guest sent at the reunion: held out, nothing of it would ever be learned."""
    dataset = on_days(family_of({"ada": 30}), dict.fromkeys(range(5, 30), "the reunion"))
    folds = lasting_folds(dataset, {})
    assert HOLDOUT not in folds[5:]
    assert (folds[:5] == HOLDOUT).sum() == 5


def test_a_photo_of_a_held_out_day_is_held_out_too() -> None:
    first = on_days(family_of({"ada": 10}), {0: "a day", 1: "a day"})
    before = remembered(first, np.array([HOLDOUT, HOLDOUT, *range(1, 5), *range(1, 5)]))
    more = on_days(family_of({"ada": 11}), {0: "a day", 1: "a day", 10: "a day"})
    assert lasting_folds(more, before)[10] == HOLDOUT


def test_what_the_champion_was_trained_on_judges_nobody() -> None:
    """A later photo has shown that a trained one and a held-out one are of one day."""
    first = family_of({"ada": 10})
    before = remembered(first, np.array([HOLDOUT, *range(1, 5), *range(1, 5), 1]))
    dataset = on_days(family_of({"ada": 10}), {0: "a day", 1: "a day"})
    folds = lasting_folds(dataset, before)
    assert folds[:2].tolist() == [HOLDOUT, HOLDOUT]
    assert judged_fairly(dataset.faces, folds, before) == [0]


def test_a_photo_sent_again_keeps_its_fold_under_another_name() -> None:
    """Corrected from Ada to Bob: its picture stays where it was, held out or not."""
    before = remembered(family_of({"ada": 2}), np.array([HOLDOUT, 3]))
    dataset = family_of({"bob": 7})
    dataset.faces[0] = replace(dataset.faces[0], stands_for=frozenset({"ada-000"}))
    dataset.faces[1] = replace(dataset.faces[1], stands_for=frozenset({"ada-001"}))
    folds = lasting_folds(dataset, before)
    assert folds[:2].tolist() == [HOLDOUT, 3]


def test_cousins_on_one_photo_have_a_fold_each() -> None:
    """Held out of Ada's photos, trained on for Bob: so it stays, whoever comes first."""
    dataset = family_of({"ada": 10, "bob": 10})
    places = {"ada": 3, "bob": 17}
    for place in places.values():
        dataset.faces[place] = replace(dataset.faces[place], photo=extracted("both"))
    for one, other in (("ada", "bob"), ("bob", "ada")):
        before = remembered(dataset, np.tile([1, 2, 3, 4, 1], 4)) | {"both": {one: HOLDOUT, other: 2}}
        folds = lasting_folds(dataset, before)
        assert (folds[places[one]], folds[places[other]]) == (HOLDOUT, 2)
        assert places[one] in judged_fairly(dataset.faces, folds, before)


def test_who_was_renamed_is_known_by_the_photos() -> None:
    dataset = family_of({"leo_messi": 3, "ada": 3})
    before = {face.sha256: {face.file.cousin: 1} for face in dataset.faces}
    assert renamed_since(before, dataset.faces) == {}
    before = {face.sha256: {face.file.cousin.removeprefix("leo_"): 1} for face in dataset.faces}
    assert renamed_since(before, dataset.faces) == {"messi": "leo_messi"}
    before[dataset.faces[0].sha256] = {"leo_messi": 1}  # both were known: photos were moved, nobody was renamed
    assert renamed_since(before, dataset.faces) == {}
