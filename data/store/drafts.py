"""What is about to be answered, on its way into the store."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

import aiosqlite
import numpy as np

from data.database.connection import now
from data.photos.years import note_year
from foundation.discretion import NO_WISHES, Discretion
from foundation.face import RecognizedFace
from foundation.kept_sentences import kept as as_kept
from foundation.photo_dates import Taken


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """A photo and the faces that were recognised in it, how it is to be treated where it is shown, and the year in
    which its camera says that it was taken."""

    sha256: str
    faces: tuple[RecognizedFace, ...]
    discretion: Discretion = NO_WISHES
    year: int | None = None


def named_in(photos: Sequence[NewPhoto]) -> list[str]:
    """Everybody who is named in these photos, each once; who is asked about is not."""
    return list(dict.fromkeys(face.named for photo in photos for face in photo.faces if face.named))


async def insert_answer(
    db: aiosqlite.Connection,
    chat_id: int,
    asked_message_id: int,
    sender: int,
    photos: Sequence[NewPhoto],
    notes: Sequence[str],
    facts: Mapping[str, str | None],
) -> int:
    """An answer with its photos and their faces, which are numbered from 1 through all of them; returns its id.

    The first face of each cousin who is named gets their fact: who is in several photos is talked about once.
    """
    moment = now()
    answer = await db.execute(
        "INSERT INTO answers (chat_id, asked_message_id, notes, at) VALUES (?, ?, ?, ?)",
        (chat_id, asked_message_id, json.dumps([as_kept(note) for note in notes]), moment),
    )
    number, untold = 0, dict(facts)
    for photo in photos:
        kept = await db.execute(
            "INSERT INTO photos (answer_id, sha256, sender, spoiler, protected, at) VALUES (?, ?, ?, ?, ?, ?)",
            (
                answer.lastrowid,
                photo.sha256,
                sender,
                int(photo.discretion.spoiler),
                int(photo.discretion.protected),
                moment,
            ),
        )
        if photo.year is not None:
            await note_year(db, photo.sha256, Taken(photo.year, "camera"))
        for face in photo.faces:
            number += 1
            fact = untold.pop(face.named, None) if face.named else None
            await _insert_face(db, kept.lastrowid, number, face, fact)
    assert answer.lastrowid is not None
    return answer.lastrowid


async def next_own_number(db: aiosqlite.Connection, chat_id: int) -> int:
    """The next number of an answer that is to no message; Telegram counts a chat's messages from 1 on."""
    [row] = await db.execute_fetchall(
        "SELECT min(number) - 1 FROM (SELECT 0 AS number"
        " UNION SELECT asked_message_id FROM answers WHERE chat_id = ?1"
        " UNION SELECT message_id FROM asked WHERE chat_id = ?1)",
        (chat_id,),
    )
    return int(row[0])


async def _insert_face(
    db: aiosqlite.Connection, photo_id: int | None, number: int, face: RecognizedFace, fact: str | None
) -> None:
    values = {
        "photo_id": photo_id,
        "number": number,
        **dict(zip(("box_left", "box_top", "box_right", "box_bottom"), face.box.sides, strict=True)),
        "found": int(face.found),
        "cousin": face.cousin,
        "answer": face.answer,
        "confidence": float(face.confidence),
        "candidates": json.dumps([astuple(candidate) for candidate in face.candidates]),
        "runners_up": json.dumps([astuple(candidate) for candidate in face.runners_up]),
        "similarity": float(face.similarity),
        "embedding": np.asarray(face.embedding, np.float32).tobytes(),
        "space": face.network,
        "version": face.version,
        "flaw": face.flaw,
        "is_picture": int(face.is_picture),
        "fact": fact,
    }
    columns = ", ".join(values)
    await db.execute(f"INSERT INTO guesses ({columns}) VALUES ({', '.join('?' * len(values))})", tuple(values.values()))
