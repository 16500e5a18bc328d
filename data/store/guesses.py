"""What the bot answered: an answer to a message, the photos in it, and one guess for each face."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import aiosqlite
import numpy as np
from numpy.typing import NDArray

from data.database.connection import Database, Values, now, stamp
from data.store.drafts import NewPhoto, insert_answer, named_in, next_own_number
from data.store.journal import is_open
from data.store.told_facts import next_fact
from foundation.box import Box
from foundation.discretion import Discretion
from foundation.face import Candidate, RecognizedFace
from foundation.kept_sentences import told as said_again


class Forgotten(Exception):
    """What was to be kept is not to be kept any more."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One face of an answer, and the fact that is told with it once it has a name. `photo` is the sha256 of the one it
    is in."""

    id: int
    answer_id: int
    photo: str
    number: int
    face: RecognizedFace
    fact: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`message_id` is None until it was sent; `notes` are its lines about photos that could not be read."""

    id: int
    chat_id: int
    asked_message_id: int
    message_id: int | None
    has_picture: bool
    notes: tuple[str, ...]
    guesses: tuple[Guess, ...]


def _guess(row: sqlite3.Row) -> Guess:
    face = RecognizedFace(
        box=Box(row["box_left"], row["box_top"], row["box_right"], row["box_bottom"]),
        found=bool(row["found"]),
        cousin=row["cousin"],
        answer=row["answer"],
        confidence=row["confidence"],
        candidates=_candidates(row["candidates"]),
        runners_up=_candidates(row["runners_up"]),
        similarity=row["similarity"],
        embedding=np.frombuffer(row["embedding"], np.float32),
        network=row["space"],
        version=row["version"],
        flaw=row["flaw"],
        is_picture=bool(row["is_picture"]),
    )
    # Two who became one person since are not asked about as two.
    return Guess(row["id"], row["answer_id"], row["sha256"], row["number"], face.among(_anybody), row["fact"])


def _anybody(cousin: str) -> bool:
    return True


def _candidates(column: str) -> tuple[Candidate, ...]:
    return tuple(Candidate(cousin, probability) for cousin, probability in json.loads(column))


