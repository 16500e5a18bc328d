"""A database of every earlier version, with rows in all of its tables, brought up to date."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from data.database.migrations import MIGRATIONS, clear_faces, faces_as_recognized, migrate, shared_identities
from data.store.store import Store
from foundation.face import Clarity

TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid"
SPECIAL: dict[str, Any] = {"role": "guest", "verdict": "stranger", "status": "proposed", "set_aside": 0, "found": 1}
SPECIAL |= {"notes": "[]", "candidates": '["lucy"]', "runners_up": "[]", "embedding": b"\0\0\x80\x3f"}
SPECIAL |= {"says": "stranger", "file": b"lucy/1.jpg", "sha256": "of one photo"}
SPECIAL |= {"answer": "nobody", "kind": "rename", "content": b"a photo"}
SPECIAL |= {"path": b"lucy/1.jpg", "scene": bytes(8)}
RENAMED = {
    "corrections": "statements",
    "verdict": "says",
    "correction_id": "statement_id",
    "poor": "clarity",
}
"""Tables and columns that have another name by now."""

Rows = dict[str, list[dict[str, Any]]]


def filled(path: Path) -> None:
    """A row in every table. Ids are 1, so that what refers to another row finds it."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA foreign_keys = ON")
        for (table,) in db.execute(TABLES).fetchall():
            columns = db.execute(f"PRAGMA table_info({table})").fetchall()
            values = {
                name: SPECIAL.get(name, 1 if kind in ("INTEGER", "REAL") else f"kept {table}.{name}")
                for _, name, kind, needed, _, key in columns
                if needed or key
            }
            marks = ", ".join("?" * len(values))
            db.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))


def rows_of(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        tables = db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        ).fetchall()
        return {table: [dict(row) for row in db.execute(f"SELECT * FROM {table}")] for (table,) in tables}


@pytest.mark.parametrize("steps", range(1, len(MIGRATIONS) + 1))
async def test_no_row_is_lost_or_changed(tmp_path: Path, steps: int) -> None:
    path = tmp_path / "cousinbot.db"
    async with aiosqlite.connect(path, isolation_level=None) as db:
        await migrate(db, MIGRATIONS[:steps])
    filled(path)
    before = rows_of(path)
    assert before
    assert all(before.values())
    async with Store.open(path) as store:
        assert len(await store.journal.unfinished()) == 1
    after = rows_of(path)
    for table, rows in before.items():
        for old, new in zip(rows, after[RENAMED.get(table, table)], strict=True):
            kept = {RENAMED.get(name, name): value for name, value in old.items()}
            if table == "guesses" and steps <= MIGRATIONS.index(faces_as_recognized):
                kept["candidates"] = '[["lucy",0.0]]'
            if table == "sorted_faces" and steps <= MIGRATIONS.index(clear_faces):
                kept["clarity"] = Clarity.HOPELESS
            assert kept.items() <= new.items(), table
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_how_the_database_is_held(tmp_path: Path) -> None:
    """What was written survives a power cut, and a row never points to one that is not there."""
    async with Store.open(tmp_path / "cousinbot.db") as store:
        pragmas = {
            name: (await store.people._database.rows(f"PRAGMA {name}"))[0][0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


async def test_what_an_earlier_version_kept_under_accounts_of_many_is_nobodys(tmp_path: Path) -> None:
    path = tmp_path / "cousinbot.db"
    async with aiosqlite.connect(path, isolation_level=None) as db:
        await migrate(db, MIGRATIONS[: MIGRATIONS.index(shared_identities)])
    filled(path)
    with closing(sqlite3.connect(path)) as rows, rows:
        rows.execute("INSERT INTO people (user_id, role, name, since) VALUES (777000, 'guest', 'Telegram', '')")
        rows.execute("UPDATE photos SET sender = 1087968824")
        rows.execute("UPDATE prompts SET asked_of = 136817688")
    async with Store.open(path):
        pass
    after = rows_of(path)
    assert [row["user_id"] for row in after["people"]] == [1]
    assert [row["sender"] for row in after["photos"]] == [0]
    assert after["prompts"] == []
