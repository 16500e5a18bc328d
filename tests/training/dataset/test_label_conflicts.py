"""A person's word against a folder's, and against an earlier word."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from foundation.box import Box
from foundation.face import Clarity
from foundation.statement import Says
from inference.decoding.photo import decode, upright_jpeg
from inference.embedding.embedder import Features
from inference.faces.detectors import Hog
from inference.faces.finding import Face, find_faces
from tests.bot.trained import portrait
from tests.faces import said
from tests.training.conftest import read
from training.dataset.extracted_faces import ExtractedFaces
from training.dataset.label_conflicts import resolve_conflicts
from training.dataset.labelled import LabelledFile
from training.dataset.pictures import Picture
from training.fitting.folds import HOLDOUT, lasting_folds

SIZE = 8
SCENES = np.random.default_rng(0).random((20, 64)) < 0.5


@dataclass
class Album:
    """Pictures of known faces: `face` is the axis that the embedding lies on, `scene` which picture it is."""

    pictures: list[Picture] = field(default_factory=list)

    def add(
        self,
        cousin: str,
        face: int,
        scene: int,
        says: Says | None = None,
        *,
        others: int = 0,
        tilt: float = 0.0,
    ) -> int:
        number = len(self.pictures)
        box = Box(0.1, 0.1, 0.5, 0.5)
        statement = said(says, cousin or None, number=100 + number) if says else None
        file = LabelledFile(Path(f"{number}.jpg"), cousin, box if statement else None, statement)
        faces = [Face(box, None, "yunet", 1.0)] * (1 + others)
        axes = np.eye(SIZE, dtype=np.float32)
        embeddings = np.stack([axes[face] + tilt * axes[(face + 1) % SIZE]] * (1 + others))
        features, clarity = Features(embeddings, embeddings), [Clarity.CLEAR] * len(faces)
        extracted = ExtractedFaces(f"sha {number}", None, SCENES[scene], faces, clarity, features)
        self.pictures.append(Picture(file, extracted, extracted, list(range(len(faces))), 0))
        return number

    def left_out(self) -> dict[int, str | None]:
        return dict(resolve_conflicts(self.pictures).left_out)


@pytest.fixture
def album() -> Album:
    return Album()


def test_a_photo_in_the_wrong_folder_gives_way(album: Album) -> None:
    wrong = album.add("bob", face=0, scene=0)
    right = album.add("ada", 0, 0, "is", tilt=0.1)  # the same picture, recompressed by Telegram
    album.add("bob", face=1, scene=1)
    assert album.left_out() == {wrong: "somebody said that this face is someone else's"}
    assert album.pictures[right].pictures == {"sha 0", "sha 1"}


@pytest.mark.parametrize(("says", "cousin"), [("not", "bob"), ("stranger", ""), ("not_a_face", "")])
def test_whom_people_ruled_out_is_not_learned_from_the_folder(album: Album, says: Says, cousin: str) -> None:
    wrong = album.add("bob", 0, 0)
    album.add(cousin, 0, 0, says)
    assert list(album.left_out()) == [wrong]


def test_ruling_out_another_leaves_the_folders_word(album: Album) -> None:
    album.add("bob", 0, 0)
    album.add("ada", 0, 0, "not")
    assert album.left_out() == {}


def test_a_word_that_agrees_adds_no_second_copy(album: Album) -> None:
    """Three copies of one face would be the nearest three; but the correction was heard."""
    album.add("bob", 0, 0)
    again = album.add("bob", 0, 0, "is")
    assert album.left_out() == {again: None}
    assert resolve_conflicts(album.pictures).taken_in == [101]
    assert album.pictures[0].pictures == {"sha 0", "sha 1"}


def test_the_later_of_two_words_about_one_picture_stands(album: Album) -> None:
    """The same picture, sent twice and compressed differently: two photos to the store."""
    earlier = album.add("bob", 0, 0, "is")
    album.add("ada", 0, 0, "is", tilt=0.1)
    assert list(album.left_out()) == [earlier]


def test_named_after_all(album: Album) -> None:
    said_stranger = album.add("", 0, 0, "stranger")
    album.add("ada", 0, 0, "is")
    assert list(album.left_out()) == [said_stranger]


def test_another_picture_of_the_same_person_is_not_touched(album: Album) -> None:
    album.add("bob", face=0, scene=0)
    album.add("ada", 0, 1, "is")  # as alike, but another scene
    album.add("ada", 2, 0, "is")  # the same scene, but another face
    assert album.left_out() == {}


def test_whom_a_person_points_at_in_a_group_is_the_cousin(album: Album) -> None:
    """Training had chosen another of the faces."""
    chosen = album.add("bob", 0, 0, others=2)
    album.add("bob", 1, 0, "is")
    assert album.left_out() == {chosen: "somebody pointed at another of its faces"}


def test_one_face_in_two_folders_is_settled_by_a_word(album: Album) -> None:
    one, other = album.add("bob", 0, 0), album.add("ada", 0, 0)
    album.pictures[1].photo = replace(album.pictures[1].photo, sha256=album.pictures[0].sha256)
    assert set(album.left_out()) == {one, other}
    word = album.add("ada", 0, 0, "is")
    assert set(album.left_out()) == {one, other}
    assert word not in album.left_out()


# --- through the whole reading of real files


def test_words_about_real_files(family_files: list[LabelledFile], tmp_path: Path) -> None:
    """A photo that was in Ben's folder by mistake was sent to the bot and is Clara's now; another is a stranger's."""
    wrong = tmp_path / "ben" / "mistake.jpg"
    wrong.parent.mkdir()
    wrong.write_bytes(portrait("clara", 77))
    corrected = []
    for name, cousin, data, statement in (
        ("sent", "clara", wrong.read_bytes(), said("is", "clara", number=5)),
        ("stranger", "", portrait("otto", 3), said("stranger", number=8)),
    ):
        path = tmp_path / f"{name}.jpg"
        path.write_bytes(upright_jpeg(data))
        corrected.append(LabelledFile(path, cousin, find_faces(Hog(), decode(data).pixels)[0].box, statement))

    dataset = read([*family_files, LabelledFile(wrong, "ben"), *corrected])

    (face,) = [face for face in dataset.faces if face.file.statement]
    assert (face.file.path, face.file.cousin) == (corrected[0].path, "clara")
    assert all(face.file.path != wrong for face in dataset.faces)
    assert [(skipped.photo, skipped.reason) for skipped in dataset.skipped] == [
        ("ben/mistake.jpg", "somebody said that this face is someone else's")
    ]
    assert [denied.file.path for denied in dataset.denials] == [corrected[1].path]
    assert len(dataset.faces) == len(family_files) + 1
    assert dataset.corrections == [5, 8]
    folds = lasting_folds(dataset, {decode(wrong.read_bytes()).sha256: {"ben": HOLDOUT}})
    assert folds[dataset.faces.index(face)] == HOLDOUT  # under its new name and new sha256 too
