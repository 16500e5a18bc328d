"""A photo, an album, a picture sent as a file: recognised, kept and answered."""

import asyncio
import hashlib
import logging
import math
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from telegram import Chat, Message, Update, User
from telegram.ext import CommandHandler, ContextTypes, ExtBot, MessageHandler, filters

from actions.people.access import Access
from actions.photo_intake import PhotoIntake, RecognizedPhoto
from actions.pictures import drawing
from bot.answers import wording
from bot.answers.asking import AsksAboutReply, advice, is_asked, is_moving
from bot.answers.messages import Answering
from bot.answers.wishes import Lessons, Wish
from bot.conversation.pace import Pace
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.operations.missing_rights import MissingRights
from bot.transport import photo_or_text
from bot.transport.chat_action import Typing
from bot.transport.downloads import Downloads, picture_in
from bot.transport.errors import Later
from bot.transport.local_files import FileOutOfReach
from bot.transport.outbox import apart, current_update
from bot.transport.topics import replied_to
from data.chats.albums import Albums, Picture
from data.store.guesses import Answer, Forgotten, Guesses
from foundation.discretion import strictest
from inference.decoding.photo import PhotoError
from inference.service import NotTrained

logger = logging.getLogger(__name__)

_PICTURES_AND_THE_LIKE: Final = (
    filters.PHOTO | filters.Document.ALL | filters.VIDEO | filters.ANIMATION | filters.VIDEO_NOTE
)


@dataclass(frozen=True, slots=True)
class _Question:
    """The message to which an answer belongs, and who asks; pictures are answered once for each."""

    chat: Chat
    message_id: int
    by: User | None

    @classmethod
    def of(cls, message: Message, message_id: int | None = None) -> "_Question":
        """Asked by a message, of itself or of what it names."""
        return cls(message.chat, message_id or message.message_id, message.from_user)


