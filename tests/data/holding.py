"""A second process that holds the database, as a program that somebody has left open does."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HOLD = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute(sys.argv[2])
database.execute("SELECT count(*) FROM sqlite_schema").fetchall()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(database: Path, begin: str) -> Iterator[None]:
    """Until the block ends: `BEGIN` for reading it as it is now, `BEGIN IMMEDIATE` for writing."""
    command = [sys.executable, "-c", _HOLD, str(database), begin]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield
        finally:
            process.kill()
