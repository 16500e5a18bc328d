"""When it is nobody we know, and what a confidence is worth: fitted on the family's own photos, held out."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from inference.embedding.embedder import Features
from inference.naming.gallery import (
    NO_ALLOWANCES,
    Allowances,
    Floats,
    gallery_similarities,
    masked_similarity,
    mean_of_nearest,
    unit,
)
from inference.naming.heads import Calibration
from inference.naming.identifier import Borders
from models.cosines import Strangers
from training.hyperparameters import DEFAULTS, Hyperparameters

UNTAUGHT: Final = -1e4
"""The score of a cousin whom a fold's head was not taught."""

_SIZES: Final = (1, 2, 3, 4, 5, 7, 10, 14, 20, 30)
"""Gallery sizes whose allowances are simulated; from thirty photos on the nearest three hardly come nearer."""
_LOG_TEMPERATURE: Final = (-4.0, 4.0)
_UNIFORM: Final = (0.0, 0.2)
"""Where they are looked for."""

_DRAWS: Final = 8
"""Random galleries of each size and cousin."""
CROWD: Final = 20
"""Cousins whose galleries are tried, evenly chosen where there are more."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where the known end.

    Attributes:
        borders: from where on a name is said, and from where on it is asked about.
        allowances: what similarities gain for being taken over few photos.
        look_alikes_refused: share of left-out cousins' photos that no name is said to.
        known, strangers: the similarities it was fitted on: each face to its own cousin's other photos, and each
            left-out cousin's faces to the nearest of the others.
        own: `(N,)`, `known` and -1 for each face whose cousin has no other photos.
    """

    borders: Borders
    allowances: Allowances
    look_alikes_refused: float
    known: Floats
    strangers: Floats
    own: Floats


def fit_threshold(
    features: Features,
    labels: NDArray[np.int64],
    groups: NDArray[np.int64],
    hyper: Hyperparameters = DEFAULTS,
    *,
    strangers: Strangers | None = None,
    crowd: int = CROWD,
) -> Threshold:
    """Leave each cousin out of the gallery in turn: their photos are the strangers, so that no others are needed.

    A name is said where all but `false_accepts` of them don't come, unless that would cost more than `most_refusals` of
    the cousins' own photos, each compared with the others. It is asked about where `strangers` hardly come, as is known
    of the network, and where the cousins' own photos do lie (`farthest_own`). Where that is not known of the network,
    nothing is asked, and no fewer than `false_refusals` of the cousins' own photos are refused. Probes of N faces with
    `labels` and `groups` `(N,)` are compared with the galleries of the others: a face's own group never stands in the
    gallery that it is compared with.
    """
    allowances = fit_allowances(features, labels, hyper, crowd)
    similarities = held_out_similarities(features, labels, groups, allowances)
    places = np.arange(len(labels)), labels
    own = similarities[places]
    known = own[own > -1]  # whose cousin has other photos to compare with
    similarities[places] = -1
    outside = similarities.max(1)
    named = float(np.quantile(outside, 1 - hyper.false_accepts, method="higher"))
    if len(known):
        named = min(named, float(np.quantile(known, hyper.most_refusals)))
    if strangers is not None:
        counts = np.bincount(labels)
        photos = max(allowances.sizes[-1], int(np.median(counts)))
        asked = strangers.reached_by_one_percent(photos, len(counts))
        named = max(named, strangers.reached_by_few(photos, len(counts)))
    if len(known):
        # Of people who are all unlike each other the left-out ones say little; and drawn faces are like no strangers.
        least = hyper.false_refusals if strangers is None else hyper.false_accepts
        named = max(named, float(np.quantile(known, least)))
    if strangers is None:
        asked = named
    elif len(known):
        asked = max(asked, float(known.mean() - hyper.farthest_own * known.std()))
        named = max(named, asked)
    both = np.concatenate([known, outside])[:, None]
    truth = np.repeat([1, 0], [len(known), len(outside)])
    slope = 1.0
    if len(known):  # with one photo of each cousin there is nothing to fit it on
        # The fit is of a small range (about .9 to 1): a weak penalty lets the slope be as steep as it is.
        slope = max(slope, float(LogisticRegression(C=1e4, class_weight="balanced").fit(both, truth).coef_[0, 0]))
    refused = float((outside < named).mean())
    return Threshold(Borders(named, asked, slope), allowances, refused, known, outside, own)


