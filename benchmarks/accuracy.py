"""Cousinbot beside the tutorial's way and the `face_recognition` way, on the same photos and folds, in one run.

    python -m benchmarks.accuracy --photos relatives sports --strangers DIR --weights DIR [--folds 5] [--shots 1 3 5]
                                  [--rounds 5] [--json]

The tutorial's way: a torchvision classifier with ImageNet weights (squeezenet1_1; they must lie where torchvision
caches them, under TORCH_HOME, or be fetched), four epochs on the head and ten on everything, on whole pictures and on
faces; a softmax is all it has to tell strangers by. The `face_recognition` way, as its kNN example does it: dlib's HOG
detector, dlib's own descriptors, nearest neighbours; strangers by distance. Every photo counts: one in which a way
finds no face, or not the right one of several, is one that it doesn't name.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, Protocol, TypeAlias

import dlib
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.special import softmax
from sklearn.neighbors import KNeighborsClassifier

from data.files.library import PhotoLibrary
from foundation.progress import silent
from foundation.wilson import wilson_interval
from inference.decoding.photo import decode
from inference.embedding.embedder import Embedder, FaceViews, embedder, views
from inference.faces.detectors import load_detector
from inference.faces.finding import FaceDetector, Pixels, find_faces, largest, whole_picture
from inference.naming.gallery import Floats, gallery_similarities, unit
from models.architectures import Architecture, architecture, best_face_network
from models.weights import package_file
from training.dataset.dataset import read_faces
from training.dataset.labelled import LabelledFile
from training.evaluation.evaluation import draws, stranger_photos
from training.fitting.folds import cross_validation
from training.fitting.stages import Trained, prepare, threshold_of, train_stages
from training.hyperparameters import DEFAULTS, Hyperparameters

_CPU: Final = "cpu"
_TIMED: Final = 24
"""Photos by which a way's time is measured."""
_TURNS: Final = 5
"""Times that the ways take turns at them."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one model said: of P photos whether it named them rightly, `(P,)`, and how sure it was that they are known,
    `(P,)`; and of M strangers how sure it was that they are known, `(M,)`."""

    right: NDArray[np.bool_]
    sure: Floats
    strangers: Floats


@dataclass(frozen=True, slots=True)
class Split:
    """Which photos teach and which are asked about."""

    teach: frozenset[Path]
    ask: frozenset[Path]


