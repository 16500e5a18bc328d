"""The report's pictures, each a self-contained data URI."""

import base64
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from inference.faces.finding import Pixels
from training import wording
from training.fitting.learner import History
from training.fitting.thresholds import Threshold

_BLUE, _RED, _GREY = "#2a6f97", "#c8553d", "#6c757d"
_ROWS = 40
"""Of a confusion matrix: more can't be read on a screen."""
_LONGEST = 24
"""Letters of a name beside it."""


def picture(pixels: Pixels, side: int = 96) -> str:
    """A face as a small JPEG."""
    file = io.BytesIO()
    Image.fromarray(pixels).resize((side, side), Image.Resampling.LANCZOS).save(file, "JPEG", quality=85)
    return _uri(file.getvalue(), "image/jpeg")


def confusion_matrix(
    truth: NDArray[np.int64], named: NDArray[np.int64], names: Sequence[str], *, things: bool = False
) -> Figure:
    """Rows are who it was, columns whom the version named, `(P,)` each; of a large family those mixed up most.

    A negative number in `named` is nobody, who has the last column; of `things` it is no name.
    """
    nobody = len(names)
    counts = np.zeros((nobody, nobody + 1), int)
    np.add.at(counts, (truth, np.where(named < 0, nobody, named)), 1)
    if nobody > _ROWS:
        mistakes = counts[:, :nobody].sum(0) + counts.sum(1) - 2 * counts.diagonal()
        rows = np.sort(np.argsort(-mistakes, kind="stable")[:_ROWS])
        counts, names = counts[np.ix_(rows, np.append(rows, nobody))], [names[row] for row in rows]
    names = [shortened(name) for name in names]
    side = max(4.0, 0.55 * len(names) + 2)
    figure = Figure(figsize=(side, side), layout="constrained")
    axes = figure.subplots()
    axes.imshow(counts / np.maximum(counts.sum(1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(
        range(len(names) + 1), [*names, wording.no_name() if things else wording.nobody()], rotation=60, ha="right"
    )
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel(wording.named())
    axes.set_ylabel(wording.was())
    for row, column in zip(*np.nonzero(counts), strict=True):
        share = counts[row, column] / counts[row].sum()
        axes.text(column, row, counts[row, column], ha="center", va="center", color="white" if share > 0.5 else "black")
    return figure


def shortened(name: str) -> str:
    """So that a long name leaves room for the picture."""
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def similarities(threshold: Threshold) -> str:
    """How alike photos of one cousin are, and of different ones, with the threshold between."""
    figure = Figure(figsize=(6, 2.6), layout="constrained")
    axes = figure.subplots()
    low = float(min(threshold.known.min(initial=1.0), threshold.strangers.min(initial=1.0)))
    bins = [float(edge) for edge in np.linspace(low, 1.0, 50)]
    for values, colour, whose in (
        (threshold.strangers, _RED, wording.somebody_else()),
        (threshold.known, _BLUE, wording.same_cousin()),
    ):
        axes.hist(values, bins, density=True, histtype="stepfilled", alpha=0.6, color=colour, label=whose)
    axes.axvline(threshold.borders.named, color="black", linestyle="--", label=wording.threshold())
    axes.axvline(threshold.borders.asked, color="black", linestyle=":", label=wording.asked_from())
    axes.set_xlabel(wording.similarity())
    axes.set_yticks([])
    axes.legend()
    return inline(figure)


def calibration(confidences: NDArray[np.float32], right: NDArray[np.bool_]) -> str:
    """How often a guess is right beside how sure it was, `(P,)` each."""
    figure = Figure(figsize=(3.4, 3), layout="constrained")
    axes = figure.subplots()
    edges = np.quantile(confidences, np.linspace(0, 1, 9))
    places = np.clip(np.searchsorted(edges, confidences, side="right") - 1, 0, 7)
    points = [(confidences[places == p].mean(), right[places == p].mean()) for p in np.unique(places)]
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle=":")
    axes.plot(*zip(*points, strict=True), marker="o", color=_BLUE)
    axes.set_xlabel(wording.how_sure())
    axes.set_ylabel(wording.how_often_right())
    return inline(figure)


def rate_finder(history: History) -> str:
    """fastai's learning-rate finder: loss while the rate rises."""
    figure = Figure(figsize=(3.4, 2.4), layout="constrained")
    axes = figure.subplots()
    axes.plot(history.finder_rates, history.finder_losses, color=_BLUE)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
    axes.set_xlabel(wording.learning_rate())
    axes.set_ylabel(wording.loss())
    return inline(figure)


def losses(history: History) -> str:
    """Training loss a step, and the loss on held-back photos after each epoch."""
    figure = Figure(figsize=(3.4, 2.4), layout="constrained")
    axes = figure.subplots()
    axes.plot(history.losses, color=_GREY, label=wording.training_loss())
    steps = np.linspace(0, len(history.losses), len(history.validation_losses) + 1)[1:]
    axes.plot(steps, history.validation_losses, color=_RED, marker="o", label=wording.loss_after_epoch())
    axes.set_xlabel(wording.step())
    axes.legend()
    return inline(figure)


def embedded(file: Path) -> str:
    """A PNG within the page."""
    return _uri(file.read_bytes(), "image/png")


def inline(figure: Figure) -> str:
    """A figure within the page."""
    file = io.BytesIO()
    figure.savefig(file, format="svg")
    return _uri(file.getvalue(), "image/svg+xml")


def _uri(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
