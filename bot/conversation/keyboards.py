"""Inline keyboards whose buttons carry only an id: what they do is in the store, so they outlive a restart."""

from collections.abc import Sequence
from itertools import accumulate

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from data.store.buttons import Button, Buttons

Choice = tuple[str, Button]

MOST_BUTTONS = 96  # Telegram takes 100


async def keyboard(buttons: Buttons, rows: Sequence[Sequence[Choice]]) -> InlineKeyboardMarkup:
    """Keep what the buttons do and return them, row by row; rows beyond Telegram's limit are left out."""
    so_far = accumulate(len(row) for row in rows)
    with_room = [row for row, number in zip(rows, so_far, strict=True) if number <= MOST_BUTTONS]
    ids = iter(await buttons.add([button for row in with_room for _, button in row]))
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=str(next(ids))) for text, _ in row] for row in with_room]
    )


def in_rows(choices: Sequence[Choice], width: int) -> list[Sequence[Choice]]:
    return [choices[start : start + width] for start in range(0, len(choices), width)]
