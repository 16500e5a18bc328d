"""Photos in, guesses out: a trained version at work."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from inference.alignment import aligned_views, face_with_margin, squared
from inference.faces import Box, Face, FaceDetector, Pixels, cut, find_faces, whole_picture
from inference.gallery import Allowances, unit
from inference.identify import Candidate, Identifier
from inference.memory import Memory
from inference.photo import Photo
from inference.quality import Flaw, Quality, quality
from models.architectures import Architecture, architecture
from models.card import Card

_BATCH: Final = 32
SAME_FACE: Final = 0.3
"""Intersection over union from which a detected face is the one that a box was drawn around."""


@dataclass(frozen=True, slots=True)
class FaceGuess:
    """Who a face is.

    Attributes:
        box: where in the photo.
        found: False where no face was found and the whole picture was tried.
        cousin: None for nobody we know.
        confidence: calibrated probability of `cousin`, or of its being nobody we know.
        candidates: every cousin, best first.
        similarity: cosine to the nearest gallery faces.
        embedding: `(D,)`, normalised.
        space: which network made the embedding; those of different spaces can't be compared.
        runners_up: who else it may well be, likeliest first.
        flaw: why no name came of it, where that is the picture's fault: then it need not be a stranger.
    """

    box: Box
    found: bool
    cousin: str | None
    confidence: float
    candidates: tuple[Candidate, ...]
    similarity: float
    embedding: NDArray[np.float32]
    space: str
    runners_up: tuple[Candidate, ...] = ()
    flaw: Flaw | None = None


@dataclass(frozen=True, slots=True)
class PhotoGuess:
    """The faces of a photo from left to right, never none, and the version that named them."""

    faces: tuple[FaceGuess, ...]
    version: str


class Embedder:
    """A body that turns faces into features. Serving and training both embed with this class, and so see the same."""

    def __init__(self, shape: Architecture, body: nn.Module, device: torch.device) -> None:
        self.shape = shape
        self.body = body.eval().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.device = device

    def views(self, pixels: Pixels, face: Face) -> Pixels:
        """What the body sees of a face, `(views, size, size, 3)`; the first is the one to show people."""
        if self.shape.crop == "aligned":
            return aligned_views(pixels, face, self.shape.size)
        if self.shape.crop == "face" and face.found:
            return face_with_margin(pixels, face, self.shape.size)[None]
        return squared(pixels, self.shape.size)[None]

    def features(self, faces: Sequence[Pixels]) -> NDArray[np.float32]:
        """N faces of `(views, size, size, 3)` → features `(N, D)`: the views and their mirror images, averaged."""
        crops = np.concatenate(faces)
        parts = []
        with torch.inference_mode():
            for start in range(0, len(crops), _BATCH):
                pixels = torch.from_numpy(crops[start : start + _BATCH]).to(self.device)
                batch = self.shape.normalise(pixels).contiguous(memory_format=torch.channels_last)
                both = self.body(torch.cat([batch, batch.flip(3)]))
                parts.append(both.view(2, len(batch), -1).mean(0).float().cpu().numpy())
        views = np.array([len(face) for face in faces])
        starts = np.cumsum(views) - views
        return np.asarray(np.add.reduceat(np.concatenate(parts), starts) / views[:, None], np.float32)


class Recognizer:
    """One version, loaded."""

    def __init__(
        self, version: str, space: str, embedder: Embedder, identifier: Identifier, detector: FaceDetector
    ) -> None:
        self.version = version
        self.space = space
        self.cousins = identifier.cousins
        self.dimensions = identifier.dimensions
        self._embedder = embedder
        self.identifier = identifier
        self._detector = detector

    @classmethod
    def load(cls, folder: Path, detector: FaceDetector, device: torch.device) -> "Recognizer":
        """Load the version in `folder`: safetensors and JSON only. Raises `VersionBroken`."""
        try:
            return cls._load(folder, detector, device)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            reason = str(error).partition("\n")[0]
            raise VersionBroken(
                f"Version {folder.name} can't be loaded ({reason}): train again, or choose another with"
                " `cousinbot models promote`."
            ) from error

    @classmethod
    def _load(cls, folder: Path, detector: FaceDetector, device: torch.device) -> "Recognizer":
        card = Card.model_validate_json((folder / "card.json").read_bytes())
        tensors = load_file(folder / "weights.safetensors")
        gallery, labels = tensors.pop("gallery"), tensors.pop("gallery_labels")
        shape = architecture(card.architecture, card.crop)
        body = shape.build_body(False)
        body.load_state_dict(_below("body", tensors))
        head = shape.build_head(gallery.shape[1], len(card.cousins))
        head.load_state_dict(_below("head", tensors))
        identifier = Identifier(
            card.cousins,
            head,
            gallery.numpy(),
            labels.numpy(),
            threshold=card.threshold,
            slope=card.slope,
            temperature=card.temperature,
            allowances=Allowances(tuple(size for size, _ in card.allowances), tuple(v for _, v in card.allowances)),
        )
        return cls(card.version, card.space, Embedder(shape, body, device), identifier, detector)

    def recognize(self, photos: Sequence[Photo], memory: Memory | None = None) -> list[PhotoGuess]:
        """Name the faces of every photo; all faces of all photos go through the network together."""
        faces = [find_faces(self._detector, photo.pixels) for photo in photos]
        views = [
            self._embedder.views(photo.pixels, face)
            for photo, found in zip(photos, faces, strict=True)
            for face in found
        ]
        features = self._embedder.features(views)
        guesses, start = [], 0
        for photo, found in zip(photos, faces, strict=True):
            qualities = [quality(photo.pixels, face) for face in found]
            guesses.append(self._guess(found, qualities, features[start : start + len(found)], memory))
            start += len(found)
        return guesses

    def embed(self, photo: Photo, box: Box) -> NDArray[np.float32]:
        """The embedding `(D,)` of the face that lies in `box`; of the box's own pixels where none is found there."""
        faces = find_faces(self._detector, photo.pixels)
        face = max(faces, key=lambda face: face.box.overlap(box))
        pixels = photo.pixels
        if face.box.overlap(box) < SAME_FACE:
            pixels, face = cut(pixels, box), whole_picture()
        embedding: NDArray[np.float32] = unit(self._embedder.features([self._embedder.views(pixels, face)]))[0]
        return embedding

    def _guess(
        self,
        faces: Sequence[Face],
        qualities: Sequence[Quality],
        features: NDArray[np.float32],
        memory: Memory | None,
    ) -> PhotoGuess:
        tellable = np.array([not quality.hopeless for quality in qualities])
        identities = self.identifier.identify(features, memory, tellable)
        guesses = [
            FaceGuess(
                face.box,
                face.found,
                identity.cousin,
                identity.confidence,
                identity.candidates,
                identity.similarity,
                embedding,
                self.space,
                identity.runners_up,
                None if identity.cousin or identity.said else quality.flaw,
            )
            for face, quality, identity, embedding in zip(faces, qualities, identities, unit(features), strict=True)
            if identity.is_face or not any(identity.is_face for identity in identities)
        ]
        return PhotoGuess(tuple(guesses), self.version)


def _below(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {
        name.removeprefix(f"{prefix}."): tensor for name, tensor in tensors.items() if name.startswith(f"{prefix}.")
    }


class VersionBroken(ValueError):
    """A version's files are missing or damaged; the message says what to do."""


class DeviceMissing(ValueError):
    """The GPU that was asked for is not there."""


def choose_device(name: str) -> torch.device:
    """`auto` is CUDA where there is a GPU, else Apple's, else the CPU. Raises `DeviceMissing`."""
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    if name == "cuda" and not torch.cuda.is_available():
        raise DeviceMissing("There is no CUDA GPU that torch can use here: set COUSINBOT_DEVICE=cpu, or auto.")
    if name == "mps" and not torch.backends.mps.is_available():
        raise DeviceMissing("There is no Apple GPU that torch can use here: set COUSINBOT_DEVICE=cpu, or auto.")
    return torch.device(name)
