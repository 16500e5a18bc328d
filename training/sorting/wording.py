"""What sorting says while it is at it."""

from pathlib import Path

from foundation.translation import _


def looking_at_files() -> str:
    return _("Reading the files")


def looking_at_faces() -> str:
    return _("Looking at faces")


def looking_once_more() -> str:
    return _("Looking once more at photos from before the update, to see which faces are blurred")


def grouping() -> str:
    return _("Putting faces together")


def same_file(other: str) -> str:
    return _("the same file as {other}", other=other)


def no_folder(source: Path) -> str:
    return _("There is no folder {source}. Please give the one that the photos lie in.", source=source)


def no_photos(folder: Path) -> str:
    return _(
        "There are no photos in {folder}. If they are on another disk, please connect it; else leave the folder out."
        " What was seen there before is still known.",
        folder=folder,
    )