class Way(Protocol):
    """One way of telling people apart, with all photos looked at."""

    def judge(self, split: Split) -> Judged:
        """Learn from some photos and name others."""
        ...

    def name(self, photo: bytes) -> object:
        """What the model that was learned last makes of a photo, from its bytes on."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """Shares of all photos: named right, and named right while 1 % of strangers pass; intervals are Wilson's, 95 %.

    `shots` photos of each cousin were learned from, or all but a fold's where it is None; `ms` a photo are the median
    of several turns.
    """

    photos: str
    shots: int | None
    way: str
    accuracy: float
    accuracy_ci95: tuple[float, float]
    tpir_at_far1: float
    tpir_at_far1_ci95: tuple[float, float]
    judged: int
    of: int
    ms: float


class Learned:
    """A fastai learner of this project: cousinbot's ways, and the tutorial's."""

    def __init__(
        self,
        shape: Architecture,
        files: Sequence[LabelledFile],
        strangers: Sequence[Path],
        detector: FaceDetector,
        hyper: Hyperparameters = DEFAULTS,
    ) -> None:
        self._shape, self._detector = shape, detector
        dataset = read_faces(files, shape, detector, _CPU, silent, hyper=hyper)
        self._paths = [face.file.path for face in dataset.faces]
        self._inputs = prepare(shape, dataset, _CPU, silent, pretrained=True, hyper=hyper)
        self._strangers = [self._views(decode(path.read_bytes()).pixels) for path in strangers]
        self._trained: Trained | None = None
        self._by: Embedder | None = None

    def judge(self, split: Split) -> Judged:
        teach, ask = (np.flatnonzero([path in photos for path in self._paths]) for photos in (split.teach, split.ask))
        several = len(teach) > len(np.unique(self._inputs.labels[teach]))  # else nothing could say what unfreezing does
        trained = self._trained = train_stages(self._inputs, teach, silent, unfreeze=several)
        self._by = embedder(self._shape, trained.body, _CPU)
        outside = self._by.probe_features(self._strangers)
        probes = trained.features.probe[ask]
        named = trained.scores(probes, self._inputs).argmax(1)
        return Judged(named == self._inputs.labels[ask], self._sure(trained, probes), self._sure(trained, outside))

    def name(self, photo: bytes) -> object:
        assert self._trained is not None
        assert self._by is not None
        seen = self._by.probe_features([self._views(decode(photo).pixels)])
        return self._trained.scores(seen, self._inputs), self._sure(self._trained, seen)

    def _sure(self, trained: Trained, features: Floats) -> Floats:
        """Similarity to the gallery; the tutorial has nothing but its softmax to tell strangers by."""
        if not self._shape.is_face_network:
            return np.asarray(softmax(trained.scores(features, self._inputs), axis=1).max(1), np.float32)
        gallery, labels = unit(trained.features.gallery[trained.taught]), self._inputs.labels[trained.taught]
        allowances = threshold_of(self._inputs, trained, trained.taught).allowances
        nearest: Floats = gallery_similarities(unit(features), gallery, labels, self._inputs.cousins, allowances).max(1)
        return nearest

    def _views(self, pixels: Pixels) -> FaceViews:
        face = whole_picture() if self._shape.crop == "whole" else largest(find_faces(self._detector, pixels))
        return views(self._shape, pixels, face)


class FaceRecognition:
    """As the package's kNN example: photos with one face teach, the square root of their number are asked."""

    def __init__(self, files: Sequence[LabelledFile], strangers: Sequence[Path]) -> None:
        self._describe = _Describer()
        self._files = files
        self._faces = [self._describe(decode(file.path.read_bytes()).pixels) for file in files]
        described = (self._describe(decode(path.read_bytes()).pixels) for path in strangers)
        self._strangers = np.stack([found[0] for found in described if found])
        self._neighbours: KNeighborsClassifier | None = None

    def judge(self, split: Split) -> Judged:
        numbered = list(enumerate(zip(self._files, self._faces, strict=True)))
        teach = [i for i, (file, found) in numbered if file.path in split.teach and len(found) == 1]
        ask = [i for i, (file, found) in numbered if file.path in split.ask and found]
        neighbours = KNeighborsClassifier(round(len(teach) ** 0.5), algorithm="ball_tree", weights="distance")
        neighbours.fit(np.stack([self._faces[i][0] for i in teach]), [self._files[i].cousin for i in teach])
        self._neighbours = neighbours
        described = np.stack([self._faces[i][0] for i in ask])
        return Judged(
            neighbours.predict(described) == np.array([self._files[i].cousin for i in ask]),
            -neighbours.kneighbors(described, 1)[0][:, 0],
            -neighbours.kneighbors(self._strangers, 1)[0][:, 0],
        )

    def name(self, photo: bytes) -> object:
        assert self._neighbours is not None
        found = self._describe(decode(photo).pixels)
        return self._neighbours.predict(np.stack(found)) if found else None


class _Describer:
    """dlib's own faces and descriptors."""

    def __init__(self) -> None:
        self._detector = dlib.get_frontal_face_detector()
        self._predictor = dlib.shape_predictor(str(package_file("shape_predictor_5_face_landmarks.dat")))
        self._network = dlib.face_recognition_model_v1(str(package_file("dlib_face_recognition_resnet_model_v1.dat")))

    def __call__(self, pixels: Pixels) -> list[Floats]:
        """Descriptors `(128,)` of the picture's faces, the largest first."""
        boxes = sorted(self._detector(pixels, 1), key=lambda box: -box.area())
        return [
            np.array(self._network.compute_face_descriptor(pixels, self._predictor(pixels, box)), np.float32)
            for box in boxes
        ]


Build: TypeAlias = Callable[[Sequence[LabelledFile], Sequence[Path], FaceDetector, Path], Way]

WAYS: Final[dict[str, Build]] = {
    "tutorial, whole picture": lambda files, strangers, detector, _: Learned(
        architecture("squeezenet1_1", "whole"), files, strangers, detector
    ),
    "tutorial, face": lambda files, strangers, detector, _: Learned(
        architecture("squeezenet1_1", "face"), files, strangers, detector
    ),
    "face_recognition, kNN": lambda files, strangers, *_: FaceRecognition(files, strangers),
    "cousinbot 1": lambda files, strangers, detector, _: Learned(
        architecture("face"), files, strangers, detector, replace(DEFAULTS, nearest_weight=0.0)
    ),
    "cousinbot": lambda files, strangers, detector, weights: Learned(
        best_face_network(weights), files, strangers, detector
    ),
}


