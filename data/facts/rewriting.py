"""facts.yaml, written anew by the bot while people have it open in their editors."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from data import wording
from data.facts.parser import FactsError
from foundation.whole_file import PRIVATE, whole_file

_TRIES: Final = 3


class _Overtaken(Exception):
    """Somebody has saved the file meanwhile."""


def rewrite(path: Path, change: Callable[[bytes], bytes | None]) -> bool:
    """Let `change` make a file's new content of what it has, b"" where it is missing; False where that is None.

    It is replaced whole, and its permissions stay. `change` is asked again where somebody saves it meanwhile.

    Raises:
        FactsError: somebody goes on saving it.
        OSError: it can't be read or written. And whatever `change` raises.
    """
    file = path.resolve()  # else a link would be replaced, and what it leads to stay as it was
    for _ in range(_TRIES):
        before = _stat(file)
        changed = change(file.read_bytes() if before else b"")
        if changed is None:
            return False
        try:
            with whole_file(file, before.st_mode & 0o777 if before else PRIVATE) as out:
                out.write(changed)
                if _seen(_stat(file)) != _seen(before):
                    raise _Overtaken
        except _Overtaken:
            continue
        return True
    raise FactsError(wording.facts_being_edited(str(path)))


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _seen(stat: os.stat_result | None) -> tuple[int, int, int] | None:
    return (stat.st_mtime_ns, stat.st_size, stat.st_ino) if stat else None
