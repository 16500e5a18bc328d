"""What a source yields, and what becomes of it: the same for every kind of source."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

Became: TypeAlias = Literal["added", "known", "shared", "left_out", "unreadable"]
"""New here; here already; here for somebody else already, whom it teaches too; not tried; tried in vain."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not taken in, and why: what stands behind its name."""

    became: Literal["left_out", "unreadable"]
    why: str


@dataclass(frozen=True, slots=True)
class LabelledSource:
    """A file of a source, whom it shows there, and whether it is taken in.

    Attributes:
        path: as the user knows it.
        cousin: the key; None: nobody.
    """

    path: Path
    cousin: str | None
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file. `why` stands behind its name; `cousin` is the key of whose folder it lies in, if any."""

    path: Path
    became: Became
    why: str | None = None
    cousin: str | None = None

    def as_json(self) -> dict[str, Any]:
        path = os.fsencode(self.path).decode("utf-8", "replace")
        return {"path": path, "became": self.became, "why": self.why, "cousin": self.cousin}


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

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {"files": [outcome.as_json() for outcome in self.outcomes]}
