"""A cousin's photos on their way into another folder: planned first, so that an interrupted move can be finished."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

from data import wording
from data.files.library import LibraryError, PhotoLibrary, leads_nowhere
from foundation.whole_file import sync_folder

Move = tuple[str, str]
"""From where to where, each relative to the library's folder. To nowhere an empty one goes, from nowhere it comes."""


def plan_moves(library: PhotoLibrary, old: str, new: str) -> list[Move]:
    """What brings everything that lies in one cousin's folders into another's; nothing is overwritten.

    A folder moves whole where the other has none. Raises `LibraryError` where photos would have to leave the place
    that a link leads to, or that place is not there, and `OSError`.
    """
    theirs = library.folders_of(new)
    into = theirs[0].name if theirs else new
    taken = {path.name for path in theirs[0].iterdir()} if theirs else None
    moves: list[Move] = []
    for folder in library.folders_of(old):
        if leads_nowhere(folder):
            raise LibraryError(wording.link_leads_nowhere(folder, folder.readlink()))
        if taken is None:
            moves.append((folder.name, into))
            taken = {path.name for path in folder.iterdir()}
            continue
        if folder.is_symlink():
            raise LibraryError(wording.folder_is_a_link(folder, folder.resolve()))
        for path in sorted(folder.iterdir()):
            name = _free(path.name, taken)
            taken.add(name)
            moves.append((f"{folder.name}/{path.name}", f"{into}/{name}"))
        moves.append((folder.name, ""))
    return moves


def carry_out(folder: Path, moves: Sequence[Move]) -> None:
    """Make these moves, as far as they are not made yet. Raises `OSError`.

    What has gone meanwhile is left out, and what has come meanwhile stays: a folder that is not empty then remains.
    """
    for source, target in moves:
        before = folder / source
        if not source:
            (folder / target).mkdir(mode=0o700, exist_ok=True)
            continue
        if not target:
            with suppress(OSError):
                before.rmdir()
            continue
        after = folder / target
        if os.path.lexists(before) and not os.path.lexists(after):
            after.parent.mkdir(mode=0o700, exist_ok=True)
            before.rename(after)
            for parent in {before.parent, after.parent}:
                sync_folder(parent)
    sync_folder(folder)


def reverse(moves: Sequence[Move]) -> list[Move]:
    """What takes these moves back. A folder comes back also where it was empty: its cousin is on others' photos."""
    return [(target, source) for source, target in reversed(moves)]


def moved(file: str, moves: Sequence[Move]) -> str | None:
    """Where a file lies after these moves; None where they don't touch it."""
    for source, target in moves:
        if source and target and file == source:
            return target
        if source and target and file.startswith(f"{source}/"):
            return target + file[len(source) :]
    return None


def _free(name: str, taken: set[str]) -> str:
    return next(free for free in free_names(name) if free not in taken)


def free_names(name: str) -> Iterator[str]:
    """This name, and others like it, one of which nobody else has."""
    yield name
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 (a name, of no file yet)
    for number in count(2):
        yield f"{stem}_{number}{suffix}"
