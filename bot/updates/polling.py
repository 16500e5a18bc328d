"""Long polling that nothing stops.

python-telegram-bot's own polling acknowledges updates before they are handled, stops for good at a single 401 or
404, and never gets past an update it cannot parse. This one journals the raw JSON first and keeps trying.
"""

from typing import Final

from telegram.ext import ExtBot

from bot.transport.backoff import Backoff
from bot.transport.connection_status import ConnectionStatus
from bot.transport.errors import asked_to_wait
from bot.updates.processor import UpdateProcessor

ALLOWED_UPDATES: Final = ["message", "edited_message", "callback_query", "message_reaction"]
LONG_POLL: Final = 30  # seconds Telegram may keep an empty answer back
MARGIN: Final = 10.0  # seconds more, then the connection hangs
# The spelling keeps do_api_request from advising Bot.get_updates, which parses before we have journaled.
_GET_UPDATES: Final = "get_Updates"


async def poll(
    bot: ExtBot[int],
    processor: UpdateProcessor,
    status: ConnectionStatus,
    backoff: Backoff,
    long_poll: int = LONG_POLL,
    margin: float = MARGIN,
) -> None:
    """Fetch updates until cancelled."""
    offset: int | None = None
    # The first answer comes at once, empty or not: what is left from before must not wait for news.
    timeout = 0
    while True:
        try:
            updates = await bot.do_api_request(
                _GET_UPDATES,
                {"offset": offset, "timeout": timeout, "limit": 100, "allowed_updates": ALLOWED_UPDATES},
                read_timeout=timeout + margin,
            )
            highest = await processor.receive(updates)
            if updates and highest is None:
                raise ValueError("no update in the answer has an id")
        except Exception as error:
            status.failed(error)
            timeout = 0  # the next answer comes at once: whether all is well again is worth knowing
            await backoff.wait(asked_to_wait(error))
            continue
        status.works()
        backoff.reset()
        if updates:
            status.brought_updates()
        # Once everything is acknowledged no offset is needed; an old one would hide the updates that follow when
        # Telegram starts its numbers anew, as it does after a quiet week.
        offset = None if highest is None else highest + 1
        timeout = long_poll
