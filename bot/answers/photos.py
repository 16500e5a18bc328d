"""A photo, an album, a picture sent as a file: recognised, kept and answered."""

import asyncio
import math
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path

from telegram import Chat, Message, Update
from telegram.ext import ContextTypes, ExtBot

from actions.access import Access
from actions.photo_intake import OpenedPhoto, PhotoIntake, RecognizedPhoto
from bot.answers import drawing, wording
from bot.answers.messages import Answering
from bot.conversation.identity import is_shared
from bot.conversation.pace import Pace
from bot.operations.missing_rights import MissingRights
from bot.transport import photo_or_text
from bot.transport.chat_action import Typing
from bot.transport.downloads import DOWNLOAD_TIMEOUT, download, picture_in
from bot.transport.errors import Later
from bot.transport.outbox import apart, current_update
from data.store.guesses import Answer, Forgotten, Guesses
from inference.decoding.photo import PhotoError
from inference.service import NotTrained


class Photos:
    def __init__(
        self,
        bot: ExtBot[int],
        guesses: Guesses,
        intake: PhotoIntake,
        access: Access,
        pace: Pace,
        answering: Answering,
        typing: Typing,
        rights: MissingRights,
        photos_folder: Path,
        download_timeout: float = DOWNLOAD_TIMEOUT,
    ) -> None:
        self._bot = bot
        self._guesses = guesses
        self._intake = intake
        self._access = access
        self._pace = pace
        self._answering = answering
        self._typing = typing
        self._rights = rights
        self._photos_folder = photos_folder
        self._download_timeout = download_timeout

    async def on_message(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """A photo or a file. In a group only when its caption asks, with /who."""
        message = update.message
        if message is None or not _is_asked([message]):
            return
        if picture_in(message) is None:
            await self._say(message, wording.no_picture())
            return
        await self._answer([message], message)

    async def on_album(self, messages: Sequence[Message]) -> None:
        """All that came of an album: one answer, to its first message."""
        messages = sorted(messages, key=lambda message: message.message_id)
        pictures = [message for message in messages if picture_in(message)]
        if not _is_asked(messages):
            return
        if not pictures:
            await self._say(messages[0], wording.no_picture())
            return
        await self._answer(pictures, messages[0])

    async def on_who(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/who as a reply to a photo."""
        message = update.message
        if message is None:
            return
        asked = message.reply_to_message
        if asked is None or picture_in(asked) is None:
            await self._say(message, wording.who_how())
            return
        await self._answer([asked], message)

    async def say_wait(self, messages: Sequence[Message], number: int, seconds: float) -> None:
        """To a photo, or an album, that will be answered, but not soon."""
        if messages and _is_asked(messages) and any(map(picture_in, messages)):
            await self._say(messages[0], wording.busy(number, _roughly(seconds)))

    def in_line(self, messages: Sequence[Message]) -> AbstractContextManager[None]:
        """Show that a photo, or an album, is waited for, while this is open and if it will be answered."""
        if messages and _is_asked(messages) and any(map(picture_in, messages)):
            return self._typing.shown_in(messages[0].chat_id)
        return nullcontext()

    async def _answer(self, pictures: Sequence[Message], asked: Message) -> None:
        if await self._guesses.was_answered(asked.chat_id, asked.message_id):
            # A replay: we were stopped between sending the answer and noting that the update is finished.
            return
        await self._keep_pace(asked, len(pictures))
        try:
            with self._typing.shown_in(asked.chat_id):
                results = await self._look_at(pictures, asked)
        except NotTrained:
            text = wording.still_learning()
            if asked.from_user and self._access.is_admin(asked.from_user.id):
                text = wording.not_trained(self._photos_folder)
            await self._say(asked, text)
            return
        notes = [
            wording.photo_of_several(number, result) if len(pictures) > 1 else result
            for number, result in enumerate(results, 1)
            if isinstance(result, str)
        ]
        seen = [result for result in results if isinstance(result, RecognizedPhoto)]
        if not seen:
            await self._say(asked, "\n".join(notes))
            return
        try:
            answer = await self._intake.draft(
                asked.chat_id, asked.message_id, _person([pictures[0], asked]), seen, notes, current_update()
            )
        except Forgotten:
            return  # /forgetme, which does not wait for photos that wait, was faster than this one
        for one in seen:
            await self._intake.keep(one)
        drawing = await asyncio.to_thread(_drawing, seen, answer) if _needs_picture(seen) else None
        tell = partial(self._rights.tell, asked.chat, "photos")
        await self._answering.send(answer, drawing, pictures[0].message_id, tell)

    async def _keep_pace(self, asked: Message, photos: int) -> None:
        """Admins are not slowed down. Raises `Later` if it is not this message's turn yet."""
        person = asked.from_user
        if person is None or self._access.is_admin(person.id):
            return
        if seconds := self._pace.wait(person.id, (asked.chat_id, asked.message_id), photos):
            if self._pace.is_news(person.id):
                with apart("pace"):
                    await self._say(asked, wording.too_quick(self._pace.a_minute))
            raise Later(seconds)

    async def _look_at(self, pictures: Sequence[Message], asked: Message) -> list[RecognizedPhoto | str]:
        """Who is in each picture, or why that cannot be told. Raises `NotTrained`."""
        opened = await asyncio.gather(*map(self._open, pictures))
        results, _ = await asyncio.gather(
            asyncio.gather(*map(self._recognize, opened)),
            self._guesses.ask(asked.chat_id, asked.message_id, len(pictures)),
        )
        return results

    async def _open(self, message: Message) -> OpenedPhoto | str:
        """A message's picture, or a sentence why it cannot be looked at."""
        wanted = picture_in(message)
        assert wanted is not None
        try:
            return await self._intake.open(await download(self._bot, wanted, self._download_timeout))
        except PhotoError as error:
            return str(error)

    async def _recognize(self, opened: OpenedPhoto | str) -> RecognizedPhoto | str:
        """Who is in a picture; or a sentence why it cannot be told, as where it was not opened."""
        if isinstance(opened, str):
            return opened
        try:
            return await self._intake.recognize(opened)
        except PhotoError as error:
            return str(error)

    async def _say(self, message: Message, text: str) -> None:
        await photo_or_text.send(self._bot, message.chat_id, text, reply_to=message.message_id)


def _is_asked(messages: Sequence[Message]) -> bool:
    if messages[0].chat.type == Chat.PRIVATE:
        return True
    return any((message.caption or "").partition(" ")[0].partition("@")[0] == "/who" for message in messages)


def _person(messages: Sequence[Message]) -> int:
    """The first of their senders whom one can tell; 0 for nobody."""
    return next((message.from_user.id for message in messages if message.from_user and not is_shared(message)), 0)


def _roughly(seconds: float) -> int:
    """Full fives, rounded up: nobody minds an answer that comes sooner."""
    return 5 * math.ceil(seconds / 5)


def _needs_picture(seen: Sequence[RecognizedPhoto]) -> bool:
    return len(seen) > 1 or len(seen[0].faces) > 1


def _drawing(seen: Sequence[RecognizedPhoto], answer: Answer) -> bytes:
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
