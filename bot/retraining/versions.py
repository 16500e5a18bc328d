"""/models and /rollback: which trained version answers, and one tap to change that."""

from functools import partial
from typing import Final

from telegram import InlineKeyboardMarkup, Update
from telegram.ext import CommandHandler, ContextTypes, ExtBot

from actions.champion import note_champion
from bot.conversation.keyboards import Choice, in_rows, keyboard
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Tap
from bot.operations.alerts import Alerts
from bot.retraining import wording
from data.store.buttons import Button, Buttons
from data.store.statements import Statements
from inference.loading import VersionBroken
from inference.service import RecognitionService
from models.registry import Registry

SHOWN: Final = 10


class VersionMenu(Part):
    def __init__(
        self,
        bot: ExtBot[int],
        registry: Registry,
        service: RecognitionService,
        statements: Statements,
        buttons: Buttons,
        alerts: Alerts,
    ) -> None:
        self._bot = bot
        self._registry = registry
        self._service = service
        self._statements = statements
        self._buttons = buttons
        self._alerts = alerts

    def routes(self) -> list[Route]:
        return [
            Route(CommandHandler("models", self.on_models), Permission.ADMIN),
            Route(CommandHandler("rollback", self.on_rollback), Permission.ADMIN),
        ]

    def actions(self) -> dict[str, Action]:
        return {
            "promote": Action(Permission.ADMIN, self._promote),
            "choose": Action(Permission.ADMIN, self._choose),
        }

    async def on_models(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message:
            text, markup = await self._list(update.message.chat_id)
            await update.message.reply_text(text, reply_markup=markup)

    async def on_rollback(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None:
            return
        now, before = self._registry.current(), self._registry.previous()
        if now is None or before is None:
            await message.reply_text(wording.no_earlier_version() if now else wording.no_version())
            return
        button = Button(message.chat_id, "promote", version=before)
        markup = await keyboard(self._buttons, [[(wording.go_back(now, before), button)]])
        lines = [
            wording.answers_now(now, self._accuracy(now)),
            wording.answered_before(before, self._accuracy(before)),
        ]
        await message.reply_text("\n".join(lines), reply_markup=markup)

    async def _promote(self, tap: Tap) -> str | None:
        """From a button that stands by itself."""
        done = await self._let_answer(tap)
        await tap.show_buttons(None)
        await self._bot.send_message(tap.button.chat_id, done)
        return None

    async def _choose(self, tap: Tap) -> str | None:
        """From the list, which is written anew."""
        done = await self._let_answer(tap)
        text, markup = await self._list(tap.button.chat_id)
        await tap.rewrite(f"{text}\n\n{done}", markup)
        return done

    async def _let_answer(self, tap: Tap) -> str:
        """Promote the button's version; what was done, or why not, in a sentence."""
        chosen, before = tap.button.version or "", self._registry.current()
        if chosen == before:
            return wording.answers_already(chosen)
        try:
            await self._service.promote(chosen)
        except VersionBroken as error:
            return f"{error} {wording.keeps_answering(before)}" if before else str(error)
        await note_champion(self._registry, self._statements)
        done = wording.chosen(chosen, before)
        await self._alerts.tell(partial(wording.decided, tap.user.full_name, done), but=tap.user.id)
        return done

    async def _list(self, chat_id: int) -> tuple[str, InlineKeyboardMarkup | None]:
        cards = map(self._registry.find, reversed(self._registry.versions()))
        versions, champion = [card for card in cards if card is not None], self._registry.current()
        if not versions:
            return wording.no_version(), None
        shown = [one for place, one in enumerate(versions) if place < SHOWN or one.version == champion]
        lines = [f"{'★' if one.version == champion else '•'} {wording.described(one)}" for one in shown]
        if len(versions) > len(shown):
            lines.append(wording.and_older(len(versions) - len(shown)))
        others: list[Choice] = [
            (wording.use(one.version), Button(chat_id, "choose", version=one.version))
            for one in shown
            if one.version != champion
        ]
        text = "\n".join([wording.list_title(), *lines])
        return text, await keyboard(self._buttons, in_rows(others, 2)) if others else None

    def _accuracy(self, name: str) -> str | None:
        card = self._registry.find(name)
        return wording.accuracy(card) if card else None
