import json
import shutil
from pathlib import Path
from typing import Final

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from demo.family import draw_group, draw_portrait, draw_stranger
from foundation.box import Box
from inference.decoding.photo import Photo, decode
from inference.device import DeviceMissing, choose_device
from inference.faces.detectors import Hog
from inference.loading import VersionBroken
from inference.naming.memory import Memory
from inference.recognizer import Recognizer
from models.card import Card, digest_of
from tests.bot.trained import TRAINED, jpeg_of, portrait
from tests.faces import stated

CPU: Final = "cpu"


@pytest.fixture(scope="module")
def version(trained_home: Path) -> Path:
    return trained_home / "models" / "v001"


@pytest.fixture(scope="module")
def recognizer(version: Path) -> Recognizer:
    return Recognizer.load(version, Hog(), CPU)


def of(cousin: str, seed: int = 50) -> Photo:
    return decode(portrait(cousin, seed))


def test_new_photos_of_cousins_are_named(recognizer: Recognizer) -> None:
    seeds = (50, 51)
    found = recognizer.recognize([of(cousin, seed) for cousin in TRAINED for seed in seeds])
    named = [faces[0].cousin for faces in found]
    assert sum(a == b for a, b in zip(named, [c for c in TRAINED for _ in seeds], strict=True)) >= 7
    assert {face.version for faces in found for face in faces} == {"v001"}


def test_strangers_are_mostly_refused(recognizer: Recognizer) -> None:
    """Drawn ones are more like the cousins than people are, but the cousins' photos are more alike still."""
    found = recognizer.recognize([decode(jpeg_of(draw_stranger(seed, 320))) for seed in range(8)])
    refused = [faces[0] for faces in found if faces[0].cousin is None]
    assert len(refused) >= 6
    assert all(face.answer == "nobody" for face in refused)
    assert all(0.5 <= face.confidence <= 1 for face in refused)


def test_what_is_told_of_a_face(recognizer: Recognizer) -> None:
    ((face,),) = recognizer.recognize([of("ben")])
    assert face.found
    assert face.network == recognizer.network
    assert face.embedding.dtype == np.float32
    assert np.linalg.norm(face.embedding) == pytest.approx(1, abs=1e-5)
    assert {candidate.cousin for candidate in face.candidates} == set(TRAINED) == set(recognizer.cousins)
    probabilities = [candidate.probability for candidate in face.candidates]
    assert probabilities == sorted(probabilities, reverse=True)


def test_every_face_of_a_group_from_left_to_right(recognizer: Recognizer) -> None:
    (faces,) = recognizer.recognize([decode(jpeg_of(draw_group(TRAINED, seed=3)))])
    assert len(faces) == 4
    lefts = [face.box.left for face in faces]
    assert lefts == sorted(lefts)
    named = [face.cousin for face in faces if face.cousin]
    assert len(named) == len(set(named)) >= 2
    assert all(face.cousin in (None, cousin) for face, cousin in zip(faces, TRAINED, strict=True))


def test_together_as_alone(recognizer: Recognizer) -> None:
    photos = [of("ben"), decode(jpeg_of(draw_group(TRAINED[:2], seed=1))), of("clara")]
    together = recognizer.recognize(photos)
    for faces, photo in zip(together, photos, strict=True):
        (alone,) = recognizer.recognize([photo])
        assert [face.cousin for face in faces] == [face.cousin for face in alone]
        for a, b in zip(faces, alone, strict=True):
            assert float(a.embedding @ b.embedding) > 0.9999


def test_no_face_is_the_whole_picture_and_said(recognizer: Recognizer) -> None:
    ((face,),) = recognizer.recognize([Photo(np.full((200, 300, 3), 120, np.uint8), "0" * 64)])
    assert not face.found
    assert face.box == Box(0, 0, 1, 1)
    assert face.cousin is None


