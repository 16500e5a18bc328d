"""What admins may send besides: /stats, /block."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from telegram import InlineKeyboardMarkup, Update
from telegram.ext import CommandHandler, ContextTypes

from actions.ages.learned import LearnedAges
from actions.ages.wording import missing, photos_wanted
from actions.cousins import Cousins, Names
from actions.people.admins import Admins
from bot.commands import wording
from bot.conversation.keyboards import in_rows, keyboard
from bot.conversation.paging import Page, page_of
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Tap
from bot.transport.photo_or_text import TEXT_LIMIT
from data.people.people import People, Person
from data.people.selves import Selves
from data.store.buttons import Button, Buttons
from data.store.journal import Journal
from data.store.runs import Runs
from data.store.statistics import CousinStats, Statistics
from inference.service import RecognitionService

PAGE = 30  # people


class AdminCommands(Part):
    def __init__(
        self,
        admins: Admins,
        stats: Statistics,
        journal: Journal,
        people: People,
        selves: Selves,
        runs: Runs,
        buttons: Buttons,
        service: RecognitionService,
        cousins: Cousins,
        learned: LearnedAges,
    ) -> None:
        self._admins = admins
        self._stats = stats
        self._journal = journal
        self._people = people
        self._selves = selves
        self._runs = runs
        self._buttons = buttons
        self._service = service
        self._cousins = cousins
        self._learned = learned

    def routes(self) -> list[Route]:
        return [
            Route(CommandHandler("stats", self.stats), Permission.ADMIN_IN_PRIVATE),
            Route(CommandHandler("block", self.block), Permission.ADMIN_IN_PRIVATE),
        ]

    def actions(self) -> dict[str, Action]:
        return {
            "block": Action(Permission.ADMIN, self._block),
            "unblock": Action(Permission.ADMIN, self._unblock),
            "people": Action(Permission.ADMIN, self._turn),
        }

    async def stats(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        now = datetime.now(UTC)
        week = await self._stats.since(now - timedelta(days=7))
        ever = await self._stats.since(datetime.fromtimestamp(0, UTC))
        set_aside = await self._journal.count_set_aside()
        admins = await self._admins.ids()
        guests = [one for one in await self._people.known() if one.role == "guest" and one.user_id not in admins]
        lines = [
            wording.this_week(week),
            wording.ever(ever),
            wording.corrections_waiting(ever.waiting),
            wording.guests_and_version(len(guests), self._service.version),
            wording.last_training(await self._runs.latest()),
        ]
        names = self._cousins.now()
        if set_aside:
            lines.append(wording.messages_set_aside(set_aside))
        for title, stats in ((wording.cousins_this_week(), week), (wording.cousins_ever(), ever)):
            if stats.cousins and (stats is week or stats.cousins != week.cousins):
                lines += ["", title, *_figures(names, stats.cousins)]
        wanted = await self._missing(names)
        lines += ["", photos_wanted(), *wanted] if wanted else []
        while len("\n".join(lines)) > TEXT_LIMIT:
            lines.pop()
        if update.message:
            await update.message.reply_text("\n".join(lines))

    async def _missing(self, names: Names) -> list[str]:
        """Of whom photos of which ages are missing, by name."""
        known = await self._learned.of_champion()
        listed = [cousin for cousin in names.listed() if cousin in known and known[cousin].gaps]
        return [missing(names.shown(cousin), known[cousin].gaps[0]) for cousin in listed]

    async def block(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None:
            return
        page = await self._page(None)
        if not page.items:
            await message.reply_text(wording.no_guests())
            return
        markup = await self._choices(page, message.chat_id)
        await message.reply_text(page.title(wording.whom_to_block()), reply_markup=markup)

    async def _block(self, tap: Tap) -> str | None:
        return await self._set(tap, blocked=True)

    async def _unblock(self, tap: Tap) -> str | None:
        return await self._set(tap, blocked=False)

    async def _set(self, tap: Tap, *, blocked: bool) -> str | None:
        people, person = self._people, tap.button.person
        if person is None:
            return None
        name = await people.name(person) or str(person)
        if blocked and person in await self._admins.ids():  # made one since this list was written
            await self._turn(tap)
            return wording.is_no_guest(name)
        if blocked:
            taken_back = await people.block(person)
            await self._turn(tap)
            return wording.blocked(name, invitations=taken_back)
        await people.unblock(person)
        await self._turn(tap)
        return wording.unblocked(name)

    async def _turn(self, tap: Tap) -> str | None:
        page = await self._page(tap.button.page)
        await tap.rewrite(page.title(wording.whom_to_block()), await self._choices(page, tap.button.chat_id))
        return None

    async def _page(self, number: int | None) -> Page[Person]:
        """Not of admins: whoever is one may ask, blocked or not."""
        admins = await self._admins.ids()
        known = [one for one in await self._people.known() if one.role == "blocked" or one.user_id not in admins]
        return page_of(known, number, PAGE)

    async def _choices(self, page: Page[Person], chat_id: int) -> InlineKeyboardMarkup:
        names, selves = self._cousins.now(), {one.user_id: one.cousin for one in await self._selves.all()}
        cousins = {user_id: names.shown(cousin, to_admins=True) for user_id, cousin in selves.items()}
        choices = [
            (_label(person, cousins.get(person.user_id)), _button(chat_id, person, page.number))
            for person in page.items
        ]
        return await keyboard(self._buttons, [*in_rows(choices, 1), page.turns(chat_id, "people")])


def _figures(names: Names, cousins: Sequence[CousinStats]) -> list[str]:
    named = (one for one in cousins if not names.wants_no_name(one.cousin))
    return [wording.cousin_figures(names.shown(one.cousin), one) for one in named]


def _label(person: Person, cousin: str | None) -> str:
    """Also which cousin they are, where that is known and their name is another."""
    name = person.name if cousin in (None, person.name) else f"{person.name} ({cousin})"
    return f"🚫 {name}" if person.role == "blocked" else name


def _button(chat_id: int, person: Person, page: int) -> Button:
    return Button(chat_id, "unblock" if person.role == "blocked" else "block", person=person.user_id, page=page)
