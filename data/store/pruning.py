"""How long each table keeps its rows, and the daily pruning of those that have had their time."""

from datetime import datetime, timedelta
from typing import Final

import aiosqlite

from data.database.connection import Database, stamp
from data.photos.years import LONELY

REPEATED: Final = timedelta(days=2)  # Telegram repeats an update for one day at most
ASKED_ABOUT: Final = timedelta(days=7)  # albums, by a reply
REGRETTED: Final = timedelta(days=30)  # a photo that was deleted
YEAR: Final = timedelta(days=365)
PROVEN: Final = timedelta(days=7)
"""For so long a clock that has jumped ahead must stay there before anything is deleted by it."""

LIFETIMES: Final = {
    "updates": "until finished; what was set aside for two days, for whoever looks into it",
    "handled_updates": "forever, a number each: a late repetition is known",
    "sent": "until the update is finished",
    "sign_in_links": "two days after they have run out, in which whoever opens one is told so; until their person is"
    " blocked or forgotten",
    "web_sessions": "30 days; until they sign out, are blocked or forgotten",
    "program_keys": "until they are taken back",
    "people": "guests and blocked people forever, those of a group until they have left it;"
    " outsiders, of whom it has the number only, for a year",
    "admins": "until another admin, or the command, removes them",
    "invitation_tries": "two days, of which one is counted",
    "selves": "until they or an admin take it back, the person or the cousin is forgotten, or they have left the group",
    "languages": "until the person is forgotten or has left the group; a group's forever",
    "invites": "forever: who opens an old one is told that it has run out",
    "moved_groups": "forever, a row for each group that became a supergroup",
    "answers": "as long as one of its photos; a year where none could be read",
    "photos": "COUSINBOT_KEEP_DAYS, or forever without it; until its sender or a cousin on it is forgotten",
    "guesses": "as long as the photo",
    "statements": "as long as the photo, which stays for the sake of one that is accepted or waiting",
    "decisions": "the number of the last one",
    "stated": "until the update is finished",
    "praise": "as long as the photo",
    "reactions": "a year, or as long as the photo; until its person is forgotten or has left the group",
    "library_files": "as long as the file lies in `photos/`, looked at whenever the photos are read",
    "library_arrivals": "until its import is noted; a year where one was killed before there was a file",
    "library_labels": "as long as the photo lies there; without the cousin's folder it counts no longer",
    "pointed_faces": "as long as the photo lies there, or can be brought back; until the cousin is forgotten",
    "sidecars": "as long as our names stand there: until an export takes them out, or their cousin is forgotten",
    "photo_years": "as long as the photo, in `photos/` or sent by a guest, or while it can be brought back",
    "changes": "the last 20, of deleted photos for 30 days; what names somebody who is forgotten goes at once",
    "removed_photos": "until it is taken back that they were deleted, 30 days at most; until any cousin is forgotten",
    "sorted_files": "until `photos sort` finds that the file is gone; until a cousin in its name is forgotten",
    "sorted_faces": "as long as the file is known; until it is skipped, or the cousin whose it may be is forgotten",
    "face_groups": "a number each, as long as it leads to a face",
    "group_decisions": "until it is taken back, or its cousin is forgotten",
    "decided_faces": "as long as the decision",
    "forgettings": "two days after it was said that nothing is left",
    "asked": "a year; of what is older one sum for each chat",
    "buttons": "a year, or as long as the photo, run or invitation",
    "albums": "a week, in which somebody may ask about one of the pictures; until its sender is forgotten",
    "prompts": "until answered; a year, or as long as the photo",
    "rename_prompts": "until answered; a year",
    "group_prompts": "until answered; a year",
    "told_facts": "as long as facts.yaml has the fact, looked at when the chat is told another of that cousin",
    "review_pages": "one for each chat",
    "clock": "forever, one row",
    "runs": "a year; the last one, and the last that made a version, forever",
    "run_messages": "until the admins were told how the run ended",
}
"""Table -> how long it keeps a row."""


class Pruning:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def believed(self, now: datetime) -> datetime:
        """The time to delete by: `now`, or an earlier one while the clock may be wrong.

        A clock that is set a year ahead, and back, deletes nothing. A bot that has rested deletes a week later.
        """
        async with self._database.transaction() as db:
            [row] = await db.execute_fetchall("SELECT at, ahead_since FROM clock")
            at, since = (datetime.fromisoformat(value) if value else None for value in row)
            assert at is not None
            if now - at > PROVEN:
                if since is None or since > now:
                    await db.execute("UPDATE clock SET ahead_since = ?", (stamp(now),))
                    return at
                if now - since < PROVEN:
                    return at
            await db.execute("UPDATE clock SET at = ?, ahead_since = NULL", (stamp(max(at, now)),))
        return now

    async def prune(self, now: datetime) -> None:
        """Delete what has been kept long enough. Photos, which have files as well, are `Guesses.forget_older`'s."""
        async with self._database.transaction() as db:
            await _updates(db, stamp(now - REPEATED))
            await db.execute("DELETE FROM albums WHERE at < ?", (stamp(now - ASKED_ABOUT),))
            await db.execute("DELETE FROM changes WHERE kind = 'removal' AND at < ?", (stamp(now - REGRETTED),))
            await db.execute("DELETE FROM forgettings WHERE told_at < ?", (stamp(now - REPEATED),))
            await db.execute("DELETE FROM invitation_tries WHERE at < ?", (stamp(now - REPEATED),))
            await db.execute("DELETE FROM sign_in_links WHERE expires_at < ?", (stamp(now - REPEATED),))
            await db.execute("DELETE FROM web_sessions WHERE expires_at < ?", (stamp(now),))
            await db.execute(f"DELETE FROM photo_years WHERE {LONELY}")
            await _a_year(db, stamp(now - YEAR))


async def _updates(db: aiosqlite.Connection, before: str) -> None:
    over = "received_at < ? AND (finished_at IS NOT NULL OR set_aside = 1)"
    await db.execute(f"INSERT OR IGNORE INTO handled_updates SELECT update_id FROM updates WHERE {over}", (before,))
    await db.execute(f"DELETE FROM updates WHERE {over}", (before,))


async def _a_year(db: aiosqlite.Connection, before: str) -> None:
    await db.execute("DELETE FROM buttons WHERE made_at < ?", (before,))
    for table in ("prompts", "rename_prompts", "group_prompts", "library_arrivals", "reactions"):
        await db.execute(f"DELETE FROM {table} WHERE at < ?", (before,))
    await db.execute("DELETE FROM people WHERE role = 'outsider' AND since < ?", (before,))
    await db.execute(
        "DELETE FROM answers WHERE at < ? AND NOT EXISTS (SELECT 1 FROM photos WHERE answer_id = answers.id)",
        (before,),
    )
    await db.execute(
        "DELETE FROM runs WHERE finished_at < ? AND followed = 0 AND id NOT IN"
        " (SELECT max(id) FROM runs UNION SELECT max(id) FROM runs WHERE version IS NOT NULL)",
        (before,),
    )
    # Telegram counts a chat's messages from 1: 0 is free for the sum.
    await db.execute(
        "INSERT INTO asked (chat_id, message_id, photos, at)"
        " SELECT chat_id, 0, sum(photos), min(at) FROM asked WHERE at < ? AND message_id != 0 GROUP BY chat_id"
        " ON CONFLICT DO UPDATE SET photos = photos + excluded.photos",
        (before,),
    )
    await db.execute("DELETE FROM asked WHERE at < ? AND message_id != 0", (before,))
