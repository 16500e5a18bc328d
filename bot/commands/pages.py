"""/web: a link that lets somebody in on the family's pages; and the button beside the chat that opens them in
Telegram."""

from datetime import UTC, datetime

from telegram import LinkPreviewOptions, MenuButtonDefault, MenuButtonWebApp, Update, WebAppInfo
from telegram.ext import CommandHandler, ContextTypes, ExtBot

from actions.people.access import Access
from bot.commands import wording
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from data.people.sign_ins import SignIns
from web.access.address import Address
from web.access.mini_app import PATH
from web.access.sign_in import path_of


class PagesLink(Part):
    """`address` is None where the bot serves no pages; `in_telegram` tells whether they open inside the chat too."""

    def __init__(self, access: Access, sign_ins: SignIns, address: Address | None, *, in_telegram: bool) -> None:
        self._access = access
        self._sign_ins = sign_ins
        self._address = address
        self._in_telegram = in_telegram

    def routes(self) -> list[Route]:
        return [Route(CommandHandler("web", self.on_web), Permission.IN_PRIVATE)]

    async def on_web(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.message, update.effective_user
        if message is None or user is None:
            return
        is_admin = self._access.is_admin(user.id)
        if self._address is None:
            await message.reply_text(wording.no_pages(is_admin=is_admin))
            return
        token = await self._sign_ins.make_link(user.id, user.full_name, datetime.now(UTC))
        lines = [wording.link_to_pages(self._address.link(path_of(token)))]
        if self._in_telegram:
            lines.append(wording.pages_in_telegram())
        elif self._address.is_this_computer:
            lines.append(wording.opens_on_bots_computer(is_admin=is_admin))
        elif is_admin:
            lines.append(wording.pages_need_https())
        # A preview would show the family's page to everybody who sees the chat's screen.
        await message.reply_text("\n\n".join(lines), link_preview_options=LinkPreviewOptions(is_disabled=True))


async def show_pages_button(bot: ExtBot[int], address: Address | None, chat: int | None = None) -> None:
    """In one private chat, or in all that have none of their own.

    `address` is None where it shall not be there: then one that stands there from before is taken away.
    """
    there = await bot.get_chat_menu_button(chat)
    if address is not None:
        wanted = MenuButtonWebApp(wording.pages_button(), WebAppInfo(address.link(PATH)))
        if there != wanted:
            await bot.set_chat_menu_button(chat, wanted)
    elif isinstance(there, MenuButtonWebApp):
        await bot.set_chat_menu_button(chat, MenuButtonDefault())
