"""What somebody wants of their photos besides an answer: that they be learned from, by their caption or a command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from telegram import Message, User

from data.store.guesses import Answer
from foundation.statement import Way


@dataclass(frozen=True, slots=True)
class Wish:
    """Who is on the photos, as whoever sends them says.

    Attributes:
        way: they teach, or speak of themselves.
        name: as it was typed; empty where none was.
        by_command: what was meant is sure, so that a name nobody has is asked about.
        is_theirs: they wrote it: a caption may have come along with somebody else's photo.
        own: where photos that were sent together have several captions, what each wishes, by the number of its message;
            None where it wishes nothing that is understood, or there is none.
    """

    way: Way
    name: str
    by: User
    by_command: bool = True
    is_theirs: bool = True
    own: Mapping[int, "Wish | None"] = field(default_factory=dict)


class Lessons(Protocol):
    """Who carries wishes out."""

    def wish(self, messages: Sequence[Message]) -> Wish | None:
        """That of a message's caption, or of an album's."""

    async def learn(self, answer: Answer, wish: Wish, photos: Mapping[int, str]) -> None:
        """Note down what is certain, before the answer is sent. `photos` are those of the messages that have wishes of
        their `own`, by the sha256 that they have in the answer."""

    async def tell(self, answer: Answer, wish: Wish, photos: Mapping[int, str]) -> None:
        """Say, behind the answer, what was noted and what has to be asked."""

    def nothing_learned(self, wish: Wish) -> str | None:
        """What is to be said where no picture could be opened."""
