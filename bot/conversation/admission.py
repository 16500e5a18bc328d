"""At the door: who came with an invitation is welcomed, outsiders are told once, others hear nothing."""

import json
from collections.abc import Sequence

from telegram import Chat, Message, Update
from telegram.ext import ExtBot

from actions.access import Access, Sender, Standing
from bot.conversation import wording
from bot.transport.errors import quietly
from bot.updates.batch import RawUpdate
from data.store.journal import Journal


class Admission:
    """`has_admins` is False for a fresh installation, whose owner still has to find out their id."""

    def __init__(self, bot: ExtBot[int], access: Access, journal: Journal, *, has_admins: bool) -> None:
        self._bot = bot
        self._access = access
        self._journal = journal
        self._has_admins = has_admins

    async def admit(self, batch: Sequence[RawUpdate], update: Update) -> Standing:
        """What the sender of a batch is here; whoever may not ask has been told all there is to say to them.

        `update` is the first of the batch.
        """
        sender = _sender(update)
        if sender is None:
            return Standing.ELSEWHERE
        standing = await self._access.standing(sender)
        if standing is Standing.INVITED:
            await self._access.welcome(sender)
        if not standing.may_ask:
            await self._turn_away(batch, update, sender, standing)
        return standing

    async def _turn_away(self, batch: Sequence[RawUpdate], update: Update, sender: Sender, standing: Standing) -> None:
        if update.callback_query:
            with quietly():
                await update.callback_query.answer()
        match standing:
            case Standing.STRANGER:
                # What they sent leaves the journal first.
                bare = {raw["update_id"]: json.dumps(_bare(raw, sender.user_id)) for raw in batch}
                await self._journal.rewrite(bare)
                await self._say_goodbye(sender.user_id, self._farewell(sender.user_id))
            case Standing.LATE:
                # They come from the family: what the family gave them is only too old.
                await self._say_goodbye(sender.user_id, wording.invitation_expired())

    async def _say_goodbye(self, user_id: int, words: str) -> None:
        with quietly():
            await self._bot.send_message(user_id, words)
        await self._access.turn_away(user_id)

    def _farewell(self, user_id: int) -> str:
        if self._has_admins:
            return wording.outsider()
        return f"{wording.outsider()}\n\n{wording.owner(user_id)}"


def _sender(update: Update) -> Sender | None:
    """None where an update comes from nobody, or from nowhere."""
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None:
        return None
    in_private = chat.type == Chat.PRIVATE
    return Sender(user.id, user.full_name, user.is_bot, chat.id, in_private, _code(update.message))


def _code(message: Message | None) -> str | None:
    """The code of "/start CODE", which is what opening an invitation link sends."""
    match (message.text or "").split() if message else []:
        case [start, code] if start.partition("@")[0] == "/start":
            return code
        case _:
            return None


def _bare(raw: RawUpdate, user_id: int) -> RawUpdate:
    """The same update without anything of its sender's but their number."""
    sender = {"id": user_id, "is_bot": False, "first_name": ""}
    chat = {"id": user_id, "type": Chat.PRIVATE}
    return {
        "update_id": raw["update_id"],
        "message": {"message_id": 0, "date": 0, "chat": chat, "from": sender},
    }
