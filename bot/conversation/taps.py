"""Taps on buttons: looked up in the store, carried out, and always answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update, User
from telegram.ext import ContextTypes, ExtBot

from bot.transport.errors import quietly
from data.store.buttons import Button, Buttons

OLD_BUTTON = "This button no longer does anything."
FORGOTTEN = "This answer is too old, or I was asked to forget it. Please send me the photo or the command again."


@dataclass(frozen=True, slots=True)
class Tap:
    """Who tapped which button under which message."""

    bot: ExtBot[int]
    query: CallbackQuery
    button: Button
    user: User
    message_id: int

    async def show_buttons(self, markup: InlineKeyboardMarkup | None) -> None:
        """Put other buttons under the message."""
        with quietly():
            await self.bot.edit_message_reply_markup(self.button.chat_id, self.message_id, reply_markup=markup)

    async def rewrite(self, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
        """Replace the message's text or caption, and its buttons by these or by none."""
        chat_id, message = self.button.chat_id, self.query.message
        with quietly():
            if isinstance(message, Message) and message.photo:
                await self.bot.edit_message_caption(chat_id, self.message_id, caption=text, reply_markup=markup)
            else:
                await self.bot.edit_message_text(text, chat_id, self.message_id, reply_markup=markup)


Action = Callable[[Tap], Awaitable[str | None]]


class Taps:
    """`actions` maps a button's action to what carries it out and returns the toast to show, if any."""

    def __init__(self, bot: ExtBot[int], buttons: Buttons, actions: dict[str, Action]) -> None:
        self._bot = bot
        self._buttons = buttons
        self._actions = actions

    async def on_tap(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query is None:
            return
        toast: str | None = None
        try:
            toast = await self._carry_out(query)
        finally:
            # Also after a failure, else the person's button spins until it is tried again.
            with quietly():
                await query.answer(toast[:200] if toast else None)

    async def _carry_out(self, query: CallbackQuery) -> str | None:
        message, data = query.message, query.data or ""
        if message is None or not (data.isascii() and data.isdecimal() and len(data) < 19):
            return OLD_BUTTON
        button = await self._buttons.get(int(data), message.chat.id)
        if button is None:
            return FORGOTTEN if await self._buttons.is_gone(int(data)) else OLD_BUTTON
        return await self._actions[button.action](Tap(self._bot, query, button, query.from_user, message.message_id))
