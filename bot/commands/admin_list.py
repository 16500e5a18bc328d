"""/admins: who the admins are; one more, or one less."""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Final

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import CommandHandler, ContextTypes, ExtBot

from actions.people.admins import Admins
from actions.people.languages import ReadersLanguage
from bot.commands import wording
from bot.commands.command_list import Menus
from bot.conversation.keyboards import Choice, in_rows, keyboard
from bot.conversation.paging import Page, page_of
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Run, Tap
from bot.conversation.wording import admins_only
from bot.operations.alerts import Alerts
from bot.transport.errors import quietly
from bot.transport.handling_limit import waiting
from bot.transport.photo_or_text import TEXT_LIMIT
from data.people.admins import AddedAdmins, Admin
from data.people.identities import is_on_telegram
from data.people.people import People
from data.store.buttons import Button, Buttons
from foundation.reader import in_language

PAGE = 30  # people
_PATIENCE: Final = 5.0  # seconds that the list may wait for names
_LONGEST: Final = TEXT_LIMIT - 100
"""Characters, so that which page it is has room behind them."""


class AdminList(Part):
    def __init__(
        self,
        bot: ExtBot[int],
        admins: Admins,
        added: AddedAdmins,
        people: People,
        buttons: Buttons,
        alerts: Alerts,
        languages: ReadersLanguage,
        menus: Menus,
    ) -> None:
        self._bot = bot
        self._admins = admins
        self._added = added
        self._people = people
        self._buttons = buttons
        self._alerts = alerts
        self._languages = languages
        self._menus = menus
        self._one_at_a_time = asyncio.Lock()

    def routes(self) -> list[Route]:
        return [
            Route(CommandHandler("admins", self.on_admins), Permission.ADMIN_IN_PRIVATE),
        ]

    def actions(self) -> dict[str, Action]:
        return {
            "admins": Action(Permission.ADMIN, self._turn),
            "add_admin": Action(Permission.ADMIN, self._ask),
            "really_add_admin": Action(Permission.ADMIN, self._add),
            "remove_admin": Action(Permission.ADMIN, self._remove),
        }

    async def on_admins(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None:
            return
        text, rows = await self._page(message.chat_id, None)
        await message.reply_text(text, reply_markup=await keyboard(self._buttons, rows) if rows else None)

    async def _turn(self, tap: Tap) -> str | None:
        await self._show(tap)
        return None

    async def _ask(self, tap: Tap) -> str | None:
        """A finger slips, and an admin may see and delete a lot."""
        person, chat_id = tap.button.person, tap.button.chat_id
        if person is None or await self._people.role(person) != "guest":
            await self._show(tap)
            return None
        name = await self._name(person)
        rows: list[list[Choice]] = [
            [(wording.yes_make_admin(name), Button(chat_id, "really_add_admin", person=person))],
            [(wording.back(), Button(chat_id, "admins", page=tap.button.page))],
        ]
        await tap.rewrite(wording.shall_be_admin(name), await keyboard(self._buttons, rows))
        return None

    async def _add(self, tap: Tap) -> str | None:
        return await self._change(tap, self._add_one)

    async def _remove(self, tap: Tap) -> str | None:
        return await self._change(tap, self._remove_one)

    async def _change(self, tap: Tap, change: Run) -> str | None:
        """Two who remove each other at the same moment must not leave the family without an admin."""
        with waiting():
            await self._one_at_a_time.acquire()
        try:
            return await change(tap) if tap.user.id in await self._admins.ids() else admins_only()
        finally:
            self._one_at_a_time.release()

    async def _add_one(self, tap: Tap) -> str | None:
        person = tap.button.person
        if person is None or await self._people.role(person) != "guest":
            await self._show(tap)
            return None
        name = await self._name(person)
        if person not in await self._admins.ids():
            # Told before it is so: nobody becomes an admin in silence, whenever the bot is stopped.
            await self._alerts.tell(partial(wording.admin_was_added, name, tap.user.full_name), but=tap.user.id)
            await self._added.add(person, name, tap.user.id)
            if is_on_telegram(person):
                with quietly(), in_language(await self._languages.of(person)):
                    await self._bot.send_message(person, wording.you_are_admin(tap.user.full_name))
                await self._menus.show_to(person)
        await self._show(tap)
        return wording.is_admin_now(name)

    async def _remove_one(self, tap: Tap) -> str | None:
        person = tap.button.person
        if person is None:
            return None
        if person in self._admins.settled:
            return wording.stands_in_settings()
        if await self._admins.ids() == {person}:
            return wording.last_admin()
        name = await self._name(person)
        if person in await self._admins.ids():
            await self._alerts.tell(partial(wording.admin_was_removed, name, tap.user.full_name), but=tap.user.id)
            await self._added.remove(person)
            if is_on_telegram(person):
                await self._menus.show_to(person)
        if tap.user.id in await self._admins.ids():
            await self._show(tap)
        else:
            await tap.rewrite(wording.no_admin_any_more(name))
        return wording.no_admin_any_more(name)

    async def _show(self, tap: Tap) -> None:
        text, rows = await self._page(tap.button.chat_id, tap.button.page)
        await tap.rewrite(text, await keyboard(self._buttons, rows) if rows else None)

    async def _page(self, chat_id: int, number: int | None) -> tuple[str, list[list[Choice]]]:
        """The list of admins, and a page of buttons: those who can be removed, then the guests who can be added."""
        ids = await self._admins.ids()
        added = [admin for admin in await self._added.all() if admin.user_id not in self._admins.settled]
        settled = await asyncio.gather(*map(self._settled, sorted(self._admins.settled)))
        labels = [_label(admin) for admin in added]
        text = wording.admins(settled, labels)
        while labels and len(text) > _LONGEST:  # each of them has a button all the same
            labels.pop()
            text = wording.admins(settled, [*labels, "…"])
        guests = [one for one in await self._people.known() if one.role == "guest" and one.user_id not in ids]
        choices = [
            *((wording.remove_admin(_label(admin)), "remove_admin", admin.user_id) for admin in added),
            *((wording.add_admin(guest.name), "add_admin", guest.user_id) for guest in guests),
        ]
        page: Page[tuple[str, str, int]] = page_of(choices, number, PAGE)
        rows = in_rows(
            [(text, Button(chat_id, action, person=person, page=page.number)) for text, action, person in page.items],
            1,
        )
        turns = page.turns(chat_id, "admins")
        return page.title(text), [list(row) for row in rows] + ([turns] if turns else [])

    async def _name(self, user_id: int) -> str:
        added = {admin.user_id: admin.name for admin in await self._added.all()}
        return added.get(user_id) or await self._people.name(user_id) or str(user_id)

    async def _settled(self, user_id: int) -> str:
        """An admin in the settings. They may never have been a guest: Telegram knows them if they wrote to the bot."""
        name = await self._people.name(user_id)
        if name is None:
            # A Bot API server of another age may say it in other fields.
            with suppress(TelegramError, KeyError, TypeError):
                chat = await self._bot.get_chat(
                    user_id, connect_timeout=_PATIENCE, read_timeout=_PATIENCE, pool_timeout=_PATIENCE
                )
                name = chat.full_name
        return _label(Admin(user_id, name))


def _label(admin: Admin) -> str:
    return f"{admin.name} ({admin.user_id})" if admin.name else str(admin.user_id)