class Guesses:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, chat_id: int, asked_message_id: int, photos: int) -> None:
        """Count the photos of a message, once."""
        await self._database.write(
            "INSERT INTO asked (chat_id, message_id, photos, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (chat_id, asked_message_id, photos, now()),
        )

    async def draft(
        self,
        chat_id: int,
        asked_message_id: int,
        sender: int,
        photos: Sequence[NewPhoto],
        notes: Sequence[str] = (),
        *,
        facts: Mapping[str, Sequence[str]] | None = None,
        update: int | None = None,
    ) -> Answer:
        """Keep an answer that is about to be sent, to an `update` that is still to be handled.

        With the first face of each cousin who is named goes one of their `facts`, now told.

        One left unsent for the same message is taken up if it tells of the same photos and as many faces, else it is
        replaced: it may have been sent without our knowing, and its buttons are to work.

        Raises:
            Forgotten: the update was forgotten meanwhile, as its sender wished.
        """
        faces = [photo.sha256 for photo in photos for _ in photo.faces]
        unsent = "chat_id = ? AND asked_message_id = ? AND message_id IS NULL"
        async with self._database.transaction() as db:
            if update is not None and not await is_open(db, update):
                raise Forgotten
            answer = _answer(await db.execute_fetchall(_answer_where(unsent), (chat_id, asked_message_id)))
            if answer is None or not faces or faces != [guess.photo for guess in answer.guesses]:
                await db.execute(f"DELETE FROM answers WHERE {unsent}", (chat_id, asked_message_id))
                told = {
                    cousin: await next_fact(db, chat_id, cousin, (facts or {}).get(cousin, ()))
                    for cousin in named_in(photos)
                }
                answer_id = await insert_answer(db, chat_id, asked_message_id, sender, photos, notes, told)
                answer = _answer(await db.execute_fetchall(_answer_where("answers.id = ?"), (answer_id,)))
                assert answer is not None
            return answer

    async def keep(self, chat_id: int, sender: int, photo: NewPhoto, facts: Mapping[str, str | None]) -> Answer:
        """Keep what was answered elsewhere than in a chat, with the fact told of each cousin, and count its photo.

        `chat_id` is whose private chat it would have been in, 0 for nobody's. There it gets a number below zero, which
        no message has.
        """
        async with self._database.transaction() as db:
            number = await next_own_number(db, chat_id)
            await db.execute(
                "INSERT INTO asked (chat_id, message_id, photos, at) VALUES (?, ?, 1, ?)", (chat_id, number, now())
            )
            answer_id = await insert_answer(db, chat_id, number, sender, [photo], (), facts)
            answer = _answer(await db.execute_fetchall(_answer_where("answers.id = ?"), (answer_id,)))
            assert answer is not None
            return answer

    async def sent(self, answer_id: int, message_id: int, *, has_picture: bool) -> None:
        """Note the message that an answer went out as."""
        await self._database.write(
            "UPDATE answers SET message_id = ?, has_picture = ? WHERE id = ?",
            (message_id, int(has_picture), answer_id),
        )

    async def sent_for(self, chat_id: int, asked_message_id: int) -> Answer | None:
        """The answer that was sent to a message."""
        sql = _answer_where("chat_id = ? AND asked_message_id = ? AND message_id IS NOT NULL")
        return _answer(await self._database.rows(sql, (chat_id, asked_message_id)))

    async def answer(self, answer_id: int) -> Answer | None:
        return _answer(await self._database.rows(_answer_where("answers.id = ?"), (answer_id,)))

    async def answer_at(self, chat_id: int, message_id: int) -> Answer | None:
        """The answer that the bot's message holds."""
        sql = _answer_where("chat_id = ? AND message_id = ?")
        return _answer(await self._database.rows(sql, (chat_id, message_id)))

    async def get(self, guess_id: int) -> Guess | None:
        rows = await self._guesses("guesses.id = ?", guess_id)
        return rows[0] if rows else None

    async def spoken_of(self) -> dict[int, RecognizedFace]:
        """The face of every guess of which a statement was accepted, by the guess's id."""
        accepted = "guesses.id IN (SELECT guess_id FROM statements WHERE status = ?)"
        return {guess.id: guess.face for guess in await self._guesses(accepted, "accepted")}

    async def tell(self, guess_id: int, fact: str | None) -> None:
        """Note the fact told with this guess."""
        await self._database.write("UPDATE guesses SET fact = ? WHERE id = ?", (fact, guess_id))

    async def re_embed(self, guess_id: int, embedding: NDArray[np.float32], network: str) -> None:
        """Keep what another network makes of the face."""
        await self._database.write(
            "UPDATE guesses SET embedding = ?, space = ? WHERE id = ?", (embedding.tobytes(), network, guess_id)
        )

    async def count_photos(self, sender: int) -> int:
        return await self._database.count("SELECT count(DISTINCT sha256) FROM photos WHERE sender = ?", (sender,))

    async def only_from(self, sender: int) -> list[str]:
        """The sha256 of the photos that nobody but this person sent."""
        rows = await self._database.rows(
            "SELECT DISTINCT sha256 FROM photos WHERE sender = ?"
            " AND sha256 NOT IN (SELECT sha256 FROM photos WHERE sender != ?)",
            (sender, sender),
        )
        return [row["sha256"] for row in rows]

    async def forget_sender(self, sender: int) -> list[str]:
        """Delete all that came of this person's photos; returns the sha256 of those nobody else sent."""
        await self._database.write("DELETE FROM asked WHERE chat_id = ?", (sender,))  # their private chat has their id
        return await self._forget("sender = ?", sender)

    async def forget_older(self, than: datetime, keep_senders: Collection[int]) -> list[str]:
        """Delete photos of which nothing was said, except these senders'; returns the sha256 nobody needs any more."""
        kept = ",".join(str(int(sender)) for sender in keep_senders)
        return await self._forget(
            f"at < ? AND sender NOT IN ({kept}) AND NOT EXISTS (SELECT 1 FROM guesses"
            " JOIN statements ON statements.guess_id = guesses.id"
            " WHERE guesses.photo_id = photos.id AND statements.status != 'rejected')",
            stamp(than),
        )

    async def forget_unsaid(self) -> list[str]:
        """Delete photos that were to be kept for a word that was never noted, as where the process was killed between.

        For the start, when nothing is under way. Returns the sha256 nobody needs any more.
        """
        return await self._forget(
            "answer_id IN (SELECT id FROM answers WHERE asked_message_id < ?) AND NOT EXISTS (SELECT 1 FROM guesses"
            " JOIN statements ON statements.guess_id = guesses.id WHERE guesses.photo_id = photos.id)",
            0,
        )

    async def has_photo(self, sha256: str) -> bool:
        """Whether a guess belongs to this photo."""
        return await self._database.row("SELECT 1 FROM photos WHERE sha256 = ?", (sha256,)) is not None

    async def discretion(self, photos: Collection[str]) -> Discretion:
        """What is asked for of these photos, by anybody who sent one."""
        some = ",".join("?" * len(photos))
        row = await self._database.row(
            f"SELECT max(spoiler) AS spoiler, max(protected) AS protected FROM photos WHERE sha256 IN ({some})",
            tuple(photos),
        )
        return Discretion(bool(row and row["spoiler"]), bool(row and row["protected"]))

    async def kept(self) -> set[str]:
        """The sha256 of every photo that belongs to a guess."""
        rows = await self._database.rows("SELECT DISTINCT sha256 FROM photos")
        return {row["sha256"] for row in rows}

    async def _forget(self, where: str, value: str | int) -> list[str]:
        async with self._database.transaction() as db:
            gone = await delete_photos(db, where, (value,))
            left = await db.execute_fetchall("SELECT DISTINCT sha256 FROM photos")
        return sorted(gone - {row["sha256"] for row in left})

    async def _guesses(self, where: str, value: str | int) -> tuple[Guess, ...]:
        rows = await self._database.rows(
            "SELECT guesses.*, photos.answer_id, photos.sha256 FROM guesses"
            f" JOIN photos ON photos.id = guesses.photo_id WHERE {where} ORDER BY number",
            (value,),
        )
        return tuple(_guess(row) for row in rows)


