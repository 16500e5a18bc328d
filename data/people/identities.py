"""Telegram's ids, and the accounts that many people write under: nothing can be kept as one person's there."""

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
