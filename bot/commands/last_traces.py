"""What was deleted stays deleted: the database's log is emptied, and whoever asked to be forgotten is told."""

from typing import Final

from telegram.ext import ExtBot

from actions.people.languages import ReadersLanguage
from bot.commands import wording
from bot.transport import photo_or_text
from data.store.forgetting import Forgetting
from foundation.reader import in_language

LOG_CHECK: Final = 30.0  # seconds


class LastTraces:
    """Empties the write-ahead log, which has the words of people who were turned away, and faces of those who asked to
    be forgotten, long after their rows are gone: a bot that few write to would keep them for weeks."""

    def __init__(self, bot: ExtBot[int], forgetting: Forgetting, languages: ReadersLanguage) -> None:
        self._bot = bot
        self._languages = languages
        self._forgetting = forgetting

    async def look(self) -> None:
        """One attempt, which waits for nobody; then those are told who were waiting for it."""
        waiting = await self._forgetting.waiting()
        if not await self._forgetting.sweep():
            return
        for asked in waiting:
            with in_language(await self._languages.of(asked.chat_id)):
                await photo_or_text.edit(
                    self._bot, asked.chat_id, asked.message_id, wording.deleted(asked.photos), has_picture=False
                )
            await self._forgetting.told(asked)
