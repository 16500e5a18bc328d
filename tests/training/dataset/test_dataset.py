import io
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demo.family import draw_group
from foundation.box import Box
from foundation.progress import silent
from inference.decoding.photo import decode
from inference.faces.detectors import Hog
from inference.faces.finding import find_faces
from models.architectures import architecture
from tests.bot.trained import TRAINED, jpeg_of, portrait
from tests.faces import said
from tests.training.conftest import CPU, labelled, read
from training.dataset.crops import cut_out
from training.dataset.dataset import Dataset, read_faces
from training.dataset.labelled import LabelledFile
from training.errors import TrainingError


@pytest.fixture
def folder(trained_home: Path, tmp_path: Path) -> Path:
    """Three photos each of Amelia, Ben and Clara, to add to."""
    for cousin in TRAINED[:3]:
        (tmp_path / cousin).mkdir()
        for n in (1, 2, 3):
            shutil.copy(trained_home / "photos" / cousin / f"{cousin}_{n}.jpg", tmp_path / cousin)
    return tmp_path


def reasons(dataset: Dataset) -> dict[str, str]:
    return {skipped.photo: skipped.reason for skipped in dataset.skipped}


def test_one_labelled_face_a_photo(family: Dataset) -> None:
    assert family.cousins == list(TRAINED)
    assert len(family.faces) == 20
    assert family.labels.tolist() == [label for label in range(4) for _ in range(5)]
    assert [family.cousins[label] for label in family.labels] == [face.file.cousin for face in family.faces]
    assert [family.portrait(number).shape for number in range(20)] == [(150, 150, 3)] * 20
    assert family.features.gallery.shape == (20, 128)
    assert not family.skipped
    assert family.several_faces == 0
    assert family.groups.shape == (20,)


def test_in_a_group_the_face_that_agrees_is_chosen(folder: Path) -> None:
    """One picture of Ben between two strangers to the family, and of Clara beside Amelia."""
    (folder / "ben" / "with.jpg").write_bytes(jpeg_of(draw_group(("otto", "ben", "june"), seed=5)))
    (folder / "clara" / "with.jpg").write_bytes(jpeg_of(draw_group(("amelia", "clara"), seed=6)))
    dataset = read(labelled(folder))
    chosen = {face.file.cousin: face for face in dataset.faces if face.file.path.name == "with.jpg"}
    assert set(chosen) == {"ben", "clara"}
    assert 0.33 < (chosen["ben"].box.left + chosen["ben"].box.right) / 2 < 0.67
    assert (chosen["clara"].box.left + chosen["clara"].box.right) / 2 > 0.5
    assert dataset.several_faces == 2


def twice(cousin: str) -> bytes:
    """As a mirror or a poor montage shows somebody."""
    one = Image.open(io.BytesIO(portrait(cousin, 30)))
    pair = Image.new("RGB", (640, 320))
    pair.paste(one, (0, 0))
    pair.paste(one, (320, 0))
    return jpeg_of(pair)


def test_a_collage_of_one_cousin_teaches_its_best_face(folder: Path) -> None:
    (folder / "ben" / "twice.jpg").write_bytes(twice("ben"))
    dataset = read(labelled(folder))
    assert not dataset.skipped
    assert len(dataset.faces) == 10


def test_where_nothing_tells_whose_face_it_is_an_admin_does(folder: Path) -> None:
    """Until then the photo is left out, and named."""
    (folder / "ben" / "twice.jpg").write_bytes(twice("otto"))
    dataset = read(labelled(folder))
    assert reasons(dataset) == {"ben/twice.jpg": "it is not clear which of its 2 faces is the cousin's"}
    assert len(dataset.faces) == 9
    [unclear] = [skipped.unclear for skipped in dataset.skipped]
    assert unclear is not None
    assert (unclear.cousin, len(unclear.boxes)) == ("ben", 2)

    right = Box(*unclear.boxes[1])
    pointed = read([replace(file, box=right) if file.path.stem == "twice" else file for file in labelled(folder)])
    assert not pointed.skipped
    assert [face.box for face in pointed.faces if face.file.path.stem == "twice"] == [right]

    none = read([replace(file, nobodys=True) if file.path.stem == "twice" else file for file in labelled(folder)])
    assert reasons(none) == {"ben/twice.jpg": "somebody said that none of its faces is the cousin's"}
    assert none.skipped[0].unclear is None


def test_every_photo_that_cannot_be_used_is_named_with_its_reason(folder: Path) -> None:
    (folder / "ben" / "torn.jpg").write_bytes(portrait("ben", 31)[:3000])
    (folder / "ben" / "words.png").write_bytes(b"these are words")
    (folder / "ben" / "empty.jpg").write_bytes(b"")
    (folder / "ben" / "wall.jpg").write_bytes(jpeg_of(Image.new("RGB", (300, 300), "grey")))
    (folder / "ben" / "z_again.jpg").write_bytes((folder / "ben" / "ben_1.jpg").read_bytes())
    (folder / "ben" / "gone.jpg").symlink_to(folder / "nowhere.jpg")
    files = [*labelled(folder), LabelledFile(folder / "ben" / "gone.jpg", "ben")]
    told = reasons(read(files))
    assert {photo: reason.lower() for photo, reason in told.items()} == {
        "ben/torn.jpg": "the picture is damaged",
        "ben/words.png": "the file can't be read as a picture: save it as jpeg, png, webp, heic or gif",
        "ben/empty.jpg": "the file is empty",
        "ben/wall.jpg": "no face was found",
        "ben/z_again.jpg": "it is the same file as ben/ben_1.jpg",
        "ben/gone.jpg": "the file can't be opened (no such file or directory)",
    }


