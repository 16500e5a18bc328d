"""The Telegram front: updates in, answers out."""

import os

# python-telegram-bot's next major version gives durations as timedelta; opting in now also keeps its warning out of
# every 429.
os.environ.setdefault("PTB_TIMEDELTA", "1")
