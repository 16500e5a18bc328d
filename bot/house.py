"""What every handler works with, put together once in `bot.app`."""

from dataclasses import dataclass

from telegram.ext import ExtBot

from bot.access import Access
from bot.alerts import Alerts, WatchedFacts
from bot.inbox import Inbox
from bot.lessons import Lessons
from bot.names import Names
from bot.pace import Pace
from data.settings import Settings
from data.store import Store
from inference.service import RecognitionService


@dataclass(frozen=True, slots=True)
class House:
    bot: ExtBot[int]
    settings: Settings
    store: Store
    inbox: Inbox
    service: RecognitionService
    lessons: Lessons
    facts: WatchedFacts
    names: Names
    access: Access
    pace: Pace
    alerts: Alerts
