"""The versions in `models/`, and which of them is the champion."""

import contextlib
import itertools
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from foundation.file_lock import locked
from foundation.whole_file import sync, sync_folder, write_whole
from models import wording
from models.card import Card
from models.own_network.keeping import drop_unneeded
from models.promotions import Promotions

_VERSION: Final = re.compile(r"v\d{3,6}")
_CURRENT: Final = "current"
_PROMOTIONS: Final = "promotions.jsonl"
_BEGUN, _DOOMED = ".new-", ".old-"
NEWEST_KEPT: Final = 5
"""Versions that `prune` leaves for being the newest, promoted or not: enough to compare the last few runs, at 25 MB
each."""

CHAMPIONS_KEPT: Final = 3
"""Champions that `prune` leaves however old they are, so that two rollbacks are always possible."""

_ABANDONED: Final = 24 * 3600
"""Seconds after which a folder that a run was making is no longer waited for: the run was killed."""


def weights_beside(models: Path) -> Path:
    """The folder of weights of the home that this folder of versions is in."""
    return models.parent / "weights"


class RegistryError(RuntimeError):
    """A version is missing or can't be used; the message says which and what to do."""


class Registry:
    """Versions `v001`, `v002`, … as folders; `current` names the champion; `promotions.jsonl` remembers each promotion.

    A version's folder appears whole or not at all, and `current` is replaced atomically, so that a running bot never
    sees half a model.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._history = Promotions(folder / _PROMOTIONS)

    def versions(self) -> list[str]:
        """Every version, oldest first."""
        if not self.folder.is_dir():
            return []
        names = [entry.name for entry in self.folder.iterdir() if _VERSION.fullmatch(entry.name)]
        return sorted(names, key=lambda name: int(name[1:]))

    def path(self, version: str) -> Path:
        """The version's folder. Raises `RegistryError` where there is none."""
        if not _VERSION.fullmatch(version) or not (self.folder / version / "card.json").is_file():
            raise RegistryError(wording.no_such_version(version, self.versions()[-5:]))
        return self.folder / version

    def card(self, version: str) -> Card:
        """The version's card. Raises `RegistryError`."""
        file = self.path(version) / "card.json"
        try:
            return Card.read(file)
        except OSError as error:
            raise RegistryError(wording.card_unreadable(version, error.strerror or str(error))) from None
        except ValueError as error:
            raise RegistryError(wording.card_unreadable(version, str(error))) from None

    def find(self, version: str) -> Card | None:
        """The version's card; None where there is no such version, or its card can't be read."""
        try:
            return self.card(version)
        except RegistryError:
            return None

    def cards(self) -> dict[str, Card]:
        """The card of each version whose card can be read, oldest first."""
        return {version: card for version in self.versions() if (card := self.find(version)) is not None}

    def knowing(self, cousin: str) -> list[str]:
        """The versions that were trained on this cousin, oldest first; those with a broken card may have been."""
        cards = self.cards()
        return [version for version in self.versions() if version not in cards or cousin in cards[version].cousins]

    def current(self) -> str | None:
        """What `current` names, be it a version or not; None before the first promotion."""
        try:
            return (self.folder / _CURRENT).read_text("utf-8", "replace").strip()
        except FileNotFoundError:
            return None

    def state_of(self, version: str) -> tuple[object, ...]:
        """Changes whenever the version's files do; may be asked of anything that `current` names."""
        try:
            files = [(file.name, file.stat()) for file in sorted(self.path(version).iterdir())]
        except (RegistryError, OSError):
            return (version,)
        return (version, *((name, found.st_ino, found.st_mtime_ns, found.st_size) for name, found in files))

    def promote(self, version: str) -> None:
        """Make `version` the champion; a bot that is running follows. Raises `RegistryError`."""
        self.path(version)
        with locked(self.folder / ".lock"):
            self._crown(version)

    def previous(self) -> str | None:
        """The champion before this one; None where there is none to go back to."""
        return next(iter(self._predecessors()), None)

    def stand_ins(self) -> list[str]:
        """Who answers where the champion can't, the best first: those before it, then every other version."""
        others = [*self._predecessors(), *self._history.latest(), *reversed(self.versions())]
        return [name for name in dict.fromkeys(others) if name in self.versions() and name != self.current()]

    def rollback(self, usable: Callable[[str], bool] = lambda version: True) -> str:
        """Bring back the champion before this one, and name it; once more, the one before that.

        Those that are not `usable` are passed over. Raises `RegistryError` without one.
        """
        if self.folder.is_dir():
            with locked(self.folder / ".lock"):
                if (version := next(filter(usable, self._predecessors()), None)) is not None:
                    self._crown(version, rollback=True)
                    return version
        raise RegistryError(wording.nothing_to_go_back_to())

    def _predecessors(self) -> list[str]:
        """The champions before this one that are still there, the latest first."""
        current, present = self.current(), self.versions()
        earlier = self._history.succession()
        if current in earlier:
            while earlier.pop() != current:
                pass
        # Else a person broke `current`, or the power was cut: whatever was promoted last came before it.
        elif not earlier:  # the history is lost too: the newest is the best that can be told
            earlier = present
        return list(dict.fromkeys(name for name in reversed(earlier) if name in present and name != current))

    def delete(self, versions: Sequence[str]) -> None:
        """Delete these versions, and what is left of those whose deletion was interrupted. Raises `OSError`."""
        if not self.folder.is_dir():
            return
        with locked(self.folder / ".lock"):
            self._put_out_of_sight(versions)
            self._sweep()
            self._sweep_networks()

    def prune(self) -> list[str]:
        """Delete old versions and what killed runs left behind; returns the versions deleted, oldest first.

        Left are the newest `NEWEST_KEPT`, the champion, the last `CHAMPIONS_KEPT` that were ever promoted, and those
        that as many rollbacks would bring back. A version's folder is renamed before it is deleted: a power cut
        leaves no half of one under a version's name.
        """
        if not self.folder.is_dir():
            return []
        with locked(self.folder / ".lock"):
            versions = self.versions()
            kept = {*versions[-NEWEST_KEPT:], self.current(), *self._history.latest(CHAMPIONS_KEPT)}
            kept.update([name for name in self._history.succession() if name in versions][-CHAMPIONS_KEPT:])
            doomed = [version for version in versions if version not in kept]
            self._put_out_of_sight(doomed)
            with contextlib.suppress(OSError):
                self._sweep()
            self._sweep_networks()
            for begun in self.folder.glob(f"{_BEGUN}*"):
                with contextlib.suppress(FileNotFoundError):  # its run may end this very moment
                    if time.time() - begun.stat().st_mtime > _ABANDONED:
                        shutil.rmtree(begun, ignore_errors=True)
        return doomed

    def _put_out_of_sight(self, versions: Sequence[str]) -> None:
        for version in versions:
            (self.folder / version).rename(self.folder / f"{_DOOMED}{version}")

    def _sweep(self) -> None:
        for leftover in self.folder.glob(f"{_DOOMED}*"):
            shutil.rmtree(leftover)

    def _sweep_networks(self) -> None:
        """Delete what no version needs of the networks of one's own; a card that can't be read may need any."""
        cards = self.cards()
        if len(cards) == len(self.versions()):
            drop_unneeded(weights_beside(self.folder), (card.architecture for card in cards.values()))

    def _crown(self, version: str, *, rollback: bool = False) -> None:
        folder = self.path(version)
        for place in (*folder.iterdir(), folder, self.folder):  # however it came here: by hand, or from a backup
            sync(place)
        self._history.add(version, rollback=rollback)
        write_whole(self.folder / _CURRENT, version + "\n")

    @contextlib.contextmanager
    def new_version(self) -> Iterator[tuple[str, Path]]:
        """A name and an empty folder to fill; it becomes a version when the block ends well, and vanishes if not.

        Two runs that end at the same time get a number each.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        version, folder = self._claim(max((int(name[1:]) for name in self.versions()), default=0) + 1)
        try:
            yield version, folder
            for file in folder.iterdir():  # cards name the family, reports show it
                file.chmod(0o600)
                sync(file)
            sync_folder(folder)
            folder.rename(self.folder / version)
            sync_folder(self.folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _claim(self, number: int) -> tuple[str, Path]:
        """The first name from this number on that is neither taken nor being made, and the folder to make it in."""
        for free in itertools.count(number):
            version = f"v{free:03d}"
            folder = self.folder / f"{_BEGUN}{version}"
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
                if not (self.folder / version).exists():
                    return version, folder
                folder.rmdir()
        raise AssertionError("count() does not end")
