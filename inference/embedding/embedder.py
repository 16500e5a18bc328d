"""Faces in, features out. Serving and training both embed with this, and so see the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inference.faces.alignment import aligned_between, aligned_face, by_other_landmarks, face_with_margin, squared
from inference.naming.gallery import unit
from models.face_graph import face_graph
from models.graph import Graph
from models.mobilefacenet_graph import mobilefacenet_graph
from models.own_network.graph import OwnGraph

if TYPE_CHECKING:
    import openvino
    from torch import nn

    from inference.device import Device
    from inference.faces.finding import Face, Pixels
    from inference.naming.gallery import Floats
    from models.architectures import Architecture
    from models.own_network.network import OwnNetwork

Tensors: TypeAlias = Mapping[str, NDArray[np.float32]]

FaceViews: TypeAlias = "tuple[Pixels, ...]"
"""What each body of an architecture sees of a face: `(views, size, size, 3)`. One view, or by two alignments two, and
where the body asks once a third halfway between them."""


@dataclass(frozen=True, slots=True)
class Features:
    """What an architecture makes of N faces, `(N, D)` each and of any length.

    Attributes:
        gallery: to learn from and be compared with, of every view, as it is or mirrored or both.
        probe: by which to ask who they are, of the last view as it is and, unless the body asks once, the first
            mirrored. That says nearly as much of the person as all passes, as long as what it is compared with was seen
            in more of them (docs/measurements/recognition.md).
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


def views(shape: Architecture, pixels: Pixels, face: Face) -> FaceViews:
    """Every view of a face: the first is the one to show people."""
    other = by_other_landmarks(pixels, face) if shape.crop == "aligned" else None
    return tuple(np.stack(_views(body, pixels, face, other)) for body, _ in shape.bodies)


def _views(shape: Architecture, pixels: Pixels, face: Face, other: Face | None) -> list[Pixels]:
    if other is None:
        return [_view(shape, pixels, face)]
    by_each = [_view(shape, pixels, one) for one in (face, other)]
    if not shape.asks_once:
        return by_each
    return [*by_each, aligned_between(pixels, (face, other), shape.size, shape.template)]


def _view(shape: Architecture, pixels: Pixels, face: Face) -> Pixels:
    if shape.crop == "aligned":
        return aligned_face(pixels, face, shape.size, shape.template)
    if shape.crop == "face" and face.found:
        return face_with_margin(pixels, face, shape.size)
    return squared(pixels, shape.size)


class Embedder:
    """The bodies of an architecture, which turn faces into features.

    Features of several bodies stand side by side, each at a length by which cosines add up in their shares.
    """

    def __init__(self, shape: Architecture, bodies: Sequence[Body]) -> None:
        self.shape = shape
        self._bodies = tuple(bodies)

    def probe_features(self, faces: Sequence[FaceViews]) -> Floats:
        """`Features.probe` of N faces alone, `(N, D)`, in less than half the time."""
        return self._side_by_side(
            [_means(_made(body, [asked for asked, _ in passes])) for body, passes in self._passes(faces)]
        )

    def features(self, faces: Sequence[FaceViews]) -> Features:
        """Both features of N faces."""
        galleries, probes = [], []
        for body, passes in self._passes(faces):
            made = _made(body, [[*asked, *others] for asked, others in passes])
            galleries.append(_means(made))
            probes.append(_means([own[: len(asked)] for own, (asked, _) in zip(made, passes, strict=True)]))
        return Features(self._side_by_side(galleries), self._side_by_side(probes))

    def _passes(self, faces: Sequence[FaceViews]) -> list[tuple[Body, list[tuple[list[Pixels], list[Pixels]]]]]:
        """Each body with its passes over N faces."""
        return [
            (body, [_passes(face[place], once=shape.asks_once) for face in faces])
            for place, ((shape, _), body) in enumerate(zip(self.shape.bodies, self._bodies, strict=True))
        ]

    def _side_by_side(self, features: Sequence[Floats]) -> Floats:
        if len(features) == 1:
            return features[0]
        shares = [share for _, share in self.shape.bodies]
        lengths = zip(shares, features, strict=True)
        return np.concatenate([np.float32(share**0.5) * unit(own) for share, own in lengths], axis=1)


