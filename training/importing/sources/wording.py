"""What is said of tags, archives and servers."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from foundation.file_names import readable, short
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
    return ngettext(
        "{name} may be {cousins}: give each a name of their own in facts.yaml, and import it again",
        "{name} may be any of {cousins}: give each a name of their own in facts.yaml, and import it again",
        len(cousins),
        name=readable(name),
        cousins=", ".join(cousins),
    )


def tags_damaged() -> str:
    return _("the tags are damaged and can't be read")


def tags_incomplete() -> str:
    return _("a part of the tags is missing or damaged, and the rest names nobody")


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
    return ngettext(
        "it was there already, and now shows {names} too",
        "it was there already, and now shows all of these too: {names}",
        len(names),
        names=", ".join(names),
    )


# Why nothing was imported


def no_archive(file: Path) -> str:
    return _("{file} can't be opened as a zip archive. Please download it once more.", file=file)


def archive_unreadable(file: Path, reason: str) -> str:
    return _("{file} can't be opened ({reason}). Please let this user read it.", file=file, reason=reason)


def nobody_called(names: Sequence[str], there: Mapping[str, int]) -> str:
    missing = readable(", ".join(names))
    if not there:
        return ngettext(
            "Nobody called {names} is named in these photos, nor is anybody else.",
            "None of {names} is named in these photos, nor is anybody else.",
            len(names),
            names=missing,
        )
    return ngettext(
        "Nobody called {names} is named in these photos. These are: {there}.",
        "None of {names} is named in these photos. These are: {there}.",
        len(names),
        names=missing,
        there=with_counts(there),
    )


def whom_to_take(names: Mapping[str, int]) -> str:
    return _(
        "These people are named: {names}. Say whom to take with --people, names separated by commas.",
        names=with_counts(names),
    )


def with_counts(names: Mapping[str, int]) -> str:
    """ "Anna 214, Bob 180, Uncle? 3"."""
    first = ", ".join(f"{short(name)} {count}" for name, count in list(names.items())[:_MOST])
    if (more := len(names) - _MOST) <= 0:
        return first
    return ngettext("{names} and {count} more", "{names} and {count} more", more, names=first)


# Immich


def asking_immich() -> str:
    return _("Asking Immich")


def no_preview() -> str:
    return _("Immich has no preview of it")


def no_immich_address(address: str) -> str:
    return _("{address} is no address of an Immich. One looks like https://photos.example.org.", address=address)


def no_immich_key(address: str) -> str:
    return _(
        "To read photos from {address} a key is needed. Please make one in Immich, under Account Settings, API Keys,"
        " and set COUSINBOT_IMMICH_KEY to it.",
        address=address,
    )


def key_not_accepted(address: str) -> str:
    return _(
        "The Immich at {address} does not accept the key. Please make one there under Account Settings, API Keys, that"
        " may read people, faces and assets and view assets, and set COUSINBOT_IMMICH_KEY to it.",
        address=address,
    )


def not_immich(address: str) -> str:
    return _(
        "What answers at {address} is no Immich, or one that speaks differently. Please check the address: it is the"
        " one that your browser shows.",
        address=address,
    )


def immich_gone(address: str, reason: str) -> str:
    return _(
        "The Immich at {address} does not answer ({reason}). What was imported so far stays; please give the same"
        " command again when it is there.",
        address=address,
        reason=reason,
    )


def too_slow() -> str:
    return _("it took too long")


def nobody_named(address: str) -> str:
    return _("Nobody has a name in the Immich at {address}. Please name people there first.", address=address)


def no_folder_of_immich(source: str) -> str:
    return _(
        "{source} is no address. With --from immich please give one such as https://photos.example.org.", source=source
    )


def no_address_here(source: str, kind: str) -> str:
    return _(
        "{source} is an address, and --from {kind} reads folders. Please leave --from away.", source=source, kind=kind
    )
