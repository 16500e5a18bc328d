from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.faces import Box
from training.dataset import Dataset
from training.folds import FOLDS, HOLDOUT, cross_validation, lasting_folds
from training.labelled import LabelledFace, LabelledFile


def family_of(photos: dict[str, int], groups: dict[int, int] | None = None) -> Dataset:
    """So many photos of each cousin; `groups` says which photos (by number) are near-duplicates of which."""
    from pathlib import Path

    cousins = sorted(photos)
    crop = np.zeros((1, 1, 3), np.uint8)
    faces = [
        LabelledFace(LabelledFile(Path(f"{cousin}_{n}.jpg"), cousin), f"{cousin}-{n:03d}", Box(0, 0, 1, 1), crop)
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
        np.zeros((len(faces), 128), np.float32),
        [],
        0,
        [],
        [],
    )


def remembered(dataset: Dataset, folds: NDArray[np.int64]) -> dict[str, int]:
    return {face.sha256: int(fold) for face, fold in zip(dataset.faces, folds, strict=True)}


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
    assert np.bincount(folds[:10]).tolist() == [2] * FOLDS
    assert np.bincount(folds[10:]).tolist() == [4] * FOLDS


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
    assert np.bincount([fold for photo, fold in after.items() if photo.startswith("ada")]).tolist() == [2, 3, 3, 3, 3]


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
