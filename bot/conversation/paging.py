"""Lists that are longer than one message: a page of them, and the buttons that turn it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.conversation import wording
from bot.conversation.keyboards import Choice
from data.store.buttons import Button

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """`number` counts from 0."""

    items: Sequence[Item]
    number: int
    pages: int

    def title(self, text: str) -> str:
        """The text, and which page it is where there are several."""
        return text if self.pages == 1 else f"{text}\n{wording.page(self.number + 1, self.pages)}"

    def turns(self, chat_id: int, action: str) -> list[Choice]:
        """A row of buttons for `action`, which is to show the page that the button says; empty where there is one."""
        row: list[Choice] = []
        if self.number > 0:
            row.append((wording.page_before(), Button(chat_id, action, page=self.number - 1)))
        if self.number + 1 < self.pages:
            row.append((wording.page_after(), Button(chat_id, action, page=self.number + 1)))
        return row


def page_of(items: Sequence[Item], number: int | None, size: int) -> Page[Item]:
    """The page with this number, or the last one where the list has become shorter."""
    pages = max(1, -(-len(items) // size))
    number = min(max(number or 0, 0), pages - 1)
    return Page(items[number * size : (number + 1) * size], number, pages)
