"""Relatives who are not in the gallery: how many are refused, and what that costs in known cousins.

    python -m benchmarks.look_alikes --photos DIR --weights DIR [--left-out 2] [--folds 5] [--json]

Every choice of so many cousins is left out in turn. The bot is taught the others, on all folds but one, with the
threshold that it fits from their photos alone; the fold that is held out says how many of the known are refused, the
ones left out how many strangers of the same family are.
"""

import argparse
import json
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from data.files.library import PhotoLibrary
from foundation.progress import silent
from inference.faces.detectors import load_detector
from models.architectures import best_face_network
from training.dataset.dataset import read_faces
from training.dataset.labelled import LabelledFile
from training.evaluation.evaluation import cross_validate
from training.fitting.folds import cross_validation
from training.fitting.stages import prepare


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Over all choices of who is left out.

    Attributes:
        families: how many choices.
        refused: mean share of the left-out cousins' photos to whom no name is said: it is asked, or nobody.
        refused_worst: the lowest such share of a choice, and `worst` who was left out then.
        known_refused: mean share of the known cousins' held-out photos to whom none is said either.
    """

    families: int
    refused: float
    refused_worst: float
    worst: tuple[str, ...]
    known_refused: float


def measure(folder: Path, weights: Path, left_out: int, folds: int) -> LookAlikes:
    """Leave out and count. Raises what reading the photos raises."""
    network = best_face_network(weights)
    files = [LabelledFile(photo.path, photo.cousin) for photo in PhotoLibrary(folder).photos()]
    dataset = read_faces(files, network, load_detector(weights), "cpu", silent)
    everybody = prepare(network, dataset, "cpu", silent, pretrained=True, hyper=dataset.hyper)
    cousins = len(dataset.cousins)
    refused: dict[tuple[str, ...], float] = {}
    known_refused = []
    for away in combinations(range(cousins), left_out):
        known = np.flatnonzero(~np.isin(dataset.labels, away))
        family = replace(
            everybody,
            features=everybody.features.of(known),
            labels=np.searchsorted(np.setdiff1d(np.arange(cousins), away), dataset.labels[known]),
            groups=dataset.groups[known],
        )
        strangers = everybody.features.probe[np.isin(dataset.labels, away)]
        found = cross_validate(family, cross_validation(family.labels, family.groups, folds), strangers)
        refused[tuple(dataset.cousins[i] for i in away)] = float((found.stranger_answers != "named").mean())
        known_refused.append(float((found.answers != "named").mean()))
    worst = min(refused, key=lambda names: refused[names])
    return LookAlikes(
        len(refused), float(np.mean(list(refused.values()))), refused[worst], worst, float(np.mean(known_refused))
    )


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="a folder a cousin")
    parser.add_argument("--weights", type=Path, required=True, help="a folder with YuNet's weights")
    parser.add_argument("--left-out", type=int, default=2, help="cousins who are not taught")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.photos, options.weights, options.left_out, options.folds)
    if options.json:
        print(json.dumps(asdict(figures)))
        return
    print(
        f"{figures.families} families with {options.left_out} left out: {figures.refused:.1%} of their photos refused"
        f" (least {figures.refused_worst:.1%}, without {' and '.join(figures.worst)});"
        f" {figures.known_refused:.1%} of the known cousins' photos refused too"
    )


if __name__ == "__main__":
    main()
