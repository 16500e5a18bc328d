"""What lies among photos and no person put there."""

from typing import Final

_NAMES: Final = frozenset(
    {"$recycle.bin", "__macosx", "desktop.ini", "ehthumbs.db", "icon\r", "lost+found", "recycler"}
    | {"system volume information", "thumbs.db"}
    | {"#recycle", "#snapshot", "@eadir", "@recently-snapshot", "@recycle", "@tmp"}  # of NAS boxes
)
_BEGIN: Final = (".", "~$")
"""Hidden files, and what Office keeps beside an open document."""


def is_systems(name: str) -> bool:
    """Whether a file or folder is hidden, or left behind by a system, an archiver or a NAS."""
    return name.casefold() in _NAMES or name.startswith(_BEGIN)
