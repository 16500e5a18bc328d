"""/invite: a link that lets guests in for a week, and those that are still good, each to be taken back."""

from datetime import UTC, datetime, timedelta
from typing import Final

from telegram import Chat, InlineKeyboardMarkup, Update
from telegram.ext import ContextTypes

from bot.conversation.keyboards import in_rows, keyboard
from bot.conversation.taps import Action, Tap
from bot.conversation.wording import ADMINS_ONLY
from bot.house import House
from data.people.invites import Invite
from data.store.buttons import Button

LASTS: Final = timedelta(days=7)
IN_PRIVATE: Final = "Please send me /invite in our private chat: whoever has the link may ask me."
NONE_LEFT: Final = "No invitation is open. /invite makes a new one. Whoever came in stays in; /block shuts them out."


class Invites:
    def __init__(self, house: House) -> None:
        self._house = house

    def actions(self) -> dict[str, Action]:
        return {"revoke": self._revoke}

    async def on_invite(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None or message.from_user is None:
            return
        if message.chat.type != Chat.PRIVATE:
            await message.reply_text(IN_PRIVATE)
            return
        invites, now = self._house.store.invites, datetime.now(UTC)
        made = await invites.make(message.from_user.id, message.message_id, now, LASTS)
        text = (
            f"Whoever opens this link until {_day(made.expires_at)} and taps Start may ask me:\n{self._link(made.code)}"
        )
        listed = await self._listed([invite for invite in await invites.live(now) if invite.id != made.id])
        markup = await self._buttons(message.chat_id, await invites.live(now))
        await message.reply_text(f"{text}\n\n{listed}".strip(), reply_markup=markup)

    async def _revoke(self, tap: Tap) -> str | None:
        if not self._house.access.is_admin(tap.user):
            return ADMINS_ONLY
        invites, now = self._house.store.invites, datetime.now(UTC)
        if tap.button.invite_id is not None:
            await invites.revoke(tap.button.invite_id, now)
        live = await invites.live(now)
        await tap.rewrite(await self._listed(live) or NONE_LEFT, await self._buttons(tap.button.chat_id, live))
        return "That link lets nobody in any more."

    async def _listed(self, live: list[Invite]) -> str:
        lines = [f"• until {_day(invite.expires_at)}: {self._link(invite.code)}" for invite in live]
        standing = self._house.settings.invite
        if standing:
            lines.append(f"• always (COUSINBOT_INVITE): {self._link(standing.get_secret_value())}")
        return "\n".join(["Also open:", *lines]) if lines else ""

    async def _buttons(self, chat_id: int, live: list[Invite]) -> InlineKeyboardMarkup | None:
        choices = [(f"Revoke …{invite.code[-6:]}", Button(chat_id, "revoke", invite_id=invite.id)) for invite in live]
        return await keyboard(self._house.store.buttons, in_rows(choices, 1)) if choices else None

    def _link(self, code: str) -> str:
        return f"https://t.me/{self._house.bot.username}?start={code}"


def _day(moment: datetime) -> str:
    return f"{moment:%A %-d %B}"
