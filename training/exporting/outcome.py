"""What became of the photos beside which names are written."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from foundation.box import Box

Became: TypeAlias = Literal["written", "changed", "copied", "removed", "same", "nobody", "unknown", "failed"]
"""A new sidecar; one that was there; a copy with a sidecar; a sidecar of ours that names nobody any more; one that says
it all already; a photo of which nobody is to be named; one that is not the family's; one that can't be read, or written
to."""


@dataclass(frozen=True, slots=True)
class NamedFace:
    """A cousin whom we name beside a photo, and where they are on the upright photo; None: that is not known."""

    cousin: str
    name: str
    box: Box | None

    def as_json(self) -> dict[str, Any]:
        box = None if self.box is None else list(self.box.sides)
        return {"cousin": self.cousin, "name": self.name, "box": box}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one photo in the folder; `why` stands behind its name."""

    path: Path
    became: Became
    sidecar: Path | None = None
    why: str | None = None
    faces: tuple[NamedFace, ...] = ()

    def as_json(self) -> dict[str, Any]:
        sidecar = None if self.sidecar is None else _text(self.sidecar)
        faces = [face.as_json() for face in self.faces]
        return {"path": _text(self.path), "sidecar": sidecar, "became": self.became, "why": self.why, "faces": faces}


@dataclass(frozen=True, slots=True)
class Missing:
    """A photo of the library that is not in the folder: its file there, and the name as which it came."""

    photo: Path
    name: str | None

    def as_json(self) -> dict[str, Any]:
        return {"photo": _text(self.photo), "name": self.name}


@dataclass(frozen=True, slots=True)
class Exported:
    outcomes: list[Outcome] = field(default_factory=list)
    missing: Sequence[Missing] = ()

    def of(self, *became: Became) -> Iterator[Outcome]:
        return (outcome for outcome in self.outcomes if outcome.became in became)

    def count(self, *became: Became) -> int:
        return sum(1 for _ in self.of(*became))

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "files": [outcome.as_json() for outcome in self.outcomes],
            "missing": [one.as_json() for one in self.missing],
        }


def _text(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")
