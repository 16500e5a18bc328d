"""Answers as messages: sent once, and written anew when somebody corrects them."""

from collections.abc import Mapping, Sequence

from telegram import InlineKeyboardMarkup, ReplyParameters
from telegram.constants import ParseMode

from bot.answers import wording
from bot.conversation.keyboards import Choice, buttons_in, in_rows, keyboard, with_ids
from bot.house import House
from bot.transport.errors import quietly
from bot.transport.outbox import is_first_attempt
from data.store.buttons import Button
from data.store.guesses import Answer
from foundation.statement import Statement

HTML = ParseMode.HTML
Said = Mapping[int, Statement]
"""What was last accepted of each guess, by its id."""


class Answering:
    def __init__(self, house: House) -> None:
        self._house = house

    def buttons(self, answer: Answer) -> list[Button]:
        """Those of an answer of which nothing was said yet."""
        return buttons_in(_rows(answer, {}))

    async def send(self, answer: Answer, buttons: Sequence[int], picture: bytes | None, reply_to: int) -> None:
        """Send a drafted answer as a reply, with its `buttons` by their ids, and its picture if it has one."""
        bot, chat_id = self._house.bot, answer.chat_id
        reply = ReplyParameters(reply_to, allow_sending_without_reply=True)
        # Of what nobody has seen yet nothing was said.
        said = {} if is_first_attempt() else await self._said(answer)
        text = self._text(answer, said, wording.MESSAGE_LIMIT)
        markup = await self._markup(answer, said) if said else with_ids(_rows(answer, said), buttons)
        with_caption = picture is not None and len(text) <= wording.CAPTION_LIMIT
        if picture is not None and with_caption:
            message = await bot.send_photo(
                chat_id, picture, text, reply_parameters=reply, reply_markup=markup, parse_mode=HTML
            )
        else:
            if picture is not None:
                await bot.send_photo(chat_id, picture, reply_parameters=reply)
            message = await bot.send_message(
                chat_id, text, reply_parameters=reply, reply_markup=markup, parse_mode=HTML
            )
        await self._house.store.guesses.sent(answer.id, message.message_id, has_picture=with_caption)
        if message.reply_markup != markup:
            # Sent already, before the process was stopped: with the buttons of a draft that is no more.
            await self.refresh(answer.id)

    async def refresh(self, answer_id: int) -> None:
        """Write an answer anew, as what was said of it is now. One that is gone, forgotten or deleted, is let be."""
        answer = await self._house.store.guesses.answer(answer_id)
        if answer is None or answer.message_id is None:
            return
        bot, chat_id, message_id = self._house.bot, answer.chat_id, answer.message_id
        said = await self._said(answer)
        markup = await self._markup(answer, said)
        with quietly():
            if answer.has_picture:
                text = self._text(answer, said, wording.CAPTION_LIMIT)
                await bot.edit_message_caption(chat_id, message_id, caption=text, reply_markup=markup, parse_mode=HTML)
            else:
                text = self._text(answer, said, wording.MESSAGE_LIMIT)
                await bot.edit_message_text(text, chat_id, message_id, reply_markup=markup, parse_mode=HTML)

    async def keyboard(self, answer: Answer) -> InlineKeyboardMarkup:
        """✓ and ✗ for every face; ✎ for those an admin has spoken on, and for those that the bot could not tell."""
        return await self._markup(answer, await self._said(answer))

    async def _said(self, answer: Answer) -> Said:
        accepted = await self._house.store.statements.of_guesses([guess.id for guess in answer.guesses])
        return {guess_id: one.statement for guess_id, one in accepted.items()}

    async def _markup(self, answer: Answer, said: Said) -> InlineKeyboardMarkup:
        return await keyboard(self._house.store.buttons, _rows(answer, said))

    def _text(self, answer: Answer, said: Said, limit: int) -> str:
        faces = [(guess, said.get(guess.id)) for guess in answer.guesses]
        return wording.answer(faces, self._house.names, answer.notes, limit)


def _rows(answer: Answer, said: Said) -> Sequence[Sequence[Choice]]:
    choices: list[Choice] = []
    several = len(answer.guesses) > 1
    for guess in answer.guesses:
        number = f"{guess.number} " if several else ""
        wrong = Button(answer.chat_id, "wrong", guess_id=guess.id)
        if guess.id in said:
            choices.append((f"{number}✎ Change", wrong))
        elif guess.face.flaw:  # nothing was said that could be right
            choices.append((f"{number}✎ I know who", wrong))
        else:
            choices.append((f"{number}✓ Right", Button(answer.chat_id, "right", guess_id=guess.id)))
            choices.append((f"{number}✗ Wrong", wrong))
    return in_rows(choices, 2)
