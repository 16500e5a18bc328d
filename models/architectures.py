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
from models import wording
from models.face_layout import MEAN, SCALE, SIZE
from models.weights import WeightsMissing, fetch_checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

Crop: TypeAlias = Literal["aligned", "face", "whole"]

_IMAGENET_MEAN: Final = (123.675, 116.28, 103.53)
_IMAGENET_STD: Final = (58.395, 57.12, 57.375)


class UnknownArchitecture(ValueError):
    """No network goes by that name; the message suggests the nearest ones."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """How to build a network and how to show it a face.

    Attributes:
        name: `face`, or what torchvision calls it.
        size: side of its square input in pixels.
        crop: what of the photo it sees: the face turned upright and scaled to the network's template (`aligned`), the
            face with some surroundings (`face`), or the whole picture as in the tutorial (`whole`).
        mean, std: taken off and divided by, of 0–255 a channel.
        build_body: `(N, 3, size, size)` → features `(N, D)`; with pretrained weights or without.
        build_head: from D and the number of cousins; features `(N, D)` → logits.
        head_epochs, unfrozen_epochs: one-cycle epochs of the head on the frozen body, then of everything.
        head_rate: the head's highest learning rate.
        unfrozen_rates: the highest learning rates of the body's first and of the last layers.
        least_similarity: the cosine below which, by the pretrained weights, a face is nobody of a family, whatever its
            own photos say; -1 where that is not known.
        second_pass_raises: by how much a second pass of the pretrained body over a face may raise a similarity to the
            gallery; None where that is not known.
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
    least_similarity: float = -1.0
    second_pass_raises: float | None = None


def architecture(name: str, crop: Crop | None = None) -> Architecture:
    """Look an architecture up; `crop` overrides what of the photo it sees.

    Raises:
        UnknownArchitecture: neither `face` nor a torchvision classifier.
    """
    found = _face() if name == "face" else _torchvision(name)
    if crop is None or crop == found.crop:
        return found
    return replace(found, crop=crop, least_similarity=-1.0, second_pass_raises=None)


def _face() -> Architecture:
    return Architecture(
        name="face",
        size=SIZE,
        crop="aligned",
        mean=MEAN,
        std=(SCALE, SCALE, SCALE),
        build_body=_face_body,
        build_head=_cosine_head,
        head_epochs=10,
        unfrozen_epochs=0,  # tried in ten folds, it never won: docs/measurements/recognition.md
        head_rate=1e-2,
        unfrozen_rates=(1e-5, 1e-4),
        # 1 % of LFW's strangers reach .921 to .932 of families of 7 and 8, with 1 to 4 photos each:
        # docs/measurements/feedback.md.
        least_similarity=0.925,
        # Of 99 % of strangers by less than .012, of known faces by less than .022: docs/measurements/recognition.md.
        second_pass_raises=0.02,
    )


def _face_body(pretrained: bool) -> nn.Module:
    from models.dlib_face import DlibFace, load_pretrained

    return load_pretrained() if pretrained else DlibFace()


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
        near = difflib.get_close_matches(name, ("face", *_torchvision_names()), 3)
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
