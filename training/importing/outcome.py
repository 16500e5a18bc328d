"""What a source yields, and what becomes of it: the same for every kind of source."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from foundation.box import Box
from foundation.region import Form, Region
from training.importing.tags.matching import AS_STORED, View

From: TypeAlias = Form | Literal["folder"]
"""What said who is on a photo."""

Became: TypeAlias = Literal["added", "known", "shared", "left_out", "unreadable"]
"""New here; here already; here for somebody else already, whom it teaches too; not tried; tried in vain."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not taken in, and why: what stands behind its name."""

    became: Literal["left_out", "unreadable"]
    why: str


@dataclass(frozen=True, slots=True)
class Label:
    """That a cousin is on a photo.

    Attributes:
        cousin: the key.
        name: what they are called there: by a tag, or by a folder.
        stands_in: the file or folder that says so, as the user knows it.
        region: what it says; None of a folder.
    """

    cousin: str
    name: str
    stands_in: str
    region: Region | None = None

    @property
    def form(self) -> From:
        return self.region.form if self.region else "folder"


@dataclass(frozen=True, slots=True)
class LabelledSource:
    """A file of a source, whom it shows there, and whether it is taken in.

    Attributes:
        path: as the user knows it.
        labels: whom it shows; none: nobody, or it is not known.
        others: regions of people who are not taken in, whose faces are nobody else's.
        view: how it is shown, where labels are regions with a place.
        read: what gives its bytes, if it is no file of that path; raises `PhotoError` and `OSError`.
        sha256: of its bytes, if they have been read before.
        original: what it is known by instead where its bytes are made anew from time to time.
        year: when it was taken, as the source says.
    """

    path: Path
    labels: tuple[Label, ...] = ()
    refused: Refused | None = None
    others: tuple[Region, ...] = ()
    view: View = AS_STORED
    read: Callable[[], bytes] | None = None
    sha256: str | None = None
    original: str | None = None
    year: int | None = None

    @property
    def cousin(self) -> str | None:
        """The first of those whom it shows."""
        return self.labels[0].cousin if self.labels else None


@dataclass(frozen=True, slots=True)
class AddedFace:
    """What a photo has taught of a cousin that was not known of it before.

    Attributes:
        cousin, name: their key, and what they are called here.
        box: where their face is; None: it is not known which is theirs.
        stands_in: the file or folder that said so, as the user knows it.
    """

    cousin: str
    name: str
    box: Box | None
    stands_in: str
    form: From

    def as_json(self) -> dict[str, Any]:
        box = None if self.box is None else list(self.box.sides)
        source = os.fsencode(self.stands_in).decode("utf-8", "replace")
        return {"source": source, "cousin": self.cousin, "name": self.name, "box": box, "from": self.form}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file. `why` stands behind its name; `cousin` is the key of whose folder it lies in, if any, or
    of the first whom it shows; `faces` are those that it has added."""

    path: Path
    became: Became
    why: str | None = None
    cousin: str | None = None
    faces: tuple[AddedFace, ...] = ()

    def as_json(self) -> dict[str, Any]:
        path = os.fsencode(self.path).decode("utf-8", "replace")
        faces = [face.as_json() for face in self.faces]
        return {"path": path, "became": self.became, "why": self.why, "cousin": self.cousin, "faces": faces}


@dataclass(frozen=True, slots=True)
class Sharing:
    """A photo that shows a cousin, and another too, in whose folder it has that name."""

    cousin: str
    name: str
    other: str
    other_name: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of every file of the sources, in their order."""

    outcomes: list[Outcome] = field(default_factory=list)
    sharings: list[Sharing] = field(default_factory=list)

    def of(self, became: Became) -> Iterator[Outcome]:
        return (outcome for outcome in self.outcomes if outcome.became == became)

    def count(self, became: Became) -> int:
        return sum(1 for _ in self.of(became))

    def cousins(self, became: Became) -> Counter[str]:
        """How many files of each cousin became that."""
        return Counter(outcome.cousin for outcome in self.of(became) if outcome.cousin is not None)

    def faces_of(self, became: Became) -> Counter[tuple[str, From]]:
        """On how many files that became that each cousin was new, and by what."""
        return Counter((face.cousin, face.form) for outcome in self.of(became) for face in outcome.faces)

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {"files": [outcome.as_json() for outcome in self.outcomes]}
