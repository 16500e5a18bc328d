"""Faces that judge a version: each named by a head that was not trained on it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from foundation.progress import Progress, silent
from inference.naming.gallery import Floats
from inference.naming.identifier import answers
from models.card import Metrics
from training import wording
from training.evaluation.metrics import closed_set, confusions, recalls
from training.fitting.folds import HOLDOUT
from training.fitting.stages import Trained, TrainingInputs, train_stages
from training.fitting.thresholds import UNTAUGHT, Threshold, held_out_similarities

NOBODY: Final = -1
"""In place of a cousin's label: the bot says no name."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """P faces scored by heads that were not trained on them.

    Attributes:
        indices, truth: `(P,)`, places in the dataset and labels.
        scores: `(P, cousins)`.
    """

    indices: NDArray[np.int64]
    truth: NDArray[np.int64]
    scores: Floats


def score_held_out(inputs: TrainingInputs, trained: Trained, folds: NDArray[np.int64], progress: Progress) -> HeldOut:
    """Each face, with its fold in `folds` `(N,)`.

    While the body is frozen that costs one small head a fold. A tuned body was trained on all but the holdout, so that
    then only the holdout counts.
    """
    indices = [np.flatnonzero(folds == HOLDOUT)]
    scored = [trained.scores(trained.features.probe[indices[0]], inputs)]
    count = inputs.hyper.folds
    if trained.body is inputs.body:
        for fold in range(1, count):
            progress(wording.testing(), fold, count)
            indices.append(np.flatnonzero(folds == fold))
            without = train_stages(inputs, np.flatnonzero(folds != fold), silent, unfreeze=False)
            scored.append(without.scores(without.features.probe[indices[-1]], inputs))
    progress(wording.testing(), count, count)
    together, scores = np.concatenate(indices), np.concatenate(scored)
    truth = inputs.labels[together]
    # Whoever has near-duplicates only was taught to no head that could judge them.
    taught = scores[np.arange(len(together)), truth] > UNTAUGHT
    return HeldOut(together[taught], truth[taught], scores[taught])


def named_as_answered(
    held_out: HeldOut, probabilities: Floats, inputs: TrainingInputs, trained: Trained, threshold: Threshold
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Whom the bot would name, `(P,)`, `NOBODY` where it would ask or know nobody; and where it would ask, `(P,)`.

    `probabilities` are the calibrated ones of the held-out faces, `(P, cousins)`.
    """
    similarities = held_out_similarities(
        trained.features, inputs.labels, inputs.groups, threshold.allowances, held_out.indices
    )
    kinds = answers(probabilities, similarities, threshold.borders)
    return np.where(kinds == "named", probabilities.argmax(1), NOBODY), np.isin(kinds, ("maybe", "either"))


def metrics_of(
    held_out: HeldOut,
    probabilities: Floats,
    named: NDArray[np.int64],
    asked: NDArray[np.bool_],
    threshold: Threshold,
    cousins: list[str],
) -> Metrics:
    """A version's figures: as guests live with them, but for `closed_set_accuracy` and calibration."""
    truth, answered = held_out.truth, named != NOBODY
    had_it_to_name_all = closed_set(probabilities, truth, cousins)
    return Metrics(
        closed_set_accuracy=had_it_to_name_all["accuracy"],
        closed_set_ci95=had_it_to_name_all["accuracy_ci95"],
        per_cousin=recalls(truth, named, cousins),
        confused=confusions(truth[answered], named[answered], cousins),
        named_correctly=float((named == truth).mean()),
        asked_correctly=float((asked & (probabilities.argmax(1) == truth)).mean()),
        look_alikes_refused=threshold.look_alikes_refused,
        ece=had_it_to_name_all["ece"],
        photos=had_it_to_name_all["photos"],
    )
