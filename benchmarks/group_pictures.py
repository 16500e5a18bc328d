"""Small faces in large pictures: how many get their name, and what a large picture takes.

    python -m benchmarks.group_pictures --photos DIR --weights DIR [--only names time] [--json]

Nine photos of each cousin are held out, and a version is trained on the others. Of the held-out ones, one of each
cousin at a time is put into a picture of 4000×3000 pixels, so many pixels wide; right means that the face in its place
gets its name. *Alone* is the same photo of the same width, sent by itself. The background is noise, as of a garden.

A picture with 40 faces takes turns with one of 1280 pixels that has the same faces, as wide in pixels; so does a
portrait of 12 megapixels with one of the 1280 pixels that Telegram once made of it.
"""

import argparse
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data.files.home import Home
from data.files.library import LabelledPhoto, PhotoLibrary
from foundation.face import RecognizedFace
from inference.champion import load_who_answers
from inference.decoding.photo import decode
from inference.faces.detectors import load_detector
from inference.recognizer import Recognizer
from models.registry import Registry

HELD_OUT: Final = 9  # of each cousin
SIZE: Final = (4000, 3000)
WIDTHS: Final = (80, 120, 160, 240)
CROWD: Final = 40
CROWD_WIDTH: Final = 120
SIZES: Final = {"1280 px": (1280, 960), "12 MP": SIZE, "12 MP, HEIC": SIZE, "50 MP": (8160, 6120)}
ROUNDS: Final = 5

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Named:
    """Of so many held-out photos, all this wide in pixels, those that got their name, and those that got another."""

    width: int
    photos: int
    in_picture: int
    wrong: int
    alone: int
    wrong_alone: int


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds from a file's bytes to its faces, beside the picture of 1280 pixels: middles of the rounds.

    Attributes:
        faces: how many were found.
        more: the seconds beyond the other's, of the same round.
        times: so many times as long.
        cpu_more: seconds of one core beyond the other's, which count what a busy machine does besides out.
    """

    picture: str
    faces: int
    seconds: float
    more: float
    times: float
    cpu_more: float


@dataclass(frozen=True, slots=True)
class _Placed:
    cousin: str
    left: int
    top: int
    width: int
    height: int


def split(photos: Sequence[LabelledPhoto]) -> tuple[list[LabelledPhoto], list[LabelledPhoto]]:
    """Photos to train on, and those held out: the same nine of each cousin every time."""
    train: list[LabelledPhoto] = []
    held_out: list[LabelledPhoto] = []
    for cousin in sorted({photo.cousin for photo in photos}):
        own = sorted((photo for photo in photos if photo.cousin == cousin), key=lambda photo: photo.path.name)
        random.Random(cousin).shuffle(own)
        held_out += own[:HELD_OUT]
        train += own[HELD_OUT:]
    return train, held_out


def trained(train: Sequence[LabelledPhoto], weights: Path, folder: Path) -> Recognizer:
    """What `cousinbot train` makes of these photos, in a home in `folder`."""
    home = Home(folder)
    for photo in train:
        (home.photos / photo.cousin).mkdir(parents=True, exist_ok=True)
        shutil.copy(photo.path, home.photos / photo.cousin)
    shutil.copytree(weights, home.weights)
    environment = os.environ | {"COUSINBOT_HOME": str(folder)}
    subprocess.run(
        [sys.executable, "-P", "-m", "cli", "train"], check=True, env=environment, cwd=folder, stdout=sys.stderr
    )
    answering = load_who_answers(Registry(home.models), load_detector(home.weights), "cpu")
    assert answering is not None
    return answering.recognizer


def named(recognizer: Recognizer, held_out: Sequence[LabelledPhoto], width: int) -> Named:
    """Ask about each of them, in a large picture and alone."""
    right, wrong, right_alone, wrong_alone = 0, 0, 0, 0
    for number, together in enumerate(_one_of_each(held_out)):
        crops = [_scaled(photo.path, width) for photo in together]
        picture, places = _composed(crops, [photo.cousin for photo in together], SIZE, number)
        (faces,) = recognizer.recognize([decode(_encoded(picture))])
        for place, crop in zip(places, crops, strict=True):
            name = _name_at(faces, place)
            right, wrong = right + (name == place.cousin), wrong + (name not in (None, place.cousin))
            (own,) = recognizer.recognize([decode(_encoded(crop, 95))])
            names = {face.cousin for face in own if face.named}
            right_alone, wrong_alone = right_alone + (place.cousin in names), wrong_alone + bool(names - {place.cousin})
    return Named(width, len(held_out), right, wrong, right_alone, wrong_alone)


def timed(recognizer: Recognizer, held_out: Sequence[LabelledPhoto], rounds: int) -> list[Took]:
    """By turns: a picture with many faces in each size, and a portrait in two."""
    crowd = [photo for together in _one_of_each(held_out) for photo in together][:CROWD]
    crops = [_scaled(photo.path, CROWD_WIDTH) for photo in crowd]
    names = [photo.cousin for photo in crowd]
    files = {
        f"{CROWD} faces, {name}": _encoded(_composed(crops, names, size, 0)[0], 90, name.endswith("HEIC"))
        for name, size in SIZES.items()
    }
    for name in ("1280 px", "12 MP"):
        side = SIZES[name][1] // 2
        portrait = [
            np.asarray(Image.fromarray(_scaled(crowd[0].path, 224)).resize((side, side), Image.Resampling.BICUBIC))
        ]
        files[f"a portrait, {name}"] = _encoded(_composed(portrait, [""], SIZES[name], 1)[0])
    seconds: dict[str, list[float]] = {name: [] for name in files}
    cpu: dict[str, list[float]] = {name: [] for name in files}
    faces: dict[str, int] = {}
    for turn in range(rounds + 1):
        for name, data in files.items():
            start, worked = time.perf_counter(), time.process_time()
            (found,) = recognizer.recognize([decode(data)])
            if turn:  # what comes for the first time is prepared for
                seconds[name].append(time.perf_counter() - start)
                cpu[name].append(time.process_time() - worked)
            faces[name] = len(found)
    return [_took(name, faces[name], seconds, cpu) for name in files]


def _took(name: str, faces: int, seconds: dict[str, list[float]], cpu: dict[str, list[float]]) -> Took:
    beside = f"{name.split(',')[0]}, 1280 px"
    own, other = seconds[name], seconds[beside]
    return Took(
        name,
        faces,
        round(median(own), 3),
        round(median(a - b for a, b in zip(own, other, strict=True)), 3),
        round(median(a / b for a, b in zip(own, other, strict=True)), 2),
        round(median(a - b for a, b in zip(cpu[name], cpu[beside], strict=True)), 3),
    )


def _one_of_each(photos: Sequence[LabelledPhoto]) -> Iterator[list[LabelledPhoto]]:
    """In one picture nobody is named twice."""
    by_cousin = [[photo for photo in photos if photo.cousin == cousin] for cousin in sorted({p.cousin for p in photos})]
    for number in range(max(map(len, by_cousin))):
        yield [own[number] for own in by_cousin if number < len(own)]


def _scaled(path: Path, width: int) -> Pixels:
    pixels = decode(path.read_bytes()).pixels
    height = round(pixels.shape[0] * width / pixels.shape[1])
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _composed(
    crops: Sequence[Pixels], names: Sequence[str], size: tuple[int, int], seed: int
) -> tuple[Pixels, list[_Placed]]:
    """The crops in a picture of that size, each somewhere in a cell of its own, and where they lie."""
    dice, canvas = random.Random(seed), _background(size, seed)
    columns = next(n for n in range(1, 100) if n * -(-n * size[1] // size[0]) >= len(crops))
    rows = -(-len(crops) // columns)
    cell = size[0] // columns, size[1] // rows
    places = []
    for number, (crop, name) in enumerate(zip(crops, names, strict=True)):
        height, width = crop.shape[:2]
        left = number % columns * cell[0] + dice.randrange(max(1, cell[0] - width))
        top = number // columns * cell[1] + dice.randrange(max(1, cell[1] - height))
        canvas[top : top + height, left : left + width] = crop
        places.append(_Placed(name, left, top, width, height))
    return canvas, places


def _background(size: tuple[int, int], seed: int) -> Pixels:
    """Noise in every size from a few pixels to the whole picture, the coarse the stronger, as in leaves and clouds."""
    generator = np.random.default_rng(seed)
    canvas = np.full((size[1], size[0], 3), 120, np.float32)
    side = 4
    while side < max(size):
        noise = generator.normal(0, 14, (side * size[1] // size[0] + 1, side, 3)).astype(np.float32)
        canvas += cv2.resize(noise, size, interpolation=cv2.INTER_CUBIC)
        side *= 2
    return np.clip(canvas, 0, 255, out=canvas).astype(np.uint8)


def _encoded(pixels: Pixels, quality: int = 90, as_heic: bool = False) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "HEIF" if as_heic else "JPEG", quality=quality)
    return file.getvalue()


def _name_at(faces: Sequence[RecognizedFace], place: _Placed) -> str | None:
    """The name of the face whose middle lies there; None where there is none."""
    for face in faces:
        x = (face.box.left + face.box.right) / 2 * SIZE[0] - place.left
        y = (face.box.top + face.box.bottom) / 2 * SIZE[1] - place.top
        if face.found and 0 <= x < place.width and 0 <= y < place.height and face.named:
            return face.cousin
    return None


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="a folder a cousin")
    parser.add_argument("--weights", type=Path, required=True, help="a folder with the networks' weights")
    parser.add_argument("--only", nargs="+", choices=("names", "time"), default=("names", "time"))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    train, held_out = split(PhotoLibrary(options.photos).photos())
    with tempfile.TemporaryDirectory() as folder:
        recognizer = trained(train, options.weights, Path(folder))
        names = [named(recognizer, held_out, width) for width in WIDTHS] if "names" in options.only else []
        times = timed(recognizer, held_out, options.rounds) if "time" in options.only else []
    if options.json:
        print(json.dumps({"named": [asdict(one) for one in names], "took": [asdict(one) for one in times]}))
        return
    for row in names:
        print(
            f"{row.width:4} px wide: {row.in_picture} of {row.photos} named rightly in it ({row.wrong} wrongly),"
            f" {row.alone} alone ({row.wrong_alone} wrongly)"
        )
    for one in times:
        print(
            f"{one.picture:24} {one.faces:3} faces {one.seconds:7.3f} s {one.more:+.3f} s, {one.times:.2f} times,"
            f" CPU {one.cpu_more:+.2f} s"
        )


if __name__ == "__main__":
    main()
