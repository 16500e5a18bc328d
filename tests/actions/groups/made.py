"""A home with sorted photos of made-up people, as `photos sort` leaves them."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from data.sorting.sorted_faces import LookedAt, NewFace, SortedFace
from data.store.store import Store
from foundation.box import Box
from foundation.face import Clarity
from inference.naming.gallery import Floats, unit

LEFT, RIGHT = Box(0.1, 0.2, 0.4, 0.6), Box(0.6, 0.2, 0.9, 0.6)
NETWORK = "made"


def person(number: int) -> Floats:
    """A direction that is nobody else's."""
    direction: Floats = np.eye(64, dtype=np.float32)[number]
    return direction


def face(number: int, nudge: int) -> Floats:
    """One of this person's faces."""
    embedding: Floats = unit((person(number) + 0.02 * person(40 + nudge))[None])[0]
    return embedding


def picture(name: str) -> bytes:
    """A JPEG that is no other's."""
    colours = np.random.default_rng(list(name.encode())).integers(0, 255, (8, 8, 3)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(colours).resize((240, 240)).save(file, "JPEG")
    return file.getvalue()


async def put(store: Store, folder: Path, photos: Mapping[str, Sequence[tuple[int, Box]]]) -> dict[str, str]:
    """Photos by name, with who is where on them, noted as looked at. Name -> sha256."""
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240
    looked_at, hashes = [], {}
    for number, (name, faces) in enumerate(photos.items()):
        path = folder / name
        if not path.exists():
            path.write_bytes(picture(name))
        status, data = path.stat(), path.read_bytes()
        hashes[name] = hashlib.sha256(data).hexdigest()
        scene = hashlib.sha256(name.encode()).digest()[:8]
        file = LookedAt(hashes[name], path, NETWORK, scene, None, status.st_size, status.st_mtime_ns)
        seen = [
            NewFace(place, box, Clarity.CLEAR, face(who, number), face(who, number))
            for place, (who, box) in enumerate(faces)
        ]
        looked_at.append((file, seen))
    await store.sorted_faces.keep(looked_at)
    return hashes


async def group(store: Store, *groups: Sequence[str]) -> list[int]:
    """Let the groups be these, each of photos by name, and of LEFT's faces; their numbers."""
    faces = [one for one in await store.sorted_faces.all() if one.box == LEFT]
    ids = [[one.id for one in faces if one.path.name in names] for names in groups]
    before = await store.sorted_faces.groups()
    assert await store.sorted_faces.assign(ids, [None] * len(ids), {}, {}, await store.group_decisions.last())
    now = await store.sorted_faces.groups()
    assert not before
    return [now[own[0]] for own in ids]


async def names_in(store: Store, number: int) -> list[str]:
    """The photos of a group."""
    return sorted(one.path.name for one in await store.sorted_faces.of(number))


def by_name(faces: Sequence[SortedFace], *names: str) -> set[int]:
    return {one.id for one in faces if one.path.name in names}
