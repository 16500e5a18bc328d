"""Planted wrong labels: how many `cousinbot photos check` finds, and how many of its doubts are planted ones.

    python -m benchmarks.labels --photos DIR [--weights DIR] [--share .05] [--rounds 4] [--json]

In each round a share of the photos gets a random other cousin's name, in memory only, and the very check runs. Wrong
labels that were in the folder before count against precision, for nobody planted them.
"""

import argparse
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from data.files.library import PhotoLibrary
from foundation.progress import silent
from foundation.wilson import wilson_interval
from inference.faces.detectors import load_detector
from inference.faces.finding import Face, FaceDetector, Pixels
from models.architectures import best_face_network
from tests.training.evaluation.planting import plant
from training.dataset.labelled import LabelledFile
from training.evaluation.label_check import check_photos


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in all rounds together; intervals are Wilson's, 95 %.

    Attributes:
        planted: wrong labels planted.
        found: of those, how many were doubted.
        named: of the found ones, how many were said to look like the cousin that they show.
        doubted: labels doubted, planted or not.
    """

    photos: int
    rounds: int
    planted: int
    found: int
    named: int
    doubted: int
    recall: float
    recall_ci95: tuple[float, float]
    precision: float
    precision_ci95: tuple[float, float]


class Remembering:
    """A detector that looks at each picture once: labels change from round to round, faces do not."""

    def __init__(self, detector: FaceDetector) -> None:
        self._detector = detector
        self.name, self.sure, self.glance = detector.name, detector.sure, detector.glance
        self._seen: dict[bytes, list[Face]] = {}

    def detect(self, pixels: Pixels) -> list[Face]:
        """As the detector behind it."""
        picture = hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).digest()
        if picture not in self._seen:
            self._seen[picture] = self._detector.detect(pixels)
        return self._seen[picture]


def measure(folder: Path, weights: Path | None, share: float, rounds: int) -> Found:
    """Plant, check and count, `rounds` times. Raises the check's and the library's errors."""
    files = [LabelledFile(photo.path, photo.cousin) for photo in PhotoLibrary(folder).photos()]
    weights = weights or Path("no-weights")
    network, detector = best_face_network(weights), Remembering(load_detector(weights))
    planted = found = named = doubted = 0
    for seed in range(rounds):
        labelled, truth = plant(files, share, seed)
        doubts = check_photos(labelled, network, detector, "cpu", silent).doubtful
        planted += len(truth)
        doubted += len(doubts)
        found += sum(doubt.photo in truth for doubt in doubts)
        named += sum(truth.get(doubt.photo) == doubt.looks_like for doubt in doubts)
    return Found(
        photos=len(files),
        rounds=rounds,
        planted=planted,
        found=found,
        named=named,
        doubted=doubted,
        recall=found / planted,
        recall_ci95=wilson_interval(found, planted),
        precision=found / max(doubted, 1),
        precision_ci95=wilson_interval(found, doubted) if doubted else (0.0, 1.0),
    )


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="a folder a cousin")
    parser.add_argument(
        "--weights", type=Path, help="a folder with YuNet's weights; without it dlib's detector is used"
    )
    parser.add_argument("--share", type=float, default=0.05, help="of the labels that are made wrong")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.photos, options.weights, options.share, options.rounds)
    if options.json:
        print(json.dumps(asdict(figures)))
        return
    for name, part, whole, share, (low, high) in (
        ("recall", figures.found, figures.planted, figures.recall, figures.recall_ci95),
        ("precision", figures.found, figures.doubted, figures.precision, figures.precision_ci95),
    ):
        print(f"{name}: {share:.3f} ({part} of {whole}; 95 % interval {low:.3f} to {high:.3f})")
    print(f"of the {figures.found} found, {figures.named} were given back to the right cousin")


if __name__ == "__main__":
    main()
