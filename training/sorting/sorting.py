"""`photos sort`: every face in some folders looked at once, and all that were ever looked at grouped.

What is done is on the disk after every few photos: whoever is stopped goes on there.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from actions.groups.groups import Sorted, sorted_now
from actions.groups.standing import standing
from data.facts.factbook import FactBook
from data.files.home import Home
from data.sorting.sorted_faces import FacePlace, LookedAt, NewFace
from data.store.store import Store
from foundation.file_digest import sha256_of
from foundation.photo_dates import taken
from foundation.progress import Progress, silent
from inference.decoding.photo import PhotoError
from inference.decoding.taken import year_in_file
from inference.naming.gallery import unit
from models.registry import Registry
from training.dataset.extracted_faces import ExtractedFaces
from training.dataset.face_extractor import FaceExtractor, PhotoPart
from training.errors import TrainingError, why_unusable
from training.importing.kinds import unpacking
from training.importing.walking import walk
from training.sorting import wording
from training.sorting.border import ChosenBorder
from training.sorting.known_cousins import Recognised, filed, recognise
from training.sorting.numbering import keep_numbers
from training.sorting.regrouping import regroup, whose

AT_ONCE: Final = 32
"""Photos that are looked at together, and noted."""


@dataclass(slots=True)
class SortedPhotos:
    """What came of it.

    Attributes:
        groups: all there are now.
        border: by which they were made.
        recognised: who the version that answers is certain of.
        looked_at: photos that were new.
        known: photos that had been looked at before.
        without_face: photos, new or not, on which nobody was found.
        left_out: files that are no photos, copies of others, or can't be read: each with the reason.
    """

    groups: Sorted
    border: ChosenBorder
    recognised: Recognised
    looked_at: int = 0
    known: int = 0
    without_face: int = 0
    left_out: list[tuple[Path, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    sha256: str
    size: int
    mtime: int


async def look_at_photos(
    sources: Sequence[Path], home: Home, store: Store, extractor: FaceExtractor, network: str, progress: Progress
) -> tuple[int, int, list[tuple[Path, str]]]:
    """Look at every photo below the sources that is new, or that another network or an older program saw, and note its
    faces.

    `network` is the fingerprint of what makes the embeddings. Returns how many were new and known, and which files were
    left out, and why. Raises `TrainingError` for what is no folder, or holds no photo.
    """
    paths, left_out, closed = await asyncio.to_thread(_photos_below, sources, home)
    noted = await store.sorted_faces.files()
    found, unreadable = await asyncio.to_thread(_read, paths, noted, progress)
    left_out += unreadable
    closed += [path for path, _ in unreadable]
    files: dict[str, _File] = {}
    for file in found:
        if file.sha256 in files:
            left_out.append((file.path, wording.same_file(str(files[file.sha256].path))))
        else:
            files[file.sha256] = file
    await _note_what_moved(store, sources, files, noted, closed)
    half_seen = await store.sorted_faces.half_seen()
    known = {sha256 for sha256 in files if sha256 in noted and noted[sha256].network == network}
    new = [file for sha256, file in files.items() if sha256 not in known]
    again = [file for sha256, file in files.items() if sha256 in known & half_seen]
    for doing, some in ((wording.looking_at_faces(), new), (wording.looking_once_more(), again)):
        some.sort(key=lambda file: file.path)
        for start in range(0, len(some), AT_ONCE):
            progress(doing, start, len(some))
            left_out += await _look_at(store, extractor, some[start : start + AT_ONCE], network)
        if some or some is new:
            progress(doing, len(some), len(some))
    return len(new), len(files) - len(new), left_out


async def regroup_all(
    home: Home, store: Store, network: str, border: ChosenBorder, book: FactBook, progress: Progress
) -> Recognised:
    """Group all faces anew by what people have said until now; what they say meanwhile is not overwritten."""
    while True:
        progress(wording.grouping(), 0, 1)
        decided = await store.group_decisions.last()
        said = await store.group_decisions.all()
        files = await store.sorted_faces.files()
        seen = await store.sorted_faces.all()
        faces = [face for face in seen if files[face.sha256].network == network]
        stands = standing(said, faces)
        recognised = await recognise(faces, files, network, Registry(home.models), store, book)
        certainly = {**recognised.faces, **await filed(faces, home, store)}
        found = await asyncio.to_thread(regroup, faces, files, stands, certainly, recognised.known, border.border)
        found.sort(key=lambda group: -len(group))  # among new ones the biggest gets the lowest number
        names = whose(faces, stands, certainly)
        # What another network saw last, and can't be looked at now, stays where it was.
        kept: dict[int, list[int]] = {}
        for face in seen:
            if files[face.sha256].network != network and face.group is not None:
                kept.setdefault(face.group, []).append(face.id)
        before = await store.sorted_faces.groups()
        numbered = keep_numbers([*found, *kept.values()], before, names)
        certain = {face: cousin for face, cousin in certainly.items() if names.get(face) == cousin}
        if await store.sorted_faces.assign(numbered.groups, numbered.numbers, numbered.led_to, certain, decided):
            progress(wording.grouping(), 1, 1)
            return recognised


async def sort_photos(
    sources: Sequence[Path],
    home: Home,
    store: Store,
    extractor: FaceExtractor,
    network: str,
    border: ChosenBorder,
    book: FactBook,
    progress: Progress,
) -> SortedPhotos:
    """Both. Raises `TrainingError` for what is no folder."""
    new, known, left_out = await look_at_photos(sources, home, store, extractor, network, progress)
    recognised = await regroup_all(home, store, network, border, book, progress)
    groups = await sorted_now(store)
    with_face = {face.sha256 for group in groups.groups for face in group.faces}
    with_face |= {face.sha256 for face in groups.apart}
    without = len(await store.sorted_faces.files()) - len(with_face)
    return SortedPhotos(groups, border, recognised, new, known, without, left_out)


def _photos_below(sources: Sequence[Path], home: Home) -> tuple[list[Path], list[tuple[Path, str]], list[Path]]:
    """The photos, what is left out and why, and what could not be looked into."""
    walked = []
    for source in sources:
        if not source.is_dir() and not unpacking(source):
            raise TrainingError(wording.no_folder(source))
        walked.append(walk(source.absolute(), home.root))
        if not walked[-1].holds_photos:  # an empty folder may be one that a disk belongs to
            raise TrainingError(wording.no_photos(source))
    folders = [folder for one in walked for folder in one.all()]
    photos = dict.fromkeys(path for folder in folders for path in folder.photos)
    refused = {path: refused.why or "" for folder in folders for path, refused in folder.refused}
    closed = [path for folder in folders for path, refusal in folder.refused if refusal.became == "unreadable"]
    return sorted(photos), sorted(refused.items()), closed


def _read(
    paths: Sequence[Path], noted: Mapping[str, LookedAt], progress: Progress
) -> tuple[list[_File], list[tuple[Path, str]]]:
    """By what the files are known; those that lie where they lay, unchanged, are not read."""
    at = {(one.path, one.size, one.mtime): sha256 for sha256, one in noted.items()}
    found, unreadable = [], []
    for number, path in enumerate(paths):
        if number % AT_ONCE == 0:
            progress(wording.looking_at_files(), number, len(paths))
        try:
            status = path.stat()
            sha256 = at.get((path, status.st_size, status.st_mtime_ns))
            if sha256 is None:
                sha256 = sha256_of(path)
            found.append(_File(path, sha256, status.st_size, status.st_mtime_ns))
        except OSError as error:
            unreadable.append((path, why_unusable(error)))
    progress(wording.looking_at_files(), len(paths), len(paths))
    return found, unreadable


async def _note_what_moved(
    store: Store,
    sources: Sequence[Path],
    files: Mapping[str, _File],
    noted: Mapping[str, LookedAt],
    closed: Sequence[Path],
) -> None:
    """What lies elsewhere now is known there; what lay below the sources and is gone is forgotten, but for what is, or
    lies in, something `closed`."""
    moved = [
        (sha256, file.path, file.size, file.mtime)
        for sha256, file in files.items()
        if sha256 in noted
        and (noted[sha256].path, noted[sha256].size, noted[sha256].mtime) != (file.path, file.size, file.mtime)
    ]
    await store.sorted_faces.lie_at(moved)
    folders = [source.absolute() for source in sources]
    gone = [
        sha256
        for sha256, one in noted.items()
        if sha256 not in files
        and any(one.path.is_relative_to(folder) for folder in folders)
        and not any(one.path.is_relative_to(path) for path in closed)
    ]
    await store.sorted_faces.drop(gone)


async def _look_at(
    store: Store, extractor: FaceExtractor, files: Sequence[_File], network: str
) -> list[tuple[Path, str]]:
    parts = [PhotoPart(file.path, sha256=file.sha256) for file in files]
    extracted = await asyncio.to_thread(lambda: list(extractor.extract(parts, silent)))
    skipped = await _skipped(store, {file.sha256 for file in files})
    kept, unusable = [], []
    for file, one in zip(files, extracted, strict=True):
        if isinstance(one, PhotoError | OSError):
            unusable.append((file.path, why_unusable(one)))
        else:
            year = taken(await asyncio.to_thread(year_in_file, file.path), file.path.name)
            scene = np.packbits(one.scene).tobytes()
            looked_at = LookedAt(
                file.sha256, file.path, network, scene, year.year if year else None, file.size, file.mtime
            )
            kept.append((looked_at, _faces(one, skipped)))
    await store.sorted_faces.keep(kept)
    return unusable


def _faces(seen: ExtractedFaces, skipped: Collection[FacePlace]) -> list[NewFace]:
    embeddings, probes = unit(seen.features.gallery), unit(seen.features.probe)
    return [
        NewFace(number, face.box, seen.clarity[number], embeddings[number], probes[number])
        for number, face in enumerate(seen.faces)
        if face.found and not any(one.sha256 == seen.sha256 and one.box.is_same_face(face.box) for one in skipped)
    ]


async def _skipped(store: Store, photos: Collection[str]) -> list[FacePlace]:
    return [
        place
        for decision in await store.group_decisions.all()
        if decision.said == "skipped"
        for side in decision.sides
        for place in side
        if place.sha256 in photos
    ]