class Photos(Part):
    def __init__(
        self,
        bot: ExtBot[int],
        guesses: Guesses,
        albums: Albums,
        intake: PhotoIntake,
        access: Access,
        pace: Pace,
        answering: Answering,
        lessons: Lessons,
        typing: Typing,
        rights: MissingRights,
        downloads: Downloads,
        photos_folder: Path,
    ) -> None:
        self._bot = bot
        self._guesses = guesses
        self._albums = albums
        self._intake = intake
        self._access = access
        self._pace = pace
        self._answering = answering
        self._lessons = lessons
        self._typing = typing
        self._rights = rights
        self._downloads = downloads
        self._photos_folder = photos_folder
        self._one_at_a_time: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()

    def routes(self) -> list[Route]:
        return [
            Route(CommandHandler("who", self.on_who), Permission.EVERYBODY),
            Route(MessageHandler(_PICTURES_AND_THE_LIKE, self.on_message), Permission.EVERYBODY),
            Route(MessageHandler(AsksAboutReply(), self.on_who), Permission.EVERYBODY),
        ]

    async def on_message(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """A photo, a file or a video. In a group only when its caption asks."""
        message = update.message
        if message is None or not self._is_asked([message]):
            return
        picture = picture_in(message)
        if picture is None:
            words = wording.no_moving_picture() if is_moving(message) else wording.no_picture()
            await self._say(_Question.of(message), words)
            return
        await self._answer([picture], _Question.of(message), self._lessons.wish([message]))

    async def on_album(self, messages: Sequence[Message]) -> None:
        """All that came of an album: one answer, to its first picture, by which a later caption finds it too."""
        messages = sorted(messages, key=lambda message: message.message_id)
        pictures = [picture for message in messages if (picture := picture_in(message))]
        # Somebody may ask about it later, in a reply to one of its pictures or by another caption.
        await self._albums.remember(messages[0].media_group_id or "", pictures)
        if not self._is_asked(messages):
            return
        if not pictures:
            await self._say(_Question.of(messages[0]), wording.no_picture())
            return
        await self._answer(pictures, _Question.of(messages[0], pictures[0].message_id), self._lessons.wish(messages))

    async def on_edited(self, message: Message) -> None:
        """A caption that was changed: in a group it may ask by now, in private say who it is. What was answered before
        is not answered again."""
        picture, wish = picture_in(message), self._lessons.wish([message])
        is_news = wish is not None if message.chat.type == Chat.PRIVATE else self._is_asked([message])
        if picture is None or not is_news:
            return
        pictures = await self._whole_album(message, picture)
        if wish is not None and pictures[0].message_id != picture.message_id:
            wish = replace(wish, own={picture.message_id: wish})  # the first one's caption is the whole album's
        question = _Question.of(message, pictures[0].message_id)
        if wish is not None and not await self._is_as_answered(picture, question):
            await self._say(_Question.of(message), wording.another_photo())
            return
        await self._answer(pictures, question, wish)

    async def _is_as_answered(self, picture: Picture, asked: _Question) -> bool:
        """Whether a message that was changed still has the picture that its answer is about, where it has one."""
        answer = await self._guesses.sent_for(asked.chat.id, asked.message_id)
        if answer is None:
            return True
        try:
            data = await self._downloads.get(picture)
        except (PhotoError, FileOutOfReach):
            return False
        return hashlib.sha256(data).hexdigest() in {guess.photo for guess in answer.guesses}

    async def on_who(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/who, or the bot's name, as a reply to a photo, or to one of an album."""
        message = update.message
        if message is None:
            return
        asked = replied_to(message)
        picture = picture_in(asked) if asked else None
        if asked is None or picture is None:
            await self._say(_Question.of(message), advice(message))
            return
        await self.answer_reply(message, asked, picture)

    async def answer_reply(self, message: Message, asked: Message, picture: Picture, wish: Wish | None = None) -> None:
        """A message that is about another one's picture, or about the album that it is of."""
        await self._answer(await self._whole_album(asked, picture), _Question.of(message), wish)

    async def say_wait(self, messages: Sequence[Message], number: int, seconds: float) -> None:
        """To a photo, or an album, that will be answered, but not soon."""
        if messages and self._is_asked(messages) and any(map(picture_in, messages)):
            await self._say(_Question.of(messages[0]), wording.busy(number, _roughly(seconds)))

    def in_line(self, messages: Sequence[Message]) -> AbstractContextManager[None]:
        """Show that a photo, or an album, is waited for, while this is open and if it will be answered."""
        if messages and self._is_asked(messages) and any(map(picture_in, messages)):
            return self._typing.shown_in(messages[0].chat_id)
        return nullcontext()

    def _is_asked(self, messages: Sequence[Message]) -> bool:
        return any(is_asked(message, self._bot.username) for message in messages)

    async def _whole_album(self, message: Message, picture: Picture) -> list[Picture]:
        """The pictures of the message's album, as far as they were seen, in order; `picture` is the message's own."""
        if message.media_group_id is None:
            return [picture]
        known = {one.message_id: one for one in await self._albums.of(message.chat_id, message.media_group_id)}
        known[picture.message_id] = picture
        return [known[number] for number in sorted(known)]

    async def _answer(self, pictures: Sequence[Picture], asked: _Question, wish: Wish | None = None) -> None:
        # A caption may be changed while the photo is looked at.
        question = asked.chat.id, asked.message_id
        async with self._one_at_a_time.setdefault(question, asyncio.Lock()):
            await self._answer_once(pictures, asked, wish)

    async def _answer_once(self, pictures: Sequence[Picture], asked: _Question, wish: Wish | None) -> None:
        if (sent := await self._guesses.sent_for(asked.chat.id, asked.message_id)) is not None:
            # A replay: we were stopped between sending the answer and noting that the update is finished. Or it is the
            # caption alone that is new.
            if wish is not None:
                photos = await self._hashes(pictures) if wish.own else {}
                await self._lessons.learn(sent, wish, photos)
                await self._lessons.tell(sent, wish, photos)
            return
        await self._keep_pace(asked, len(pictures))
        try:
            with self._typing.shown_in(asked.chat.id):
                results = await self._look_at(pictures, asked)
        except NotTrained:
            tell_how = self._may_read_paths(asked)
            await self._say(asked, wording.not_trained(self._photos_folder) if tell_how else wording.still_learning())
            return
        noted = [
            (number, result if isinstance(result, str) else result.note) for number, result in enumerate(results, 1)
        ]
        notes = [
            wording.photo_of_several(number, note) if len(pictures) > 1 else note for number, note in noted if note
        ]
        seen = [result for result in results if isinstance(result, RecognizedPhoto)]
        photos = {
            picture.message_id: result.overview.sha256
            for picture, result in zip(pictures, results, strict=True)
            if isinstance(result, RecognizedPhoto)
        }
        if not seen:
            left = self._lessons.nothing_learned(wish) if wish is not None else None
            await self._say(asked, "\n".join([*notes, *([left] if left else [])]))
            return
        # Whose picture it is, whoever asks. Of one that nobody's name stands under, nobody is the sender.
        sender = pictures[0].sender or 0
        try:
            answer = await self._intake.draft(asked.chat.id, asked.message_id, sender, seen, notes, current_update())
        except Forgotten:
            return  # /forgetme, which does not wait for photos that wait, was faster than this one
        for one in seen:
            await self._intake.keep(one)
        if wish is not None:
            await self._lessons.learn(answer, wish, photos)
            answer = await self._guesses.answer(answer.id) or answer  # the fact may be another's now
        drawing = await asyncio.to_thread(_drawing, seen, answer) if _needs_picture(seen) else None
        discretion = strictest(one.discretion for one in seen)
        tell = partial(self._rights.tell, asked.chat, "photos")
        await self._answering.send(answer, drawing, pictures[0].message_id, discretion, tell)
        if wish is not None:
            await self._lessons.tell(answer, wish, photos)

    async def _hashes(self, pictures: Sequence[Picture]) -> dict[int, str]:
        """By what the photos of messages are known, as far as they can be had once more."""
        hashes = {}
        for picture in pictures:
            with suppress(PhotoError, FileOutOfReach):
                hashes[picture.message_id] = hashlib.sha256(await self._downloads.get(picture)).hexdigest()
        return hashes

    def _is_admin(self, asked: _Question) -> bool:
        return asked.by is not None and self._access.is_admin(asked.by.id)

    def _may_read_paths(self, asked: _Question) -> bool:
        """Where the family's files lie is nothing for a group."""
        return self._is_admin(asked) and asked.chat.type == Chat.PRIVATE

    async def _keep_pace(self, asked: _Question, photos: int) -> None:
        """Admins are not slowed down. Raises `Later` if it is not this message's turn yet."""
        person = asked.by
        if person is None or self._is_admin(asked):
            return
        if seconds := self._pace.wait(person.id, (asked.chat.id, asked.message_id), photos):
            if self._pace.is_news(person.id):
                with apart("pace"):
                    await self._say(asked, wording.too_quick(self._pace.a_minute))
            raise Later(seconds)

    async def _look_at(self, pictures: Sequence[Picture], asked: _Question) -> list[RecognizedPhoto | str]:
        """Who is in each picture, or why that cannot be told. Raises `NotTrained`."""
        results, _ = await asyncio.gather(
            asyncio.gather(*(self._recognize(picture, asked) for picture in pictures)),
            self._guesses.ask(asked.chat.id, asked.message_id, len(pictures)),
        )
        return results

    async def _recognize(self, picture: Picture, asked: _Question) -> RecognizedPhoto | str:
        """Who is in a picture; or a sentence why it cannot be told."""
        try:
            return await self._intake.recognize(await self._downloads.get(picture), picture.discretion)
        except PhotoError as error:
            return str(error)
        except FileOutOfReach as error:
            logger.error("%s", error)
            return str(error) if self._may_read_paths(asked) else wording.picture_out_of_reach()

    async def _say(self, asked: _Question, text: str) -> None:
        await photo_or_text.send(self._bot, asked.chat.id, text, reply_to=asked.message_id)


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
                one.overview.pixels,
                [drawing.Numbered(guess.number, guess.face.box) for _, guess in zip(one.faces, numbers, strict=False)],
            )
            for one in seen
        ]
    )
