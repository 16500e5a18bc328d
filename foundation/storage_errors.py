"""What a disk or a database may refuse for a while, told apart from mistakes: nothing is lost by trying again."""

import errno
import sqlite3
from typing import Final

_DISK: Final = {
    errno.ENOSPC: "the disk is full: make room",
    errno.EDQUOT: "this user's share of the disk is used up: make room",
    errno.EROFS: "the disk is read-only: mount it writable",
    errno.EIO: "the disk does not work as it should: look at the system's log",
}
_SQLITE: Final = {
    sqlite3.SQLITE_FULL: "the disk is full: make room",
    sqlite3.SQLITE_BUSY: "another program holds the database: end it",
    sqlite3.SQLITE_LOCKED: "another program holds the database: end it",
    sqlite3.SQLITE_READONLY: "the database may not be written: let this user write the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "the database can't be opened: let this user write the file and its folder",
    sqlite3.SQLITE_IOERR: "the disk does not work as it should, or is full: look at the system's log",
}


def explain_storage_error(error: BaseException) -> str | None:
    """What is the matter and what to do about it, as part of a sentence; None where it is no such thing."""
    match error:
        case sqlite3.Error():
            # The lower eight bits are the kind, the upper ones say more (SQLite's "extended result codes").
            return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        case OSError(errno=int(number)):
            return _DISK.get(number)
        case _:
            return None
