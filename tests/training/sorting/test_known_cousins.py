"""Who gets a face without anybody being asked: by what a guest's answer would go by."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.facts.factbook import FactBook
from data.sorting.sorted_faces import LookedAt, SortedFace
from foundation.box import Box
from foundation.face import Clarity
from inference.naming.gallery import Floats, unit
from inference.naming.heads import Calibration, CosineScores
from inference.naming.identifier import Borders, Identifier
from inference.naming.memory import Memory
from training.sorting.known_cousins import named_by

AXES = np.eye(8, dtype=np.float32)
BETWEEN = unit(AXES[0] + AXES[7])
NOBODY = AXES[6]


def knowing_two() -> Identifier:
    gallery = unit(np.stack([AXES[0] + 0.1 * AXES[2], AXES[0] + 0.1 * AXES[3], AXES[1] + 0.1 * AXES[4]]))
    head = CosineScores(gallery.mean(0), AXES[:2] - gallery.mean(0), 12.0)
    borders = Borders(named=0.8, asked=0.6, slope=40.0)
    return Identifier(("ada", "bob"), head, gallery, np.array([0, 0, 1]), borders=borders, calibration=Calibration())


def named(*seen: tuple[str, Floats, Floats], clarity: Sequence[Clarity] = ()) -> dict[int, str]:
    """Face -> cousin; of each are given its photo, its embedding and its probe."""
    faces = [
        SortedFace(number, photo, Path(photo), 0, Box(0, 0, 1, 1), clear, None, None, embedding=embedding, probe=probe)
        for number, ((photo, embedding, probe), clear) in enumerate(
            zip(seen, clarity or [Clarity.CLEAR] * len(seen), strict=True)
        )
    ]
    files = {photo: LookedAt(photo, Path(photo), "", bytes(8), None, 0, 0) for photo, *_ in seen}
    return named_by(knowing_two(), faces, files, Memory(), FactBook({}))


def test_faces_are_asked_by_the_features_that_guests_photos_are() -> None:
    assert named(("a", BETWEEN, AXES[0]), ("b", AXES[0], BETWEEN), ("c", AXES[0], NOBODY)) == {0: "ada"}


def test_poor_faces_are_named_as_guests_are_and_hopeless_ones_are_not() -> None:
    """How clear a face must be to find others by it is another question."""
    seen = [(photo, NOBODY, AXES[1]) for photo in "abcd"]
    assert named(*seen, clarity=list(Clarity)) == {0: "bob", 1: "bob"}
