"""Tags as a source: whoever is named in a photo or beside it is on it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from data.files.library import readable
from foundation.region import Region
from training.importing.levels import Layout
from training.importing.outcome import Label, LabelledSource, Refused
from training.importing.sources import wording
from training.importing.sources.contents import Contents
from training.importing.sources.people import People
from training.importing.sources.scanning import Scanned, Tagged
from training.importing.walking import Folder


def labelled_by_tags(
    source: Scanned,
    whose: Mapping[str, str | Refused],
    people: People,
    contents: Contents,
    layout: Layout,
    *,
    folders_too: bool,
) -> Iterator[LabelledSource]:
    """Every file of a source, in order, and whom it shows. With `folders_too` an untagged photo shows the cousin who is
    called like a folder that it lies in: one who is known, or of whom the `layout` says that it is theirs."""
    said = {folder.path for folder in named_by(source.folder, layout)}

    def cousin(folder: Folder) -> str | None:
        if not folders_too:
            return None
        known = people.known(folder.name)
        new = whose.get(folder.name) if folder.path in said else None
        return known or (new if isinstance(new, str) else None)

    yield from _files(source.folder, source, whose, people, contents, cousin, None)


def named_by(source: Folder, layout: Layout) -> Iterator[Folder]:
    """The folders in a source of which the user said that they are a person's."""
    person = {path.resolve() for path in layout.person}
    people = {path.resolve() for path in layout.people}
    for folder in source.all() if person or people else ():
        path = folder.path.resolve()
        if path in person or path.parent in people:
            yield folder


def _files(
    folder: Folder,
    source: Scanned,
    whose: Mapping[str, str | Refused],
    people: People,
    contents: Contents,
    of_folder: Callable[[Folder], str | None],
    above: Label | None,
) -> Iterator[LabelledSource]:
    if cousin := of_folder(folder):
        above = Label(cousin, readable(folder.name), str(folder.path))
    refused = dict(source.refused(folder))
    for path in sorted([*folder.photos, *refused]):
        if path in refused:
            yield LabelledSource(path, (), refused[path])
        else:
            yield _photo(path, source.photos.get(path, Tagged()), whose, people, contents, above)
    for inner in folder.folders:
        yield from _files(inner, source, whose, people, contents, of_folder, above)


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
        if above is not None and people.has_wanted_folder(above.name, above.cousin):
            return LabelledSource(path, (above,), read=read, sha256=said.sha256)
        return LabelledSource(path, (), said.refused or Refused("left_out", wording.no_name()))
    named = {region: whose.get(region.name) for region, _ in said.regions}
    labels = _each_cousin_once(
        Label(cousin, region.name, str(stands_in), region)
        for region, stands_in in said.regions
        if isinstance(cousin := named[region], str)
    )
    if not labels:
        return LabelledSource(path, (), _why_nobody(named))
    taken = {label.region for label in labels}
    others = tuple(region for region in named if region not in taken)
    return LabelledSource(path, labels, None, others, said.view, read, said.sha256)


def _each_cousin_once(labels: Iterable[Label]) -> tuple[Label, ...]:
    """Of two names that are one cousin's the first: that with a place, where one has it."""
    found: dict[str, Label] = {}
    for label in labels:
        found.setdefault(label.cousin, label)
    return tuple(found.values())


def _why_nobody(named: Mapping[Region, str | Refused | None]) -> Refused:
    refused = (why for why in named.values() if isinstance(why, Refused))
    return next(refused, Refused("left_out", wording.nobody_wanted([region.name for region in named])))
