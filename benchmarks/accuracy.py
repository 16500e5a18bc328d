"""Cousinbot beside the tutorial's way and the `face_recognition` way, on the same photos and folds, in one run.

    python -m benchmarks.accuracy --photos relatives sports --strangers DIR --weights DIR [--folds 5] [--json]

The tutorial's way: a torchvision classifier with ImageNet weights (squeezenet1_1; they must lie where torchvision
caches them, under TORCH_HOME, or be fetched), four epochs on the head and ten on everything, on whole pictures and on
faces; a softmax is all it has to tell strangers by. The `face_recognition` way, as its kNN example does it: dlib's HOG
detector, dlib's own descriptors, nearest neighbours; strangers by distance. Every photo counts: one in which a way
finds no face, or not the right one of several, is one that it doesn't name.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, TypeAlias

import dlib
import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.special import softmax
from sklearn.neighbors import KNeighborsClassifier

from data.files.library import PhotoLibrary
from foundation.progress import silent
from foundation.wilson import wilson_interval
from inference.decoding.photo import decode
from inference.embedding.embedder import embedder, views
from inference.faces.detectors import load_detector
from inference.faces.finding import FaceDetector, Pixels, find_faces, largest
from inference.naming.gallery import Floats, gallery_similarities, unit
from models.architectures import Architecture, architecture
from models.weights import package_file
from training.dataset.dataset import read_faces
from training.dataset.labelled import LabelledFile
from training.evaluation.evaluation import stranger_photos
from training.fitting.folds import cross_validation
from training.fitting.stages import Trained, TrainingInputs, prepare, threshold_of, train_stages
from training.hyperparameters import DEFAULTS

_CPU: Final = "cpu"
Folds: TypeAlias = dict[Path, int]


@dataclass(frozen=True, slots=True)
class Judged:
    """What one fold's model said: of P photos whether it named them rightly, `(P,)`, and how sure it was that they are
    known, `(P,)`; and of M strangers how sure it was that they are known, `(M,)`."""

    right: NDArray[np.bool_]
    sure: Floats
    strangers: Floats


Way: TypeAlias = Callable[[Sequence[LabelledFile], Sequence[Path], Folds, FaceDetector], Iterator[Judged]]


@dataclass(frozen=True, slots=True)
class Row:
    """Shares of all photos: named right, and named right while 1 % of strangers pass; intervals are Wilson's, 95 %."""

    photos: str
    way: str
    accuracy: float
    accuracy_ci95: tuple[float, float]
    tpir_at_far1: float
    tpir_at_far1_ci95: tuple[float, float]
    judged: int
    of: int


def cousinbot(
    files: Sequence[LabelledFile], strangers: Sequence[Path], folds: Folds, detector: FaceDetector
) -> Iterator[Judged]:
    """Frozen face network, cosine head; the similarity to the gallery tells strangers."""

    def sure(trained: Trained, inputs: TrainingInputs, train: NDArray[np.int64], features: Floats) -> Floats:
        gallery, labels = unit(trained.features.gallery[train]), inputs.labels[train]
        allowances = threshold_of(inputs, trained, train).allowances
        nearest: Floats = gallery_similarities(unit(features), gallery, labels, inputs.cousins, allowances).max(1)
        return nearest

    yield from _learned(architecture("face"), sure, files, strangers, folds, detector)


def tutorial(crop: str) -> Way:
    """The tutorial's way, on whole pictures or on faces; the softmax tells strangers."""

    def sure(trained: Trained, inputs: TrainingInputs, train: NDArray[np.int64], features: Floats) -> Floats:
        with torch.inference_mode():
            logits = trained.head(torch.from_numpy(features)).numpy()
        return np.asarray(softmax(logits, axis=1).max(1), np.float32)

    def way(
        files: Sequence[LabelledFile], strangers: Sequence[Path], folds: Folds, detector: FaceDetector
    ) -> Iterator[Judged]:
        shape = architecture("squeezenet1_1", "whole" if crop == "whole" else "face")
        yield from _learned(shape, sure, files, strangers, folds, detector)

    return way


Sure: TypeAlias = Callable[[Trained, TrainingInputs, NDArray[np.int64], Floats], Floats]


