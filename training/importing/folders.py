"""Folders as a source: whoever's folder a file lies in, or below, is on it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from foundation.file_names import readable
from training.importing import wording
from training.importing.cousins import Identities, keys_of
from training.importing.levels import Layout, peoples_folders
from training.importing.outcome import Label, LabelledSource, Refused
from training.importing.walking import Folder


@dataclass(frozen=True, slots=True)
class Said:
    """What the user said of folders and names that may mean more than one thing, and of who is wanted.

    Attributes:
        names: of those who are taken in; None: everybody.
        chosen: whether those are taken who are called so in tags, where somebody was asked.
    """

    layout: Layout = field(default_factory=Layout)
    identities: Identities = field(default_factory=Identities)
    names: frozenset[str] | None = None
    chosen: Mapping[str, bool] = field(default_factory=dict)


NOTHING_SAID: Final = Said()


def labelled_by_folders(
    walked: Sequence[Folder], cousins: Sequence[str], said: Said, successors: Mapping[str, str]
) -> list[list[LabelledSource]]:
    """Every file below each of the folders, in order, and whom it shows. `cousins` are the keys of those there are,
    `successors` those that some had before -> those they have now.

    Raises:
        UnclearFolder, UnclearNames: a folder or a name may mean more than one thing, and `said` does not say which.
        TrainingError: names of people who are different can't be told apart.
    """
    people = [peoples_folders(folder, said.layout, cousins) for folder in walked]
    keys = keys_of([folder.name for folders in people for folder in folders], cousins, said.identities, successors)
    return [
        list(_files(folder, {one.path: (one, keys[one.name]) for one in folders}, None))
        for folder, folders in zip(walked, people, strict=True)
    ]


Whose: TypeAlias = tuple[Folder, str | Refused]
"""A person's folder, and the cousin's key, or why it is no cousin's."""


def _files(folder: Folder, keys: Mapping[Path, Whose], above: Whose | None) -> Iterator[LabelledSource]:
    """What lies in a folder is whose the folder is, or that `above` it."""
    whose = keys.get(folder.path, above)
    labels: tuple[Label, ...] = ()
    nobodys = Refused("left_out", wording.nobodys(folder.path))
    if whose is not None:
        theirs, cousin = whose
        if isinstance(cousin, Refused):
            nobodys = cousin
        else:
            labels = (Label(cousin, readable(theirs.name), str(theirs.path)),)
    files = [(path, None if labels else nobodys) for path in folder.photos]
    for path, refused in sorted([*files, *folder.refused], key=lambda file: file[0]):
        yield LabelledSource(path, labels, refused)
    for inner in folder.folders:
        yield from _files(inner, keys, whose)
