"""Tags as a source: whoever is named in a photo or beside it is on it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from data.files.library import readable
from training.importing.outcome import Label, LabelledSource, Refused
from training.importing.sources import wording
from training.importing.sources.contents import Contents
from training.importing.sources.people import People
from training.importing.sources.scanning import Scanned, Tagged
from training.importing.walking import Folder


def labelled_by_tags(
    source: Scanned, whose: Mapping[str, str | Refused], people: People, contents: Contents, *, folders_too: bool
) -> Iterator[LabelledSource]:
    """Every file of a source, in order, and whom it shows. With `folders_too` an untagged photo shows the known cousin
    whose name a folder has that it lies in."""
    known = people.known if folders_too else _nobody
    yield from _files(source.folder, source, whose, people, contents, known, None)


def _files(
    folder: Folder,
    source: Scanned,
    whose: Mapping[str, str | Refused],
    people: People,
    contents: Contents,
    known: Callable[[str], str | None],
    above: Label | None,
) -> Iterator[LabelledSource]:
    if cousin := known(folder.name):
        above = Label(cousin, readable(folder.name), str(folder.path))
    refused = dict(source.refused(folder))
    for path in sorted([*folder.photos, *refused]):
        if path in refused:
            yield LabelledSource(path, (), refused[path])
        else:
            yield _photo(path, source.photos.get(path, Tagged()), whose, people, contents, above)
    for inner in folder.folders:
        yield from _files(inner, source, whose, people, contents, known, above)


def _photo(
    path: Path,
    said: Tagged,
    whose: Mapping[str, str | Refused],
    people: People,
    contents: Contents,
    above: Label | None,
) -> LabelledSource:
    def read() -> bytes:
        return contents.photo(path)

    if said.refused is not None and said.sha256 is None:
        return LabelledSource(path, (), said.refused)
    if not said.regions:
        if above is not None and people.is_wanted(above.name, above.cousin):
            return LabelledSource(path, (above,), None, said.view, read, said.sha256)
        return LabelledSource(path, (), said.refused or Refused("left_out", wording.no_name()))
    labels = []
    for region, stands_in in said.regions:
        cousin = whose[region.name]
        if isinstance(cousin, str) and people.is_wanted(region.name, cousin):
            labels.append(Label(cousin, region.name, str(stands_in), region))
    if labels:
        return LabelledSource(path, _each_cousin_once(labels), None, said.view, read, said.sha256)
    return LabelledSource(path, (), _why_nobody([region.name for region, _ in said.regions], whose))


def _each_cousin_once(labels: Collection[Label]) -> tuple[Label, ...]:
    """Of two names that are one cousin's the first: that with a place, where one has it."""
    found: dict[str, Label] = {}
    for label in labels:
        found.setdefault(label.cousin, label)
    return tuple(found.values())


def _why_nobody(names: Collection[str], whose: Mapping[str, str | Refused]) -> Refused:
    for name in names:
        if isinstance(refused := whose[name], Refused):
            return refused
    return Refused("left_out", wording.nobody_wanted(names))


def _nobody(name: str) -> str | None:
    return None
