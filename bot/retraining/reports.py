"""How a training run ended, told to all admins, whoever started it."""

import asyncio
from functools import partial
from typing import Final

from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest
from telegram.ext import ExtBot

from actions.ages.learned import LearnedAges
from actions.ages.wording import missing, please_send
from actions.cousins import Cousins, Names
from actions.people.languages import ReadersLanguage
from actions.running.housekeeping import AdminIds
from bot.conversation.keyboards import keyboard
from bot.operations.alerts import Alerts
from bot.retraining import wording
from bot.transport import photo_or_text
from bot.transport.errors import is_topic_gone
from bot.transport.topics import Topic, within
from data.store.buttons import Button, Buttons
from data.store.runs import Run, Runs
from foundation.reader import in_language
from models.card import Card
from models.registry import Registry

_WISHES: Final = 3


class RunReports:
    def __init__(
        self,
        bot: ExtBot[int],
        runs: Runs,
        buttons: Buttons,
        registry: Registry,
        cousins: Cousins,
        learned: LearnedAges,
        alerts: Alerts,
        admins: AdminIds,
        languages: ReadersLanguage,
    ) -> None:
        self._bot = bot
        self._runs = runs
        self._buttons = buttons
        self._registry = registry
        self._cousins = cousins
        self._learned = learned
        self._alerts = alerts
        self._admins = admins
        self._languages = languages
        self._to_tell: dict[int, set[int]] = {}  # run -> admins who were not told yet

    async def tell(self, run: Run) -> None:
        """The admins, each once, in spite of a bad line; then it is over with this run."""
        runs = self._runs
        if run.id not in self._to_tell:
            names = self._cousins.now()
            for chat_id, message_id in (await runs.shown_in(run.id)).items():
                with in_language(await self._languages.of(chat_id)):
                    ending = names.without_unnamed(wording.ending(run, in_private=chat_id > 0))
                    await photo_or_text.edit(self._bot, chat_id, message_id, ending, has_picture=False)
            self._to_tell[run.id] = set(await self._admins())
        waiting = self._to_tell[run.id]
        for admin in sorted(waiting):
            if await self._alerts.to(admin, partial(self._report, run, admin)):
                waiting.discard(admin)
        if not waiting:
            await runs.told(run.id)
            del self._to_tell[run.id]

    async def _report(self, run: Run, chat_id: int) -> None:
        """How it ended, with a picture of whom the version mixes up and the button to decide otherwise."""
        registry = self._registry
        after = registry.find(run.version) if run.version else None
        before = registry.find(after.parent) if after and after.parent else None
        names = self._cousins.now()
        text = names.without_unnamed(wording.outcome(run, after, before, registry.current(), names.shown))
        if after is not None and run.outcome == "promoted":
            text += await self._wishes(after, names)
        markup = await self._otherwise(run, after, before, chat_id)
        # The picture has everybody's name on it.
        shows = after is not None and not names.any_unnamed(after.cousins)
        confusion = registry.folder / after.version / "confusion.png" if after and shows else None
        picture = await asyncio.to_thread(confusion.read_bytes) if confusion and confusion.is_file() else None
        topic = await self._runs.topic_in(run.id, chat_id)
        if topic is not None:
            try:
                with within(Topic(chat_id, topic)):
                    await photo_or_text.send(self._bot, chat_id, text, picture, markup=markup)
                return
            except BadRequest as error:
                if not is_topic_gone(error):
                    raise
        await photo_or_text.send(self._bot, chat_id, text, picture, markup=markup)

    async def _wishes(self, version: Card, names: Names) -> str:
        """Whose photos, of which ages, would help the next version most."""
        wanted = [one for one in await self._learned.wanted(version) if not names.wants_no_name(one[0])][:_WISHES]
        lines = [f"• {missing(names.shown(cousin), gap)}" for cousin, gap in wanted]
        return "\n".join(["\n", please_send(), *lines]) if lines else ""

    async def _otherwise(
        self, run: Run, after: Card | None, before: Card | None, chat_id: int
    ) -> InlineKeyboardMarkup | None:
        if run.outcome == "promoted" and before is not None:
            choice = wording.go_back_to(before.version), Button(chat_id, "promote", version=before.version)
        elif run.outcome == "kept" and after is not None:
            choice = wording.use_anyway(after.version), Button(chat_id, "promote", version=after.version)
        else:
            return None
        return await keyboard(self._buttons, [[choice]])
