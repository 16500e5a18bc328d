"""/models and /rollback: which trained version answers, and one tap to change that."""

from datetime import datetime
from typing import Final

from telegram import InlineKeyboardMarkup, Update
from telegram.ext import ContextTypes, ExtBot

from actions.champion import note_champion
from bot.conversation.keyboards import Choice, in_rows, keyboard
from bot.conversation.permissions import Permission
from bot.conversation.taps import Action, Tap
from bot.operations.alerts import Alerts
from bot.retraining import wording
from data.store.buttons import Button, Buttons
from data.store.statements import Statements
from inference.recognizer import VersionBroken
from inference.service import RecognitionService
from inference.versions import Version, Versions

SHOWN: Final = 10
NONE: Final = "There is no version yet. /retrain makes one from the photos in the family's folder."
NO_EARLIER: Final = "There is no earlier champion to go back to. /models shows all versions."


class VersionMenu:
    def __init__(
        self,
        bot: ExtBot[int],
        versions: Versions,
        service: RecognitionService,
        statements: Statements,
        buttons: Buttons,
        alerts: Alerts,
    ) -> None:
        self._bot = bot
        self._versions = versions
        self._service = service
        self._statements = statements
        self._buttons = buttons
        self._alerts = alerts

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
        now, before = self._versions.champion(), self._versions.previous()
        if now is None or before is None:
            await message.reply_text(NO_EARLIER if now else NONE)
            return
        button = Button(message.chat_id, "promote", version=before)
        markup = await keyboard(self._buttons, [[(f"↩ Go back from {now} to {before}", button)]])
        lines = [f"{now} answers now: {self._accuracy(now)}.", f"Before it did {before}: {self._accuracy(before)}."]
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
        chosen, before = tap.button.version or "", self._versions.champion()
        if chosen == before:
            return f"{chosen} answers already."
        try:
            await self._service.promote(chosen)
        except VersionBroken as error:
            return f"{error} {before} goes on answering."
        await note_champion(self._versions, self._statements)
        done = f"{chosen} answers now" + (f", in place of {before}." if before else ".")
        await self._alerts.tell(f"{tap.user.full_name} decided: {done}", but=tap.user.id)
        return done

    async def _list(self, chat_id: int) -> tuple[str, InlineKeyboardMarkup | None]:
        versions, champion = self._versions.all(), self._versions.champion()
        if not versions:
            return NONE, None
        shown = [one for place, one in enumerate(versions) if place < SHOWN or one.name == champion]
        lines = [f"{'★' if one.name == champion else '•'} {_described(one)}" for one in shown]
        if len(versions) > len(shown):
            lines.append(f"and {len(versions) - len(shown)} older ones")
        others: list[Choice] = [
            (f"Let {one.name} answer", Button(chat_id, "choose", version=one.name))
            for one in shown
            if one.name != champion
        ]
        text = "★ answers now. Held-out photos named right, with 95 % interval:\n" + "\n".join(lines)
        return text, await keyboard(self._buttons, in_rows(others, 2)) if others else None

    def _accuracy(self, name: str) -> str:
        version = self._versions.get(name)
        return wording.accuracy(version) if version else "its card can't be read"


def _described(version: Version) -> str:
    count = len(version.corrections)
    return (
        f"{version.name}, {_day(version.created)}: {wording.accuracy(version)},"
        f" {version.cousins} cousins, {count} correction{'' if count == 1 else 's'}"
    )


def _day(moment: datetime) -> str:
    return f"{moment.astimezone():%-d %b %H:%M}"