def compare(
    folder: Path,
    strangers: Sequence[Path],
    weights: Path,
    folds: int,
    shots: Sequence[int],
    rounds: int,
    only: Sequence[str],
) -> Iterator[Row]:
    """One row a way and number of photos learned from. Raises what reading the photos and training raise."""
    detector = load_detector(weights)
    files = [LabelledFile(photo.path, photo.cousin) for photo in PhotoLibrary(folder).photos()]
    # Whole pictures leave none out, so that the folds are the same for every way.
    every = read_faces(files, architecture("face", "whole"), detector, _CPU, silent)
    paths = [face.file.path for face in every.faces]

    def split(teach: NDArray[np.int64], ask: NDArray[np.int64]) -> Split:
        return Split(frozenset(paths[i] for i in teach), frozenset(paths[i] for i in ask))

    plans: dict[int | None, list[Split]] = {
        None: [split(*one) for one in cross_validation(every.labels, every.groups, folds)],
        **{few: [split(*one) for one in draws(every, few, rounds)] for few in shots},
    }
    files = [face.file for face in every.faces]
    ways = {name: WAYS[name](files, strangers, detector, weights) for name in only}
    judged = {
        (name, plan): [way.judge(one) for one in splits] for name, way in ways.items() for plan, splits in plans.items()
    }
    taken = _times(ways, [path.read_bytes() for path in paths[:: max(1, len(paths) // _TIMED)]])
    for (name, plan), results in judged.items():
        of = sum(len(one.ask) for one in plans[plan])
        distinct = len(frozenset().union(*(one.ask for one in plans[plan])))
        limit = np.quantile(np.concatenate([one.strangers for one in results]), 0.99, method="higher")
        right = sum(int(one.right.sum()) for one in results) / of
        accepted = sum(int((one.right & (one.sure > limit)).sum()) for one in results) / of
        yield Row(
            folder.name,
            plan,
            name,
            right,
            wilson_interval(right * distinct, distinct),
            accepted,
            wilson_interval(accepted * distinct, distinct),
            sum(len(one.right) for one in results),
            of,
            taken[name],
        )


def _times(ways: Mapping[str, Way], photos: Sequence[bytes]) -> dict[str, float]:
    """Milliseconds a photo, one after the other; the ways take turns."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(_TURNS):
        for name, way in ways.items():
            start = time.perf_counter()
            for photo in photos:
                way.name(photo)
            taken[name].append(1000 * (time.perf_counter() - start) / len(photos))
    return {name: float(np.median(each)) for name, each in taken.items()}


def main() -> None:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, nargs="+", required=True, help="folders with a folder a cousin")
    parser.add_argument("--strangers", type=Path, required=True, help="photos of people to refuse")
    parser.add_argument("--weights", type=Path, required=True, help="a folder with the weights that are downloaded")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--shots", type=int, nargs="*", default=[], help="also learn from so few photos a cousin")
    parser.add_argument("--rounds", type=int, default=5, help="random draws of those few photos")
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS), help="which to compare")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    strangers = stranger_photos(options.strangers)
    rows = []
    for folder in options.photos:
        for row in compare(
            folder, strangers, options.weights, options.folds, options.shots, options.rounds, options.ways
        ):
            print(
                f"{row.photos}, {row.way}, {row.shots or 'all'}: {row.accuracy:.3f}, {row.tpir_at_far1:.3f}",
                file=sys.stderr,
            )
            rows.append(row)
    if options.json:
        print(json.dumps([asdict(row) for row in rows]))
        return
    table = Table(
        "photos", "of each", "way", "named right", "TPIR at 1 % FAR", "judged", "ms", box=None, pad_edge=False
    )
    for row in rows:
        table.add_row(
            row.photos,
            str(row.shots or "all"),
            row.way,
            _share(row.accuracy, row.accuracy_ci95),
            _share(row.tpir_at_far1, row.tpir_at_far1_ci95),
            f"{row.judged} of {row.of}",
            f"{row.ms:.0f}",
        )
    Console().print(table)


def _share(share: float, interval: tuple[float, float]) -> str:
    return f"{share:.3f} ({interval[0]:.3f} to {interval[1]:.3f})"


if __name__ == "__main__":
    main()
