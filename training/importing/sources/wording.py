"""What is said of tags, archives and servers."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from foundation.file_names import readable
from foundation.translation import _, ngettext

_MOST: Final = 40
"""So many names are told."""


def reading_tags() -> str:
    return _("Reading tags")


# Why a file was left out


def no_name() -> str:
    return _("no name; photos sort reads them")


def nobody_wanted(names: Collection[str]) -> str:
    return _("it shows nobody whom you asked for ({names})", names=readable(", ".join(names)))


def tags_do_not_fit() -> str:
    return _("tags do not fit the picture: it was turned or cut after the faces were tagged")


def may_be_several(name: str, cousins: Sequence[str]) -> str:
    return _(
        "{name} may be {cousins}: give each a name of their own in facts.yaml, and import it again",
        name=readable(name),
        cousins=", ".join(cousins),
    )


def tags_damaged() -> str:
    return _("the tags are damaged and can't be read")


def tags_unreadable(reason: str) -> str:
    return _("the tags can't be opened ({reason})", reason=reason)


def photo_elsewhere(title: str) -> str:
    return _("it belongs to {photo}, which is not here", photo=readable(title))


def twice_in_archive() -> str:
    return _("it is in the archive twice under the same name")


def locked() -> str:
    return _("the archive asks for a password: unpack it yourself, and import the folder")


def damaged_in_archive() -> str:
    return _("it is damaged in the archive: download that once more")


def face_named_already(name: str) -> str:
    return _("the face is {name}'s already", name=name)


def now_shows(names: Sequence[str]) -> str:
    return _("it was there already, and now shows {names} too", names=", ".join(names))


# Why nothing was imported


def no_archive(file: Path) -> str:
    return _("{file} can't be opened as a zip archive. Please download it once more.", file=file)


def archive_unreadable(file: Path, reason: str) -> str:
    return _("{file} can't be opened ({reason}). Please let this user read it.", file=file, reason=reason)


def nobody_called(names: Sequence[str], there: Mapping[str, int]) -> str:
    missing = readable(", ".join(names))
    if not there:
        return _("Nobody called {names} is named in these photos, nor is anybody else.", names=missing)
    return _(
        "Nobody called {names} is named in these photos. These are: {there}.", names=missing, there=with_counts(there)
    )


def whom_to_take(names: Mapping[str, int]) -> str:
    return _(
        "These people are named: {names}. Say whom to take with --people, names separated by commas.",
        names=with_counts(names),
    )


def with_counts(names: Mapping[str, int]) -> str:
    """ "Anna 214, Bob 180, Uncle? 3"."""
    first = ", ".join(f"{readable(name)} {count}" for name, count in list(names.items())[:_MOST])
    if (more := len(names) - _MOST) <= 0:
        return first
    return ngettext("{names} and {count} more", "{names} and {count} more", more, names=first)
