"""How the bot is doing, in numbers."""

from dataclasses import dataclass
from datetime import datetime

from data.database.connection import Database, stamp


@dataclass(frozen=True, slots=True)
class Stats:
    """Since a moment: photos asked about, answered, faces in them, and what people said of those (each face once).

    `answered` leaves out what could not be read; `named` are the faces that got a name; `wrong` counts faces whose last
    accepted word differs from the guess; `waiting` proposals wait now, whatever the moment.
    """

    asked: int
    answered: int
    faces: int
    named: int
    right: int
    wrong: int
    waiting: int
    cousins: tuple["CousinStats", ...]


@dataclass(frozen=True, slots=True)
class CousinStats:
    """How often one cousin was named, how often people said that this was right or wrong, and how often they were
    missed: they were on a photo, and somebody else was named, or nobody."""

    cousin: str
    named: int
    right: int
    wrong: int
    missed: int


_LAST_WORD = (
    "SELECT guess_id, says, cousin, max(printf('%012d%012d', decision, id)) FROM statements"
    " WHERE status = 'accepted' GROUP BY guess_id"
)
_RIGHT = (
    "CASE last.says WHEN 'is' THEN last.cousin IS guesses.cousin WHEN 'stranger' THEN guesses.cousin IS NULL"
    " WHEN 'not' THEN last.cousin IS NOT guesses.cousin ELSE 0 END"
)


_IS_RIGHT = (
    f"CASE WHEN last.guess_id IS NOT NULL THEN {_RIGHT}"
    " ELSE EXISTS (SELECT 1 FROM praise WHERE praise.guess_id = guesses.id) END"
)
_IS_WRONG = f"CASE WHEN last.guess_id IS NOT NULL THEN NOT ({_RIGHT}) ELSE 0 END"
_GUESSES = (
    "photos LEFT JOIN guesses ON guesses.photo_id = photos.id"
    f" LEFT JOIN ({_LAST_WORD}) AS last ON last.guess_id = guesses.id"
    " WHERE photos.at >= ?"
)


class Statistics:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, moment: datetime) -> Stats:
        start = (stamp(moment),)
        row = await self._database.row(
            "SELECT count(DISTINCT photos.id) AS answered, count(guesses.id) AS faces, count(guesses.cousin) AS named,"
            f" coalesce(sum({_IS_RIGHT}), 0) AS correct, coalesce(sum({_IS_WRONG}), 0) AS wrong FROM {_GUESSES}",
            start,
        )
        assert row is not None
        return Stats(
            asked=await self._database.count("SELECT coalesce(sum(photos), 0) FROM asked WHERE at >= ?", start),
            answered=row["answered"],
            faces=row["faces"],
            named=row["named"],
            right=row["correct"],
            wrong=row["wrong"],
            waiting=await self._database.count("SELECT count(*) FROM statements WHERE status = 'proposed'"),
            cousins=await self._cousins(start),
        )

    async def _cousins(self, start: tuple[str]) -> tuple[CousinStats, ...]:
        """Most frequently named first."""
        named = await self._database.rows(
            f"SELECT guesses.cousin, count(*) AS named, sum({_IS_RIGHT}) AS correct, sum({_IS_WRONG}) AS wrong"
            f" FROM {_GUESSES} AND guesses.cousin IS NOT NULL GROUP BY guesses.cousin",
            start,
        )
        missed = await self._database.rows(
            f"SELECT last.cousin, count(*) AS missed FROM {_GUESSES}"
            " AND last.says = 'is' AND last.cousin IS NOT guesses.cousin GROUP BY last.cousin",
            start,
        )
        overlooked = {row["cousin"]: int(row["missed"]) for row in missed}
        stats = [
            CousinStats(row["cousin"], row["named"], row["correct"], row["wrong"], overlooked.pop(row["cousin"], 0))
            for row in named
        ]
        stats += [CousinStats(cousin, 0, 0, 0, count) for cousin, count in overlooked.items()]
        return tuple(sorted(stats, key=lambda one: (-one.named, -one.missed, one.cousin)))
