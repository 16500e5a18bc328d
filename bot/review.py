"""/review: what guests said, one face at a time, for an admin to accept or not."""

import asyncio
from html import escape

from telegram import Chat, Update
from telegram.constants import ParseMode
from telegram.ext import ContextTypes

from bot import picture
from bot.answers import per_cent
from bot.corrections import ADMINS_ONLY
from bot.house import House
from bot.keyboards import keyboard
from bot.taps import Action, Tap
from bot.verdicts import Verdicts
from data.buttons import Button
from data.guesses import Guess
from data.labels import Correction

DONE = "Nothing waits for review. 👍"
DECIDED = "That was decided already."


class Review:
    def __init__(self, house: House, verdicts: Verdicts) -> None:
        self._house = house
        self._verdicts = verdicts

    def actions(self) -> dict[str, Action]:
        return {"accept": self._accept, "dismiss": self._dismiss}

    async def on_review(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        chat = update.effective_chat
        if chat is None:
            return
        if chat.type != Chat.PRIVATE:
            # The faces come from people's private chats with the bot.
            await self._house.bot.send_message(chat.id, "Please send me /review in our private chat.")
            return
        await self.show_next(chat.id)

    async def show_next(self, chat_id: int) -> None:
        """Send the proposal about which the bot was least certain."""
        waiting = await self._house.store.corrections.proposed()
        for proposal in waiting:
            guess = await self._house.store.guesses.get(proposal.guess_id)
            if guess is not None:
                await self._show(chat_id, proposal, guess, len(waiting))
                return
        await self._house.bot.send_message(chat_id, DONE)

    async def _show(self, chat_id: int, proposal: Correction, guess: Guess, waiting: int) -> None:
        names, store = self._house.names, self._house.store
        said = self._verdicts.in_words(proposal.verdict, proposal.cousin)
        mine = names.shown(guess.cousin) if guess.cousin else "nobody I know"
        who = await store.people.name(proposal.by) or str(proposal.by)
        text = (
            f"{escape(who, quote=False)} says: <b>{escape(said, quote=False)}</b>.\n"
            f"I said: {escape(mine, quote=False)} ({per_cent(guess.confidence)}).\n{waiting} waiting."
        )
        rows = [
            [(f"✓ Accept: {said}"[:60], _button(chat_id, "accept", proposal))],
            [
                ("Choose another", _button(chat_id, "other", proposal)),
                ("✗ Dismiss", _button(chat_id, "dismiss", proposal)),
            ],
        ]
        markup = await keyboard(store.buttons, rows)
        photo = await self._house.inbox.open(proposal.photo_sha256)
        if photo is None:
            text += "\n(The photo is gone.)"
            await self._house.bot.send_message(chat_id, text, reply_markup=markup, parse_mode=ParseMode.HTML)
        else:
            face = await asyncio.to_thread(picture.crop, photo.pixels, proposal.box)
            await self._house.bot.send_photo(chat_id, face, text, reply_markup=markup, parse_mode=ParseMode.HTML)

    async def _accept(self, tap: Tap) -> str | None:
        if not self._house.access.is_admin(tap.user):
            return ADMINS_ONLY
        proposal = await self._proposal(tap)
        decided = proposal is not None and await self._verdicts.accept(proposal, tap.user)
        if proposal is None or not decided:
            return await self._decided_before(tap)
        said = self._verdicts.in_words(proposal.verdict, proposal.cousin)
        await tap.rewrite(f"✓ Accepted: {said}.")
        await self.show_next(tap.button.chat_id)
        return None

    async def _dismiss(self, tap: Tap) -> str | None:
        if not self._house.access.is_admin(tap.user):
            return ADMINS_ONLY
        proposal = await self._proposal(tap)
        if proposal is None or proposal.status != "proposed":
            return await self._decided_before(tap)
        await self._house.store.corrections.reject(proposal.id, tap.user.id)
        await tap.rewrite("✗ Dismissed.")
        await self.show_next(tap.button.chat_id)
        return None

    async def _decided_before(self, tap: Tap) -> str:
        await tap.rewrite(DECIDED)
        return DECIDED

    async def _proposal(self, tap: Tap) -> Correction | None:
        found = tap.button.correction_id
        return await self._house.store.corrections.get(found) if found is not None else None


def _button(chat_id: int, action: str, proposal: Correction) -> Button:
    return Button(chat_id, action, guess_id=proposal.guess_id, correction_id=proposal.id)
