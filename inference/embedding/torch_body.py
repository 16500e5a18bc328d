"""A torch network as an embedder's body: on a GPU, and for every architecture but the face network's."""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from inference.device import Device
from models.architectures import Architecture
from models.network import normalised


class TorchBody:
    """Crops `(N, size, size, 3)` → features `(N, D)`."""

    def __init__(self, shape: Architecture, network: nn.Module, device: Device) -> None:
        self._shape = shape
        self._network = network.eval().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._device = device
        self.at_once: Final = 16 if device == "cpu" else 256  # a CPU's caches hold few, a GPU is idle with fewer

    def __call__(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        pixels = torch.from_numpy(np.ascontiguousarray(crops)).to(self._device)
        with torch.inference_mode():
            batch = normalised(self._shape, pixels).contiguous(memory_format=torch.channels_last)
            features: NDArray[np.float32] = self._network(batch).float().cpu().numpy()
        return features
