"""One cousin's key in place of another's, wherever the database has it."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

import aiosqlite

from data.changes.moves import Move, moved
from data.labels.pointed_faces import rename_pointed, restore_pointed
from data.sorting.decisions import rename_sorted, restore_sorted

_COLUMNS = ("sha256", "cousin", "box_left", "box_top", "box_right", "box_bottom", "source")
_LABEL = ", ".join(_COLUMNS)
_SAME = " AND ".join(f"{column} IS ?" for column in _COLUMNS)
_LABELS = (
    f"SELECT {_LABEL}, EXISTS (SELECT 1 FROM library_labels AS theirs WHERE theirs.cousin = ?"
    " AND theirs.sha256 = label.sha256 AND theirs.source = label.source AND theirs.box_left IS label.box_left"
    " AND theirs.box_top IS label.box_top AND theirs.box_right IS label.box_right"
    " AND theirs.box_bottom IS label.box_bottom) AS both FROM library_labels AS label WHERE cousin = ?"
)

_LISTS = ("candidates", "runners_up")
"""Columns of `guesses`: JSON lists of [cousin, probability], the likeliest first."""
_PROBABILITY = "(SELECT value ->> 1 FROM json_each({column}) WHERE value ->> 0 = ?)"
_TOLD = (
    "SELECT told.rowid, others.rowid, told.turn FROM told_facts AS told LEFT JOIN told_facts AS others"
    " ON others.cousin = ? AND others.chat_id = told.chat_id AND others.fact = told.fact WHERE told.cousin = ?"
)

_SAYS_ANOTHER = "UPDATE decisions SET number = number + 1"  # so that the running bot sees who is spoken of now


async def rename_rows(db: aiosqlite.Connection, old: str, new: str, moves: Sequence[Move] = ()) -> dict[str, Any]:
    """Let rows speak of `new` where they spoke of `old`, whose files made these `moves`.

    Returns which rows those are, as `restore_rows` takes them: of two people who became one nobody could say it later.
    """
    whose: dict[str, Any] = {
        "statements": [
            list(row) for row in await db.execute_fetchall("SELECT id, at FROM statements WHERE cousin = ?", (old,))
        ],
        "guesses": await _ids(db, "SELECT id FROM guesses WHERE cousin = ?", old),
        "buttons": await _ids(db, "SELECT id FROM buttons WHERE cousin = ? AND action != 'new'", old),
        "labels": [list(row) for row in await db.execute_fetchall(_LABELS, (new, old))],
        "told": [list(row) for row in await db.execute_fetchall(_TOLD, (new, old))],
    }
    for column in _LISTS:
        probability = _PROBABILITY.format(column=column)
        rows = await db.execute_fetchall(
            f"SELECT * FROM (SELECT id, {probability} AS theirs, {probability} FROM guesses) WHERE theirs IS NOT NULL",
            (old, new),
        )
        whose[column] = [list(row) for row in rows]
    await _rename(db, old, new)
    whose["pointed"] = await rename_pointed(db, old, new)
    whose["sorted"] = await rename_sorted(db, old, new)
    await move_files(db, moves, {old: new})
    return whose


async def restore_rows(
    db: aiosqlite.Connection, old: str, new: str, whose: Mapping[str, Any], moves: Sequence[Move]
) -> None:
    """Give `old` back what was theirs before `rename_rows` made them and `new` one; `moves` take the files back."""
    for number, at in whose["statements"]:
        await db.execute(
            "UPDATE statements SET cousin = ? WHERE id = ? AND at = ? AND cousin = ?", (old, number, at, new)
        )
    await db.execute(_SAYS_ANOTHER)
    for table in ("guesses", "buttons"):
        await db.executemany(
            f"UPDATE {table} SET cousin = ? WHERE id = ? AND cousin = ?",
            [(old, number, new) for number in whose[table]],
        )
    for column in _LISTS:
        for number, theirs, others in whose.get(column, ()):
            await _part(db, column, number, {new: others, old: theirs})
    # By the rows' numbers: neither a chat nor a sentence about somebody is to outlive its own row.
    for told, others, turn in whose.get("told", ()):
        if others is None:
            await db.execute(
                "UPDATE OR IGNORE told_facts SET cousin = ? WHERE rowid = ? AND cousin = ?", (old, told, new)
            )
        else:  # both had told the same
            await db.execute(
                "INSERT OR IGNORE INTO told_facts (chat_id, cousin, fact, turn)"
                " SELECT chat_id, ?, fact, ? FROM told_facts WHERE rowid = ? AND cousin = ?",
                (old, turn, others, new),
            )
    for sha256, cousin, *box, source, both in whose["labels"]:
        if not both:  # else the other one had the same label, and keeps it
            same = (sha256, new, *box, source)
            await db.execute(f"DELETE FROM library_labels WHERE {_SAME}", same)
        await db.execute(
            f"INSERT OR IGNORE INTO library_labels ({_LABEL}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (sha256, cousin, *box, source),
        )
    await restore_pointed(db, new, whose.get("pointed", []))
    await restore_sorted(db, old, new, whose.get("sorted", []))
    await move_files(db, moves, {new: old})


async def move_files(db: aiosqlite.Connection, moves: Sequence[Move], cousins: Mapping[str, str]) -> None:
    """Note where the library's files lie now, and whose they are."""
    rows = await db.execute_fetchall("SELECT file, cousin FROM library_files")
    there = {os.fsdecode(row["file"]): row["cousin"] for row in rows}
    for file, cousin in there.items():
        target = moved(file, moves)
        if target is not None:
            await db.execute("DELETE FROM library_files WHERE file = ?", (os.fsencode(target),))
            await db.execute(
                "UPDATE library_files SET file = ?, cousin = ? WHERE file = ?",
                (os.fsencode(target), cousins.get(cousin, cousin), os.fsencode(file)),
            )


