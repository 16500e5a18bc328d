"""How the bot is doing, in numbers."""

from dataclasses import dataclass
from datetime import datetime

from data.database import Database, stamp


@dataclass(frozen=True, slots=True)
class Stats:
    """Since a moment: photos sent, faces in them, and what people said of the guesses (each face once).

    `wrong` counts faces whose last accepted word differs from the guess; `waiting` proposals wait now, whatever
    the moment; `cousins` are the names given, most frequent first.
    """

    photos: int
    faces: int
    right: int
    wrong: int
    waiting: int
    cousins: tuple[tuple[str, int], ...]


_LAST_WORD = (
    "SELECT guess_id, verdict, cousin, max(decided_at || printf('%012d', id)) FROM corrections"
    " WHERE status = 'accepted' GROUP BY guess_id"
)
_RIGHT = (
    "CASE last.verdict WHEN 'is' THEN last.cousin IS guesses.cousin WHEN 'stranger' THEN guesses.cousin IS NULL"
    " WHEN 'not' THEN last.cousin IS NOT guesses.cousin ELSE 0 END"
)


class Statistics:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, moment: datetime) -> Stats:
        start = (stamp(moment),)
        row = await self._database.row(
            "SELECT count(DISTINCT photos.id) AS photos, count(guesses.id) AS faces,"
            f" coalesce(sum(CASE WHEN last.guess_id IS NOT NULL THEN {_RIGHT}"
            " ELSE EXISTS (SELECT 1 FROM praise WHERE praise.guess_id = guesses.id) END), 0) AS correct,"
            f" coalesce(sum(CASE WHEN last.guess_id IS NOT NULL THEN NOT ({_RIGHT}) ELSE 0 END), 0) AS wrong"
            " FROM photos LEFT JOIN guesses ON guesses.photo_id = photos.id"
            f" LEFT JOIN ({_LAST_WORD}) AS last ON last.guess_id = guesses.id WHERE photos.at >= ?",
            start,
        )
        assert row is not None
        cousins = await self._database.rows(
            "SELECT guesses.cousin, count(*) FROM guesses JOIN photos ON photos.id = guesses.photo_id"
            " WHERE guesses.cousin IS NOT NULL AND photos.at >= ? GROUP BY guesses.cousin"
            " ORDER BY count(*) DESC, guesses.cousin",
            start,
        )
        return Stats(
            photos=row["photos"],
            faces=row["faces"],
            right=row["correct"],
            wrong=row["wrong"],
            waiting=await self._database.count("SELECT count(*) FROM corrections WHERE status = 'proposed'"),
            cousins=tuple((name, count) for name, count in cousins),
        )
