"""Faces out of photo files: decode, detect, align and embed, or take what an earlier run kept."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import imagehash
import numpy as np
from PIL import Image

from data.files.face_cache import FaceCache
from foundation.box import Box
from foundation.progress import Progress
from inference.decoding.limits import OVERVIEW_SIDE
from inference.decoding.photo import PhotoError, decode
from inference.device import Device
from inference.embedding.embedder import Embedder, FaceViews, Features, embedder, views
from inference.faces.alignment import aligned_face, alignments
from inference.faces.finding import FaceDetector, Pixels, cut, find_faces, reduced, whole_picture
from inference.faces.quality import quality
from models.architectures import Architecture
from models.graph import cores
from training import wording
from training.dataset.extracted_faces import ExtractedFaces, jpeg, part_name, portrait
from training.library_versions import EXTRACTION, versions_of

_GENERATION: Final = 4
"""To be raised with every change of what is extracted: the faces found, their alignment, the scene's hash, the
quality."""
_AT_ONCE: Final = 32
"""Photos whose faces are embedded together: only so many are in memory."""

_NONE_YET: Final = Features(np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))

Extraction = ExtractedFaces | PhotoError | OSError
"""What came of a file, or why it can't be read."""


@dataclass(frozen=True, slots=True)
class PhotoPart:
    """A photo file, and the part of it to be taken for one face; None to look for faces in all of it.

    `sha256` is of the bytes the photo came as; None where the file holds them still.
    """

    path: Path
    part: Box | None = None
    sha256: str | None = None


def _pixels_of(data: bytes) -> Pixels:
    return decode(data).pixels


class FaceExtractor:
    """A detector and a pretrained face network, with a cache of what they made of photos before."""

    def __init__(
        self,
        network: Architecture,
        detector: FaceDetector,
        device: Device,
        cache: FaceCache,
        pixels_of: Callable[[bytes], Pixels] = _pixels_of,
    ) -> None:
        """`pixels_of` decodes a photo and raises `PhotoError`; for files that come from anywhere in a process apart."""
        self.network = network
        self._detector = detector
        self._device = device
        self._cache = cache
        self._pixels_of = pixels_of
        libraries = " ".join(f"{name} {version}" for name, version in versions_of(EXTRACTION).items())
        self.pipeline = f"{_GENERATION}, {network.name}, {detector.name}, {alignments(network)}, {device}, {libraries}"

    def extract(self, parts: Sequence[PhotoPart], progress: Progress) -> Iterator[Extraction]:
        """The faces of each, in their order; an unreadable file gives its error, and raises nothing."""
        whole = bool(parts) and all(part.part == whole_picture().box for part in parts)
        doing = wording.looking_at_pictures() if whole else wording.finding_faces()
        with ThreadPoolExecutor(cores(), thread_name_prefix="photos") as pool:
            for start in range(0, len(parts), _AT_ONCE):
                progress(doing, start, len(parts))
                yield from self._extract(parts[start : start + _AT_ONCE], pool)
        progress(doing, len(parts), len(parts))

    def portrait(self, faces: ExtractedFaces, number: int) -> Pixels:
        """One of them aligned, to be shown, `(150, 150, 3)`."""
        return portrait(lambda: self._cache.portrait(faces.sha256, part_name(faces.part), number))

    def prune_cache(self, gone: Sequence[str]) -> None:
        """Drop what was not asked for in this run, and the photos deleted meanwhile, by sha256."""
        self._cache.drop_untouched(self.pipeline, gone)

    @cached_property
    def _embedder(self) -> Embedder:
        return embedder(self.network, self.network.build_body(True), self._device)

    def _extract(self, parts: Sequence[PhotoPart], pool: ThreadPoolExecutor) -> list[Extraction]:
        files = list(pool.map(_read, parts))
        done: list[Extraction | None] = [file if isinstance(file, OSError) else self._cached(file) for file in files]
        new = [(place, file) for place, file in enumerate(files) if isinstance(file, _File) and done[place] is None]
        detected = list(pool.map(lambda one: self._detect(one[1]), new))
        embedded = iter(self._embed([one for one in detected if isinstance(one, _Detected)]))
        for (place, _), one in zip(new, detected, strict=True):
            done[place] = next(embedded) if isinstance(one, _Detected) else one
        return [one for one in done if one is not None]

    def _cached(self, file: "_File") -> ExtractedFaces | None:
        content = self._cache.get(file.sha256, part_name(file.part), self.pipeline)
        return None if content is None else ExtractedFaces.from_bytes(file.sha256, file.part, content)

    def _detect(self, file: "_File") -> "_Detected | PhotoError":
        try:
            pixels = self._pixels_of(file.data)
        except PhotoError as error:
            return error
        scene = imagehash.dhash(Image.fromarray(reduced(pixels, OVERVIEW_SIDE))).hash.ravel()
        within = pixels if file.part is None else cut(pixels, file.part)
        faces = find_faces(self._detector, pixels) if file.part is None else [whole_picture()]
        seen = [views(self.network, within, face) for face in faces]
        portraits = [aligned_face(within, face) for face in faces]
        clarity = [quality(within, *one).clarity for one in zip(faces, portraits, strict=True)]
        return _Detected(ExtractedFaces(file.sha256, file.part, scene, faces, clarity, _NONE_YET), seen, portraits)

    def _embed(self, detected: Sequence["_Detected"]) -> list[ExtractedFaces]:
        """The same with their features, all made together; cached from now on."""
        if not detected:
            return []
        features = self._embedder.features([face for one in detected for face in one.views])
        ends = np.cumsum([len(one.views) for one in detected])[:-1]
        extracted = [
            replace(one.faces, features=Features(gallery, probe))
            for one, gallery, probe in zip(
                detected, np.split(features.gallery, ends), np.split(features.probe, ends), strict=True
            )
        ]
        self._cache.keep(
            self.pipeline,
            [
                (faces.sha256, part_name(faces.part), faces.to_bytes(), [jpeg(face) for face in one.portraits])
                for faces, one in zip(extracted, detected, strict=True)
            ],
        )
        return extracted


@dataclass(frozen=True, slots=True)
class _File:
    data: bytes
    sha256: str
    part: Box | None


@dataclass(frozen=True, slots=True)
class _Detected:
    """Faces that have no features yet, what each body sees of them, and how they are shown."""

    faces: ExtractedFaces
    views: list[FaceViews]
    portraits: list[Pixels]


def _read(part: PhotoPart) -> _File | OSError:
    try:
        data = part.path.read_bytes()
    except OSError as error:
        return error
    return _File(data, part.sha256 or hashlib.sha256(data).hexdigest(), part.part)
