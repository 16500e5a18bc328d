"""Folders as a source: whoever's folder a file lies in, or below, is on it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from training.errors import TrainingError
from training.importing import wording
from training.importing.cousins import Identities, keys_of
from training.importing.levels import Layout, peoples_folders
from training.importing.outcome import LabelledSource, Refused
from training.importing.walking import Folder, walk


@dataclass(frozen=True, slots=True)
class Said:
    """What the user said of folders and names that may mean more than one thing."""

    layout: Layout = field(default_factory=Layout)
    identities: Identities = field(default_factory=Identities)


NOTHING_SAID: Final = Said()


def labelled_files(
    sources: Sequence[Path], cousins: Sequence[str], said: Said, home: Path | None, successors: Mapping[str, str]
) -> list[LabelledSource]:
    """Every file below the sources, in their order, and whom it shows. `cousins` are the keys of those there are,
    `successors` those that some had before -> those they have now.

    Raises:
        UnclearFolder, UnclearNames: a folder or a name may mean more than one thing, and `said` does not say which.
        TrainingError: a source is missing, can't be read, is no folder, lies in the `home` or holds no file at all.
    """
    walked = [walk(source, home) for source in sources]
    for folder in walked:
        if not any(one.photos or one.refused for one in folder.all()):
            raise TrainingError(wording.no_photos(folder.path))
    people = [peoples_folders(folder, said.layout, cousins) for folder in walked]
    keys = keys_of([folder.name for folders in people for folder in folders], cousins, said.identities, successors)
    return [
        file
        for folder, folders in zip(walked, people, strict=True)
        for file in _files(folder, {one.path: keys[one.name] for one in folders}, None)
    ]


def _files(folder: Folder, keys: Mapping[Path, str | Refused], above: str | Refused | None) -> Iterator[LabelledSource]:
    """What lies in a folder is whose the folder is, or that `above` it."""
    whose = keys.get(folder.path, above)
    cousin = whose if isinstance(whose, str) else None
    nobodys = whose if isinstance(whose, Refused) else Refused("left_out", wording.nobodys(folder.path))
    files = [(path, None if cousin else nobodys) for path in folder.photos]
    for path, refused in sorted([*files, *folder.refused], key=lambda file: file[0]):
        yield LabelledSource(path, cousin, refused)
    for inner in folder.folders:
        yield from _files(inner, keys, whose)
