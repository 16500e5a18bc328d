"""At the door: who came with an invitation is welcomed, outsiders are told once, others hear nothing."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from telegram import Chat, Message, Update
from telegram.error import NetworkError
from telegram.ext import ExtBot

from actions.people.access import Access, Sender, Standing
from bot.conversation import wording
from bot.operations.alerts import Alerts
from bot.transport.errors import quietly
from bot.transport.identity import is_shared
from bot.transport.outbox import apart
from bot.updates.batch import RawUpdate
from data.people.tries import BY_ALL, BY_ONE, Spent
from data.store.journal import Journal

_MAY_BE_GUESSING = (Standing.STRANGER, Standing.TURNED_AWAY, Standing.GUEST)


class Admission:
    def __init__(self, bot: ExtBot[int], access: Access, journal: Journal, alerts: Alerts) -> None:
        self._bot = bot
        self._access = access
        self._journal = journal
        self._alerts = alerts

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
        elif standing is Standing.GUEST and not await self._access.still_belongs(sender):
            standing = Standing.LEFT
        # It counts before anybody is told: while Telegram takes no message, nobody shall have tries without end.
        guesses = sender.invitation is not None and sender.in_private and standing in _MAY_BE_GUESSING
        spent = await self._access.note_try(sender) if guesses else None
        if not standing.may_ask:
            await self._turn_away(batch, update, sender, standing)
        if spent is not None:
            await self._tell_of(spent, sender, standing)
        return standing

    async def _turn_away(self, batch: Sequence[RawUpdate], update: Update, sender: Sender, standing: Standing) -> None:
        if update.callback_query:
            with quietly():
                await update.callback_query.answer()
        if update.message_reaction:
            return  # nobody is told anything for a thumb
        match standing:
            case Standing.STRANGER:
                # What they sent leaves the journal first.
                bare = {raw["update_id"]: json.dumps(_bare(raw, sender.user_id)) for raw in batch}
                await self._journal.rewrite(bare)
                await self._say_goodbye(sender.user_id, await self._farewell(sender.user_id))
            case Standing.LATE:
                # They come from the family: what the family gave them is only too old.
                await self._say_goodbye(sender.user_id, wording.invitation_expired())
            case Standing.LEFT:
                await self._say_goodbye(sender.user_id, wording.left_the_group())
                await self._access.let_go(sender.user_id)
            case Standing.ELSEWHERE if self._access.is_admin(sender.user_id) and self._is_asked(update.message):
                with quietly():
                    await self._bot.send_message(sender.chat_id, wording.group_unlisted(sender.chat_id))

    async def _say_goodbye(self, user_id: int, words: str) -> None:
        with quietly():
            await self._bot.send_message(user_id, words)
        await self._access.turn_away(user_id)

    async def _farewell(self, user_id: int) -> str:
        if await self._access.has_admins():
            return wording.outsider()
        return f"{wording.outsider()}\n\n{wording.owner(user_id)}"

    async def _tell_of(self, spent: Spent, sender: Sender, standing: Standing) -> None:
        """What is wrong with a code; whoever is out of tries is told, and so are the admins.

        Raises NetworkError if they can't be told now.
        """
        told = True
        if spent.by_one:
            with quietly(), apart("tries"):  # the first attempt may have said good-bye before
                await self._bot.send_message(sender.user_id, wording.no_tries_left())
            told = await self._alerts.tell(partial(wording.someone_guesses, BY_ONE, sender.user_id))
        elif spent.counts and standing is Standing.TURNED_AWAY:  # a stranger has heard about invitations just now
            with quietly():
                await self._bot.send_message(sender.user_id, wording.invitation_unknown())
        if spent.by_all:
            closed = self._access.has_weak_invitation
            told &= await self._alerts.tell(
                partial(wording.invitation_closed if closed else wording.many_guess, BY_ALL)
            )
        if not told:
            raise NetworkError("an admin could not be told")

    def _is_asked(self, message: Message | None) -> bool:
        """Whether a group's message is meant for the bot, or has just let it in."""
        if message is None:
            return False
        command, _, whose = (message.text or message.caption or "").partition(" ")[0].partition("@")
        is_command = command.startswith("/") and whose.lower() in ("", self._bot.username.lower())
        return is_command or any(user.id == self._bot.id for user in message.new_chat_members)


def _sender(update: Update) -> Sender | None:
    """None where an update comes from nobody, or from nowhere."""
    user, chat, message = update.effective_user, update.effective_chat, update.message
    if user is None or chat is None:
        return None
    return Sender(
        user.id,
        user.full_name,
        user.is_bot or (message is not None and is_shared(message)),
        chat.id,
        chat.type == Chat.PRIVATE,
        message.date if message else datetime.now(UTC),
        _code(message),
        message.message_id if message else 0,
    )


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
