"""Inline keyboards whose buttons carry only an id: what they do is in the store, so they outlive a restart."""

from collections.abc import Sequence
from itertools import accumulate

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from data.store.buttons import Button, Buttons

Choice = tuple[str, Button]

MOST_BUTTONS = 96  # Telegram takes 100


async def keyboard(buttons: Buttons, rows: Sequence[Sequence[Choice]]) -> InlineKeyboardMarkup:
    """Keep what the buttons do and return them, row by row; rows beyond Telegram's limit are left out."""
    return with_ids(rows, await buttons.add(buttons_in(rows)))


def buttons_in(rows: Sequence[Sequence[Choice]]) -> list[Button]:
    """The buttons for which there is room."""
    return [button for row in _with_room(rows) for _, button in row]


def with_ids(rows: Sequence[Sequence[Choice]], ids: Sequence[int]) -> InlineKeyboardMarkup:
    """The keyboard, by the ids under which `buttons_in` it are kept."""
    ids_left = iter(ids)
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(text, callback_data=str(next(ids_left))) for text, _ in row]
            for row in _with_room(rows)
            if row
        ]
    )


def in_rows(choices: Sequence[Choice], width: int) -> list[Sequence[Choice]]:
    return [choices[start : start + width] for start in range(0, len(choices), width)]


def _with_room(rows: Sequence[Sequence[Choice]]) -> list[Sequence[Choice]]:
    so_far = accumulate(len(row) for row in rows)
    return [row for row, buttons in zip(rows, so_far, strict=True) if buttons <= MOST_BUTTONS]
