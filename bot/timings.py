"""How long the bot waits for what: in one place for those who put it together, and for tests, which have less time."""

from dataclasses import dataclass
from typing import Final

from actions.running.housekeeping import DISK_CHECK
from actions.training_runs import UNTIL_KILLED
from bot.commands.command_list import BETWEEN_MENUS
from bot.commands.last_traces import LOG_CHECK
from bot.conversation.pace import MINUTE
from bot.operations.alerts import BETWEEN_ALERTS
from bot.retraining.retrain import BETWEEN_EDITS, BETWEEN_LOOKS, TICK
from bot.transport.backoff import FIRST_PAUSE
from bot.transport.client import READ_TIMEOUT
from bot.transport.downloads import DOWNLOAD_TIMEOUT
from bot.updates.albums import SILENCE
from bot.updates.polling import LONG_POLL, MARGIN
from bot.updates.processor import PATIENT
from bot.updates.waiting_photos import NEWS
from bot.updates.webhook import CHECK_EVERY
from data.store.store import PATIENCE


@dataclass(frozen=True, slots=True)
class Timings:
    """All in seconds."""

    database_patience: float = PATIENCE
    read_timeout: float = READ_TIMEOUT
    download_timeout: float = DOWNLOAD_TIMEOUT
    first_pause: float = FIRST_PAUSE
    long_poll: int = LONG_POLL
    poll_margin: float = MARGIN
    webhook_check: float = CHECK_EVERY
    album_silence: float = SILENCE
    patient: float = PATIENT
    worth_a_word: float = NEWS
    minute: float = MINUTE
    between_alerts: float = BETWEEN_ALERTS
    between_menus: float = BETWEEN_MENUS
    disk_check: float = DISK_CHECK
    log_check: float = LOG_CHECK
    training_tick: float = TICK
    between_edits: float = BETWEEN_EDITS
    between_looks: float = BETWEEN_LOOKS
    training_killed: float = UNTIL_KILLED
    grace: float = 4.0
    """That handlers get to finish after SIGTERM; closing all takes less than 10."""


USUAL: Final = Timings()
