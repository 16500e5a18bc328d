"""`report.html`: how well a version does, whom it mixes up and why, in one file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actions.ages.bands import BANDS, ages
from actions.ages.wording import band, missing
from data.files.library import readable
from foundation.whole_file import write_whole
from inference.naming.gallery import Floats
from models.card import Card
from training.dataset.dataset import Dataset
from training.evaluation.held_out import NOBODY, HeldOut
from training.evaluation.label_check import dated_too_early
from training.fitting.learner import History
from training.fitting.thresholds import Threshold
from training.reports import plots
from training.reports.left_out import each_once
from training.reports.look_alikes import look_alikes
from training.reports.page import page

_SHOWN = 16
_PAIRS = 10


def write_report(
    file: Path,
    card: Card,
    dataset: Dataset,
    histories: Mapping[str, History],
    held_out: HeldOut,
    named: NDArray[np.int64],
    asked: NDArray[np.bool_],
    chances: Floats,
    threshold: Threshold,
    shown: Callable[[str], str] = str,
    births: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Write a version's report.

    Of the held-out faces, `named` `(P,)` has whom the bot would name, `asked` `(P,)` where it would ask, `chances`
    `(P, cousins)` their calibrated probabilities; cousins are called what `shown` makes of
    their keys, and were born in the years of `births`. Beside the report stands `confusion.png`, which the bot shows to
    the admins.
    """
    names = {cousin: shown(cousin) for cousin in dataset.cousins}
    matrix = file.with_name("confusion.png")
    called, things = [names[cousin] for cousin in dataset.cousins], card.crop == "whole"
    plots.confusion_matrix(held_out.truth, named, called, things=things).savefig(matrix, dpi=120)
    right = chances.argmax(1) == held_out.truth
    text = page(
        "report.html",
        card=card,
        metrics=card.metrics,
        skipped_photos=each_once(card.skipped),
        names=names,
        batch=[
            {"picture": plots.picture(dataset.portrait(int(i))), "cousin": names[dataset.faces[i].file.cousin]}
            for i in np.random.default_rng(0).permutation(len(dataset.faces))[:_SHOWN]
        ],
        wrong=float(((named != held_out.truth) & (named != NOBODY)).mean()),
        asked=float(asked.mean()),
        unnamed=float(((named == NOBODY) & ~asked).mean()),
        alike=look_alikes(dataset, held_out, named, names),
        ages=_ages(dataset, names, births),
        bands=[band(*years) for years in BANDS],
        too_early=[readable(one.sentence) for one in dated_too_early((one.file for one in dataset.faces), births)],
        photos_of={name: int((dataset.labels == label).sum()) for label, name in enumerate(dataset.cousins)},
        several=dataset.several_faces,
        mistaken=_mistaken(card, dataset, held_out, named, names),
        mistakes=_top_losses(dataset, held_out, named, chances, names),
        confusion_matrix=plots.embedded(matrix),
        similarities=plots.similarities(threshold),
        calibration=plots.calibration(chances.max(1), right),
        stages=[
            {
                "name": name,
                "finder": plots.rate_finder(history) if history.finder_rates else None,
                "losses": plots.losses(history),
            }
            for name, history in histories.items()
        ],
    )
    write_whole(file, text)


def _ages(dataset: Dataset, names: Mapping[str, str], births: Mapping[str, int]) -> list[dict[str, Any]]:
    """For each cousin whose birth is known the photos by age, and what is missing."""
    known = ages(((face.file.cousin, face.file.year) for face in dataset.faces), births)
    return [
        {
            "cousin": names[cousin],
            "counts": own.counts,
            "undated": own.undated,
            "wanted": [missing(names[cousin], gap) for gap in own.gaps[:1]],
        }
        for cousin, own in sorted(known.items())
    ]


def _mistaken(
    card: Card, dataset: Dataset, held_out: HeldOut, named: NDArray[np.int64], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The pairs that are mixed up most often, with the faces that were, and one of whom they were taken for."""
    pairs = []
    for confusion in card.metrics.confused[:_PAIRS]:
        cousin, other = dataset.cousins.index(confusion.cousin), dataset.cousins.index(confusion.named)
        mixed_up = held_out.indices[(held_out.truth == cousin) & (named == other)]
        looks_like = dataset.features.gallery[dataset.labels == other] @ dataset.features.gallery[mixed_up].mean(0)
        pairs.append(
            {
                "cousin": names[confusion.cousin],
                "named": names[confusion.named],
                "photos": confusion.photos,
                "faces": [_shown(dataset, int(i)) for i in mixed_up[:_SHOWN]],
                "other": _shown(dataset, int(np.flatnonzero(dataset.labels == other)[looks_like.argmax()]))
                | {"compared": True},
            }
        )
    return pairs


def _shown(dataset: Dataset, index: int) -> dict[str, Any]:
    face = dataset.faces[index]
    return {"picture": plots.picture(dataset.portrait(index)), "photo": readable(face.file.path.name)}


def _top_losses(
    dataset: Dataset, held_out: HeldOut, named: NDArray[np.int64], chances: Floats, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The held-out faces whose true name was given the least probability, worst first."""
    true_chance = chances[np.arange(len(held_out.truth)), held_out.truth]
    return [
        _shown(dataset, int(held_out.indices[i]))
        | {
            "cousin": names[dataset.cousins[held_out.truth[i]]],
            "named": None if named[i] == NOBODY else names[dataset.cousins[named[i]]],
            "sure": float(chances[i].max()),
            "right": named[i] == held_out.truth[i],
        }
        for i in np.argsort(true_chance)[:_SHOWN]
    ]