def fit_allowances(
    features: Features, labels: NDArray[np.int64], hyper: Hyperparameters = DEFAULTS, crowd: int = CROWD
) -> Allowances:
    """How much nearer other people come to a gallery the larger it is, tried with small ones of the family's photos.

    To galleries of every size the same share, `false_accepts`, of the other cousins' photos comes as near as to the
    largest size that two cousins' photos allow.
    """
    gallery, probe = unit(features.gallery), unit(features.probe)
    generator = np.random.default_rng(0)
    photos = np.bincount(labels)
    # Of one cousin alone each size says more about that cousin than about the size.
    sizes = [size for size in _SIZES if (photos >= size).sum() >= min(2, len(photos))]
    reached = []
    for size in sizes:
        outside = []
        for cousin in _evenly_chosen(np.flatnonzero(photos >= size), crowd):
            own = np.flatnonzero(labels == cousin)
            galleries = np.stack([generator.choice(own, size, replace=False) for _ in range(_DRAWS)])
            others = probe[labels != cousin]
            cosines = (others @ gallery[galleries.ravel()].T).reshape(len(others), *galleries.shape)
            outside.append(mean_of_nearest(cosines, np.full(_DRAWS, size)).ravel())
        reached.append(float(np.quantile(np.concatenate(outside), 1 - hyper.false_accepts)))
    return Allowances(tuple(sizes), tuple(reached[-1] - value for value in reached))


def held_out_similarities(
    features: Features,
    labels: NDArray[np.int64],
    groups: NDArray[np.int64],
    allowances: Allowances = NO_ALLOWANCES,
    probes: NDArray[np.int64] | None = None,
) -> Floats:
    """Similarities `(P, cousins)` of the faces `probes` `(P,)`, by default all of `(N, D)`, to everybody's photos.

    A face is compared with all photos but those of its own group, which are all of its own cousin.
    """
    probes = np.arange(len(labels)) if probes is None else probes
    gallery, asking = unit(features.gallery), unit(features.probe[probes])
    similarities = gallery_similarities(asking, gallery, labels, int(labels.max()) + 1, allowances)
    for cousin in np.unique(labels[probes]):
        rows, photos = np.flatnonzero(labels[probes] == cousin), np.flatnonzero(labels == cousin)
        others = groups[probes[rows], None] != groups[photos]
        cosines = np.where(others, asking[rows] @ gallery[photos].T, -np.inf)
        similarities[rows, cousin] = masked_similarity(cosines, allowances)
    return similarities


def _evenly_chosen(cousins: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    if len(cousins) <= most:
        return cousins
    return cousins[np.linspace(0, len(cousins) - 1, most).astype(np.int64)]


def fit_calibration(scores: Floats, labels: NDArray[np.int64], nearest: float) -> Calibration:
    """Temperature and uniform share under which the truth is likeliest, by held-out scores `(N, cousins)` in which the
    nearest photos have the weight `nearest`.

    The uniform share is that of a mixture with wrong labels (the noise model of Angluin & Laird 1988). Faces of cousins
    that the head had not been taught say nothing about it and are left out. Of N faces one more is taken to be named
    wrongly than were (Laplace's rule of succession): N right guesses are no proof of certainty.
    """
    taught = scores[np.arange(len(labels)), labels] > UNTAUGHT
    scores, labels = scores[taught], labels[taught]
    doubt = 1 / (len(labels) + 2)

    def calibration(parameters: NDArray[np.float64]) -> Calibration:
        return Calibration(nearest, float(np.exp(parameters[0])), float(parameters[1]))

    def loss(parameters: NDArray[np.float64]) -> float:
        chances = np.log(
            Calibration(nearest, float(np.exp(parameters[0])), float(parameters[1])).probabilities(scores) + 1e-9
        )
        right = chances[np.arange(len(labels)), labels]
        wrong = (chances.sum(1) - right) / (chances.shape[1] - 1)
        return -float(((1 - doubt) * right + doubt * wrong).mean())

    starts = [(start, _UNIFORM[1] / 10) for start in (-1.0, 0.0, 1.0)]
    tried = [minimize(loss, start, method="Nelder-Mead", bounds=(_LOG_TEMPERATURE, _UNIFORM)) for start in starts]
    return calibration(min(tried, key=lambda one: float(one.fun)).x)
