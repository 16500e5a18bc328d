"""A face network of the family's own: an ONNX file, known by its sha256."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self, TypeAlias, cast

from models import wording
from models.weights import WeightsMissing

Feeding: TypeAlias = Literal["rgb", "rgb-raw", "bgr", "bgr-raw"]
"""How a network takes its pixels: in which order the colours; from -1 to 1, or raw, from 0 to 255."""

FEEDINGS: Final[tuple[Feeding, ...]] = ("rgb", "rgb-raw", "bgr", "bgr-raw")
"""The commonest first: ArcFace and AuraFace take the first, SFace and what was written by MXNet the second."""

PREFIX: Final = "onnx:"
_DIGITS: Final = 12
_NAME: Final = re.compile(rf"{PREFIX}([0-9a-f]{{{_DIGITS}}}):({'|'.join(FEEDINGS)})")
_CHUNK: Final = 2**20


class UnusableNetwork(ValueError):
    """A file is no network that tells faces apart; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class OwnNetwork:
    """Attributes:
    digest: the first twelve hex digits of its file's sha256.
    feeding: how it takes its pixels.
    weights: the folder that its file lies in; None where that does not matter.
    """

    digest: str
    feeding: Feeding
    weights: Path | None = None

    @classmethod
    def named(cls, name: str, weights: Path | None = None) -> Self | None:
        """By the name of its architecture; None where that names no network of one's own."""
        found = _NAME.fullmatch(name)
        return cls(found[1], cast("Feeding", found[2]), weights) if found else None

    @property
    def name(self) -> str:
        """Of its architecture, as it stands in a version's card."""
        return f"{PREFIX}{self.digest}:{self.feeding}"

    @property
    def file_name(self) -> str:
        """Of its file in `weights/`, whatever it was called before."""
        return f"onnx-{self.digest}.onnx"

    @property
    def mean(self) -> float:
        """Taken off each channel, of 0–255."""
        return 0.0 if self.feeding.endswith("raw") else 127.5

    @property
    def scale(self) -> float:
        """What that is divided by."""
        return 1.0 if self.feeding.endswith("raw") else 127.5

    def file(self) -> Path:
        """Its file, whole. Raises `WeightsMissing` where it is not there or was altered."""
        if self.weights is not None:
            try:
                if digest_of(self.weights / self.file_name) == self.digest:
                    return self.weights / self.file_name
            except OSError:
                pass
        raise WeightsMissing(wording.own_network_missing(self.file_name, self.weights))


def digest_of(file: Path) -> str:
    """What a network in this file is called by. Raises `OSError`."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()[:_DIGITS]
