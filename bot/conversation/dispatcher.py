"""Raw updates to handlers."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from functools import partial
from typing import Any, Protocol

from telegram import Chat, Message, MessageEntity, MessageReactionUpdated, Update
from telegram.error import BadRequest, NetworkError
from telegram.ext import Application

from actions.people.access import Access, Standing
from actions.people.languages import ReadersLanguage
from bot.conversation import wording
from bot.conversation.admission import Admission
from bot.conversation.pace import Pace
from bot.conversation.permissions import Route
from bot.operations.alerts import BETWEEN_ALERTS, Alerts, Gathered
from bot.operations.missing_rights import MissingRights
from bot.transport.downloads import picture_in
from bot.transport.errors import Later, missing_right, quietly
from bot.transport.identity import is_shared
from bot.transport.outbox import apart
from bot.transport.topics import within
from bot.updates.batch import RawUpdate
from bot.updates.origin import sender_of, topic_of
from bot.updates.parsing import parse
from data.people.groups import Groups
from data.people.identities import SHARED
from foundation.reader import in_language


class PhotoAnswers(Protocol):
    """Who answers photos that are no message of their own, and says why an answer is not there yet."""

    async def on_album(self, messages: Sequence[Message]) -> None: ...

    async def on_edited(self, message: Message) -> None: ...

    def in_line(self, messages: Sequence[Message]) -> AbstractContextManager[None]: ...

    async def say_wait(self, messages: Sequence[Message], number: int, seconds: float) -> None: ...


class ReactionAnswers(Protocol):
    """Who follows reactions."""

    async def is_meant(self, reaction: MessageReactionUpdated) -> bool: ...


class Dispatcher:
    """Calls the first handler that feels addressed, and lets its failure through.

    `Application.process_update` would swallow it, and the journal must know whether an update was handled.
    """

    def __init__(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        routes: Sequence[Route],
        photos: PhotoAnswers,
        reactions: ReactionAnswers,
        admission: Admission,
        access: Access,
        pace: Pace,
        groups: Groups,
        alerts: Alerts,
        rights: MissingRights,
        languages: ReadersLanguage,
        between_alerts: float = BETWEEN_ALERTS,
    ) -> None:
        self._application = application
        self._routes = routes
        self._photos = photos
        self._reactions = reactions
        self._admission = admission
        self._access = access
        self._pace = pace
        self._groups = groups
        self._alerts = alerts
        self._rights = rights
        self._languages = languages
        self._given_up = Gathered(alerts, _set_aside, between_alerts)

    async def handle(self, batch: Sequence[RawUpdate]) -> None:
        """One update, or all of an album's. What is sent meanwhile goes to the topic it came from, in the language of
        whoever reads it there."""
        with within(topic_of(batch[0])), in_language(await self._language_of(batch[0])):
            await self._handle(batch)

    async def _handle(self, batch: Sequence[RawUpdate]) -> None:
        updates = self._parsed(batch)
        if not updates:
            return
        await self._note_migration(updates[0])
        reaction = updates[0].message_reaction
        if reaction and not await self._reactions.is_meant(reaction):
            return  # nothing of whoever sent it is kept: it has nothing to do with the bot
        standing = await self._admission.admit(batch, updates[0])
        if not standing.may_ask:
            return
        sender, told = sender_of(batch[0])
        if sender not in SHARED:
            await self._languages.note(sender, told)
        messages, edited = [update.message for update in updates if update.message], updates[0].edited_message
        # A person who blocked the bot, or a deleted message, is no reason to try again.
        with quietly():
            try:
                if standing is not Standing.ADMIN:
                    await self._keep_pace(messages)
                    if reaction:
                        self._keep_pace_of(reaction, updates[0].update_id)
                if edited:
                    await self._photos.on_edited(edited)
                elif messages and messages[0].media_group_id:
                    await self._photos.on_album(messages)
                else:
                    await self._to_handler(updates[0], admin=standing is Standing.ADMIN)
            except BadRequest as error:
                asked = edited or (messages[0] if messages else None)
                if asked and (right := missing_right(error)):
                    await self._rights.tell(asked.chat, right)
                raise

    async def give_up(self, batch: Sequence[RawUpdate], what: str) -> bool:
        """Tell the admins, and whoever sent it if they may ask, that it is set aside; True if its text may be kept.

        Raises:
            NetworkError: not all could be told now.
        """
        chat_id, sender, in_private = _where(batch[0])
        family = await self._is_family(chat_id, sender, in_private)
        if family:
            with quietly(), within(topic_of(batch[0])), in_language(await self._language_of(batch[0])):
                await self._application.bot.send_message(chat_id, wording.sorry())
        if not await self._given_up.tell(what):
            raise NetworkError("an admin could not be told")
        return family

    async def say_wait(self, batch: Sequence[RawUpdate], number: int, seconds: float) -> None:
        """Tell whoever sent a photo and may ask that others are in front of theirs."""
        if not await self._is_family(*_where(batch[0])):
            return
        with quietly(), within(topic_of(batch[0])), in_language(await self._language_of(batch[0])):
            await self._photos.say_wait(self._messages(batch), number, seconds)

    @asynccontextmanager
    async def in_line(self, batch: Sequence[RawUpdate]) -> AsyncIterator[None]:
        """Show whoever sent a photo and may ask that it is waited for, while this is open."""
        shown = (
            self._photos.in_line(self._messages(batch)) if await self._is_family(*_where(batch[0])) else nullcontext()
        )
        with within(topic_of(batch[0])), shown:
            yield

    async def _language_of(self, raw: RawUpdate) -> str:
        """In private the person's, in a group its own, whoever writes there."""
        chat_id, _, in_private = _where(raw)
        if chat_id and not in_private:
            return await self._languages.of(chat_id)
        return await self._languages.of(*sender_of(raw))

    def _parsed(self, batch: Sequence[RawUpdate]) -> list[Update]:
        parsed = [parse(raw, self._application.bot) for raw in batch]
        return [update for update in parsed if update is not None]

    def _messages(self, batch: Sequence[RawUpdate]) -> list[Message]:
        return [update.message for update in self._parsed(batch) if update.message]

    async def _keep_pace(self, messages: Sequence[Message]) -> None:
        """Of what may ask something, in any words. Pictures have a pace of their own. Raises `Later`."""
        if any(map(picture_in, messages)):
            return
        for message in filter(_may_ask_something, messages):
            person = message.from_user
            if person is None:
                continue
            if seconds := self._pace.wait(person.id, (message.chat_id, message.message_id)):
                if self._pace.is_news(person.id):
                    with apart("pace"):
                        await message.reply_text(wording.too_quick(self._pace.a_minute))
                raise Later(seconds)

    def _keep_pace_of(self, reaction: MessageReactionUpdated, update_id: int) -> None:
        """The same of a reaction, without a word."""
        if reaction.user and (seconds := self._pace.wait(reaction.user.id, update_id)):
            raise Later(seconds)

    async def _is_family(self, chat_id: int, sender: int, in_private: bool) -> bool:
        if not chat_id:
            return False
        return await self._access.may_ask(sender) and (in_private or await self._access.is_allowed_group(chat_id))

    async def _to_handler(self, update: Update, *, admin: bool) -> None:
        chat, message = update.effective_chat, update.message
        shared = message is not None and is_shared(message)
        for route in self._routes:
            check = route.handler.check_update(update) if route.is_for(admin=admin, shared=shared) else None
            if check is None or check is False:
                continue
            refusal = route.refusal(in_private=chat is not None and chat.type == Chat.PRIVATE, shared=shared)
            if refusal is not None and message is not None:
                await message.reply_text(refusal)
                return
            context = self._application.context_types.context.from_update(update, self._application)
            await route.handler.handle_update(update, self._application, check, context)
            return

    async def _note_migration(self, update: Update) -> None:
        """A group that became a supergroup stays allowed. Telegram says so in the old one and in the new one."""
        match update.message:
            case None:
                return
            case message if message.migrate_from_chat_id:
                await self._follow(message.migrate_from_chat_id, message.chat_id)
            case message if message.migrate_to_chat_id:
                if await self._follow(message.chat_id, message.migrate_to_chat_id):
                    moved = message.chat.title or "", message.migrate_to_chat_id, message.chat_id
                    await self._alerts.tell(partial(wording.group_moved, *moved))

    async def _follow(self, old: int, new: int) -> bool:
        if not await self._access.is_allowed_group(old):
            return False
        await self._groups.moved(old, new)
        return True


