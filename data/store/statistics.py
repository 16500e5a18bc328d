"""How the bot is doing, in numbers."""

from dataclasses import dataclass
from datetime import datetime

from data.database.connection import Database, stamp


@dataclass(frozen=True, slots=True)
class Stats:
    """Since a moment: photos asked about, answered, faces in them, and what people said of those (each face once).

    `pictures` are those of the faces that are whole pictures, which may show things;
    `answered` leaves out what could not be read; `named` are the faces that got a name, `asked_about` those of which
    the bot asked who it is, which is neither right nor wrong; `wrong` counts faces whose last accepted word differs
    from the guess; `waiting` proposals wait now, whatever the moment.
    """

    asked: int
    answered: int
    faces: int
    pictures: int
    named: int
    asked_about: int
    right: int
    wrong: int
    waiting: int
    cousins: tuple["CousinStats", ...]


@dataclass(frozen=True, slots=True)
class CousinStats:
    """How often one cousin was named, how often people said that this was right or wrong, how often they were missed:
    they were on a photo, and somebody else was named, or nobody; and how often it was asked whether it is them."""

    cousin: str
    named: int
    right: int
    wrong: int
    missed: int
    asked_about: int = 0


_LAST_WORD = (
    "SELECT guess_id, says, cousin, max(printf('%012d%012d', decision, id)) FROM statements"
    " WHERE status = 'accepted' GROUP BY guess_id"
)
_RIGHT = (
    "CASE last.says WHEN 'is' THEN last.cousin IS guesses.cousin WHEN 'stranger' THEN guesses.cousin IS NULL"
    " WHEN 'not' THEN last.cousin IS NOT guesses.cousin ELSE 0 END"
)

_IS_QUESTION = "(guesses.answer IS NOT NULL AND guesses.answer IN ('maybe', 'either'))"
_OTHER = "CASE guesses.answer WHEN 'either' THEN guesses.runners_up ->> '$[0][0]' END"
"""The second of two who were asked about."""

_IS_RIGHT = (
    f"CASE WHEN {_IS_QUESTION} THEN 0 WHEN last.guess_id IS NOT NULL THEN {_RIGHT}"
    " ELSE EXISTS (SELECT 1 FROM praise WHERE praise.guess_id = guesses.id) END"
)
_IS_WRONG = f"CASE WHEN {_IS_QUESTION} THEN 0 WHEN last.guess_id IS NOT NULL THEN NOT ({_RIGHT}) ELSE 0 END"
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
            "SELECT count(DISTINCT photos.id) AS answered, count(guesses.id) AS faces,"
            " coalesce(sum(guesses.is_picture), 0) AS pictures,"
            f" coalesce(sum(guesses.answer = 'named'), 0) AS named, coalesce(sum({_IS_QUESTION}), 0) AS asked_about,"
            f" coalesce(sum({_IS_RIGHT}), 0) AS correct, coalesce(sum({_IS_WRONG}), 0) AS wrong FROM {_GUESSES}",
            start,
        )
        assert row is not None
        return Stats(
            asked=await self._database.count("SELECT coalesce(sum(photos), 0) FROM asked WHERE at >= ?", start),
            answered=row["answered"],
            faces=row["faces"],
            pictures=row["pictures"],
            named=row["named"],
            asked_about=row["asked_about"],
            right=row["correct"],
            wrong=row["wrong"],
            waiting=await self._database.count("SELECT count(*) FROM statements WHERE status = 'proposed'"),
            cousins=await self._cousins(start),
        )

    async def _cousins(self, start: tuple[str, ...]) -> tuple[CousinStats, ...]:
        """Most frequently named first."""
        named = await self._database.rows(
            f"SELECT guesses.cousin, count(*) AS named, sum({_IS_RIGHT}) AS correct, sum({_IS_WRONG}) AS wrong"
            f" FROM {_GUESSES} AND guesses.answer = 'named' GROUP BY guesses.cousin",
            start,
        )
        missed = await self._database.rows(
            f"SELECT last.cousin, count(*) AS missed FROM {_GUESSES}"
            f" AND last.says = 'is' AND last.cousin IS NOT guesses.cousin AND last.cousin IS NOT {_OTHER}"
            " GROUP BY last.cousin",
            start,
        )
        asked = await self._database.rows(
            "SELECT cousin, count(*) AS times FROM"
            f" (SELECT guesses.cousin FROM {_GUESSES} AND {_IS_QUESTION}"
            f" UNION ALL SELECT {_OTHER} FROM {_GUESSES} AND {_IS_QUESTION} AND {_OTHER} IS NOT guesses.cousin)"
            " WHERE cousin IS NOT NULL GROUP BY cousin",
            start * 2,
        )
        overlooked = {row["cousin"]: int(row["missed"]) for row in missed}
        questions = {row["cousin"]: int(row["times"]) for row in asked}
        told = {row["cousin"]: (row["named"], row["correct"], row["wrong"]) for row in named}
        stats = [
            CousinStats(cousin, *told.get(cousin, (0, 0, 0)), overlooked.get(cousin, 0), questions.get(cousin, 0))
            for cousin in {*told, *overlooked, *questions}
        ]
        return tuple(sorted(stats, key=lambda one: (-one.named, -one.missed, one.cousin)))
