"""Whose the faces of one photo are, by how well they agree with the folders of those who are said to be on it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from demo.family import draw_group, draw_portrait
from foundation.box import Box
from tests.training.dataset.test_shared_photos import files, read, save
from training import wording
from training.dataset.face_choice import assign
from training.dataset.labelled import LabelledFile

__all__ = ["files"]


@pytest.mark.parametrize(
    ("own", "elsewhere", "usual", "fit", "chosen"),
    [
        ([0.95, 0.92], [0.99, 0.99], None, (False, True), 0),  # it leads
        ([0.96, 0.95], [0.90, 0.90], 0.94, (True, True), 0),  # a collage: the best of those who may be theirs
        ([0.95, 0.96], [0.90, 0.90], 0.94, (True, False), 0),  # … that is good enough to be told
        ([0.95, 0.96], [0.90, 0.97], 0.94, (True, True), 0),  # … and is like nobody else more
        ([0.93, 0.92], [0.90, 0.90], 0.94, (True, True), None),  # neither is like the folder
        ([0.96, 0.95], [0.97, 0.97], 0.94, (True, True), None),  # both are like somebody else
        ([0.96, 0.95], [0.90, 0.90], 0.94, (False, False), None),
        ([0.96, 0.95], [0.90, 0.90], None, (True, True), None),  # too few photos to know what is usual
    ],
)
def test_one_cousin_among_several_faces(
    own: list[float], elsewhere: list[float], usual: float | None, fit: tuple[bool, bool], chosen: int | None
) -> None:
    faces = np.array([own], np.float32), np.array([elsewhere], np.float32)
    assert assign(*faces, [usual], np.array(fit, np.bool_)) == [chosen]


def couple(own: list[list[float]], usual: list[float | None]) -> list[int | None]:
    agreement = np.array(own, np.float32)
    return assign(agreement, agreement[::-1], usual, np.ones(agreement.shape[1], np.bool_))


def test_who_is_clear_leaves_the_other_face_to_the_other_one() -> None:
    """Sisters: by herself Clara might be either."""
    assert couple([[0.97, 0.91], [0.95, 0.945]], [0.93, 0.93]) == [0, 1]
    assert couple([[0.97, 0.91], [0.95, 0.945]], [None, None]) == [0, 1]


def test_a_face_that_is_left_over_is_nobodys_where_it_is_unlike_them() -> None:
    """The photo is filed under both, but shows one of them beside a stranger."""
    assert couple([[0.97, 0.88], [0.91, 0.90]], [0.93, 0.93]) == [0, None]


def test_no_face_is_two_peoples() -> None:
    assert couple([[0.97], [0.90]], [0.93, 0.93]) == [0, None]
    assert couple([[0.97], [0.96]], [0.93, 0.93]) == [None, None]
    assert couple([[0.97, 0.80], [0.97, 0.80], [0.97, 0.80]], [0.9, 0.9, 0.9]) == [None, None, None]


def test_where_somebody_pointed_the_rest_is_the_others(files: list[LabelledFile], tmp_path: Path) -> None:
    """A photo of a couple in both folders: the face that was pointed at is hers whatever it looks like, and so his is
    none that training would choose."""
    group = save(draw_group(["maya", "diego"], seed=1), tmp_path / "maya" / "group.jpg")
    both = [LabelledFile(group, cousin, sha256="as it came") for cousin in ("maya", "diego")]
    clear = read([*files, *both], tmp_path)
    his = next(one.box for one in clear.faces if (one.file.cousin, one.sha256) == ("diego", "as it came"))

    dataset = read([*files, replace(both[0], box=his), both[1]], tmp_path)

    assert [one.box for one in dataset.faces if (one.file.cousin, one.sha256) == ("maya", "as it came")] == [his]
    [skipped] = dataset.skipped
    assert (skipped.reason, skipped.unclear and skipped.unclear.cousin) == (wording.face_unclear(2), "diego")


def test_a_portrait_in_two_folders_is_theirs_at_whose_face_somebody_pointed(
    files: list[LabelledFile], tmp_path: Path
) -> None:
    portrait = save(draw_portrait("maya", seed=9, size=320), tmp_path / "maya" / "same.jpg")
    first = LabelledFile(portrait, "maya", sha256="as it came")
    again = LabelledFile(portrait, "diego", sha256="as it came")
    assert [one.reason for one in read([*files, first, again], tmp_path).skipped] == [wording.claimed_twice()]

    dataset = read([*files, replace(first, box=Box(0.2, 0.2, 0.8, 0.8)), again], tmp_path)

    assert [one.file.cousin for one in dataset.faces if one.sha256 == "as it came"] == ["maya"]
