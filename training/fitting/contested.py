"""Statements that the face contradicts: they hold for their own picture, and teach only once they prove true of others.

Whoever wears another's costume, or was tapped by mistake, looks like the other. One such word must not move the border
between the two.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from foundation.progress import silent
from inference.embedding.embedder import Features
from inference.naming.gallery import Floats, gallery_similarities, unit
from inference.naming.genuine import GenuineScores
from inference.naming.updated_gallery import contradicted
from models.card import Skipped
from training import wording
from training.dataset.dataset import Dataset
from training.dataset.near_duplicates import nearest_other_picture
from training.fitting.folds import HOLDOUT, Indices, cross_validation
from training.fitting.learner import train_head
from training.fitting.thresholds import UNTAUGHT, fit_allowances, held_out_similarities
from training.hyperparameters import DEFAULTS, Hyperparameters


def genuine_scores(
    dataset: Dataset, features: Features, some: Indices, similarities: Floats, hyper: Hyperparameters = DEFAULTS
) -> GenuineScores:
    """Of the faces `some` `(N,)`, by what each reaches to its own cousin's others, `similarities` `(N,)`."""
    scenes = np.stack([dataset.faces[i].photo.scene for i in some])
    nearest = nearest_other_picture(scenes, unit(features.gallery[some]), dataset.labels[some], hyper)
    return GenuineScores.of(similarities, nearest, dataset.labels[some], len(dataset.cousins))


def set_aside(dataset: Dataset, folds: NDArray[np.int64]) -> dict[int, int]:
    """Places of the faces that are not to be learned from, and which cousin each of them looks like.

    Of the statements that the face contradicts, those are learned from all the same that several agree on and that
    held-out photos bear out. The photos of the holdout, by their `folds` `(N,)`, have no say in it: they judge later.
    """
    hyper = dataset.hyper
    contested = contested_statements(dataset)
    pairs: dict[tuple[int, int], list[int]] = defaultdict(list)
    for face, looks_like in contested.items():
        pairs[int(dataset.labels[face]), looks_like].append(face)
    usual = np.array([i for i in range(len(folds)) if folds[i] != HOLDOUT and i not in contested], np.int64)
    for pair, faces in pairs.items():
        agreeing = len(np.unique(dataset.groups[faces]))
        if agreeing >= hyper.fewest_photos and _borne_out(dataset, pair, usual, np.array(faces), hyper):
            for face in faces:
                del contested[face]
    return contested


def contested_statements(dataset: Dataset) -> dict[int, int]:
    """Places of the faces that contradict what was said of them, and which cousin each looks like.

    Those are nearer to that cousin's photos than nearly all of that cousin's own are. The first photos of a newcomer
    are believed, as many as a cousin needs.
    """
    hyper = dataset.hyper
    settled = _settled(dataset, hyper.fewest_photos)
    asked = np.flatnonzero(~settled)
    if not len(asked):
        return {}
    some = np.flatnonzero(settled)
    features, labels = dataset.features.of(some), dataset.labels[some]
    allowances = fit_allowances(features, labels, hyper)
    own = held_out_similarities(features, labels, dataset.groups[some], allowances)[np.arange(len(some)), labels]
    limits = genuine_scores(dataset, dataset.features, some, own, hyper).similarities
    similarities = gallery_similarities(
        unit(dataset.features.probe[asked]), unit(features.gallery), labels, len(dataset.cousins), allowances
    )
    contested = {}
    for face, near in zip(asked, similarities, strict=True):
        statement = dataset.faces[face].file.statement
        if statement is not None and contradicted(statement, dataset.cousins, near > limits):
            others = np.arange(len(limits)) != dataset.labels[face]
            contested[int(face)] = int(np.where(others, near - limits, -np.inf).argmax())
    return contested


def why(dataset: Dataset, contested: Mapping[int, int]) -> list[Skipped]:
    """What is said of the faces that were set aside."""
    return [
        Skipped(
            photo=dataset.faces[face].file.name,
            reason=wording.contradicted_by_the_face(dataset.faces[face].file.cousin, dataset.cousins[looks_like]),
        )
        for face, looks_like in contested.items()
    ]


def _settled(dataset: Dataset, fewest: int) -> NDArray[np.bool_]:
    """Which faces, `(N,)`, show how a cousin looks: the folders', and what was said first of whoever has too few."""
    settled = np.array([face.file.statement is None for face in dataset.faces], np.bool_)
    for label in range(len(dataset.cousins)):
        own = dataset.labels == label
        missing = max(0, fewest - int((settled & own).sum()))
        settled[np.flatnonzero(~settled & own)[:missing]] = True
    return settled


def _borne_out(
    dataset: Dataset, pair: tuple[int, int], usual: Indices, contested: Indices, hyper: Hyperparameters
) -> bool:
    """Whether more of the contested faces are named rightly by heads that learned from the others of them, and no fewer
    of the usual photos of either cousin."""
    together = np.concatenate([usual, contested])
    disputed = np.arange(len(together)) >= len(usual)
    labels, groups = dataset.labels[together], dataset.groups[together]
    right = np.zeros((2, len(together)), np.bool_)
    for train, judged in cross_validation(labels, groups, hyper.folds):
        for way, learned in enumerate((train[~disputed[train]], train)):
            scores = _logits(dataset, together[learned], together[judged], hyper)
            right[way, judged] = scores.argmax(1) == labels[judged]
    before, after = right.sum(axis=1, where=disputed)
    costs_nothing = all(
        right[1, ~disputed & (labels == cousin)].sum() >= right[0, ~disputed & (labels == cousin)].sum()
        for cousin in pair
    )
    return bool(after > before) and costs_nothing


def _logits(dataset: Dataset, train: Indices, judged: Sequence[int] | Indices, hyper: Hyperparameters) -> Floats:
    """What a head trained on some faces makes of others, `(J, cousins)`."""
    cousins, labels = np.unique(dataset.labels[train], return_inverse=True)
    head, _ = train_head(
        dataset.extractor.network,
        dataset.features.gallery[train],
        labels.astype(np.int64),
        len(cousins),
        hyper=hyper,
        progress=silent,
    )
    together = np.full((len(judged), len(dataset.cousins)), UNTAUGHT, np.float32)
    with torch.inference_mode():
        together[:, cousins] = head(torch.from_numpy(dataset.features.probe[judged])).numpy()
    return together
