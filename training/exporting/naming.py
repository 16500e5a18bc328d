"""What is to stand in the sidecar of one photo."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from data.lookup import Called
from data.names import compared
from data.tags.sidecar import Named, Size, new_sidecar, of_others, says_nothing, with_names
from data.tags.xmp import clean
from foundation.region import SIDEWAYS, stored_box
from inference.decoding.header import Header
from training.exporting import wording
from training.exporting.outcome import NamedFace
from training.exporting.people import People
from training.importing.tags.matching import View, placed

Whom: TypeAlias = Callable[[str], Called | None]
"""What a cousin is called; None: they don't want to be named."""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """As it is to be.

    Attributes:
        content: None where nothing is to be said, and nothing else stands there.
        names: each cousin of ours, and how they stand there.
        faces: the same on the upright photo.
        why: whom another program calls otherwise.
    """

    content: bytes | None
    names: Sequence[tuple[str, Named]] = ()
    faces: tuple[NamedFace, ...] = ()
    why: str | None = None


def to_be_named(people: People, whom: Whom) -> list[tuple[Called, NamedFace]]:
    called = [(whom(cousin), box) for cousin, box in sorted(people.items())]
    return [(one, NamedFace(one.key, clean(one.name) or one.key, box)) for one, box in called if one is not None]


def sidecar(
    content: bytes | None,
    header: Header | None,
    faces: Sequence[tuple[Called, NamedFace]],
    before: Collection[Named],
    *,
    is_ours: bool = True,
) -> Sidecar:
    """Of a photo with this `header`, beside which stands this `content`, in which we have named those `before`.

    One that `is_ours` is not to be there when it says nothing more; without anybody to name no header is needed.

    Whoever else names somebody there is left alone: the same person is not named twice, nor the same face.
    Raises `Unreadable`.
    """
    orientation, size = _stored(header) if header is not None else (1, (1, 1))
    view = View(header.width, header.height, orientation) if header is not None else View(1, 1)
    others = of_others(content, before) if content is not None else []
    boxes = [face.box for _, face in faces if face.box is not None]
    on_faces = {one.box: one.region.name for one in placed(others, view, boxes) if one.region.box is not None}
    names, ours, complaints = [], [], []
    for called, face in faces:
        known = {compared(name) for name in (*called.names(), face.name)}
        theirs = [one for one in others if compared(one.name) in known]
        if any(one.box is not None or face.box is None for one in theirs):
            continue
        if face.box is not None and face.box in on_faces:
            complaints.append(wording.called_otherwise(face.name, on_faces[face.box]))
            continue
        names.append((called.key, Named(face.name, None if face.box is None else stored_box(face.box, orientation))))
        ours.append(face)
    now = [named for _, named in names]
    if content is None:
        new = new_sidecar(now, size) if now else None
    else:
        new = with_names(content, before, now, size)
        if is_ours and new != content and says_nothing(new):
            new = None
    return Sidecar(new, names, tuple(ours), wording.several(complaints) or None)


def _stored(header: Header) -> tuple[int, Size]:
    """How the picture is turned from how it is stored, and how large it is there."""
    orientation = 1 if header.is_turned else header.orientation
    size = (header.height, header.width) if orientation in SIDEWAYS else (header.width, header.height)
    return orientation, size
