"""What is said of files that are imported, of folders that may be anybody's, and in the end."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from foundation.file_names import readable, short
from foundation.translation import _, ngettext

NAMED: Final = 3
"""So many of one kind are named."""

# How far it is


def importing() -> str:
    return _("Importing photos")


# Why a file was left out


def file_unreadable(reason: str) -> str:
    return _("the file can't be opened ({reason})", reason=reason)


def folder_closed(reason: str) -> str:
    return _("the folder can't be opened ({reason}): let this user read it, and import it again", reason=reason)


def dead_link() -> str:
    return _("a link to a file that is gone")


def special_file() -> str:
    return _("not a file with content")


def leads_in_circles() -> str:
    return _("the folder leads back into itself, or lies too deep")


def systems_file() -> str:
    return _("hidden, or left behind by the system: if it is yours, give it another name")


def own_file() -> str:
    return _("in the bot's own folder")


def text_called_picture() -> str:
    return _("the file can't be read as a picture: it holds text")


def empty_file() -> str:
    return _("the file is empty")


def archive(command: str) -> str:
    return _("an archive: unpack it first with “{command}”, then import what comes out", command=command)


def video() -> str:
    return _("a video: only photos are read")


def sound() -> str:
    return _("a sound recording: only photos are read")


def text() -> str:
    return _("a text: only photos are read")


def jpeg_xl() -> str:
    return _("a JPEG XL picture, which can't be read yet: save it as JPEG or PNG")


def other_picture() -> str:
    return _("a kind of picture that can't be read: save it as JPEG or PNG")


def no_picture() -> str:
    return _("not a photo")


def nobodys(folder: Path) -> str:
    return _("it lies in {folder}, beside people's folders: move it into the folder of whom it shows", folder=folder)


def not_a_cousins_name(complaint: str) -> str:
    return _("its folder can't be a cousin's: {complaint} Rename the folder, and import it again.", complaint=complaint)


def not_a_name(name: str, complaint: str) -> str:
    return _("“{name}” can't be a cousin's name: {complaint}", name=short(name), complaint=complaint)


# Why a file was there already, or shows somebody else too


def there_already() -> str:
    return _("it was there already")


def same_picture(other: str) -> str:
    return _("the same picture as {other}", other=other)


def also_of(cousin: str, photo: str) -> str:
    return _("also a photo of {cousin} ({photo}): it counts for both if it shows both", cousin=cousin, photo=photo)


def also_shows(cousin: str) -> str:
    return _("also a photo of {cousin}: it counts for both if it shows both", cousin=cousin)


# Why nothing was imported


def no_such_folder(folder: Path) -> str:
    return _("There is no folder {folder}. Please choose the one that holds each cousin's photos.", folder=folder)


def source_is_file(file: Path) -> str:
    return _(
        "{file} is a single file. Please put it into a folder with the cousin's name, and import the folder.", file=file
    )


def source_is_archive(file: Path, command: str) -> str:
    return _(
        "{file} is an archive. Please unpack it first with “{command}”, then import the folder that comes out.",
        file=file,
        command=command,
    )


def source_in_home(folder: Path) -> str:
    return _(
        "{folder} is in the bot's own folder, so its photos are there already. “cousinbot photos list” counts them.",
        folder=folder,
    )


def folder_unreadable(folder: Path, reason: str) -> str:
    return _(
        "The folder {folder} can't be read ({reason}). Please let this user open it.", folder=folder, reason=reason
    )


def no_photos(folder: Path) -> str:
    return _(
        "There are no photos in {folder}. It should hold a folder for each cousin, or the photos of one cousin.",
        folder=folder,
    )


# What is asked


def unclear_folder(folder: Path, name: str, photo: str | None, within: Sequence[str]) -> str:
    """`photo` lies directly in it, and the folders `within` it."""
    quoted = shlex.quote(str(folder))
    if not within:
        return _(
            "{folder} doesn't look like a cousin's name. If all its photos show one cousin who is called {name}, add"
            " --person {quoted}; otherwise rename the folder.",
            folder=folder,
            name=name,
            quoted=quoted,
        )
    inner = some(within)
    if photo is not None:
        return _(
            "There are photos ({photo}) and folders of photos ({inner}) in {folder}. If all of them show one cousin who"
            " is called {name}, add --person {quoted}. If each of the folders is a cousin's, add --people {quoted}; the"
            " photos beside them are left out then.",
            photo=photo,
            inner=inner,
            folder=folder,
            name=name,
            quoted=quoted,
        )
    return _(
        "It is not clear whose photos are in {folder}, which has folders of its own ({inner}). If all of them show one"
        " cousin who is called {name}, add --person {quoted}. If each of the folders is a cousin's, add --people"
        " {quoted}.",
        folder=folder,
        inner=inner,
        name=name,
        quoted=quoted,
    )


def unclear_names(groups: Sequence[tuple[Sequence[str], Sequence[str]]], *, tagged: bool = False) -> str:
    """Each group is of folders, or of names in tags, and of cousins whom they may be."""
    if len(groups) > 1:
        group_in_words = _unclear_tags if tagged else _unclear_folders
        each = [group_in_words(readable(", ".join(names)), ", ".join(cousins)) for names, cousins in groups]
        return " ".join([*each, _several_unclear()])
    [(names, cousins)] = groups
    group_in_words = _unclear_tag_alone if tagged else _unclear_folder_alone
    return group_in_words(readable(", ".join(names)), ", ".join(cousins))


def _unclear_folder_alone(names: str, cousins: str) -> str:
    if not cousins:
        return _(
            "These folders have nearly the same name: {names}. If they are one cousin's, add --alike same. If they are"
            " different people's, add --alike different.",
            names=names,
        )
    return _(
        "The folder {names} may be the cousin {cousins}, who is there already. If it is, add --alike same. If it is"
        " somebody else's, add --alike different.",
        names=names,
        cousins=cousins,
    )


def _unclear_tag_alone(names: str, cousins: str) -> str:
    if not cousins:
        return _(
            "These names in tags are nearly the same: {names}. If they are one cousin's, add --alike same. If they are"
            " different people's, add --alike different.",
            names=names,
        )
    return _(
        "The name {names} may be the cousin {cousins}, who is there already. If it is, add --alike same. If it is"
        " somebody else's, add --alike different.",
        names=names,
        cousins=cousins,
    )


def _unclear_folders(names: str, cousins: str) -> str:
    if not cousins:
        return _("These folders have nearly the same name: {names}.", names=names)
    return _("The folder {names} may be the cousin {cousins}, who is there already.", names=names, cousins=cousins)


def _unclear_tags(names: str, cousins: str) -> str:
    if not cousins:
        return _("These names in tags are nearly the same: {names}.", names=names)
    return _("The name {names} may be the cousin {cousins}, who is there already.", names=names, cousins=cousins)


def _several_unclear() -> str:
    return _(
        "If the names mean the same cousin each time, add --alike same. If they mean different people each time, add"
        " --alike different. Otherwise import some of the folders on their own."
    )


def same_as_several(folders: Sequence[str], cousins: Sequence[str]) -> str:
    return _(
        "The folder {names} can't be several cousins at once ({cousins}). Please rename it to exactly one of them.",
        names=readable(", ".join(folders)),
        cousins=", ".join(cousins),
    )


def too_much_alike(names: Sequence[str]) -> str:
    return _(
        "These names are too much alike for different people: {names}. Please rename one of the folders, for example"
        " with a second name.",
        names=readable(", ".join(names)),
    )


# In the end


def added_for(cousin: str, photos: int) -> str:
    return ngettext("{cousin}: {count} photo added", "{cousin}: {count} photos added", photos, cousin=cousin)


def also_shown(cousin: str, other: str, photos: str, number: int) -> str:
    return ngettext(
        "{cousin}: {photos} is also in the folder of {other}: it counts for both if it shows both",
        "{cousin}: {photos} are also in the folder of {other}: each counts for both if it shows both",
        number,
        cousin=cousin,
        photos=photos,
        other=other,
    )


def also_shown_now(cousin: str, photos: int) -> str:
    return ngettext(
        "{cousin}: {count} photo that was there already shows them too",
        "{cousin}: {count} photos that were there already show them too",
        photos,
        cousin=cousin,
    )


def some(names: Sequence[str]) -> str:
    """All where they are few; of more, the first ones and how many there are besides."""
    first, more = ", ".join(names[:NAMED]), len(names) - NAMED
    if more <= 0:
        return first
    return ngettext("{names} and {count} more", "{names} and {count} more", more, names=first)


def left_out(files: str, reason: str) -> str:
    return _("left out: {files}: {reason}", files=files, reason=reason)


def unreadable(files: str, reason: str) -> str:
    return _("can't be read: {files}: {reason}", files=files, reason=reason)


def added(photos: int) -> str:
    return ngettext("{count} photo was added.", "{count} photos were added.", photos)


def shared_by_several(photos: int) -> str:
    return ngettext(
        "{count} photo was there for another cousin and now shows both.",
        "{count} photos were there for other cousins and now show both.",
        photos,
    )


def were_there_already(photos: int) -> str:
    return ngettext("{count} photo was there already.", "{count} photos were there already.", photos)


def were_left_out(files: int) -> str:
    return ngettext("{count} file was left out.", "{count} files were left out.", files)


def were_unreadable(files: int) -> str:
    return ngettext("{count} file can't be read.", "{count} files can't be read.", files)


def nothing_to_import() -> str:
    return _("None of these files could be imported. The lines above say why.")


def how_to_undo() -> str:
    return _("To take this import back: cousinbot photos undo")


def rehearsed() -> str:
    return _("Nothing was changed. Without --dry-run, this is what would become of the files.")
