"""What the pipeline makes of a photo: its faces, their features, and whether they can be told."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from foundation.box import Box
from foundation.face import Clarity
from inference.embedding.embedder import Features
from inference.faces.finding import Face, Pixels

_GREY = 128
_SIDE = 150


@dataclass(frozen=True, slots=True)
class ExtractedFaces:
    """The faces of a photo, or of one part of it.

    Attributes:
        sha256: of the bytes the photo came as.
        part: what was taken for the one face, with none looked for; None where they were looked for.
        scene: `(64,)`, the bits of the whole photo's difference hash (Krawetz 2013).
        faces: at least one; the whole picture where none was found.
        clarity: how much is seen of each.
        features: `(faces, 128)` each, by the pretrained face network.
    """

    sha256: str
    part: Box | None
    scene: NDArray[np.bool_]
    faces: list[Face]
    clarity: list[Clarity]
    features: Features

    @property
    def hopeless(self) -> list[bool]:
        """Which of them are too bad to be named."""
        return [clarity >= Clarity.HOPELESS for clarity in self.clarity]

    def to_bytes(self) -> bytes:
        """All but the photo's name and the part, which it is kept under."""
        faces = [
            (_sides(face.box), _points(face), face.layout, face.score, clarity)
            for face, clarity in zip(self.faces, self.clarity, strict=True)
        ]
        header = {"scene": np.packbits(self.scene).tobytes().hex(), "faces": faces}
        return (
            json.dumps(header).encode()
            + b"\n"
            + np.stack([self.features.gallery, self.features.probe]).astype("<f4").tobytes()
        )

    @classmethod
    def from_bytes(cls, sha256: str, part: Box | None, content: bytes) -> "ExtractedFaces":
        """What `to_bytes` gave."""
        header, _, features = content.partition(b"\n")
        values: dict[str, Any] = json.loads(header)
        faces, clarity = [], []
        for sides, landmarks, layout, score, clear in values["faces"]:
            points = None if landmarks is None else np.array(landmarks, np.float32)
            faces.append(Face(Box(*sides), points, layout, score))
            clarity.append(Clarity(clear))
        return cls(
            sha256,
            part,
            np.unpackbits(np.frombuffer(bytes.fromhex(values["scene"]), np.uint8)).astype(np.bool_),
            faces,
            clarity,
            Features(*np.frombuffer(features, "<f4").reshape(2, len(faces), -1).astype(np.float32)),
        )


def part_name(part: Box | None) -> str:
    """What the cache calls it."""
    return "" if part is None else json.dumps(_sides(part))


def jpeg(face: Pixels) -> bytes:
    """An aligned face as it is kept to be shown."""
    _, file = cv2.imencode(".jpg", cv2.cvtColor(face, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 95])
    return file.tobytes()


def portrait(find: Callable[[], bytes | None]) -> Pixels:
    """Such a face `(150, 150, 3)`; grey where it is forgotten or damaged."""
    pixels = cv2.imdecode(np.frombuffer(find() or b"-", np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        return np.full((_SIDE, _SIDE, 3), _GREY, np.uint8)
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)


def _points(face: Face) -> list[list[float]] | None:
    return None if face.landmarks is None else face.landmarks.tolist()


def _sides(box: Box) -> list[float]:
    return [box.left, box.top, box.right, box.bottom]
