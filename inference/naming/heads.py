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

    def _centred(self, features: Floats) -> Floats:
        return unit(unit(features) - self.centre)


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
