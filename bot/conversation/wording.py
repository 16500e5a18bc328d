"""Sentences that several handlers say."""

from typing import Final

ADMINS_ONLY: Final = "Only an admin may do that."
FORGOTTEN: Final = "That photo was forgotten; there is nothing left to correct."
