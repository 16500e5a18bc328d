"""A torch head at work: those of every architecture but the face network's."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from models.architectures import Architecture


class TorchHead:
    """Features `(N, D)` → logits `(N, cousins)`, on the CPU: a head is small."""

    def __init__(
        self, shape: Architecture, tensors: Mapping[str, NDArray[np.float32]], features: int, cousins: int
    ) -> None:
        """Raises `RuntimeError` where these are not the tensors of that architecture's head."""
        self._head = shape.build_head(features, cousins)
        self._head.load_state_dict({name: torch.from_numpy(values) for name, values in tensors.items()})
        self._head.eval()

    def __call__(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            logits: NDArray[np.float32] = self._head(torch.from_numpy(features)).numpy()
        return logits
