"""What the bot may not do in a group: the admins can allow it, if they know."""

from functools import partial

from telegram import Chat

from bot.operations import wording
from bot.operations.alerts import Alerts
from bot.transport.errors import Right
from bot.transport.outbox import apart


class MissingRights:
    def __init__(self, alerts: Alerts) -> None:
        self._alerts = alerts
        self._told: set[tuple[int, Right]] = set()

    async def tell(self, chat: Chat, right: Right) -> None:
        """Tell the admins of it, once for each group until the bot is started again."""
        if (chat.id, right) in self._told:
            return
        name = chat.title or str(chat.id)
        words = wording.may_not_send_photos if right == "photos" else wording.may_not_write
        with apart("rights"):
            if await self._alerts.tell(partial(words, name)):
                self._told.add((chat.id, right))
