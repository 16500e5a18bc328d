"""/invite: a link that lets guests in for a week, and those that are still good, each to be taken back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from telegram import InlineKeyboardMarkup, Update
from telegram.ext import CommandHandler, ContextTypes, ExtBot

from bot.commands import wording
from bot.conversation.keyboards import in_rows, keyboard
from bot.conversation.paging import Page, page_of
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Tap
from data.people.invites import Invite, Invites
from data.store.buttons import Button, Buttons

LASTS: Final = timedelta(days=7)
PAGE: Final = 15  # links of some 100 letters, in a message of 4096


class Invitations(Part):
    def __init__(self, bot: ExtBot[int], invites: Invites, buttons: Buttons, standing_code: str | None) -> None:
        self._bot = bot
        self._invites = invites
        self._buttons = buttons
        self._standing_code = standing_code

    def routes(self) -> list[Route]:
        return [
            Route(CommandHandler("invite", self.on_invite), Permission.ADMIN_IN_PRIVATE),
        ]

    def actions(self) -> dict[str, Action]:
        return {
            "revoke": Action(Permission.ADMIN, self._revoke),
            "invitations": Action(Permission.ADMIN, self._turn),
        }

    async def on_invite(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None or message.from_user is None:
            return
        # By Telegram's clock, by which it is opened too: this machine's may be wrong.
        made = await self._invites.make(message.from_user.id, message.message_id, message.date, LASTS)
        text = wording.invitation(made.expires_at, self._link(made.code))
        page = await self._page(None)
        listed = self._listed([invite for invite in page.items if invite.id != made.id], page)
        markup = await self._choices(message.chat_id, page)
        await message.reply_text(f"{text}\n\n{listed}".strip(), reply_markup=markup)

    async def _revoke(self, tap: Tap) -> str | None:
        if tap.button.invite_id is not None:
            await self._invites.revoke(tap.button.invite_id, datetime.now(UTC))
        await self._turn(tap)
        return wording.invitation_cancelled()

    async def _turn(self, tap: Tap) -> str | None:
        page = await self._page(tap.button.page)
        listed = self._listed(page.items, page) or wording.no_invitations()
        await tap.rewrite(listed, await self._choices(tap.button.chat_id, page))
        return None

    async def _page(self, number: int | None) -> Page[Invite]:
        return page_of(await self._invites.live(datetime.now(UTC)), number, PAGE)

    def _listed(self, live: Sequence[Invite], page: Page[Invite]) -> str:
        lines = [wording.invitation_until(invite.expires_at, self._link(invite.code)) for invite in live]
        if self._standing_code and page.number + 1 == page.pages:
            lines.append(wording.standing_invitation(self._link(self._standing_code)))
        return page.title(wording.other_invitations(lines)) if lines else ""

    async def _choices(self, chat_id: int, page: Page[Invite]) -> InlineKeyboardMarkup | None:
        choices = [
            (
                wording.cancel_invitation(invite.code[-6:]),
                Button(chat_id, "revoke", invite_id=invite.id, page=page.number),
            )
            for invite in page.items
        ]
        return (
            await keyboard(self._buttons, [*in_rows(choices, 1), page.turns(chat_id, "invitations")])
            if choices
            else None
        )

    def _link(self, code: str) -> str:
        return f"https://t.me/{self._bot.username}?start={code}"
