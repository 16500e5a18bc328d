"""Numbers of people: Telegram's accounts that many people write under, and those of people who have no account."""

import secrets
from typing import Final

MOST_DIGITS: Final = 16
"""Of any id: Telegram promises 52 bits, and a database has room for 63."""
ANONYMOUS_ADMIN: Final = 1087968824
SHARED: Final = frozenset(
    {
        ANONYMOUS_ADMIN,  # an admin of a group who writes as the group
        136817688,  # somebody who writes as a channel
        777000,  # Telegram itself, for what a channel posts into its group
    }
)
"""Nothing can be kept as one person's there."""

OF_PAGES: Final = -(10**15)
"""Whoever comes by the pages, without Telegram, has a number below this one; Telegram gives them to nobody."""
_NUMBERS: Final = 10**18


def new_number() -> int:
    """For somebody who comes by the pages. Drawn, so that nobody inherits that of somebody who was forgotten."""
    return OF_PAGES - 1 - secrets.randbelow(_NUMBERS)


def is_on_telegram(user_id: int) -> bool:
    """Whether somebody can be written to."""
    return user_id > 0