def _learned(
    shape: Architecture,
    sure: Sure,
    files: Sequence[LabelledFile],
    strangers: Sequence[Path],
    folds: Folds,
    detector: FaceDetector,
) -> Iterator[Judged]:
    dataset = read_faces(files, shape, detector, _CPU, silent)
    inputs = prepare(shape, dataset, _CPU, silent, pretrained=True, hyper=DEFAULTS)
    unknown = [views(shape, pixels, largest(find_faces(detector, pixels))) for pixels in map(_pixels, strangers)]
    fold_of = np.array([folds[face.file.path] for face in dataset.faces])
    for fold in sorted(set(folds.values())):
        train, probes = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        trained = train_stages(inputs, train, silent)
        outside = embedder(shape, trained.body, _CPU).probe_features(unknown)
        named = trained.scores(trained.features.probe[probes], inputs).argmax(1)
        yield Judged(
            named == inputs.labels[probes],
            sure(trained, inputs, train, trained.features.probe[probes]),
            sure(trained, inputs, train, outside),
        )


def face_recognition(
    files: Sequence[LabelledFile], strangers: Sequence[Path], folds: Folds, detector: FaceDetector
) -> Iterator[Judged]:
    """As the package's kNN example: photos with one face teach, the square root of their number are asked."""
    describe = _Describer()
    faces = [describe(_pixels(file.path)) for file in files]
    unknown = np.stack([found[0] for path in strangers if (found := describe(_pixels(path)))])
    fold_of = np.array([folds[file.path] for file in files])
    for fold in sorted(set(folds.values())):
        train = [i for i, found in enumerate(faces) if fold_of[i] != fold and len(found) == 1]
        probes = [i for i, found in enumerate(faces) if fold_of[i] == fold and found]
        neighbours = KNeighborsClassifier(round(len(train) ** 0.5), algorithm="ball_tree", weights="distance")
        neighbours.fit(np.stack([faces[i][0] for i in train]), [files[i].cousin for i in train])
        described = np.stack([faces[i][0] for i in probes])
        yield Judged(
            neighbours.predict(described) == np.array([files[i].cousin for i in probes]),
            -neighbours.kneighbors(described, 1)[0][:, 0],
            -neighbours.kneighbors(unknown, 1)[0][:, 0],
        )


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


def _pixels(path: Path) -> Pixels:
    return decode(path.read_bytes()).pixels


WAYS: Final[dict[str, Way]] = {
    "tutorial, whole picture": tutorial("whole"),
    "tutorial, face": tutorial("face"),
    "face_recognition, kNN": face_recognition,
    "cousinbot": cousinbot,
}


def compare(folder: Path, strangers: Sequence[Path], detector: FaceDetector, folds: int) -> Iterator[Row]:
    """One row a way. Raises what reading the photos and training raise."""
    files = [LabelledFile(photo.path, photo.cousin) for photo in PhotoLibrary(folder).photos()]
    # Whole pictures leave none out, so that the folds are the same for every way.
    every = read_faces(files, architecture("face", "whole"), detector, _CPU, silent)
    folds_of: Folds = {}
    for number, (_, judged) in enumerate(cross_validation(every.labels, every.groups, folds)):
        folds_of |= {every.faces[i].file.path: number for i in judged}
    files = [file for file in files if file.path in folds_of]
    for name, way in WAYS.items():
        rounds = list(way(files, strangers, folds_of, detector))
        right = sum(int(judged.right.sum()) for judged in rounds)
        limit = np.quantile(np.concatenate([judged.strangers for judged in rounds]), 0.99, method="higher")
        accepted = sum(int((judged.right & (judged.sure > limit)).sum()) for judged in rounds)
        yield Row(
            folder.name,
            name,
            right / len(files),
            wilson_interval(right, len(files)),
            accepted / len(files),
            wilson_interval(accepted, len(files)),
            sum(len(judged.right) for judged in rounds),
            len(files),
        )


def main() -> None:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, nargs="+", required=True, help="folders with a folder a cousin")
    parser.add_argument("--strangers", type=Path, required=True, help="photos of people to refuse")
    parser.add_argument("--weights", type=Path, required=True, help="a folder with YuNet's weights")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    strangers, detector = stranger_photos(options.strangers), load_detector(options.weights)
    rows = []
    for folder in options.photos:
        for row in compare(folder, strangers, detector, options.folds):
            print(f"{row.photos}, {row.way}: {row.accuracy:.3f}, {row.tpir_at_far1:.3f}", file=sys.stderr)
            rows.append(row)
    if options.json:
        print(json.dumps([asdict(row) for row in rows]))
        return
    table = Table("photos", "way", "named right", "TPIR at 1 % FAR", "judged", box=None, pad_edge=False)
    for row in rows:
        table.add_row(
            row.photos,
            row.way,
            _share(row.accuracy, row.accuracy_ci95),
            _share(row.tpir_at_far1, row.tpir_at_far1_ci95),
            f"{row.judged} of {row.of}",
        )
    Console().print(table)


def _share(share: float, interval: tuple[float, float]) -> str:
    return f"{share:.3f} ({interval[0]:.3f} to {interval[1]:.3f})"


if __name__ == "__main__":
    main()
