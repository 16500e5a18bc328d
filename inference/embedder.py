"""Faces in, features out. Serving and training both embed with this, and so see the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inference.alignment import aligned_views, face_with_margin, squared
from models.face_graph import face_graph
from models.graph import Graph

if TYPE_CHECKING:
    from torch import nn

    from inference.device import Device
    from inference.faces import Face, Pixels
    from inference.gallery import Floats
    from models.architectures import Architecture

Body: TypeAlias = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Crops `(N, size, size, 3)` → features `(N, D)`."""

Tensors: TypeAlias = Mapping[str, NDArray[np.float32]]

_AT_ONCE: Final = 16
"""Crops in one pass, mirrored ones among them: with more the activations no longer fit into a CPU's caches."""


def views(shape: Architecture, pixels: Pixels, face: Face) -> Pixels:
    """What a body sees of a face, `(views, size, size, 3)`; the first is the one to show people."""
    if shape.crop == "aligned":
        return aligned_views(pixels, face, shape.size)
    if shape.crop == "face" and face.found:
        return face_with_margin(pixels, face, shape.size)[None]
    return squared(pixels, shape.size)[None]


class Embedder:
    """A body that turns faces into features."""

    def __init__(self, shape: Architecture, body: Body) -> None:
        self.shape = shape
        self._body = body

    def features(self, faces: Sequence[Pixels]) -> Floats:
        """N faces of `(views, size, size, 3)` → features `(N, D)` by which to ask who they are.

        Each is seen twice: its first view mirrored, its last one as it is. With two alignments that says as much of the
        person as all four combinations, as long as what it is compared with was seen in all four (docs/recognition.md).
        """
        return self._pairs([(face[0, :, ::-1], face[-1]) for face in faces])

    def thorough_features(self, faces: Sequence[Pixels]) -> tuple[Floats, Floats]:
        """Features `(N, D)` to learn from, of every view and its mirror image, and those of `features`."""
        asked = self.features(faces)
        others = [(face[0], face[-1, :, ::-1]) for face in faces if len(face) > 1]
        learned = asked.copy()
        if others:
            several = np.array([len(face) > 1 for face in faces])
            learned[several] = (learned[several] + self._pairs(others)) / 2
        return learned, asked

    def _pairs(self, pairs: Sequence[tuple[Pixels, Pixels]]) -> Floats:
        crops = np.concatenate(pairs)
        parts = [self._body(crops[start : start + _AT_ONCE]) for start in range(0, len(crops), _AT_ONCE)]
        return np.asarray(np.concatenate(parts).reshape(len(pairs), 2, -1).mean(1), np.float32)


def embedder(shape: Architecture, network: nn.Module, device: Device) -> Embedder:
    """By a torch network, on that device; the face network on a CPU runs as a graph."""
    if _as_graph(shape, device):
        tensors = {name: tensor.numpy(force=True) for name, tensor in network.state_dict().items()}
        return Embedder(shape, _face_body(tensors))
    from inference.torch_body import TorchBody

    return Embedder(shape, TorchBody(shape, network, device))


def load_embedder(shape: Architecture, tensors: Tensors, device: Device) -> Embedder:
    """By a network's tensors; torch is imported only where it does the work.

    Raises:
        KeyError, RuntimeError: these are not the tensors of that architecture.
    """
    if _as_graph(shape, device):
        return Embedder(shape, _face_body(tensors))
    import torch

    network = shape.build_body(False)
    network.load_state_dict({name: torch.from_numpy(values) for name, values in tensors.items()})
    return embedder(shape, network, device)


def _as_graph(shape: Architecture, device: Device) -> bool:
    return shape.name == "face" and device == "cpu"


def _face_body(tensors: Tensors) -> Body:
    graph = Graph(face_graph(tensors))
    return lambda crops: graph(crops)[0]
