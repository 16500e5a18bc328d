"""Which folders of a source are people's: `roger/2019` is Roger's, `family/roger` is nobody called Family's.

The rule, as `photos import --help` has it: a folder with photos and no other folder of photos is a cousin's. A folder
within a cousin's is theirs where it is called after a time or an occasion, or where it is the only other one beside
photos of their own. Whatever else may be meant is asked.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from data.names import folded
from foundation.file_names import readable
from training.errors import TrainingError
from training.importing import wording
from training.importing.occasions import may_be_occasion, may_be_person
from training.importing.walking import Folder


@dataclass(frozen=True, slots=True)
class Layout:
    """What the user said of folders: all in it shows one person, or each folder in it is a person's."""

    person: frozenset[Path] = field(default_factory=frozenset)
    people: frozenset[Path] = field(default_factory=frozenset)


class UnclearFolder(TrainingError):
    """It can't be told whose photos are in a folder; the message says which options do.

    Attributes:
        folder: as the user knows it.
        within: the names of the folders in it that may be people's.
    """

    def __init__(self, folder: Folder, within: Collection[str]) -> None:
        self.folder = folder.path
        self.name = readable(folder.name)
        self.within = [readable(name) for name in within]
        photo = readable(folder.photos[0].name) if folder.photos else None
        super().__init__(wording.unclear_folder(folder.path, self.name, photo, self.within))


def peoples_folders(source: Folder, layout: Layout, cousins: Collection[str]) -> list[Folder]:
    """The folders that are one person's each, with all below them. Raises `UnclearFolder`.

    `cousins` are the keys of those there are: a folder with such a name is a person's, whatever else it may be.
    """
    return list(_Levels(layout, cousins).of_source(source))


class _Levels:
    def __init__(self, layout: Layout, cousins: Collection[str]) -> None:
        self._person = {path.resolve() for path in layout.person}
        self._people = {path.resolve() for path in layout.people}
        self._cousins = {folded(cousin) for cousin in cousins}

    def of_source(self, source: Folder) -> Iterator[Folder]:
        within = _with_photos(source)
        if self._said(source) or not source.holds_photos:
            yield from self._as_said(source)
            return
        if not within:
            if not self._may_be_person(source):
                raise UnclearFolder(source, ())
            yield source
            return
        occasions = self._all_occasions(source)
        people = not source.photos and all(self._may_be_person(folder) for folder in within)
        if people and not occasions:
            self._cousins |= {folded(folder.name) for folder in within}
            for folder in within:
                yield from self._of_inner(folder)
        elif occasions and not people and self._may_be_person(source):
            yield source
        else:
            raise self._unclear(source)

    def _of_inner(self, folder: Folder) -> Iterator[Folder]:
        if self._said(folder):
            yield from self._as_said(folder)
        elif self._all_occasions(folder) or (folder.photos and self._one_other(folder)):
            yield folder
        else:
            raise self._unclear(folder)

    def _one_other(self, folder: Folder) -> bool:
        """Whether all folders within are called after occasions but for one, which no cousin is called."""
        others = [one for one in _below(folder) if not self._may_be_occasion(one)]
        return len(others) == 1 and folded(others[0].name) not in self._cousins

    def _said(self, folder: Folder) -> bool:
        return folder.path.resolve() in self._person | self._people

    def _as_said(self, folder: Folder) -> Iterator[Folder]:
        if folder.path.resolve() in self._person:
            yield folder
        else:
            for inner in _with_photos(folder):
                yield from self._of_inner(inner)

    def _all_occasions(self, folder: Folder) -> bool:
        return all(self._may_be_occasion(one) for one in _below(folder))

    def _may_be_occasion(self, folder: Folder) -> bool:
        return may_be_occasion(folder.name) and folded(folder.name) not in self._cousins

    def _may_be_person(self, folder: Folder) -> bool:
        return may_be_person(folder.name) or folded(folder.name) in self._cousins

    def _unclear(self, folder: Folder) -> UnclearFolder:
        inner = _below(folder)
        strange = [one for one in inner if not self._may_be_occasion(one)] or inner
        return UnclearFolder(folder, [str(one.path.relative_to(folder.path)) for one in strange])


def _with_photos(folder: Folder) -> list[Folder]:
    return [inner for inner in folder.folders if inner.holds_photos]


def _below(folder: Folder) -> list[Folder]:
    return [one for one in folder.all() if one is not folder and one.holds_photos]
