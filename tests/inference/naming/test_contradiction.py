"""One statement costs one picture: what people say against all appearances moves no border."""

import numpy as np
import pytest

from foundation.statement import Says
from inference.naming.gallery import Gallery, unit
from inference.naming.genuine import GenuineScores
from inference.naming.heads import Calibration, CosineScores
from inference.naming.identifier import Identifier
from inference.naming.memory import Memory, StatedFace
from inference.naming.updated_gallery import UpdatedGallery, updated
from tests.inference.naming.test_identifier import AXES, BORDERS, COUSINS, SAME_PICTURE, Floats, near, spoken

BOB_HIMSELF = AXES[1]
"""Nearer to every photo of Bob than those are to one another."""


def gallery_of(closeness: float, each: int = 4) -> Gallery:
    faces = [near(person, each * person + photo, closeness) for person in range(3) for photo in range(each)]
    return Gallery(COUSINS, np.stack(faces), np.repeat(np.arange(3), each))


def after(*said: StatedFace, closeness: float = 0.97) -> UpdatedGallery:
    gallery = gallery_of(closeness)
    return updated(gallery, GenuineScores.of_gallery(gallery), said, SAME_PICTURE)


def drawn() -> Identifier:
    """All pictures of one cousin are as alike as copies of one picture are elsewhere."""
    gallery = gallery_of(0.997)
    centre = gallery.faces.mean(0)
    means = [unit(gallery.faces[gallery.labels == label] - centre).mean(0) for label in range(3)]
    head = CosineScores(centre, np.stack(means), 12.0)
    return Identifier(COUSINS, head, gallery.faces, gallery.labels, borders=BORDERS, calibration=Calibration())


def names(identifier: Identifier, faces: Floats, *said: StatedFace) -> list[str | None]:
    memory = Memory(said)
    return [identifier.identify(face[None], memory)[0].cousin for face in faces]


@pytest.mark.parametrize(("says", "cousin"), [("is", "ada"), ("not", "bob"), ("stranger", None), ("not_a_face", None)])
def test_one_statement_costs_one_picture(says: Says, cousin: str | None) -> None:
    """It used to take away every picture that was as near as a copy: all of Bob's."""
    identifier = drawn()
    of_bob = np.stack([near(1, photo, 0.997) for photo in range(4, 8)])
    costume = unit(0.96 * AXES[1] + 0.28 * AXES[0])
    assert (of_bob @ of_bob.T).min() > SAME_PICTURE > float(costume @ AXES[1]) - 0.03
    for face in (costume, near(1, 16, 0.997)):
        said = spoken(face, says, cousin)
        assert names(identifier, of_bob, said) == ["bob"] * 4
        assert names(identifier, np.stack([near(1, photo, 0.997) for photo in (14, 15, 17)]), said) == ["bob"] * 3
        assert names(identifier, face[None], said) != ["bob"]
        again = unit(face + 0.01 * AXES[3])
        assert names(identifier, again[None], said) != ["bob"]


def test_what_contradicts_the_face_joins_nobodys_photos() -> None:
    held = after(spoken(BOB_HIMSELF, "is", "ada"))
    assert (held.gained_by, held.lost_by) == ((), ())
    usual = after(spoken(near(1, 16), "is", "ada"))
    assert usual.gained_by == ("ada",)


def test_a_newcomer_may_look_like_anybody() -> None:
    assert after(spoken(BOB_HIMSELF, "is", "dora")).gained_by == ("dora",)


def test_a_stranger_who_looks_like_bob_makes_no_stranger_of_bob() -> None:
    assert len(after(spoken(BOB_HIMSELF, "stranger")).strangers) == 0
    assert len(after(spoken(near(4, 16), "stranger")).strangers) == 1


def test_a_picture_in_the_wrong_folder_is_no_evidence_for_itself() -> None:
    """It lies in the gallery of the cousin whom it is said not to show."""
    gallery = gallery_of(0.97)
    misplaced = near(0, 16)
    gallery = Gallery(COUSINS, np.concatenate([gallery.faces, misplaced[None]]), np.append(gallery.labels, 1))
    taught = updated(gallery, GenuineScores.of_gallery(gallery), [spoken(misplaced, "is", "ada")], SAME_PICTURE)
    assert (taught.gained_by, taught.lost_by) == (("ada",), ("bob",))


def test_genuine_scores_are_of_photos_held_out() -> None:
    scores = GenuineScores.of_gallery(gallery_of(0.97))
    assert scores.similarities == pytest.approx([0.97**2] * 3, abs=3e-4)
    assert scores.cosines == pytest.approx([0.97**2] * 3, abs=3e-4)


def test_of_one_photo_nothing_is_known() -> None:
    lonely = GenuineScores.of_gallery(gallery_of(0.97, each=1))
    assert lonely.similarities.tolist() == [np.inf] * 3
    assert lonely.cosines.tolist() == [-1] * 3


def test_of_twenty_photos_one_may_be_nearer() -> None:
    similarities = np.linspace(0.9, 0.95, 21).astype(np.float32)
    limits = GenuineScores.of(similarities, similarities, np.zeros(21, np.int64), 1)
    assert limits.similarities == pytest.approx([similarities[19]], abs=3e-4)