def test_a_cousin_with_fewer_than_three_usable_photos_is_left_out_and_named(folder: Path) -> None:
    (folder / "clara" / "clara_3.jpg").unlink()
    dataset = read(labelled(folder))
    assert dataset.cousins == ["amelia", "ben"]
    assert reasons(dataset) == {"clara": "there are only 2 usable photos, and 3 are needed"}
    assert len(dataset.faces) == len(dataset.labels) == len(dataset.groups) == len(dataset.features.gallery) == 6


def test_one_cousin_alone_is_a_clear_sentence(folder: Path) -> None:
    shutil.rmtree(folder / "ben")
    shutil.rmtree(folder / "clara")
    with pytest.raises(TrainingError, match=r"at least two cousins with 3 usable photos each.*only amelia has"):
        read(labelled(folder))


@pytest.mark.parametrize("files", [[], [LabelledFile(Path("nowhere.jpg"), "ben")]])
def test_nothing_usable_is_a_clear_sentence(files: list[LabelledFile]) -> None:
    with pytest.raises(TrainingError, match=r"at least two cousins.*there is none yet"):
        read(files)


def test_near_duplicates_share_a_group(folder: Path) -> None:
    """The same moment compressed again, brighter, or a little cropped; another moment does not."""
    first = Image.open(folder / "ben" / "ben_1.jpg")
    first.save(folder / "ben" / "ben_again.jpg", quality=60)
    first.resize((200, 200)).save(folder / "ben" / "ben_small.jpg")
    dataset = read(labelled(folder))
    group = {face.file.path.stem: int(g) for face, g in zip(dataset.faces, dataset.groups, strict=True)}
    assert group["ben_1"] == group["ben_again"] == group["ben_small"]
    assert group["ben_1"] != group["ben_2"] != group["ben_3"]


def test_photos_of_two_cousins_never_share_a_group(folder: Path) -> None:
    """A group photo that lies in two folders shows two cousins: both faces are used, each in its own group."""
    group_photo = draw_group(("ben", "clara"), seed=8)
    group_photo.save(folder / "ben" / "both.jpg", quality=92)
    group_photo.save(folder / "clara" / "both.jpg", quality=85)
    dataset = read(labelled(folder))
    both = [i for i, face in enumerate(dataset.faces) if face.file.path.stem == "both"]
    assert len(both) == 2
    assert dataset.groups[both[0]] != dataset.groups[both[1]]
    assert dataset.faces[both[0]].box.overlap(dataset.faces[both[1]].box) == 0


def test_the_face_that_a_person_pointed_at_is_used(folder: Path) -> None:
    path = folder / "correction.jpg"
    path.write_bytes(jpeg_of(draw_group(("ben", "otto"), seed=9)))
    _, right = find_faces(Hog(), decode(path.read_bytes()).pixels)
    box = right.box
    roughly = Box(box.left - 0.01, box.top, box.right, box.bottom + 0.02)
    dataset = read([*labelled(folder), LabelledFile(path, "clara", roughly, said("is", "clara", number=7))])
    (face,) = [face for face in dataset.faces if face.file.source == "correction:7"]
    assert face.box == box
    assert face.file.cousin == "clara"


def test_where_a_person_pointed_and_no_face_is_found_the_box_itself_is_used(folder: Path) -> None:
    path = folder / "correction.jpg"
    pixels = np.zeros((300, 400, 3), np.uint8)
    pixels[100:200, 100:200] = 255
    Image.fromarray(pixels).save(path, quality=95)
    box = Box(0.25, 1 / 3, 0.5, 2 / 3)
    dataset = read([*labelled(folder), LabelledFile(path, "clara", box, said("is", "clara", number=7))])
    (number,) = [number for number, face in enumerate(dataset.faces) if face.file.source == "correction:7"]
    assert dataset.portrait(number).mean() > 240
    assert cut_out(architecture("face"), [dataset.faces[number]])[0][0].mean() > 240


def test_the_whole_picture_needs_no_face(folder: Path) -> None:
    """As in the tutorial: what is in the picture, all of it."""
    Image.new("RGB", (300, 200), "grey").save(folder / "ben" / "wall.jpg")
    shape = architecture("resnet18", "whole")
    dataset = read_faces(labelled(folder), shape, Hog(), CPU, silent)
    assert [views.shape for (views,) in cut_out(shape, dataset.faces)] == [(1, 224, 224, 3)] * 10
    assert not dataset.skipped


def test_progress_is_told_to_the_end(folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    read_faces(labelled(folder), architecture("face"), Hog(), CPU, lambda *step: told.append(step))
    finding = [(done, total) for doing, done, total in told if doing == "Finding faces"]
    assert finding[0] == (0, 9)
    assert finding[-1] == (9, 9)
    assert finding == sorted(finding)
