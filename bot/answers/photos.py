"""A photo, an album, a picture sent as a file: recognised, kept and answered."""

import asyncio
import hashlib
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Chat, Message, ReplyParameters, Update
from telegram.ext import ContextTypes

from bot.answers import drawing
from bot.answers.messages import Answering
from bot.house import House
from bot.transport.downloads import download, picture_in
from bot.transport.errors import Later
from bot.transport.outbox import apart, current_update, is_first_attempt
from data.store.drafts import NewPhoto, cousins_in
from data.store.guesses import Answer, Forgotten
from foundation.face import RecognizedFace
from inference.decoding.photo import Photo, PhotoError, jpeg_of
from inference.service import NotTrained

logger = logging.getLogger(__name__)

NOT_TRAINED_GUEST = "I am still learning the family's faces. Please send your photo again a little later!"
NOT_TRAINED_ADMIN = (
    "I have not been trained yet. Put each cousin's photos into a folder with their name in {photos}, "
    "then run: cousinbot train"
)
NO_PICTURE = "I can only look at pictures. Send me a photo, or a picture as a file."
TOO_QUICK = (
    "That's many photos at once! I look at {a_minute} a minute from each of you. "
    "I have yours, and answer them one after the other."
)
BUSY = "Many photos at once: you are number {number} in line, about {seconds} seconds. Your answer comes here."
WHO_HOW = "Reply with /who to the photo you mean."


@dataclass(frozen=True, slots=True)
class _Opened:
    """`larger` is what it came as, where that holds more than the photo."""

    photo: Photo
    larger: bytes | None


@dataclass(frozen=True, slots=True)
class _Seen:
    """`jpeg` is what is to be kept of a photo that is not whole."""

    photo: Photo
    jpeg: bytes | None
    faces: tuple[RecognizedFace, ...]


