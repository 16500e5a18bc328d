"""Which faces are certainly a known cousin's: by the rules that answer guests, and by the photos that are filed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

import numpy as np

from data.facts.factbook import FactBook
from data.files.home import Home
from data.files.library import LabelledPhoto, LibraryError, PhotoLibrary
from data.sorting.sorted_faces import LookedAt, SortedFace
from data.store.store import Store
from foundation.face import Clarity
from inference.loading import VersionBroken, load_identifier
from inference.naming.identifier import Identifier
from inference.naming.memory import Memory, StatedFace
from models.registry import Registry, RegistryError

_AT_ONCE: Final = 2000
"""Faces that are compared with all of the gallery at a time."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who was recognised.

    Attributes:
        faces: face -> the cousin whom the version names.
        known: the cousins it knows.
        other_network: it goes by another network than the faces were looked at with, so that nobody is recognised.
    """

    faces: Mapping[int, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    other_network: bool = False


async def recognise(
    faces: Sequence[SortedFace],
    files: Mapping[str, LookedAt],
    network: str,
    registry: Registry,
    store: Store,
    book: FactBook,
) -> Recognised:
    """What the version that answers says of faces that stand photo by photo. Only what it names counts: what it would
    ask about is for the groups."""
    try:
        champion = registry.current()
        if not champion:
            return Recognised()
        card, identifier = load_identifier(registry.path(champion))
    except (RegistryError, VersionBroken, OSError):
        return Recognised()
    if card.network != network:
        return Recognised(other_network=True)
    memory = await _memory(store, network)
    taught = {one.statement.cousin for one in memory.faces if one.statement.says == "is" and one.statement.cousin}
    named: dict[int, str] = {}
    batch: list[SortedFace] = []
    for _, on_photo in groupby(faces, key=lambda face: face.sha256):
        batch += on_photo
        if len(batch) >= _AT_ONCE:
            named |= named_by(identifier, batch, files, memory, book)
            batch = []
    named |= named_by(identifier, batch, files, memory, book)
    return Recognised(named, frozenset({*identifier.cousins, *taught}))


def named_by(
    identifier: Identifier,
    faces: Sequence[SortedFace],
    files: Mapping[str, LookedAt],
    memory: Memory,
    book: FactBook,
) -> dict[int, str]:
    """Face -> the cousin who is named, as in an answer to a guest: asked by the same features, and photo by photo."""
    if not faces:
        return {}
    numbers = {sha256: number for number, sha256 in enumerate(dict.fromkeys(face.sha256 for face in faces))}
    identities = identifier.identify(
        np.stack([face.probe for face in faces]),
        memory,
        np.array([face.clarity < Clarity.HOPELESS for face in faces], np.bool_),
        np.array([numbers[face.sha256] for face in faces], np.int64),
        [book.unborn(files[face.sha256].year) for face in faces],
    )
    return {
        face.id: identity.cousin
        for face, identity in zip(faces, identities, strict=True)
        if identity.answer == "named" and identity.cousin is not None
    }


async def filed(faces: Sequence[SortedFace], home: Home, store: Store) -> dict[int, str]:
    """Face -> the cousin under whom its photo is filed, where it is known which face that is: by its place, or since
    there are one face and one cousin."""
    try:
        photos = await store.catalogue.photos(PhotoLibrary(home.photos))
    except LibraryError:  # there are none
        return {}
    labels: dict[str, list[LabelledPhoto]] = defaultdict(list)
    for photo in photos:
        if photo.sha256 is not None and not photo.nobodys:
            labels[photo.sha256].append(photo)
    found: dict[int, str] = {}
    for sha256, group in groupby(faces, key=lambda face: face.sha256):
        on_photo, cousins = list(group), {label.cousin for label in labels.get(sha256, ())}
        for label in labels.get(sha256, ()):
            if label.box is not None:
                box = label.box
                found |= {face.id: label.cousin for face in on_photo if face.box.is_same_face(box)}
            elif len(on_photo) == len(cousins) == 1:
                found.setdefault(on_photo[0].id, label.cousin)
    return found


async def _memory(store: Store, network: str) -> Memory:
    """What people said of guests' photos, as far as this network has seen those."""
    spoken_of = await store.guesses.spoken_of()
    return Memory(
        StatedFace(one.statement, face.embedding, face.found)
        for one in await store.statements.accepted()
        if (face := spoken_of.get(one.guess_id)) is not None and face.network == network
    )