async def _rename(db: aiosqlite.Connection, old: str, new: str) -> None:
    def renamed(candidates: str) -> str:
        """JSON list of [cousin, probability]; who stands there twice then is the likelier one once."""
        found: dict[str, float] = {}
        for cousin, probability in json.loads(candidates):
            name = new if cousin == old else cousin
            found[name] = max(probability, found.get(name, probability))
        return json.dumps([list(one) for one in found.items()])

    await db.create_function("renamed", 1, renamed)
    for column in _LISTS:
        await db.execute(
            f"UPDATE guesses SET {column} = renamed({column})"
            f" WHERE EXISTS (SELECT 1 FROM json_each({column}) WHERE value ->> 0 = ?)",
            (old,),
        )
    await db.execute("UPDATE guesses SET cousin = ? WHERE cousin = ?", (new, old))
    await db.execute("UPDATE statements SET cousin = ? WHERE cousin = ?", (new, old))
    await db.execute(_SAYS_ANOTHER)
    await db.execute("UPDATE buttons SET cousin = ? WHERE cousin = ? AND action != 'new'", (new, old))
    await db.execute("UPDATE buttons SET name = ? WHERE name = ? AND action = 'merge'", (new, old))
    for table in ("told_facts", "library_labels"):
        await db.execute(f"UPDATE OR IGNORE {table} SET cousin = ? WHERE cousin = ?", (new, old))
        await db.execute(f"DELETE FROM {table} WHERE cousin = ?", (old,))
    await db.execute(
        "UPDATE OR REPLACE library_labels SET source = 'import' WHERE cousin = ? AND source = 'left'", (new,)
    )
    await db.execute("UPDATE rename_prompts SET cousin = ? WHERE cousin = ?", (new, old))


async def _part(db: aiosqlite.Connection, column: str, guess: int, parts: Mapping[str, float | None]) -> None:
    """Let the first of two who had become one in a guess's list, and the second, have their own probabilities again."""
    rows = await db.execute_fetchall(f"SELECT {column} FROM guesses WHERE id = ?", (guess,))
    [whole, _] = parts
    known = {cousin: probability for cousin, probability in parts.items() if probability is not None}
    for row in rows:
        found = dict(json.loads(row[column]))
        if found.pop(whole, None) == max(known.values()):  # else it is another guess, which got this number since
            likeliest = sorted([*found.items(), *known.items()], key=lambda one: -one[1])
            await db.execute(
                f"UPDATE guesses SET {column} = ? WHERE id = ?", (json.dumps([list(one) for one in likeliest]), guess)
            )


async def _ids(db: aiosqlite.Connection, query: str, cousin: str) -> list[int]:
    return [int(row["id"]) for row in await db.execute_fetchall(query, (cousin,))]


async def stray_rows(db: aiosqlite.Connection, old: str) -> bool:
    """Whether something speaks of this key still, or again."""
    tables = " UNION ALL ".join(f"SELECT 1 FROM {table} WHERE cousin = ?1" for table in ("statements", "guesses"))
    return bool(list(await db.execute_fetchall(f"{tables} LIMIT 1", (old,))))
