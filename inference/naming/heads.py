"""Trained heads at work: features in, one score a cousin out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from inference.naming.gallery import Floats, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.architectures import Architecture

Head: TypeAlias = Callable[[Floats], Floats]
"""Features `(N, D)` → logits `(N, cousins)`."""


@dataclass(frozen=True, slots=True)
class CosineScores:
    """What `models.heads.CosineHead` computes, without torch.

    Attributes:
        centre: `(D,)`.
        directions: `(cousins, D)`.
        scale: of the cosines.
    """

    centre: Floats
    directions: Floats
    scale: float

    def __call__(self, features: Floats) -> Floats:
        return np.asarray(self.scale * self._centred(features) @ unit(self.directions).T, np.float32)

    def moved(
        self, counts: NDArray[np.int64], features: Floats, labels: NDArray[np.int64], weights: Floats
    ) -> CosineScores:
        """A head that further embeddings `(N, D)` of known cousins `(N,)` have pulled towards them.

        Each direction stands for the `counts` `(cousins,)` photos it was trained on; a further one has the weight of
        one of those, or, with -1 in `weights` `(N,)`, is taken out.
        """
        directions = unit(self.directions) * counts[:, None].astype(np.float32)
        np.add.at(directions, labels, self._centred(features) * weights[:, None])
        return replace(self, directions=directions)

    def nearest(self, features: Floats, gallery: Floats, labels: NDArray[np.int64]) -> Floats:
        """Cosine of features `(N, D)` to each cousin's nearest photo in a gallery `(G, D)`, centred: `(N, cousins)`.

        Lower than any for a cousin who has none. Odd photos pull a direction hardly; here each speaks for itself.
        """
        cosines = self._centred(features) @ self._centred(gallery).T
        nearest = np.full((len(features), len(self.directions)), -1, np.float32)
        for cousin in range(len(self.directions)):
            nearest[:, cousin] = cosines[:, labels == cousin].max(1, initial=-1)
        return nearest

    def _centred(self, features: Floats) -> Floats:
        return unit(unit(features) - self.centre)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a head's scores and the nearest photos become probabilities.

    Attributes:
        nearest: weight of the centred cosine to a cousin's nearest photo, beside the head's scores.
        temperature: divides the sum (Guo et al. 2017).
        uniform: share of the probability that goes to all cousins alike; about the share of wrong labels.
    """

    nearest: float = 0.0
    temperature: float = 1.0
    uniform: float = 0.0

    def probabilities(self, scores: Floats) -> Floats:
        """Of scores `(N, cousins)`."""
        scaled = scores / self.temperature
        chances = np.exp(scaled - scaled.max(1, keepdims=True))
        chances /= chances.sum(1, keepdims=True)
        return np.asarray((1 - self.uniform) * chances + self.uniform / scores.shape[1], np.float32)

    def scores(self, head: Head, features: Floats, gallery: Floats, labels: NDArray[np.int64]) -> Floats:
        """Of features `(N, D)` by a head and by a gallery `(G, D)` with labels `(G,)`: `(N, cousins)`."""
        scores = head(features)
        if self.nearest and isinstance(head, CosineScores):
            scores = scores + self.nearest * head.nearest(features, gallery, labels)
        return scores


def load_head(shape: Architecture, tensors: Mapping[str, Floats], features: int, cousins: int) -> Head:
    """By the head's tensors; torch is imported only for those that need it.

    Raises:
        RuntimeError, ValueError: these are not the tensors of that architecture's head.
    """
    if "directions" in tensors:
        if tensors["directions"].shape != (cousins, features):
            raise ValueError("the head is not for these cousins")
        return CosineScores(tensors["centre"], tensors["directions"], float(np.exp(tensors["log_scale"])))
    from inference.naming.torch_head import TorchHead

    return TorchHead(shape, tensors, features, cousins)
