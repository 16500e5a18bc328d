"""Photos with several faces: which of them training can use, and which face of each it takes.

    python -m benchmarks.several_faces --photos DIR [--weights DIR] [--sheet DIR] [--couples N] [--json]

Those in which one face leads are counted; those that are used though none leads are listed, each with the number of the
face that was taken, and so are those that are left out. With --sheet they are drawn on pages of a dozen, to be looked
at: whoever looks says which are wrong, for no file knows it. The pages show the family's faces, and stay with you.

With --couples N photos of each two cousins are put side by side, N times, and filed under both: here it is known whose
face is whose.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from data.files.face_cache import FaceCache
from data.files.library import PhotoLibrary
from foundation.progress import silent
from inference.decoding.photo import decode
from inference.faces.detectors import load_detector
from models.architectures import best_face_network
from training.dataset.dataset import read_faces
from training.dataset.labelled import LabelledFace, LabelledFile
from training.hyperparameters import DEFAULTS, Hyperparameters

_TILE: Final = 340
_PAGE: Final = 12
_SIDE: Final = 224
_CAPTION: Final = 18


@dataclass(frozen=True, slots=True)
class Choice:
    """A photo in which no face leads, and the face that was taken, from 1; None where it is left out."""

    photo: str
    faces: int
    taken: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """What became of photos with several faces.

    Attributes:
        leading: those in which one face leads.
        recovered: those in which none does, and one is taken all the same.
        left_out: those from which nothing is learned.
    """

    leading: int
    recovered: list[Choice]
    left_out: list[Choice]


def measure(folder: Path, weights: Path | None, sheets: Path | None, hyper: Hyperparameters = DEFAULTS) -> Found:
    """Read the photos twice, by the lead alone and by the whole rule. Raises what `read_faces` does."""
    files = [LabelledFile(photo.path, photo.cousin) for photo in PhotoLibrary(folder).photos()]
    weights = weights or Path("no-weights")
    detector, shape, cache = load_detector(weights), best_face_network(weights), FaceCache()
    by_lead, dataset = (
        read_faces(files, shape, detector, "cpu", silent, hyper=one, cache=cache)
        for one in (replace(hyper, unusual_faces=None), hyper)
    )
    led = {face.file for face in by_lead.faces}
    recovered = [face for face in dataset.faces if face.file not in led]
    if sheets is not None:
        _draw(recovered, sheets)
    unclear = [(one.photo, one.unclear) for one in dataset.skipped if one.unclear is not None]
    return Found(
        leading=by_lead.several_faces,
        recovered=[Choice(face.file.name, len(face.extracted.faces), face.place + 1) for face in recovered],
        left_out=[Choice(photo, len(one.boxes), None) for photo, one in unclear],
    )


@dataclass(frozen=True, slots=True)
class Couples:
    """What is learned of couples, of each of whom a face is to be: how many rightly, wrongly and not at all."""

    faces: int
    right: int
    wrong: int
    left_out: int


def couples(folder: Path, weights: Path | None, each: int, hyper: Hyperparameters = DEFAULTS) -> Couples:
    """Put photos of each two cousins side by side, `each` times; they are filed under both, and nowhere else."""
    files = defaultdict(list)
    for photo in PhotoLibrary(folder).photos():
        files[photo.cousin].append(LabelledFile(photo.path, photo.cousin))
    for seed, own in enumerate(files.values()):
        np.random.default_rng(seed).shuffle(own)
    with TemporaryDirectory() as made:
        paired: list[LabelledFile] = []
        sides: dict[tuple[Path, str], int] = {}
        for number, pair in enumerate(list(combinations(sorted(files), 2)) * each):
            path = Path(made) / f"{number}.png"
            _side_by_side([files[cousin].pop().path for cousin in pair], path)
            paired += [LabelledFile(path, cousin) for cousin in pair]
            sides |= {(path, cousin): side for side, cousin in enumerate(pair)}
        everything = [*(file for own in files.values() for file in own), *paired]
        detector, shape = load_detector(weights or Path("no-weights")), best_face_network(weights or Path("no-weights"))
        dataset = read_faces(everything, shape, detector, "cpu", silent, hyper=hyper)
    of_couples = [face for face in dataset.faces if (face.file.path, face.file.cousin) in sides]
    right = sum((face.box.left + face.box.right > 1) == sides[face.file.path, face.file.cousin] for face in of_couples)
    return Couples(len(paired), right, len(of_couples) - right, len(paired) - len(of_couples))


def _side_by_side(photos: Sequence[Path], path: Path) -> None:
    pair = Image.new("RGB", (2 * _SIDE, _SIDE))
    for side, photo in enumerate(photos):
        pair.paste(Image.fromarray(decode(photo.read_bytes()).pixels).resize((_SIDE, _SIDE)), (side * _SIDE, 0))
    pair.save(path)


def _draw(recovered: Sequence[LabelledFace], sheets: Path) -> None:
    sheets.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(recovered), _PAGE):
        page = Image.new("RGB", (4 * _TILE, 3 * (_TILE + _CAPTION)), "white")
        for place, face in enumerate(recovered[start : start + _PAGE]):
            left, top = place % 4 * _TILE, place // 4 * (_TILE + _CAPTION)
            page.paste(_photo(face), (left, top + _CAPTION))
            ImageDraw.Draw(page).text((left, top), f"{start + place + 1}. {face.file.name}", fill="black")
        page.save(sheets / f"{start // _PAGE + 1}.png")


def _photo(face: LabelledFace) -> Image.Image:
    """The photo with all its faces in red, and the one that was taken in green."""
    photo = Image.fromarray(decode(face.file.path.read_bytes()).pixels)
    photo.thumbnail((_TILE, _TILE))
    draw = ImageDraw.Draw(photo)
    for place, one in enumerate(face.extracted.faces):
        left, top, right, bottom = one.box.sides
        sides = (left * photo.width, top * photo.height, right * photo.width, bottom * photo.height)
        draw.rectangle(sides, outline="lime" if place == face.place else "red", width=3)
    return photo


def main() -> None:
    """Run it and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="a folder a cousin")
    parser.add_argument(
        "--weights", type=Path, help="a folder with YuNet's weights; without it dlib's detector is used"
    )
    parser.add_argument("--sheet", type=Path, help="a folder for pages with the photos that are used though none leads")
    parser.add_argument("--couples", type=int, help="judge made-up couples instead, so many of each two cousins")
    parser.add_argument("--lead", type=float, default=DEFAULTS.face_lead, help="the hyperparameter face_lead")
    parser.add_argument("--unusual", type=float, default=DEFAULTS.unusual_faces, help="unusual_faces")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    hyper = replace(DEFAULTS, face_lead=options.lead, unusual_faces=options.unusual)
    if options.couples:
        judged = couples(options.photos, options.weights, options.couples, hyper)
        print(json.dumps(asdict(judged)) if options.json else judged)
        return
    found = measure(options.photos, options.weights, options.sheet, hyper)
    if options.json:
        print(json.dumps(asdict(found)))
        return
    recovered, unclear = len(found.recovered), len(found.left_out)
    print(f"photos with several faces: {found.leading + recovered + unclear}, in {found.leading} of which one leads")
    print(f"of the {recovered + unclear} others {recovered} are used:")
    for number, one in enumerate(found.recovered, 1):
        print(f"{number:3}. {one.photo}: face {one.taken} of {one.faces}")
    print(f"and {unclear} are left out:")
    for one in found.left_out:
        print(f"     {one.photo}, of {one.faces} faces")


if __name__ == "__main__":
    main()
