"""Which versions were promoted, in order, and which champion came before which."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from foundation.whole_file import write_whole


@dataclass(frozen=True, slots=True)
class Promotion:
    """One version's taking over, or, with `rollback`, its coming back."""

    version: str
    at: str
    rollback: bool = False


class Promotions:
    """`promotions.jsonl`: a line a promotion, oldest first; one version may stand in it several times."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def all(self) -> list[Promotion]:
        """Every promotion there was, oldest first. Lines that a disk has damaged are passed over."""
        return list(self._readable())

    def _readable(self) -> Iterator[Promotion]:
        for line in self._read().split(b"\n"):
            with suppress(ValueError, TypeError, KeyError, AttributeError):
                entry = json.loads(line)
                yield Promotion(str(entry["version"]), str(entry["at"]), bool(entry.get("rollback", False)))

    def _read(self) -> bytes:
        try:
            return self._file.read_bytes()
        except FileNotFoundError:
            return b""

    def add(self, version: str, *, rollback: bool = False) -> None:
        """Write one more; a power cut leaves the history with it or without it, whole."""
        line = {"version": version, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        before = self._read()
        if before and not before.endswith(b"\n"):
            before += b"\n"
        added = json.dumps(line | ({"rollback": True} if rollback else {}))
        write_whole(self._file, before + added.encode() + b"\n")

    def succession(self) -> list[str]:
        """The champions that stand one behind the other, the latest last.

        A rollback takes those away that came after the version it went back to: whoever rolls back once more means the
        champion before that one, not the one they have just left.
        """
        line: list[str] = []
        for promotion in self.all():
            if promotion.rollback and promotion.version in line:
                while line[-1] != promotion.version:
                    line.pop()
            elif not line or line[-1] != promotion.version:
                line.append(promotion.version)
        return line

    def latest(self, number: int | None = None) -> list[str]:
        """The last `number` different versions that were promoted, or all of them, the latest first."""
        return list(dict.fromkeys(promotion.version for promotion in reversed(self.all())))[:number]
