"""Taps on buttons: looked up in the store, carried out, and always answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update, User
from telegram.ext import ContextTypes, ExtBot

from actions.people.access import Access
from bot.conversation import wording
from bot.conversation.permissions import Permission, refusal_of_tap
from bot.transport import photo_or_text
from bot.transport.errors import quietly
from data.store.buttons import Button, Buttons


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
        await photo_or_text.edit_buttons(self.bot, self.button.chat_id, self.message_id, markup)

    async def rewrite(self, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
        """Replace the message's text or caption, and its buttons by these or by none."""
        message = self.query.message
        has_picture = isinstance(message, Message) and bool(message.photo)
        await photo_or_text.edit(
            self.bot, self.button.chat_id, self.message_id, text, has_picture=has_picture, markup=markup
        )


Run = Callable[[Tap], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Action:
    """What a button does: for whom, and what carries it out and returns the toast to show, if any."""

    permission: Permission
    run: Run


class Taps:
    def __init__(self, bot: ExtBot[int], access: Access, buttons: Buttons, actions: dict[str, Action]) -> None:
        self._bot = bot
        self._access = access
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
            return wording.old_button()
        button = await self._buttons.get(int(data), message.chat.id)
        if button is None:
            return wording.gone_button() if await self._buttons.is_gone(int(data)) else wording.old_button()
        user, action = query.from_user, self._actions[button.action]
        refusal = refusal_of_tap(action.permission, button, user.id, admin=self._access.is_admin(user.id))
        return refusal or await action.run(Tap(self._bot, query, button, user, message.message_id))
