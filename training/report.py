"""`report.html`: how well a version does, whom it mixes up and why, in one file."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment

from inference.gallery import Floats
from models.card import Card
from training import plots
from training.dataset import Dataset
from training.labelled import readable
from training.learner import History
from training.metrics import HeldOut
from training.thresholds import Threshold

_SHOWN = 16


def write_report(
    file: Path,
    card: Card,
    dataset: Dataset,
    histories: Mapping[str, History],
    held_out: HeldOut,
    chances: Floats,
    threshold: Threshold,
) -> None:
    """Write a version's report; `chances` are the calibrated probabilities `(P, cousins)` of the held-out faces.

    Beside it stands `confusion.png`, which the bot shows to the admins.
    """
    named = chances.argmax(1)
    matrix = plots.confusion_matrix(held_out.truth, named, dataset.cousins)
    matrix.savefig(file.with_name("confusion.png"), dpi=120)
    right = named == held_out.truth
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        files("training").joinpath("report.html").read_text("utf-8")
    )
    page = template.render(
        card=card,
        metrics=card.metrics,
        batch=[
            {"picture": plots.picture(dataset.faces[i].crop), "cousin": dataset.faces[i].file.cousin}
            for i in np.random.default_rng(0).permutation(len(dataset.faces))[:_SHOWN]
        ],
        photos_of={name: int((dataset.labels == label).sum()) for label, name in enumerate(dataset.cousins)},
        several=dataset.several,
        mistakes=_top_losses(dataset, held_out, chances),
        confusion_matrix=plots.inline(matrix),
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
    file.write_text(page, "utf-8")


def _top_losses(dataset: Dataset, held_out: HeldOut, chances: Floats) -> list[dict[str, Any]]:
    """The held-out faces whose true name was given the least probability, worst first."""
    true_chance = chances[np.arange(len(held_out.truth)), held_out.truth]
    return [
        {
            "picture": plots.picture(dataset.faces[held_out.indices[i]].crop),
            "photo": readable(dataset.faces[held_out.indices[i]].file.path.name),
            "cousin": dataset.cousins[held_out.truth[i]],
            "named": dataset.cousins[int(chances[i].argmax())],
            "sure": float(chances[i].max()),
            "right": int(chances[i].argmax()) == held_out.truth[i],
        }
        for i in np.argsort(true_chance)[:_SHOWN]
    ]