def _passes(face: Pixels, *, once: bool) -> tuple[list[Pixels], list[Pixels]]:
    """Of the views `(views, size, size, 3)` of a face and their mirror images those to ask by, and the others."""
    mirrored, last = face[0, :, ::-1], face[-1]
    if once:
        return [last], [mirrored, *face[1:-1]]
    return [mirrored, last], [face[0], last[:, ::-1]] if len(face) > 1 else []


def _made(body: Body, passes: Sequence[Sequence[Pixels]]) -> list[Floats]:
    """What a body makes of each face's passes: N of `(passes, D)`."""
    crops = [crop for own in passes for crop in own]
    starts = range(0, len(crops), body.at_once)
    features = np.concatenate([body(np.stack(crops[start : start + body.at_once])) for start in starts])
    return np.split(features, np.cumsum([len(own) for own in passes])[:-1])


def _means(made: Sequence[Floats]) -> Floats:
    """The mean of each face's passes, `(N, D)`."""
    return np.stack([own.mean(0) for own in made]).astype(np.float32)


def embedder(shape: Architecture, network: nn.Module, device: Device) -> Embedder:
    """By a torch network, on that device; face networks on a CPU run as graphs, and one's own does everywhere."""
    return Embedder(shape, [_body(part, own, device) for part, own in _networks(shape, network)])


def load_embedder(shape: Architecture, tensors: Tensors, device: Device) -> Embedder:
    """By a network's tensors; torch is imported only where it does the work.

    Raises:
        KeyError, RuntimeError: these are not the tensors of that architecture.
        WeightsMissing: the file of a network of one's own is not there, or was altered.
    """
    if shape.own is not None:
        return Embedder(shape, [OwnBody(shape.own)])
    if device == "cpu" and all(part.name in _GRAPHS for part, _ in shape.bodies):
        owns = [below(part.name, tensors) if shape.parts else tensors for part, _ in shape.bodies]
        return Embedder(shape, [GraphBody(part.name, own) for (part, _), own in zip(shape.bodies, owns, strict=True)])
    import torch

    network = shape.build_body(False)
    network.load_state_dict({name: torch.from_numpy(values) for name, values in tensors.items()})
    return embedder(shape, network, device)


def _networks(shape: Architecture, network: nn.Module) -> Iterable[tuple[Architecture, nn.Module]]:
    if not shape.parts:
        return [(shape, network)]
    return [(part, network.get_submodule(part.name)) for part, _ in shape.parts]


def _body(shape: Architecture, network: nn.Module, device: Device) -> Body:
    if shape.own is not None:
        return OwnBody(shape.own)
    if shape.name in _GRAPHS and device == "cpu":
        return GraphBody(shape.name, {name: tensor.numpy(force=True) for name, tensor in network.state_dict().items()})
    from inference.embedding.torch_body import TorchBody

    return TorchBody(shape, network, device)


def below(prefix: str, tensors: Tensors) -> dict[str, Floats]:
    """The tensors whose names begin so, without that."""
    return {
        name.removeprefix(f"{prefix}."): values for name, values in tensors.items() if name.startswith(f"{prefix}.")
    }


_GRAPHS: Final[dict[str, Callable[[Tensors], openvino.Model]]] = {
    "face": face_graph,
    "mobilefacenet": mobilefacenet_graph,
}


class OwnBody:
    """The body of a network of one's own, on the CPU.

    Raises:
        WeightsMissing: its file is not there, or was altered.
    """

    def __init__(self, own: OwnNetwork) -> None:
        self._graph = OwnGraph(own.file(), own)
        self.at_once: Final = self._graph.at_once

    def __call__(self, crops: NDArray[np.uint8]) -> Floats:
        return self._graph(crops)


class GraphBody:
    """A face network's body on a CPU."""

    def __init__(self, name: str, tensors: Tensors, at_once: int = 8) -> None:
        self.at_once: Final = at_once  # with many more than 8 the activations no longer fit into the caches
        self._graph = Graph(_GRAPHS[name](tensors))

    def __call__(self, crops: NDArray[np.uint8]) -> Floats:
        return self._graph(crops)[0]
