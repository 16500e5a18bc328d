"""A cousin's name taken out of the files beside photos into which an export has written it, outside the home."""

import hashlib
import logging
import stat
from collections import defaultdict
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from data.labels.written_names import WrittenName
from data.store.store import Store
from data.tags.rdf import Unreadable
from data.tags.sidecar import says_nothing, without_names
from foundation.whole_file import write_whole

logger = logging.getLogger(__name__)


def logged(file: Path) -> None:
    """Leave it to whoever reads the log."""
    logger.warning("can't reach %s, which may still name somebody who was forgotten", file)


async def forget_in_sidecars(store: Store, cousin: str, is_gone: Callable[[str], bool]) -> list[Path]:
    """Take the cousin out of each sidecar; one that we have made goes where it says nothing more. So do copies that we
    have put beside one, of photos that are gone (by their sha256), as long as they are what we have put there.

    Returns the sidecars that can't be reached, or can't be written, and may name them still.
    """
    theirs: dict[Path, list[WrittenName]] = defaultdict(list)
    for one in await store.written_names.all():
        if one.cousin == cousin:
            theirs[one.file].append(one)
    kept = {one.sha256: one.kept for one in await store.catalogue.files()}
    left = []
    for file, names in sorted(theirs.items()):
        try:
            _take_out(file, names)
        except (OSError, Unreadable):
            left.append(file)
        for one in names:
            if one.is_copy and is_gone(one.sha256):
                _delete_copy(file.with_suffix(""), kept.get(one.sha256))
        await store.written_names.drop(file, cousin)
    return left


def _take_out(file: Path, names: Collection[WrittenName]) -> None:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        if not file.parent.is_dir():
            raise  # the disk may not be there; else somebody has deleted the file
        return
    new = without_names(content, [one.named for one in names])
    if new == content:
        return
    if any(one.is_ours for one in names) and says_nothing(new):
        file.unlink()
    else:
        write_whole(file, new, stat.S_IMODE(file.stat().st_mode))


def _delete_copy(photo: Path, kept: str | None) -> None:
    with suppress(OSError):
        if hashlib.sha256(photo.read_bytes()).hexdigest() == kept:
            photo.unlink()
