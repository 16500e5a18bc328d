"""Faces in, features out. Serving and training both embed with this, and so see the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inference.faces.alignment import aligned_face, aligned_otherwise, face_with_margin, squared
from models.face_graph import face_graph
from models.graph import Graph

if TYPE_CHECKING:
    from torch import nn

    from inference.device import Device
    from inference.faces.finding import Face, Pixels
    from inference.naming.gallery import Floats
    from models.architectures import Architecture

Tensors: TypeAlias = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Features:
    """What a body makes of N faces, `(N, D)` each and of any length.

    Attributes:
        gallery: to learn from and be compared with, of every view and its mirror image.
        probe: by which to ask who they are, of the first view mirrored and the last as it is. With two alignments that
            says as much of the person as all four, as long as what it is compared with was seen in all four
            (docs/measurements/recognition.md).
    """

    gallery: Floats
    probe: Floats

    def of(self, indices: NDArray[np.int64]) -> Features:
        """Those of some of the faces."""
        return Features(self.gallery[indices], self.probe[indices])


class Body(Protocol):
    """Crops `(N, size, size, 3)` → features `(N, D)`; quickest with `at_once` crops."""

    @property
    def at_once(self) -> int: ...

    def __call__(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]: ...


def first_view(shape: Architecture, pixels: Pixels, face: Face) -> Pixels:
    """What a body sees of a face at first, `(size, size, 3)`, and the view to show people."""
    if shape.crop == "aligned":
        return aligned_face(pixels, face, shape.size)
    if shape.crop == "face" and face.found:
        return face_with_margin(pixels, face, shape.size)
    return squared(pixels, shape.size)


def other_view(shape: Architecture, pixels: Pixels, face: Face) -> Pixels | None:
    """What else it may see of the face; None where there is only one view."""
    return aligned_otherwise(pixels, face, shape.size) if shape.crop == "aligned" else None


def views(shape: Architecture, pixels: Pixels, face: Face) -> Pixels:
    """Every view of a face, `(views, size, size, 3)`."""
    first, other = first_view(shape, pixels, face), other_view(shape, pixels, face)
    return np.stack([first] if other is None else [first, other])


class Embedder:
    """A body that turns faces into features."""

    def __init__(self, shape: Architecture, body: Body) -> None:
        self.shape = shape
        self._body = body

    def first_pass(self, views: Iterable[Pixels]) -> Floats:
        """N first views `(size, size, 3)`, mirrored → features `(N, D)`, which tell most faces."""
        return self._passed(view[:, ::-1] for view in views)

    def second_pass(self, views: Iterable[Pixels]) -> Floats:
        """N last views, as they are → features `(N, D)`, for the mean with the first pass's."""
        return self._passed(views)

    def probe_features(self, faces: Sequence[Pixels]) -> Floats:
        """N faces of `(views, size, size, 3)` → `Features.probe` alone, `(N, D)`, in half the time."""
        return self._mean_of_pairs([(face[0, :, ::-1], face[-1]) for face in faces])

    def features(self, faces: Sequence[Pixels]) -> Features:
        """N faces of `(views, size, size, 3)` → both of their features."""
        probe = self.probe_features(faces)
        others = [(face[0], face[-1, :, ::-1]) for face in faces if len(face) > 1]
        gallery = probe.copy()
        if others:
            several = np.array([len(face) > 1 for face in faces])
            gallery[several] = (gallery[several] + self._mean_of_pairs(others)) / 2
        return Features(gallery, probe)

    def _mean_of_pairs(self, pairs: Sequence[tuple[Pixels, Pixels]]) -> Floats:
        crops = [crop for pair in pairs for crop in pair]
        return np.asarray(self._passed(crops).reshape(len(pairs), 2, -1).mean(1), np.float32)

    def _passed(self, crops: Iterable[Pixels]) -> Floats:
        """The first are on their way while others may still be cut."""
        rest, features = iter(crops), []
        while part := list(islice(rest, self._body.at_once)):
            features.append(self._body(np.stack(part)))
        return np.concatenate(features)


def embedder(shape: Architecture, network: nn.Module, device: Device) -> Embedder:
    """By a torch network, on that device; the face network on a CPU runs as a graph."""
    if _as_graph(shape, device):
        tensors = {name: tensor.numpy(force=True) for name, tensor in network.state_dict().items()}
        return Embedder(shape, FaceGraph(tensors))
    from inference.embedding.torch_body import TorchBody

    return Embedder(shape, TorchBody(shape, network, device))


def load_embedder(shape: Architecture, tensors: Tensors, device: Device) -> Embedder:
    """By a network's tensors; torch is imported only where it does the work.

    Raises:
        KeyError, RuntimeError: these are not the tensors of that architecture.
    """
    if _as_graph(shape, device):
        return Embedder(shape, FaceGraph(tensors))
    import torch

    network = shape.build_body(False)
    network.load_state_dict({name: torch.from_numpy(values) for name, values in tensors.items()})
    return embedder(shape, network, device)


def _as_graph(shape: Architecture, device: Device) -> bool:
    return shape.name == "face" and device == "cpu"


class FaceGraph:
    """The face network's body on a CPU."""

    def __init__(self, tensors: Tensors, at_once: int = 8) -> None:
        self.at_once: Final = at_once  # with many more than 8 the activations no longer fit into the caches
        self._graph = Graph(face_graph(tensors))

    def __call__(self, crops: NDArray[np.uint8]) -> Floats:
        return self._graph(crops)[0]
