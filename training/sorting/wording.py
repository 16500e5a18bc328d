"""What sorting says while it is at it."""

from foundation.translation import _


def looking_at_files() -> str:
    return _("Reading the files")


def looking_at_faces() -> str:
    return _("Looking at faces")


def grouping() -> str:
    return _("Putting faces together")


def same_file(other: str) -> str:
    return _("the same file as {other}", other=other)
