"""/invite: a link that lets guests in for a week, and those that are still good, each to be taken back."""

from datetime import UTC, datetime, timedelta
from typing import Final

from telegram import InlineKeyboardMarkup, Update
from telegram.ext import ContextTypes, ExtBot

from bot.commands import wording
from bot.conversation.keyboards import in_rows, keyboard
from bot.conversation.permissions import Permission
from bot.conversation.taps import Action, Tap
from data.people.invites import Invite, Invites
from data.store.buttons import Button, Buttons

LASTS: Final = timedelta(days=7)


class Invitations:
    def __init__(self, bot: ExtBot[int], invites: Invites, buttons: Buttons, standing_code: str | None) -> None:
        self._bot = bot
        self._invites = invites
        self._buttons = buttons
        self._standing_code = standing_code

    def actions(self) -> dict[str, Action]:
        return {"revoke": Action(Permission.ADMIN, self._revoke)}

    async def on_invite(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None or message.from_user is None:
            return
        invites, now = self._invites, datetime.now(UTC)
        made = await invites.make(message.from_user.id, message.message_id, now, LASTS)
        text = wording.invitation(made.expires_at, self._link(made.code))
        listed = await self._listed([invite for invite in await invites.live(now) if invite.id != made.id])
        markup = await self._choices(message.chat_id, await invites.live(now))
        await message.reply_text(f"{text}\n\n{listed}".strip(), reply_markup=markup)

    async def _revoke(self, tap: Tap) -> str | None:
        invites, now = self._invites, datetime.now(UTC)
        if tap.button.invite_id is not None:
            await invites.revoke(tap.button.invite_id, now)
        live = await invites.live(now)
        await tap.rewrite(
            await self._listed(live) or wording.no_invitations(), await self._choices(tap.button.chat_id, live)
        )
        return wording.invitation_cancelled()

    async def _listed(self, live: list[Invite]) -> str:
        lines = [wording.invitation_until(invite.expires_at, self._link(invite.code)) for invite in live]
        if self._standing_code:
            lines.append(wording.standing_invitation(self._link(self._standing_code)))
        return wording.other_invitations(lines) if lines else ""

    async def _choices(self, chat_id: int, live: list[Invite]) -> InlineKeyboardMarkup | None:
        choices = [
            (wording.cancel_invitation(invite.code[-6:]), Button(chat_id, "revoke", invite_id=invite.id))
            for invite in live
        ]
        return await keyboard(self._buttons, in_rows(choices, 1)) if choices else None

    def _link(self, code: str) -> str:
        return f"https://t.me/{self._bot.username}?start={code}"
