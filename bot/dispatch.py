"""Raw updates to handlers."""

from collections.abc import Sequence
from typing import Any

from telegram import Message, Update
from telegram.ext import Application, BaseHandler, ContextTypes

from bot.access import Access
from bot.alerts import Alerts
from bot.errors import quietly
from bot.intake import RawUpdate
from bot.photos import Photos

Handler = BaseHandler[Update, ContextTypes.DEFAULT_TYPE, Any]

SORRY = "Something went wrong with your message on my side. The admins know; please try again later."


class Dispatcher:
    """Calls the first handler that feels addressed, and lets its failure through.

    `Application.process_update` would swallow it, and the journal must know whether an update was handled.
    """

    def __init__(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        handlers: Sequence[Handler],
        photos: Photos,
        access: Access,
        alerts: Alerts,
    ) -> None:
        self._application = application
        self._handlers = handlers
        self._photos = photos
        self._access = access
        self._alerts = alerts

    async def handle(self, batch: Sequence[RawUpdate]) -> None:
        """One update, or all of an album's."""
        updates = [Update.de_json(raw, self._application.bot) for raw in batch]
        if not await self._access.admits(updates[0]):
            return
        # A person who blocked the bot, or a deleted message, is no reason to try again.
        with quietly():
            messages = [update.message for update in updates if update.message]
            if messages and messages[0].media_group_id:
                await self._photos.on_album(messages)
            else:
                await self._to_handler(updates[0])

    async def give_up(self, batch: Sequence[RawUpdate], error: Exception) -> None:
        """An update was set aside: the admins are told, and whoever sent it if they may ask."""
        what = type(error).__name__
        await self._alerts.tell(f"I could not handle a message and set it aside ({what}). The log says more.")
        match batch[0]:
            case {"message": {"chat": {"id": int(chat_id), "type": "private"}}}:
                if await self._access.may_ask(chat_id):
                    with quietly():
                        await self._application.bot.send_message(chat_id, SORRY)

    async def _to_handler(self, update: Update) -> None:
        await self._note_migration(update.message)
        for handler in self._handlers:
            check = handler.check_update(update)
            if check is not None and check is not False:
                context = self._application.context_types.context.from_update(update, self._application)
                await handler.handle_update(update, self._application, check, context)
                return

    async def _note_migration(self, message: Message | None) -> None:
        if message and message.migrate_to_chat_id:
            await self._alerts.tell(
                f"The group “{message.chat.title}” has a new id. Write {message.migrate_to_chat_id} in place of "
                f"{message.chat_id} into COUSINBOT_CHATS and start me again, so that I answer there."
            )
