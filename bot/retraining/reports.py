"""How a training run ended, told to all admins, whoever started it."""

import asyncio
from functools import partial

from telegram import InlineKeyboardMarkup

from bot.answers.wording import CAPTION_LIMIT
from bot.conversation.keyboards import keyboard
from bot.house import House
from bot.retraining import wording
from bot.transport.errors import quietly
from data.store.buttons import Button
from data.store.runs import Run
from inference.versions import Version


class RunReports:
    def __init__(self, house: House) -> None:
        self._house = house
        self._to_tell: dict[int, set[int]] = {}  # run -> admins who were not told yet

    async def tell(self, run: Run) -> None:
        """The admins, each once, in spite of a bad line; then it is over with this run."""
        runs = self._house.store.runs
        if run.id not in self._to_tell:
            for chat_id, message_id in (await runs.shown_in(run.id)).items():
                with quietly():
                    await self._house.bot.edit_message_text(wording.ending(run), chat_id, message_id)
            self._to_tell[run.id] = set(self._house.settings.admins)
        waiting = self._to_tell[run.id]
        for admin in sorted(waiting):
            if await self._house.alerts.to(admin, partial(self._report, run, admin)):
                waiting.discard(admin)
        if not waiting:
            await runs.told(run.id)
            del self._to_tell[run.id]

    async def _report(self, run: Run, chat_id: int) -> None:
        """How it ended, with a picture of whom the version mixes up and the button to decide otherwise."""
        bot, versions = self._house.bot, self._house.versions
        after = versions.get(run.version) if run.version else None
        before = versions.get(after.parent) if after and after.parent else None
        text = wording.outcome(run, after, before, versions.champion(), self._house.names.shown)
        markup = await self._otherwise(run, after, before, chat_id)
        if after is None or after.confusion is None:
            await bot.send_message(chat_id, text, reply_markup=markup)
            return
        picture = await asyncio.to_thread(after.confusion.read_bytes)
        if len(text) <= CAPTION_LIMIT:
            await bot.send_photo(chat_id, picture, text, reply_markup=markup)
        else:
            await bot.send_photo(chat_id, picture)
            await bot.send_message(chat_id, text, reply_markup=markup)

    async def _otherwise(
        self, run: Run, after: Version | None, before: Version | None, chat_id: int
    ) -> InlineKeyboardMarkup | None:
        if run.outcome == "promoted" and before is not None:
            choice = f"↩ Roll back to {before.name}", Button(chat_id, "promote", version=before.name)
        elif run.outcome == "kept" and after is not None:
            choice = f"Let {after.name} answer all the same", Button(chat_id, "promote", version=after.name)
        else:
            return None
        return await keyboard(self._house.store.buttons, [[choice]])
