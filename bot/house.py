"""What every handler works with, put together once in `bot.app`."""

from dataclasses import dataclass

from telegram.ext import ExtBot

from actions.inbox import Inbox
from actions.teaching import Teaching
from bot.answers.rate_limit import Pace
from bot.conversation.access import Access
from bot.conversation.names import Names
from bot.operations.alerts import Alerts, WatchedFacts
from data.settings import Settings
from data.store.store import Store
from inference.decoding.sandbox import Decoding
from inference.service import RecognitionService
from inference.versions import Versions


@dataclass(frozen=True, slots=True)
class House:
    bot: ExtBot[int]
    settings: Settings
    store: Store
    decoding: Decoding
    inbox: Inbox
    service: RecognitionService
    versions: Versions
    teaching: Teaching
    facts: WatchedFacts
    names: Names
    access: Access
    pace: Pace
    alerts: Alerts

    async def note_champion(self) -> None:
        """Note in the statements that the champion learned from that it was the first, where none was before it.

        It may have been promoted here, by its training run, or much later at the command line.
        """
        champion = self.versions.champion()
        version = self.versions.get(champion) if champion else None
        if version is not None and version.corrections:
            await self.store.statements.mark_used(version.corrections, version.name)
