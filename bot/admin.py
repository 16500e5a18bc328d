"""What admins may send besides: /stats, /block."""

from datetime import UTC, datetime, timedelta

from telegram import Chat, Update
from telegram.ext import ContextTypes

from bot.corrections import ADMINS_ONLY
from bot.house import House
from bot.keyboards import in_rows, keyboard
from bot.taps import Action, Tap
from data.buttons import Button
from data.people import Person
from data.stats import Stats

NOBODY = "There are no guests yet. /invite makes a link that lets them in."


class Admin:
    def __init__(self, house: House) -> None:
        self._house = house

    def actions(self) -> dict[str, Action]:
        return {"block": self._block, "unblock": self._unblock}

    async def stats(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        now = datetime.now(UTC)
        week = await self._house.store.stats.since(now - timedelta(days=7))
        ever = await self._house.store.stats.since(datetime.fromtimestamp(0, UTC))
        set_aside = await self._house.store.journal.count_set_aside()
        guests = [person for person in await self._house.store.people.known() if person.role == "guest"]
        lines = [
            f"This week: {_counts(week)}",
            f"Ever: {_counts(ever)}",
            f"Corrections waiting: {ever.waiting}" + (" (/review)" if ever.waiting else ""),
            f"Guests: {len(guests)}. Model: {self._house.service.version or 'none yet'}.",
        ]
        if set_aside:
            lines.append(f"Messages I could not handle and set aside: {set_aside} (see the log).")
        if week.cousins:
            lines += ["", "Recognised this week:"]
            lines += [f"• {self._house.names.shown(cousin)}: {count}" for cousin, count in week.cousins[:40]]
        if update.message:
            await update.message.reply_text("\n".join(lines))

    async def block(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None:
            return
        if message.chat.type != Chat.PRIVATE:
            await message.reply_text("Please send me /block in our private chat.")
            return
        known = await self._house.store.people.known()
        if not known:
            await message.reply_text(NOBODY)
            return
        choices = [(_label(person), _button(message.chat_id, person)) for person in known]
        markup = await keyboard(self._house.store.buttons, in_rows(choices, 1))
        await message.reply_text("Tap a name to block it, or to let it in again.", reply_markup=markup)

    async def _block(self, tap: Tap) -> str | None:
        return await self._set(tap, blocked=True)

    async def _unblock(self, tap: Tap) -> str | None:
        return await self._set(tap, blocked=False)

    async def _set(self, tap: Tap, *, blocked: bool) -> str | None:
        if not self._house.access.is_admin(tap.user):
            return ADMINS_ONLY
        people, person = self._house.store.people, tap.button.person
        if person is None:
            return None
        await (people.block(person) if blocked else people.unblock(person))
        choices = [(_label(known), _button(tap.button.chat_id, known)) for known in await people.known()]
        await tap.show_buttons(await keyboard(self._house.store.buttons, in_rows(choices, 1)))
        name = await people.name(person) or str(person)
        return f"{name} is blocked." if blocked else f"{name} may ask again."


def _label(person: Person) -> str:
    return f"🚫 {person.name}" if person.role == "blocked" else person.name


def _button(chat_id: int, person: Person) -> Button:
    return Button(chat_id, "unblock" if person.role == "blocked" else "block", person=person.user_id)


def _counts(stats: Stats) -> str:
    return f"{stats.photos} photos, {stats.faces} faces; {stats.right} right, {stats.wrong} wrong."
