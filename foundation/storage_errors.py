"""What a disk or a database may refuse for a while, told apart from mistakes: nothing is lost by trying again."""

import errno
import sqlite3
from collections.abc import Callable, Mapping
from typing import Final

from foundation import wording

_DISK: Final[Mapping[int, Callable[[], str]]] = {
    errno.ENOSPC: wording.disk_full,
    errno.EDQUOT: wording.quota_used_up,
    errno.EROFS: wording.disk_read_only,
    errno.EIO: wording.disk_failing,
    errno.ENXIO: wording.disk_failing,  # it was unplugged
    errno.ENODEV: wording.disk_failing,
    errno.ESTALE: wording.disk_failing,  # so was a server's
    errno.EBADMSG: wording.disk_failing,
    getattr(errno, "EUCLEAN", 117): wording.disk_failing,  # Linux: the file system contradicts itself
}
_SQLITE: Final[Mapping[int, Callable[[], str]]] = {
    sqlite3.SQLITE_FULL: wording.disk_full,
    sqlite3.SQLITE_BUSY: wording.database_busy,
    sqlite3.SQLITE_LOCKED: wording.database_busy,
    sqlite3.SQLITE_READONLY: wording.database_read_only,
    sqlite3.SQLITE_CANTOPEN: wording.database_closed,
    sqlite3.SQLITE_PROTOCOL: wording.database_busy,
    sqlite3.SQLITE_PERM: wording.database_read_only,
    sqlite3.SQLITE_IOERR: wording.database_failing,
    sqlite3.SQLITE_CORRUPT: wording.database_damaged,
    sqlite3.SQLITE_NOTADB: wording.database_damaged,
}


def explain_storage_error(error: BaseException) -> str | None:
    """What is the matter and what to do about it, in a sentence; None where it is no such thing."""
    match error:
        case sqlite3.Error():
            # The lower eight bits are the kind, the upper ones say more (SQLite's "extended result codes").
            sentence = _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        case OSError(errno=errno.EACCES | errno.EPERM, filename=file):
            return wording.not_allowed(str(file)) if file else wording.not_allowed_there()
        case OSError(errno=int(number)):
            sentence = _DISK.get(number)
        case _:
            return None
    return sentence() if sentence else None


def why(error: BaseException) -> str:
    """What is the matter, in a sentence: ours where we know what to do about it, else the system's own words."""
    return explain_storage_error(error) or wording.reason(str(error) or type(error).__name__)
