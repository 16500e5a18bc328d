"""Answers as messages: sent once, and written anew when somebody corrects them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from telegram import InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.ext import ExtBot

from actions.answers.wording import said
from actions.cousins import Cousins, Names
from actions.people.languages import ReadersLanguage
from bot.answers import wording
from bot.answers.buttons import rows
from bot.conversation.keyboards import keyboard
from bot.transport import photo_or_text
from bot.transport.photo_or_text import CAPTION_LIMIT, TEXT_LIMIT, visible
from data.store.buttons import Buttons
from data.store.guesses import Answer, Guess, Guesses
from data.store.statements import Statements, StoredStatement
from foundation.discretion import Discretion
from foundation.reader import in_language
from foundation.statement import Statement

HTML = ParseMode.HTML
_MOST_WAITING: Final = 5  # lines: half of what a caption has room for
Said = Mapping[int, StoredStatement]
"""What was last accepted of each guess, by its id."""


class Answering:
    def __init__(
        self,
        bot: ExtBot[int],
        guesses: Guesses,
        statements: Statements,
        buttons: Buttons,
        cousins: Cousins,
        languages: ReadersLanguage,
    ) -> None:
        self._bot = bot
        self._guesses = guesses
        self._statements = statements
        self._buttons = buttons
        self._cousins = cousins
        self._languages = languages

    async def send(
        self,
        answer: Answer,
        picture: bytes | None,
        reply_to: int,
        discretion: Discretion,
        without_picture: Callable[[], Awaitable[None]],
    ) -> None:
        """Send a drafted answer as a reply, with its picture if it has one.

        `discretion` is what the photos ask for. Where no picture may be sent the answer goes `without_picture`, which
        is called.
        """
        said = await self._said(answer)
        text, markup = await self._text(answer, said, TEXT_LIMIT), await self._markup(answer, said)
        message, with_caption = await photo_or_text.send(
            self._bot,
            answer.chat_id,
            text,
            picture,
            markup=markup,
            reply_to=reply_to,
            parse_mode=HTML,
            discretion=discretion,
            without_picture=without_picture,
        )
        await self._guesses.sent(answer.id, message.message_id, has_picture=with_caption)
        if message.reply_markup != markup:
            # Sent already, before the process was stopped, with the buttons of that attempt.
            await self.refresh(answer.id)

    async def refresh(self, answer_id: int) -> None:
        """Write an answer anew, as what was said of it is now, in its chat's language. One that is gone, forgotten or
        deleted, is let be."""
        answer = await self._guesses.answer(answer_id)
        if answer is not None and answer.message_id is not None:
            with in_language(await self._languages.of(answer.chat_id)):
                await self._rewrite(answer, answer.message_id)

    async def _rewrite(self, answer: Answer, message_id: int) -> None:
        said = await self._said(answer)
        await photo_or_text.edit(
            self._bot,
            answer.chat_id,
            message_id,
            await self._text(answer, said, CAPTION_LIMIT if answer.has_picture else TEXT_LIMIT),
            has_picture=answer.has_picture,
            markup=await self._markup(answer, said),
            parse_mode=HTML,
        )

    async def keyboard(self, answer: Answer) -> InlineKeyboardMarkup:
        """The buttons under an answer, as `bot.answers.buttons` has them."""
        return await self._markup(answer, await self._said(answer))

    async def _said(self, answer: Answer) -> Said:
        return await self._statements.of_guesses([guess.id for guess in answer.guesses])

    async def _markup(self, answer: Answer, said: Said) -> InlineKeyboardMarkup:
        return await keyboard(self._buttons, rows(answer, said, self._cousins.now(), _taught(said)))

    async def _text(self, answer: Answer, said: Said, limit: int) -> str:
        names, in_private = self._cousins.now(), answer.chat_id > 0
        waiting = await self._statements.waiting([guess.id for guess in answer.guesses])
        replies = {one.guess_id: one.statement for one in waiting if one.statement.says == "is"}
        accepted = {guess_id: one.statement for guess_id, one in said.items()}
        faces = [(guess, accepted.get(guess.id) or _reply(guess, replies)) for guess in answer.guesses]
        waits = "\n".join(_waiting(waiting, answer, names, in_private=in_private))
        room = limit - visible(waits, HTML) - 2 if waits else limit
        text = wording.answer(
            faces, names, list(map(str, answer.notes)), room, in_private=in_private, taught=_taught(said)
        )
        return f"{text}\n\n{waits}" if waits else text


def _taught(said: Said) -> set[int]:
    """The guesses whose photo was shown with the name."""
    return {guess_id for guess_id, one in said.items() if one.way == "taught"}


def _reply(guess: Guess, said: Mapping[int, Statement]) -> Statement | None:
    """What a guest answered where the bot asked who this is; it is said so long as no admin has said otherwise."""
    reply = said.get(guess.id)
    return reply if reply is not None and reply.cousin in guess.face.asked_about else None


def _waiting(waiting: Sequence[StoredStatement], answer: Answer, names: Names, *, in_private: bool) -> list[str]:
    """What guests said that no admin has decided yet, each once; a few lines at most."""
    numbers = {guess.id: guess.number for guess in answer.guesses}
    lines = [
        wording.waiting_of_oneself(numbers[one.guess_id] if len(numbers) > 1 else None)
        if one.way == "self"
        else wording.waiting(
            numbers[one.guess_id] if len(numbers) > 1 else None,
            said(one.statement, names, is_picture=one.is_picture),
            is_picture=one.is_picture,
            in_private=in_private,
        )
        for one in waiting
    ]
    return list(dict.fromkeys(lines))[-_MOST_WAITING:]