def test_what_is_no_face_is_left_out_while_there_are_others(recognizer: Recognizer) -> None:
    photo = decode(jpeg_of(draw_group(TRAINED[:2], seed=1)))
    (before,) = recognizer.recognize([photo])
    first, second = before
    (after,) = recognizer.recognize([photo], Memory([stated(first.embedding, "not_a_face")]))
    assert [face.box for face in after] == [second.box]
    both = Memory([stated(face.embedding, "not_a_face") for face in before])
    (neither,) = recognizer.recognize([photo], both)
    assert neither  # never none
    assert all(face.cousin is None for face in neither)


def test_the_embedding_of_a_box(recognizer: Recognizer) -> None:
    photo = decode(jpeg_of(draw_group(TRAINED[:2], seed=1)))
    for face in recognizer.recognize([photo])[0]:
        roughly = Box(face.box.left - 0.01, face.box.top, face.box.right, face.box.bottom + 0.02)
        assert float(recognizer.embed(photo, roughly) @ face.embedding) > 0.99


def test_a_box_where_no_face_is_found_is_embedded_as_it_is(recognizer: Recognizer) -> None:
    photo = of("ben")
    embedding = recognizer.embed(photo, Box(0, 0.9, 0.1, 1))
    assert np.linalg.norm(embedding) == pytest.approx(1, abs=1e-5)
    face = recognizer.recognize([photo])[0][0]
    assert float(embedding @ face.embedding) < 0.98


@pytest.mark.parametrize("broken", ["missing", "half", "other"])
def test_broken_weights_are_named(version: Path, tmp_path: Path, broken: str) -> None:
    shutil.copytree(version, tmp_path / "v001")
    file = tmp_path / "v001" / "weights.safetensors"
    if broken == "missing":
        file.unlink()
    elif broken == "half":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    else:
        tensors = load_file(file)
        tensors.pop("body.embed.weight")
        save_file(tensors, file)
        card = tmp_path / "v001" / "card.json"
        card.write_text(Card.read(card).model_copy(update={"weights": digest_of(file)}).model_dump_json())
    with pytest.raises(VersionBroken, match="Version v001 can't be loaded"):
        Recognizer.load(tmp_path / "v001", Hog(), CPU)


@pytest.mark.parametrize("raises", [0.02, None])
def test_a_card_of_the_second_format_answers_with_names_and_nobody(
    version: Path, tmp_path: Path, recognizer: Recognizer, raises: float | None
) -> None:
    """Those knew one border, nothing of nearest photos or wrong labels, and when a face needed no second look."""
    shutil.copytree(version, tmp_path / "v001")
    card = tmp_path / "v001" / "card.json"
    written = json.loads(card.read_text())
    for new in ("asks_from", "nearest_weight", "uniform"):
        del written[new]
    card.write_text(json.dumps(written | {"format": 2, "second_pass_raises": raises}))
    old = Recognizer.load(tmp_path / "v001", Hog(), CPU)
    borders = old.identifier.borders
    assert borders.named == borders.asked == written["threshold"]
    photos = [of(cousin, seed) for cousin in TRAINED for seed in (50, 51)]
    photos += [decode(jpeg_of(draw_stranger(seed, 320))) for seed in range(4)]
    found = [faces[0] for faces in old.recognize(photos)]
    assert {face.answer for face in found} <= {"named", "either", "nobody"}  # nobody is asked about for little likeness
    assert sum(face.answer == "named" for face in found[:8]) >= 6
    assert all(face.similarity >= borders.named for face in found if face.answer == "named")
    now = [faces[0] for faces in recognizer.recognize(photos)]
    assert [face.candidates[0].cousin for face in found[:8]] == [face.candidates[0].cousin for face in now[:8]]


def test_drawn_portraits_vary() -> None:
    """The tests above would mean little if two portraits of one cousin were one picture."""
    a, b = (np.asarray(draw_portrait("ben", seed=seed)).astype(int) for seed in (50, 51))
    assert np.abs(a - b).mean() > 10


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_gpu_that_is_not_there() -> None:
    with pytest.raises(DeviceMissing, match="COUSINBOT_DEVICE=cpu"):
        choose_device("cuda")
    assert choose_device("cpu") == "cpu"
    assert choose_device("auto") in ("cpu", "mps")
