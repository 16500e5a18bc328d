"""What is about to be answered, on its way into the store."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import aiosqlite

from data.database.connection import now

BoxFractions = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class NewGuess:
    """One face as it was recognised.

    `box`: left, top, right, bottom as fractions of the upright photo. `runners_up`: who else it may well be, and how
    probable that is. `flaw`: why it can't be told, where the picture is to blame.
    """

    box: BoxFractions
    found: bool
    cousin: str | None
    confidence: float
    candidates: tuple[str, ...]
    fact: str | None
    embedding: bytes
    space: str
    version: str
    runners_up: tuple[tuple[str, float], ...] = ()
    flaw: str | None = None


@dataclass(frozen=True, slots=True)
class NewPhoto:
    sha256: str
    guesses: tuple[NewGuess, ...]


async def with_facts(photos: Sequence[NewPhoto], fact: Callable[[str], Awaitable[str | None]]) -> list[NewPhoto]:
    """With the `fact` of each cousin at their first face: who is in several photos is talked about once."""
    talked: set[str] = set()

    async def told(guess: NewGuess) -> NewGuess:
        if guess.cousin is None or guess.cousin in talked:
            return guess
        talked.add(guess.cousin)
        return replace(guess, fact=await fact(guess.cousin) or guess.fact)

    return [replace(photo, guesses=tuple([await told(guess) for guess in photo.guesses])) for photo in photos]


async def insert_answer(
    db: aiosqlite.Connection,
    chat_id: int,
    asked_message_id: int,
    sender: int,
    photos: Sequence[NewPhoto],
    notes: Sequence[str],
) -> int:
    """An answer with its photos and their faces, which are numbered from 1 through all of them; returns its id."""
    moment = now()
    answer = await db.execute(
        "INSERT INTO answers (chat_id, asked_message_id, notes, at) VALUES (?, ?, ?, ?)",
        (chat_id, asked_message_id, json.dumps(list(notes)), moment),
    )
    number = 0
    for photo in photos:
        kept = await db.execute(
            "INSERT INTO photos (answer_id, sha256, sender, at) VALUES (?, ?, ?, ?)",
            (answer.lastrowid, photo.sha256, sender, moment),
        )
        for guess in photo.guesses:
            number += 1
            await db.execute(
                "INSERT INTO guesses (photo_id, number, box_left, box_top, box_right, box_bottom, found,"
                " cousin, confidence, candidates, fact, embedding, space, version, runners_up, flaw)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    kept.lastrowid,
                    number,
                    *guess.box,
                    int(guess.found),
                    guess.cousin,
                    guess.confidence,
                    json.dumps(guess.candidates),
                    guess.fact,
                    guess.embedding,
                    guess.space,
                    guess.version,
                    json.dumps(guess.runners_up),
                    guess.flaw,
                ),
            )
    assert answer.lastrowid is not None
    return answer.lastrowid