def _may_ask_something(message: Message) -> bool:
    """In a group: a command, or somebody's name, also below a video."""
    kinds = {entity.type for entity in (*message.entities, *message.caption_entities)}
    return message.chat.type == Chat.PRIVATE or bool(kinds & {MessageEntity.BOT_COMMAND, MessageEntity.MENTION})


def _set_aside(kinds: Counter[str]) -> str:
    several = kinds.total() > 1
    reasons = ", ".join(f"{what}: {count}" if several else str(what) for what, count in kinds.most_common())
    return wording.could_not_handle(kinds.total(), reasons)


def _where(raw: RawUpdate) -> tuple[int, int, bool]:
    """Chat, sender, and whether that is a private chat; zeros where the update does not say."""
    match raw:
        case {"message": {"chat": {"id": int(chat_id)} as chat} as content}:
            pass
        case {"edited_message": {"chat": {"id": int(chat_id)} as chat} as content}:
            pass
        case {"callback_query": {"message": {"chat": {"id": int(chat_id)} as chat}} as content}:
            pass
        case {"message_reaction": {"chat": {"id": int(chat_id)} as chat} as content}:
            pass
        case _:
            return 0, 0, False
    in_private = chat.get("type") == Chat.PRIVATE
    match content:
        case {"from": {"id": int(sender)}} | {"user": {"id": int(sender)}}:
            return chat_id, sender, in_private
    return chat_id, chat_id if in_private else 0, in_private
