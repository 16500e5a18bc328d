"""The versions in `models/`, and which of them is the champion."""

import contextlib
import itertools
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from models.card import Card

_VERSION: Final = re.compile(r"v\d{3,6}")
_CURRENT: Final = "current"
_PROMOTIONS: Final = "promotions.jsonl"


class RegistryError(RuntimeError):
    """A version is missing or can't be used; the message says which and what to do."""


class Registry:
    """Versions `v001`, `v002`, … as folders; `current` names the champion; `promotions.jsonl` remembers each promotion.

    A version's folder appears whole or not at all, and `current` is replaced atomically, so that a running bot never
    sees half a model.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def versions(self) -> list[str]:
        """Every version, oldest first."""
        if not self.folder.is_dir():
            return []
        names = [entry.name for entry in self.folder.iterdir() if _VERSION.fullmatch(entry.name)]
        return sorted(names, key=lambda name: int(name[1:]))

    def path(self, version: str) -> Path:
        """The version's folder. Raises `RegistryError` where there is none."""
        if not _VERSION.fullmatch(version) or not (self.folder / version / "card.json").is_file():
            known = ", ".join(self.versions()[-5:]) or "none yet: train one with `cousinbot train`"
            raise RegistryError(f"There is no version {version!r}; the newest are {known}.")
        return self.folder / version

    def card(self, version: str) -> Card:
        """The version's card. Raises `RegistryError`."""
        file = self.path(version) / "card.json"
        try:
            return Card.model_validate_json(file.read_bytes())
        except (ValidationError, OSError) as error:
            reason = str(error).splitlines()[0]
            raise RegistryError(
                f"The card of {version} can't be read ({reason}): train again, or roll back with"
                " `cousinbot models rollback`."
            ) from None

    def current(self) -> str | None:
        """The champion, or None before the first promotion."""
        try:
            return (self.folder / _CURRENT).read_text("utf-8").strip() or None
        except FileNotFoundError:
            return None

    def promote(self, version: str) -> None:
        """Make `version` the champion; a bot that is running follows. Raises `RegistryError`."""
        self.path(version)
        line = json.dumps({"version": version, "at": datetime.now(UTC).isoformat(timespec="seconds")})
        history = self.folder / _PROMOTIONS
        _replace(history, (history.read_text("utf-8") if history.exists() else "") + line + "\n")
        _replace(self.folder / _CURRENT, version + "\n")

    def promotions(self) -> list[str]:
        """Every promotion there was, oldest first; one version may stand in it several times."""
        try:
            lines = (self.folder / _PROMOTIONS).read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [str(json.loads(line)["version"]) for line in lines if line.strip()]

    def previous(self) -> str | None:
        """The latest champion that is older than this one; None where there is none to go back to."""
        current = self.current() or ""
        present = self.versions()
        # A `current` that a person broke names nothing: whatever was promoted last came before it.
        newer = present[present.index(current) :] if current in present else []
        return next((name for name in reversed(self.promotions()) if name in present and name not in newer), None)

    def rollback(self) -> str:
        """Promote the latest champion that is older than this one, and name it. Raises `RegistryError` without one."""
        version = self.previous()
        if version is None:
            raise RegistryError(
                "There is no earlier champion to go back to: `cousinbot models list` shows all versions."
            )
        self.promote(version)
        return version

    @contextlib.contextmanager
    def new_version(self) -> Iterator[tuple[str, Path]]:
        """A name and an empty folder to fill; it becomes a version when the block ends well, and vanishes if not.

        Two runs that end at the same time get a number each.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        version, folder = self._claim(max((int(name[1:]) for name in self.versions()), default=0) + 1)
        try:
            yield version, folder
            folder.rename(self.folder / version)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _claim(self, number: int) -> tuple[str, Path]:
        """The first name from this number on that is neither taken nor being made, and the folder to make it in."""
        for free in itertools.count(number):
            version = f"v{free:03d}"
            folder = self.folder / f".new-{version}"
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
                if not (self.folder / version).exists():
                    return version, folder
                folder.rmdir()
        raise AssertionError("count() does not end")


def _replace(file: Path, text: str) -> None:
    """Write a small file so that a reader, or a power cut, finds the old or the new one whole."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as scratch:
        scratch.write(text)
        scratch.flush()
        os.fsync(scratch.fileno())
    Path(name).replace(file)
