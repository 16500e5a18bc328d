"""The networks a version can be built on, by name.

Each has the epochs and learning rates that suit it; what all are trained with stands in `training.hyperparameters`.

torch is imported where a network is built: the bot serves the default one without it.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from functools import cache, partial
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from foundation.fetching import FetchFailed
from models import cosines, wording
from models import face_layout as dlib
from models import mobilefacenet_layout as mobilefacenet
from models.cosines import UNKNOWN, Cosines
from models.mobilefacenet_weights import MOBILEFACENET, has_mobilefacenet
from models.own_network.network import PREFIX, OwnNetwork
from models.weights import WeightsMissing, fetch_checkpoint
from models.yunet import YUNET

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import nn

Crop: TypeAlias = Literal["aligned", "face", "whole"]
Template: TypeAlias = Literal["dlib", "arcface"]
"""How an aligned face lies in a network's input: as in dlib's chips, or as ArcFace (Deng et al. 2019) and what follows
it have it."""

_IMAGENET_MEAN: Final = (123.675, 116.28, 103.53)
_IMAGENET_STD: Final = (58.395, 57.12, 57.375)


class UnknownArchitecture(ValueError):
    """No network goes by that name; the message suggests the nearest ones."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """How to build a network and how to show it a face.

    Attributes:
        name: `fused`, `face`, `mobilefacenet`, a network's of one's own, or what torchvision calls it.
        size: side of its square input in pixels.
        crop: what of the photo it sees: the face turned upright and scaled to the network's template (`aligned`), the
            face with some surroundings (`face`), or the whole picture as in the tutorial (`whole`).
        mean, std: taken off and divided by, of 0–255 a channel.
        build_body: `(N, 3, size, size)` → features `(N, D)`; with pretrained weights or without.
        build_head: from D and the number of cousins; features `(N, D)` → logits.
        head_epochs, unfrozen_epochs: one-cycle epochs of the head on the frozen body, then of everything.
        head_rate: the head's highest learning rate.
        unfrozen_rates: the highest learning rates of the body's first and of the last layers.
        template: how an aligned face lies in its input.
        asks_once: whether who a face is is asked by one pass over it, halfway between both alignments, and not by two.
        cosines: what is known of those that the pretrained body makes.
        parts: other architectures whose embeddings, at length one, it puts side by side, and the share of each in a
            cosine; none where it is a single network.
        own: the file that it is in, of a network of one's own: OpenVINO runs it, and nothing trains its body.
    """

    name: str
    size: int
    crop: Crop
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    build_body: Callable[[bool], nn.Module]
    build_head: Callable[[int, int], nn.Module]
    head_epochs: int
    unfrozen_epochs: int
    head_rate: float
    unfrozen_rates: tuple[float, float]
    template: Template = "dlib"
    asks_once: bool = False
    cosines: Cosines = UNKNOWN
    parts: tuple[tuple[Architecture, float], ...] = ()
    own: OwnNetwork | None = None

    @property
    def is_face_network(self) -> bool:
        """Whether its embeddings tell faces before it is trained on any of the family."""
        return self.cosines is not UNKNOWN

    @property
    def bodies(self) -> tuple[tuple[Architecture, float], ...]:
        """Its parts, or itself alone."""
        return self.parts or ((self, 1.0),)


def best_face_network(weights: Path) -> Architecture:
    """The two networks together where the second one's weights lie in the folder `weights`, else dlib's alone."""
    return architecture("fused" if has_mobilefacenet(weights) else "face", weights=weights)


def architecture(name: str, crop: Crop | None = None, weights: Path | None = None) -> Architecture:
    """Look an architecture up; `crop` overrides what of the photo it sees, and `weights` is the folder of downloads.

    Raises:
        UnknownArchitecture: none of the face networks, nor a torchvision classifier.
    """
    known = _face_networks(weights)
    if name.startswith(PREFIX):
        found = _own_network(name, known["mobilefacenet"], weights)
    else:
        found = known[name] if name in known else _torchvision(name)
    if crop is None or crop == found.crop:
        return found
    parts = tuple((replace(part, crop=crop, cosines=UNKNOWN), share) for part, share in found.parts)
    return replace(found, crop=crop, cosines=UNKNOWN, parts=parts)


DOWNLOADS: Final = (YUNET, *MOBILEFACENET)
"""What no package carries of the default network, and the face finder."""

FUSED: Final = (("face", 0.8), ("mobilefacenet", 0.2))
"""What the default is made of: docs/measurements/recognition.md has other shares."""


def _face_networks(weights: Path | None) -> dict[str, Architecture]:
    face = Architecture(
        name="face",
        size=dlib.SIZE,
        crop="aligned",
        mean=dlib.MEAN,
        std=(dlib.SCALE,) * 3,
        build_body=_face_body,
        build_head=_cosine_head,
        head_epochs=10,
        unfrozen_epochs=0,  # tried in ten folds, it never won: docs/measurements/recognition.md
        head_rate=1e-2,
        unfrozen_rates=(1e-5, 1e-4),
        cosines=cosines.DLIB,
    )
    second = replace(
        face,
        name="mobilefacenet",
        size=mobilefacenet.SIZE,
        mean=(mobilefacenet.MEAN,) * 3,
        std=(mobilefacenet.SCALE,) * 3,
        build_body=partial(_mobilefacenet_body, weights),
        template="arcface",
        asks_once=True,  # what a second pass gains is not worth its time: docs/measurements/recognition.md
        cosines=cosines.MOBILEFACENET,
    )
    single = {network.name: network for network in (face, second)}
    parts = tuple((single[name], share) for name, share in FUSED)
    fused = replace(face, name="fused", build_body=partial(_fused_body, parts), cosines=cosines.FUSED, parts=parts)
    return {**single, fused.name: fused}


def _own_network(name: str, like: Architecture, weights: Path | None) -> Architecture:
    if (own := OwnNetwork.named(name, weights)) is None:
        raise UnknownArchitecture(wording.no_such_own_network(name))
    return replace(
        like,
        name=own.name,
        mean=(own.mean,) * 3,
        std=(own.scale,) * 3,
        build_body=partial(_own_body, own),
        cosines=cosines.ARCFACE,
        own=own,
    )


def _own_body(own: OwnNetwork, pretrained: bool) -> nn.Module:
    """Nothing to train: `inference.embedding` runs what is in the file."""
    from torch import nn

    own.file()
    if not pretrained:
        raise WeightsMissing(wording.own_network_stays())
    return nn.Identity()


def _face_body(pretrained: bool) -> nn.Module:
    from models.dlib_face import DlibFace, load_pretrained

    return load_pretrained() if pretrained else DlibFace()


def _mobilefacenet_body(weights: Path | None, pretrained: bool) -> nn.Module:
    from models.mobilefacenet import MobileFaceNet, load_pretrained

    return load_pretrained(weights) if pretrained else MobileFaceNet()


def _fused_body(parts: tuple[tuple[Architecture, float], ...], pretrained: bool) -> nn.Module:
    """The bodies by name: each sees a crop of its own, so that they have no forward pass in common."""
    from torch import nn

    return nn.ModuleDict({part.name: part.build_body(pretrained) for part, _ in parts})


def _cosine_head(features: int, cousins: int) -> nn.Module:
    from models.heads import CosineHead

    return CosineHead(features, cousins)


def _linear_head(features: int, cousins: int) -> nn.Module:
    from models.heads import linear_head

    return linear_head(features, cousins)


@cache
def _torchvision_names() -> tuple[str, ...]:
    import torchvision.models

    return tuple(torchvision.models.list_models(module=torchvision.models))


def _torchvision(name: str) -> Architecture:
    if name not in _torchvision_names():
        near = difflib.get_close_matches(name, (*_face_networks(None), *_torchvision_names()), 3)
        raise UnknownArchitecture(wording.no_such_architecture(name, near))
    return Architecture(
        name=name,
        # The tutorial's second model, ResNet-50, saw larger pictures; transformers take their own size and no other.
        size=320 if name == "resnet50" else _native_size(name) if name.startswith(("vit", "swin", "maxvit")) else 224,
        crop="face",
        mean=_IMAGENET_MEAN,
        std=_IMAGENET_STD,
        build_body=partial(_classifier_body, name),
        build_head=_linear_head,
        head_epochs=4,
        unfrozen_epochs=10,
        head_rate=1e-3,
        unfrozen_rates=(1e-4, 1e-3),
    )


def _native_size(name: str) -> int:
    return int(_imagenet_weights(name).transforms().crop_size[0])


def _imagenet_weights(name: str) -> Any:
    """The first ImageNet weights, V1: those of the tutorial's time, and the ones torchvision has for every network."""
    import torchvision.models

    return next(iter(torchvision.models.get_model_weights(name)))


def _classifier_body(name: str, pretrained: bool) -> nn.Module:
    """A torchvision classifier whose last layer passes its features through."""
    import torchvision.models
    from torch import nn

    network: nn.Module = torchvision.models.get_model(name)
    if pretrained:
        weights = _imagenet_weights(name)
        file = weights.url.rpartition("/")[2]
        try:
            fetch_checkpoint(weights.url)
            # Tensors only: the file is a pickle, which could else run anything.
            state = weights.get_state_dict(weights_only=True)
        except (FetchFailed, OSError) as error:
            raise WeightsMissing(wording.imagenet_weights_missing(name, str(error), file)) from None
        except (UnpicklingError, RuntimeError, EOFError):
            raise WeightsMissing(wording.imagenet_weights_damaged(file)) from None
        network.load_state_dict(state, strict=False)
    if hasattr(network, "aux_logits"):  # GoogLeNet and Inception: their side exits only serve training on ImageNet
        network.aux_logits = False  # type: ignore[assignment]
    path, _ = [(path, module) for path, module in network.named_modules() if isinstance(module, nn.Linear | nn.Conv2d)][
        -1
    ]
    parent, _, child = path.rpartition(".")
    setattr(network.get_submodule(parent), child, nn.Identity())
    return network
