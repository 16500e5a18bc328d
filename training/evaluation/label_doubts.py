"""How well a face fits each cousin, told by the other photos only: what a wrong label is found by."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from inference.naming.gallery import Floats, gallery_similarities, unit
from training.dataset.dataset import Dataset
from training.fitting.folds import cross_validation
from training.hyperparameters import DEFAULTS, Hyperparameters


class LabelEvidence:
    """Evidence for each cousin: cosine to the nearest photos, and the log-probability of a classifier.

    Neither has seen the face that is judged, nor its near-duplicates: a wrong label can't speak for itself.
    """

    def __init__(self, dataset: Dataset, hyper: Hyperparameters = DEFAULTS) -> None:
        self._cosine_weight = hyper.cosine_weight
        self._embeddings = unit(dataset.features.gallery)
        self._labels, self._groups = dataset.labels, dataset.groups
        self._cousins = len(dataset.cousins)
        self._fold = np.zeros(len(self._labels), np.int64)
        self._classifiers: list[LogisticRegression | None] = []
        for train, judged in cross_validation(self._labels, self._groups, hyper.folds):
            self._fold[judged] = len(self._classifiers)
            several = len(np.unique(self._labels[train])) > 1
            classifier = LogisticRegression(C=hyper.regularisation, max_iter=1000) if several else None
            self._classifiers.append(
                classifier and classifier.fit(self._embeddings[train].astype(float), self._labels[train])
            )

    def of(self, features: Floats, judged: int | None = None) -> Floats:
        """Evidence `(F, cousins)` for faces `(F, D)` of one photo; `judged` is its number in the dataset, if any.

        Only differences within a row mean something. A cousin with no other photos gets minus infinity.
        """
        embeddings = unit(features)
        others = np.ones(len(self._labels), bool) if judged is None else self._groups != self._groups[judged]
        near = gallery_similarities(embeddings, self._embeddings[others], self._labels[others], self._cousins)
        unbiased = self._classifiers if judged is None else [self._classifiers[self._fold[judged]]]
        likely = np.mean([self._log_probabilities(classifier, embeddings) for classifier in unbiased], axis=0)
        return np.asarray(np.where(near > -1, self._cosine_weight * near + likely, -np.inf), np.float32)

    def _log_probabilities(self, classifier: LogisticRegression | None, embeddings: Floats) -> Floats:
        together = np.zeros((len(embeddings), self._cousins))
        if classifier is not None:
            scores = classifier.predict_log_proba(embeddings.astype(float))
            together[:] = scores.min(1, keepdims=True)  # whom it was not taught can't win by that
            together[:, classifier.classes_] = scores
        return np.asarray(together, np.float32)


def lead(evidence: Floats, label: int) -> tuple[float, int]:
    """By how much another cousin than `label` fits some face of a photo `(F, cousins)` better, and who that is.

    Negative where one of its faces fits `label` best; minus infinity where nothing can be said of `label`.
    """
    best = evidence.max(0)
    own = best[label]
    best[label] = -np.inf
    rival = int(best.argmax())
    return (float(best[rival] - own) if np.isfinite(own) else -np.inf), rival
