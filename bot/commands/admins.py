"""What admins may send besides: /stats, /block."""

from datetime import UTC, datetime, timedelta

from telegram import Update
from telegram.ext import ContextTypes

from actions.cousins import Cousins
from bot.conversation.keyboards import in_rows, keyboard
from bot.conversation.permissions import Permission
from bot.conversation.taps import Action, Tap
from bot.transport.photo_or_text import TEXT_LIMIT
from data.people.people import People, Person
from data.store.buttons import Button, Buttons
from data.store.journal import Journal
from data.store.runs import Run, Runs
from data.store.statistics import CousinStats, Statistics, Stats
from inference.service import RecognitionService

NOBODY = "There are no guests yet. /invite makes a link that lets them in."


class AdminCommands:
    def __init__(
        self,
        stats: Statistics,
        journal: Journal,
        people: People,
        runs: Runs,
        buttons: Buttons,
        service: RecognitionService,
        cousins: Cousins,
    ) -> None:
        self._stats = stats
        self._journal = journal
        self._people = people
        self._runs = runs
        self._buttons = buttons
        self._service = service
        self._cousins = cousins

    def actions(self) -> dict[str, Action]:
        return {
            "block": Action(Permission.ADMIN, self._block),
            "unblock": Action(Permission.ADMIN, self._unblock),
        }

    async def stats(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        now = datetime.now(UTC)
        week = await self._stats.since(now - timedelta(days=7))
        ever = await self._stats.since(datetime.fromtimestamp(0, UTC))
        set_aside = await self._journal.count_set_aside()
        guests = [person for person in await self._people.known() if person.role == "guest"]
        lines = [
            f"This week: {_counts(week)}",
            f"Ever: {_counts(ever)}",
            f"Corrections waiting: {ever.waiting}" + (" (/review)" if ever.waiting else ""),
            f"Guests: {len(guests)}. Model: {self._service.version or 'none yet'}.",
            f"Last training: {_run(await self._runs.latest())}",
        ]
        if set_aside:
            lines.append(f"Messages I could not handle and set aside: {set_aside} (see the log).")
        for title, stats in (("This week", week), ("Ever", ever)):
            if stats.cousins and (stats is week or stats.cousins != week.cousins):
                lines += ["", f"{title}:", *(self._cousin(one) for one in stats.cousins)]
        while len("\n".join(lines)) > TEXT_LIMIT:
            lines.pop()
        if update.message:
            await update.message.reply_text("\n".join(lines))

    def _cousin(self, stats: CousinStats) -> str:
        counts = [f"named {stats.named}×"]
        counts += [f"{count} {word}" for count, word in ((stats.right, "right"), (stats.wrong, "wrong")) if count]
        if stats.missed:
            counts.append(f"missed {stats.missed}×")
        return f"• {self._cousins.shown(stats.cousin)}: {', '.join(counts)}"

    async def block(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None:
            return
        known = await self._people.known()
        if not known:
            await message.reply_text(NOBODY)
            return
        choices = [(_label(person), _button(message.chat_id, person)) for person in known]
        markup = await keyboard(self._buttons, in_rows(choices, 1))
        await message.reply_text("Tap a name to block it, or to let it in again.", reply_markup=markup)

    async def _block(self, tap: Tap) -> str | None:
        return await self._set(tap, blocked=True)

    async def _unblock(self, tap: Tap) -> str | None:
        return await self._set(tap, blocked=False)

    async def _set(self, tap: Tap, *, blocked: bool) -> str | None:
        people, person = self._people, tap.button.person
        if person is None:
            return None
        await (people.block(person) if blocked else people.unblock(person))
        choices = [(_label(known), _button(tap.button.chat_id, known)) for known in await people.known()]
        await tap.show_buttons(await keyboard(self._buttons, in_rows(choices, 1)))
        name = await people.name(person) or str(person)
        return f"{name} is blocked." if blocked else f"{name} may ask again."


def _label(person: Person) -> str:
    return f"🚫 {person.name}" if person.role == "blocked" else person.name


def _button(chat_id: int, person: Person) -> Button:
    return Button(chat_id, "unblock" if person.role == "blocked" else "block", person=person.user_id)


def _counts(stats: Stats) -> str:
    return (
        f"{stats.asked} photos asked, {stats.answered} answered; {stats.faces} faces, {stats.named} of them named;"
        f" {stats.right} right, {stats.wrong} wrong."
    )


def _run(run: Run | None) -> str:
    if run is None:
        return "none noted."
    began = f"{datetime.fromisoformat(run.started_at).astimezone():%-d %b %H:%M}"
    if run.outcome is None:
        return f"under way since {began}."
    made = f" ({run.version})" if run.version else ""
    return f"{began}, {run.outcome}{made}: {run.message}"
