"""Several layouts of the folds, with dlib's network alone as cousinbot 1 used it and with the default, paired.

    python -m benchmarks.layouts --photos relatives sports --strangers DIR --weights DIR [--seeds 0 1 2 3 4]
                                 [--shots 1 3 5] [--json]

Each way finds and embeds every face once, and then learns and judges in all layouts. With `--shots` also from so few
photos of each cousin, drawn anew for each fold of a layout. Differences are of the same photos in the same layouts.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from data.files.library import PhotoLibrary
from foundation.progress import silent
from foundation.wilson import wilson_interval
from inference.embedding.embedder import embedder
from inference.faces.detectors import load_detector
from inference.naming.gallery import Floats
from models.architectures import Architecture, architecture, best_face_network
from training.dataset.dataset import Dataset, read_faces
from training.dataset.labelled import LabelledFile
from training.evaluation.evaluation import cross_validate, draws, open_set, read_strangers, stranger_photos
from training.evaluation.metrics import closed_set
from training.fitting.folds import cross_validation
from training.fitting.stages import TrainingInputs, prepare
from training.hyperparameters import DEFAULTS, Hyperparameters

_CPU: Final = "cpu"
_FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class Row:
    """Means over the layouts, in shares; `ci95` is Wilson's for the accuracy, as wide as there are few photos.

    Attributes:
        shots: photos of each cousin learned from; None: all but a fold's.
        worst_ece: of a layout.
        nobody: share of the known photos that are nobody's.
        asked_strangers, named_strangers: share of the strangers that are asked about, or get a name.
        gained: accuracy and TPIR less those of the first way, a pair for each layout.
    """

    photos: str
    way: str
    shots: int | None
    accuracy: float
    accuracy_ci95: tuple[float, float]
    tpir_at_far1: float
    named_known: float
    nobody: float
    asked_strangers: float
    named_strangers: float
    ece: float
    worst_ece: float
    gained: list[tuple[float, float]]


class Way:
    """All photos as one network sees them."""

    def __init__(
        self, shape: Architecture, hyper: Hyperparameters, files: Sequence[LabelledFile], weights: Path
    ) -> None:
        self._detector = load_detector(weights)
        self.dataset: Dataset = read_faces(files, shape, self._detector, _CPU, silent, hyper=hyper)
        self.inputs: TrainingInputs = prepare(
            shape, self.dataset, _CPU, silent, pretrained=True, hyper=self.dataset.hyper
        )

    def strangers(self, paths: Sequence[Path]) -> Floats:
        """Their probe features."""
        shape = self.inputs.shape
        seen, _ = read_strangers(paths, shape, self._detector, silent)
        return embedder(shape, self.inputs.body, _CPU).probe_features(seen)


def ways(files: Sequence[LabelledFile], weights: Path) -> dict[str, Way]:
    """Cousinbot 1's way and today's."""
    return {
        "dlib alone": Way(architecture("face"), replace(DEFAULTS, nearest_weight=0.0), files, weights),
        "default": Way(best_face_network(weights), DEFAULTS, files, weights),
    }


def measure(
    folder: Path, strangers: Sequence[Path], weights: Path, seeds: Sequence[int], shots: Sequence[int | None]
) -> Iterator[Row]:
    """One row a way and number of photos learned from."""
    files = [LabelledFile(photo.path, photo.cousin) for photo in PhotoLibrary(folder).photos()]
    both = ways(files, weights)
    outside = {name: way.strangers(strangers) for name, way in both.items()}
    for few in shots:
        first: list[Mapping[str, float]] = []
        for name, way in both.items():
            judged = [_judged(way, outside[name], few, seed) for seed in seeds]
            first = first or judged

            def mean(key: str, judged: Sequence[Mapping[str, float]] = judged) -> float:
                return float(np.mean([one[key] for one in judged]))

            photos = len(way.dataset.faces)
            yield Row(
                folder.name,
                name,
                few,
                mean("accuracy"),
                wilson_interval(mean("accuracy") * photos, photos),
                mean("tpir_at_far1"),
                mean("named_known"),
                mean("nobody"),
                mean("far_at_threshold") - mean("named_strangers"),
                mean("named_strangers"),
                mean("ece"),
                max(one["ece"] for one in judged),
                [
                    (one["accuracy"] - before["accuracy"], one["tpir_at_far1"] - before["tpir_at_far1"])
                    for one, before in zip(judged, first, strict=True)
                ],
            )


def _judged(way: Way, outside: Floats, shots: int | None, seed: int) -> Mapping[str, float]:
    dataset = way.dataset
    if shots is None:
        splits = list(cross_validation(dataset.labels, dataset.groups, _FOLDS, seed))
    else:
        splits = list(draws(dataset, shots, _FOLDS, seed))
    found = cross_validate(way.inputs, splits, outside)
    figures = closed_set(found.probabilities, found.truth, dataset.cousins)
    return {
        "accuracy": figures["accuracy"],
        "ece": figures["ece"],
        "nobody": float((found.answers == "nobody").mean()),
        **{key: value for key, value in open_set(found).items() if isinstance(value, float)},
    }


def main() -> None:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, nargs="+", required=True, help="folders with a folder a cousin")
    parser.add_argument("--strangers", type=Path, required=True, help="photos of people to refuse")
    parser.add_argument("--weights", type=Path, required=True, help="a folder with the weights that are downloaded")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--shots", type=int, nargs="*", default=[], help="also learn from so few photos a cousin")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    strangers = stranger_photos(options.strangers)
    rows = [
        row
        for folder in options.photos
        for row in measure(folder, strangers, options.weights, options.seeds, [None, *options.shots])
    ]
    if options.json:
        print(json.dumps([asdict(row) for row in rows]))
        return
    table = Table(
        *("photos", "of each", "way", "accuracy", "TPIR at 1 % FAR", "named", "nobody"),
        *("strangers asked about", "named", "ECE (worst)"),
        box=None,
        pad_edge=False,
    )
    for row in rows:
        low, high = row.accuracy_ci95
        table.add_row(
            row.photos,
            str(row.shots or "all"),
            row.way,
            f"{row.accuracy:.3f} ({low:.3f} to {high:.3f})",
            f"{row.tpir_at_far1:.3f}",
            f"{row.named_known:.3f}",
            f"{row.nobody:.3f}",
            f"{row.asked_strangers:.4f}",
            f"{row.named_strangers:.4f}",
            f"{row.ece:.3f} ({row.worst_ece:.3f})",
        )
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
