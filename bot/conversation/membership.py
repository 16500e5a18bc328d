"""Whether somebody is still in a group, as far as Telegram says."""

import logging
from typing import Final

from telegram import ChatMember, ChatMemberRestricted
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.transport.errors import in_words

logger = logging.getLogger(__name__)

PATIENCE: Final = 5.0  # seconds that somebody's message may be held up by this


class Membership:
    def __init__(self, bot: ExtBot[int]) -> None:
        self._bot = bot

    async def __call__(self, group: int, user_id: int) -> bool | None:
        """None if Telegram does not say."""
        try:
            member = await self._bot.get_chat_member(
                group, user_id, connect_timeout=PATIENCE, read_timeout=PATIENCE, pool_timeout=PATIENCE
            )
        except TelegramError as error:
            logger.warning("Telegram did not say who is in group %s: %s.", group, in_words(error))
            return None
        except (KeyError, TypeError) as error:  # a Bot API server of another age says it in other fields
            logger.warning("Telegram said who is in group %s, and nobody understood it: %r.", group, error)
            return None
        if isinstance(member, ChatMemberRestricted):
            return member.is_member
        return member.status not in (ChatMember.LEFT, ChatMember.BANNED)