class Photos:
    def __init__(self, house: House, answering: Answering) -> None:
        self._house = house
        self._answering = answering

    async def on_message(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """A photo or a file. In a group only when its caption asks, with /who."""
        message = update.message
        if message is None or not _is_asked([message]):
            return
        if picture_in(message) is None:
            await self._say(message, NO_PICTURE)
            return
        await self._answer([message], message)

    async def on_album(self, messages: Sequence[Message]) -> None:
        """All that came of an album: one answer, to its first message."""
        messages = sorted(messages, key=lambda message: message.message_id)
        pictures = [message for message in messages if picture_in(message)]
        if not _is_asked(messages):
            return
        if not pictures:
            await self._say(messages[0], NO_PICTURE)
            return
        await self._answer(pictures, messages[0])

    async def on_who(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/who as a reply to a photo."""
        message = update.message
        if message is None:
            return
        asked = message.reply_to_message
        if asked is None or picture_in(asked) is None:
            await self._say(message, WHO_HOW)
            return
        await self._answer([asked], message)

    async def say_wait(self, messages: Sequence[Message], number: int, seconds: float) -> None:
        """To a photo, or an album, that will be answered, but not soon."""
        if messages and _is_asked(messages) and any(map(picture_in, messages)):
            await self._say(messages[0], BUSY.format(number=number, seconds=_roughly(seconds)))

    async def _answer(self, pictures: Sequence[Message], asked: Message) -> None:
        answered = self._house.store.guesses.was_answered
        if not is_first_attempt() and await answered(asked.chat_id, asked.message_id):
            # A replay: we were stopped between sending the answer and noting that the update is finished.
            await self._keep_answered(pictures)
            return
        await self._keep_pace(asked, len(pictures))
        opened = await asyncio.gather(*map(self._open, pictures))
        try:
            *results, _ = await asyncio.gather(
                *map(self._see, opened),
                self._house.store.guesses.ask(asked.chat_id, asked.message_id, len(pictures)),
            )
        except NotTrained:
            text = NOT_TRAINED_GUEST
            if self._house.access.is_admin(asked.from_user):
                text = NOT_TRAINED_ADMIN.format(photos=self._house.settings.home / "photos")
            await self._say(asked, text)
            return
        notes = [
            f"Photo {number}: {result}" if len(pictures) > 1 else result
            for number, result in enumerate(results, 1)
            if isinstance(result, str)
        ]
        seen = [result for result in results if isinstance(result, _Seen)]
        if not seen:
            await self._say(asked, "\n".join(notes))
            return
        sender = pictures[0].from_user or asked.from_user
        try:
            answer, buttons = await self._draft(asked, sender.id if sender else 0, seen, notes)
        except Forgotten:
            return  # /forgetme, which does not wait for photos that wait, was faster than this one
        try:
            drawing = await asyncio.to_thread(_drawing, seen, answer) if _needs_picture(seen) else None
            await self._answering.send(answer, buttons, drawing, pictures[0].message_id)
        finally:
            for one in seen:  # now, when nobody waits for it any more
                jpeg = await asyncio.to_thread(jpeg_of, one.photo) if one.jpeg is None else one.jpeg
                await self._keep(one.photo.sha256, jpeg)

    async def _keep(self, sha256: str, jpeg: bytes) -> None:
        """Keep an answered photo, unless it was forgotten meanwhile."""
        await self._house.inbox.keep(sha256, jpeg)
        if not await self._house.store.guesses.has_photo(sha256):
            await self._house.inbox.delete([sha256])

    async def _keep_answered(self, pictures: Sequence[Message]) -> None:
        """Keep photos that were answered, and perhaps kept, before the process was stopped."""
        for message in pictures:
            wanted = picture_in(message)
            assert wanted is not None
            try:
                data = await download(self._house.bot, wanted)
                await self._keep(hashlib.sha256(data).hexdigest(), await self._house.decoding.upright_jpeg(data))
            except PhotoError as error:
                logger.info("A photo that was answered can't be kept: %s", error)

    async def _keep_pace(self, asked: Message, photos: int) -> None:
        """Admins are not slowed down. Raises `Later` if it is not this message's turn yet."""
        person = asked.from_user
        if person is None or self._house.access.is_admin(person):
            return
        pace = self._house.pace
        if seconds := pace.wait(person.id, (asked.chat_id, asked.message_id), photos):
            if pace.is_news(person.id):
                with apart("pace"):
                    await self._say(asked, TOO_QUICK.format(a_minute=self._house.settings.photos_a_minute))
            raise Later(seconds)

    async def _open(self, message: Message) -> _Opened | str:
        """A message's picture, or a sentence why it cannot be looked at."""
        wanted = picture_in(message)
        assert wanted is not None
        try:
            data = await download(self._house.bot, wanted)
            # What was corrected elsewhere up to now counts.
            photo, _ = await asyncio.gather(self._house.decoding.decode(data), self._house.teaching.follow())
        except PhotoError as error:
            return str(error)
        return _Opened(photo, None if photo.is_whole else data)

    async def _see(self, opened: _Opened | str) -> _Seen | str:
        """What is in a picture; or a sentence why it cannot be told, as where it was not opened."""
        if isinstance(opened, str):
            return opened
        photo, larger = opened.photo, opened.larger
        recognizing = self._house.teaching.recognize(photo)
        if larger is None:
            return _Seen(photo, None, await recognizing)
        try:
            faces, jpeg = await asyncio.gather(recognizing, self._house.decoding.upright_jpeg(larger))
        except PhotoError as error:
            return str(error)
        return _Seen(photo, jpeg, faces)

    async def _draft(
        self, asked: Message, sender: int, seen: Sequence[_Seen], notes: Sequence[str]
    ) -> tuple[Answer, list[int]]:
        """Keep what was guessed, and the buttons that point to it. Raises `Forgotten`."""
        book = await self._house.facts.book()
        photos = [NewPhoto(one.photo.sha256, one.faces) for one in seen]
        facts = {cousin: book.facts(cousin) for cousin in cousins_in(photos)}
        return await self._house.store.guesses.draft(
            asked.chat_id,
            asked.message_id,
            sender,
            photos,
            notes,
            facts=facts,
            buttons=self._answering.buttons,
            update=current_update(),
        )

    async def _say(self, message: Message, text: str) -> None:
        reply = ReplyParameters(message.message_id, allow_sending_without_reply=True)
        await self._house.bot.send_message(message.chat_id, text, reply_parameters=reply)


def _is_asked(messages: Sequence[Message]) -> bool:
    if messages[0].chat.type == Chat.PRIVATE:
        return True
    return any((message.caption or "").partition(" ")[0].partition("@")[0] == "/who" for message in messages)


def _roughly(seconds: float) -> int:
    """Full fives, rounded up: nobody minds an answer that comes sooner."""
    return 5 * math.ceil(seconds / 5)


def _needs_picture(seen: Sequence[_Seen]) -> bool:
    return len(seen) > 1 or len(seen[0].faces) > 1


def _drawing(seen: Sequence[_Seen], answer: Answer) -> bytes:
    numbers = iter(answer.guesses)
    return drawing.numbered(
        [
            (
                one.photo.pixels,
                [drawing.Numbered(guess.number, guess.face.box) for _, guess in zip(one.faces, numbers, strict=False)],
            )
            for one in seen
        ]
    )
