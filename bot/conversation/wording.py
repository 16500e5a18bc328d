"""Sentences that several handlers say."""

from typing import Final

FORGOTTEN: Final = "That photo was forgotten; there is nothing left to correct."
