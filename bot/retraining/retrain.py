"""/retrain: a training run asked for, followed and cancelled; and one that starts by itself."""

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Final

from telegram import InlineKeyboardMarkup, Update
from telegram.error import TelegramError
from telegram.ext import CommandHandler, ContextTypes, ExtBot

from actions.people.languages import ReadersLanguage
from actions.training_runs import Trainer
from actions.training_schedule import Schedule, local_now
from actions.wording import someone_asked
from bot.conversation.keyboards import keyboard
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Tap
from bot.retraining import wording
from bot.retraining.reports import RunReports
from bot.transport import photo_or_text
from bot.transport.errors import in_words, quietly
from bot.transport.topics import thread_of
from data.store.buttons import Button, Buttons
from data.store.runs import Run, Runs
from foundation.reader import in_language

logger = logging.getLogger(__name__)

TICK: Final = 0.5  # seconds
BETWEEN_EDITS: Final = 4.0  # seconds; Telegram takes 20 messages and edits a minute in a group
BETWEEN_LOOKS: Final = 5.0  # seconds between two looks whether a run is due


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a progress message says, since when, and the buttons under it."""

    text: str
    at: float
    buttons: InlineKeyboardMarkup | None


class Retraining(Part):
    def __init__(
        self,
        bot: ExtBot[int],
        runs: Runs,
        buttons: Buttons,
        trainer: Trainer,
        schedule: Schedule,
        reports: RunReports,
        languages: ReadersLanguage,
        *,
        tick: float = TICK,
        between_edits: float = BETWEEN_EDITS,
        between_looks: float = BETWEEN_LOOKS,
    ) -> None:
        self._tick = tick
        self._between_edits = between_edits
        self._between_looks = between_looks
        self._bot = bot
        self._runs = runs
        self._buttons = buttons
        self._trainer = trainer
        self._schedule = schedule
        self._reports = reports
        self._languages = languages
        self._shown: dict[tuple[int, int], _Shown] = {}  # run and chat

    def routes(self) -> list[Route]:
        return [
            Route(CommandHandler("retrain", self.on_retrain), Permission.ADMIN),
        ]

    def actions(self) -> dict[str, Action]:
        return {"cancel_run": Action(Permission.ADMIN, self._cancel)}

    async def on_retrain(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.message, update.effective_user
        if message is None or user is None:
            return
        try:
            run_id = await self._trainer.start(someone_asked(user.full_name))
        except OSError as error:
            await message.reply_text(wording.not_started(error.strerror or str(error)))
            return
        if run_id is None and (command := self._trainer.kept_away_by()):
            await message.reply_text(wording.kept_away(command))
            return
        if run_id is None:
            under_way = await self._runs.under_way()
            if not under_way:  # it has the lock and not yet a number, or has just ended
                await message.reply_text(wording.starting_or_ending())
                return
            run_id = under_way[-1].id
            await message.reply_text(wording.under_way())
        await self._show(run_id, message.chat_id)

    async def follow(self) -> None:
        """Show how far the run is, tell how it ended, and start those that are due, until cancelled."""
        looked = 0.0
        while True:
            try:
                await self._look()
                if time.monotonic() - looked >= self._between_looks:
                    looked = time.monotonic()
                    why = await self._schedule.due(local_now())
                    if why is not None:
                        await self._trainer.start(why)
            except TelegramError as error:
                logger.warning("A training run could not be shown: %s.", in_words(error))
            except Exception:
                logger.exception("Looking after the training failed; trying again.")
            await asyncio.sleep(self._tick)

    async def _look(self) -> None:
        runs = self._runs
        await self._trainer.clear_up()
        await self._trainer.stop_cancelled()
        for run in await runs.under_way():
            await runs.follow(run.id)  # also one that was started at the command line
            for chat_id, message_id in (await runs.shown_in(run.id)).items():
                with in_language(await self._languages.of(chat_id)):
                    await self._rewrite(run, chat_id, message_id)
        for run in await runs.untold():
            await self._reports.tell(run)

    async def _show(self, run_id: int, chat_id: int) -> None:
        """One message a chat: a former one goes."""
        runs, bot = self._runs, self._bot
        run = await runs.get(run_id)
        if run is None:
            return
        before = (await runs.shown_in(run_id)).get(chat_id)
        if before is not None:
            with quietly():
                await bot.delete_message(chat_id, before)
        shown = _Shown(wording.progress(run), time.monotonic(), await self._cancel_button(run, chat_id))
        sent = await bot.send_message(chat_id, shown.text, reply_markup=shown.buttons)
        self._shown[run_id, chat_id] = shown
        await runs.show_in(run_id, chat_id, sent.message_id, thread_of(sent))

    async def _rewrite(self, run: Run, chat_id: int, message_id: int) -> None:
        text, shown = wording.progress(run), self._shown.get((run.id, chat_id))
        if shown is not None and (text == shown.text or time.monotonic() - shown.at < self._between_edits):
            return
        buttons = shown.buttons if shown else await self._cancel_button(run, chat_id)
        if run.cancelled_by is not None:
            buttons = None
        self._shown[run.id, chat_id] = _Shown(text, time.monotonic(), buttons)
        await photo_or_text.edit(self._bot, chat_id, message_id, text, has_picture=False, markup=buttons)

    async def _cancel_button(self, run: Run, chat_id: int) -> InlineKeyboardMarkup:
        return await keyboard(self._buttons, [[(wording.cancel(), Button(chat_id, "cancel_run", run_id=run.id))]])

    async def _cancel(self, tap: Tap) -> str | None:
        run_id = tap.button.run_id
        run = await self._runs.get(run_id) if run_id is not None else None
        if run is None or run.outcome is not None:
            await tap.show_buttons(None)
            return wording.ended_already()
        if not await self._runs.cancel(run.id, tap.user.id):
            return wording.stopping_already()
        await tap.show_buttons(None)
        return wording.stopping()