async def delete_photos(db: aiosqlite.Connection, where: str, values: Values) -> set[str]:
    """Delete these photos with all that came of them, and answers that have no other photo; returns the sha256."""
    doomed = list(await db.execute_fetchall(f"SELECT id, answer_id, sha256 FROM photos WHERE {where}", values))
    await db.executemany("DELETE FROM photos WHERE id = ?", [(row["id"],) for row in doomed])
    await db.executemany(
        "DELETE FROM answers WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM photos WHERE answer_id = ?1)",
        [(row["answer_id"],) for row in doomed],
    )
    return {row["sha256"] for row in doomed}


def _answer_where(where: str) -> str:
    """The query for one answer: a row for each face, or for each photo without."""
    return (
        "SELECT answers.id AS answer_id, chat_id, asked_message_id, message_id, has_picture, notes,"
        " photos.sha256, guesses.* FROM answers LEFT JOIN photos ON photos.answer_id = answers.id"
        f" LEFT JOIN guesses ON guesses.photo_id = photos.id WHERE {where} ORDER BY number"
    )


def _answer(rows: Iterable[sqlite3.Row]) -> Answer | None:
    """What `_answer_where` found."""
    found = list(rows)
    if not found:
        return None
    row = found[0]
    return Answer(
        id=row["answer_id"],
        chat_id=row["chat_id"],
        asked_message_id=row["asked_message_id"],
        message_id=row["message_id"],
        has_picture=bool(row["has_picture"]),
        notes=tuple(map(said_again, json.loads(row["notes"]))),
        guesses=tuple(_guess(row) for row in found if row["id"] is not None),
    )
