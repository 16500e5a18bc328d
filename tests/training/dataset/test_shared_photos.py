"""One photo in several cousins' folders, and corrections of pictures without a face."""

import io
from pathlib import Path

import pytest
from PIL import Image

from demo.family import draw_group, draw_portrait
from foundation.box import Box
from foundation.progress import silent
from inference.faces.detectors import load_detector
from models.architectures import architecture
from tests.faces import said
from training import wording
from training.dataset.dataset import Dataset, read_faces
from training.dataset.labelled import LabelledFile


def save(image: Image.Image, path: Path) -> Path:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=92)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.getvalue())
    return path


@pytest.fixture
def files(tmp_path: Path) -> list[LabelledFile]:
    return [
        LabelledFile(save(draw_portrait(cousin, seed=seed, size=320), tmp_path / cousin / f"{seed}.jpg"), cousin)
        for cousin in ("maya", "diego")
        for seed in range(3)
    ]


def read(files: list[LabelledFile], folder: Path) -> Dataset:
    return read_faces(files, architecture("face"), load_detector(folder), "cpu", silent)


def test_a_group_photo_counts_for_everybody_in_it(files: list[LabelledFile], tmp_path: Path) -> None:
    group = draw_group(["maya", "diego"], seed=1)
    shared = [LabelledFile(save(group, tmp_path / cousin / "group.jpg"), cousin) for cousin in ("maya", "diego")]

    dataset = read([*files, *shared], tmp_path)

    assert not dataset.skipped
    left, right = (face.box for face in dataset.faces if face.file.path.name == "group.jpg")
    assert left.overlap(right) == 0


def test_a_portrait_in_two_folders_is_nobodys(files: list[LabelledFile], tmp_path: Path) -> None:
    portrait = draw_portrait("maya", seed=9, size=320)
    shared = [LabelledFile(save(portrait, tmp_path / cousin / "same.jpg"), cousin) for cousin in ("maya", "diego")]

    dataset = read([*files, *shared], tmp_path)

    assert {(skipped.photo, skipped.reason) for skipped in dataset.skipped} == {
        (f"{cousin}/same.jpg", wording.claimed_twice()) for cousin in ("maya", "diego")
    }


def test_two_labels_on_one_file_teach_a_face_each(files: list[LabelledFile], tmp_path: Path) -> None:
    group = save(draw_group(["maya", "diego"], seed=1), tmp_path / "maya" / "group.jpg")
    both = [LabelledFile(group, cousin, sha256="as it came") for cousin in ("maya", "diego")]

    dataset = read([*files, *both], tmp_path)

    assert not dataset.skipped
    left, right = (face for face in dataset.faces if face.file.path == group)
    assert left.box.overlap(right.box) == 0
    assert {left.sha256, right.sha256} == {"as it came"}


def test_two_labels_on_the_only_face_of_a_file_are_nobodys(files: list[LabelledFile], tmp_path: Path) -> None:
    portrait = save(draw_portrait("maya", seed=9, size=320), tmp_path / "maya" / "same.jpg")

    dataset = read([*files, *(LabelledFile(portrait, cousin) for cousin in ("maya", "diego"))], tmp_path)

    assert [skipped.photo for skipped in dataset.skipped] == ["maya/same.jpg"]


def test_a_named_picture_without_a_face_is_not_learned(files: list[LabelledFile], tmp_path: Path) -> None:
    landscape = save(Image.linear_gradient("L").convert("RGB"), tmp_path / "inbox" / "meadow.jpg")
    named = LabelledFile(landscape, "maya", Box(0.0, 0.0, 1.0, 1.0), said("is", "maya"))

    dataset = read([*files, named], tmp_path)

    assert [skipped.reason for skipped in dataset.skipped] == ["no face was found"]
