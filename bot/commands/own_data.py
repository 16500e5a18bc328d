"""What the bot keeps of whoever asks: /mydata says it, /forgetme deletes it."""

from datetime import timedelta

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes

from actions.cousins import Cousins
from actions.forgetting import GuestForgetting
from actions.people.access import Access
from bot.commands import wording
from bot.commands.command_list import Menus
from bot.conversation.keyboards import Choice, in_rows, keyboard
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Tap
from data.people.people import People
from data.people.records import Record, Records
from data.store.buttons import Button, Buttons
from data.store.forgetting import Forgetting
from data.store.guesses import Guesses
from foundation.languages import name_of


class OwnData(Part):
    """`keep_days` is how long guests' photos are kept of which nothing was said; None: until they are forgotten."""

    def __init__(
        self,
        access: Access,
        people: People,
        records: Records,
        guesses: Guesses,
        buttons: Buttons,
        cousins: Cousins,
        forgetting: GuestForgetting,
        forgotten: Forgetting,
        keep_days: int | None,
        menus: Menus,
    ) -> None:
        self._access = access
        self._people = people
        self._records = records
        self._guesses = guesses
        self._buttons = buttons
        self._cousins = cousins
        self._forgetting = forgetting
        self._forgotten = forgotten
        self._keep_days = keep_days
        self._menus = menus

    def routes(self) -> list[Route]:
        return [
            Route(CommandHandler("mydata", self.on_mydata), Permission.IN_PRIVATE),
            Route(CommandHandler("forgetme", self.on_forgetme), Permission.IN_PRIVATE),
        ]

    def actions(self) -> dict[str, Action]:
        return {
            "forget": Action(Permission.PERSON, self._forget),
            "keep": Action(Permission.PERSON, self._keep),
        }

    async def on_mydata(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.message, update.effective_user
        if message is None or user is None:
            return
        is_admin = self._access.is_admin(user.id)
        record = await self._records.of(user.id)
        lines = [wording.known_since(await self._people.since(user.id), is_admin=is_admin)]
        if record.cousin is not None:
            names = self._cousins.now()
            lines.append(wording.known_as(None if names.wants_no_name(record.cousin) else names.shown(record.cousin)))
        if record.language is not None:
            lines.append(wording.language_kept(name_of(record.language)))
        if record.photos:
            lines.append(wording.photos_kept(record.photos))
            lines.append(self._until(record, is_admin=is_admin))
        if record.waiting or record.accepted or record.rejected:
            lines.append(wording.corrections_kept(record.waiting, record.accepted, record.rejected))
        if record.praise:
            lines.append(wording.praise_kept(record.praise))
        if record.told:
            lines.append(wording.facts_told(record.told))
        if record.albums:
            lines.append(wording.albums_noted(record.albums))
        if record.tries:
            lines.append(wording.tries_kept(record.tries))
        if record.set_aside:
            lines.append(wording.unread_kept(record.set_aside))
        await message.reply_text(wording.own_data(lines))

    async def on_forgetme(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.message, update.effective_user
        if message is None or user is None:
            return
        photos = await self._guesses.count_photos(user.id)
        if not photos and not (await self._records.of(user.id)).besides_photos:
            await message.reply_text(wording.no_photos_of_yours())
            return
        chat_id = message.chat_id
        choices: list[Choice] = [
            (wording.yes_delete(photos), Button(chat_id, "forget", person=user.id)),
            (wording.no_keep(photos), Button(chat_id, "keep", person=user.id)),
        ]
        markup = await keyboard(self._buttons, in_rows(choices, 1))
        await message.reply_text(wording.shall_i_delete(photos), reply_markup=markup)

    def _until(self, record: Record, *, is_admin: bool) -> str:
        if self._keep_days is None or is_admin:
            return wording.kept_until_forgotten()
        if record.oldest is None:
            return wording.kept_for_corrections()
        return wording.kept_for(self._keep_days, record.oldest + timedelta(days=self._keep_days))

    async def _forget(self, tap: Tap) -> str | None:
        erased = await self._forgetting.forget(tap.user.id, tap.button.chat_id, tap.message_id)
        if erased.for_good:
            await tap.rewrite(wording.deleted(erased.asked.photos))
            await self._forgotten.told(erased.asked)
        else:
            await tap.rewrite(wording.being_deleted(erased.asked.photos))
            await self._forgotten.wait(erased.asked)  # `LastTraces` tells the rest
        # What stands beside the chat may be in the language that they chose.
        await self._menus.show_to(tap.user.id, tap.user.language_code)
        return None

    async def _keep(self, tap: Tap) -> str | None:
        await tap.rewrite(wording.kept())
        return None
