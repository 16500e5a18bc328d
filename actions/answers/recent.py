"""Answers of which nothing is kept, and which can be corrected for a while: in memory alone."""

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Final

from foundation.face import RecognizedFace

LIFETIME: Final = 30 * 60.0  # seconds
MOST: Final = 1000  # answers
MOST_BYTES: Final = 256 * 2**20  # of their photos, together

_RANDOM: Final = 12  # bytes of an id that nobody can guess
_PROOF: Final = 6  # bytes of it that tell one that was given from one that somebody made up


class Unknown(Exception):
    """No answer of this id was given, or not to whoever asks."""


class Gone(Exception):
    """The answer was given, and is not in memory any more."""


@dataclass(slots=True)
class RecentAnswer:
    """A photo as it came, and what was recognised in it.

    Attributes:
        asked_by: who may speak of it.
        sender: the person whose photo it is; 0 for a program's, which is nobody's.
        facts: the one that was told of each cousin.
        kept_as: the answer's number in the store, once there is a reason to keep it.
        keeping: held by whoever keeps it, who has to `get` it anew then.
    """

    asked_by: Hashable
    sender: int
    photo: bytes
    sha256: str
    faces: tuple[RecognizedFace, ...]
    facts: dict[str, str | None]
    kept_as: int | None = None
    keeping: asyncio.Lock = field(default_factory=asyncio.Lock)


class RecentAnswers:
    """The newest answers, as many as there is room for. Every id is told from one that was never given, with nothing
    kept of those that are gone."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        lifetime: float = LIFETIME,
        most: int = MOST,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._most = most
        self._most_bytes = most_bytes
        self._secret = secrets.token_bytes(32)
        self._answers: dict[str, tuple[float, RecentAnswer]] = {}  # oldest first
        self._bytes = 0

    def add(self, answer: RecentAnswer) -> str:
        """The id by which it can be had for a while. In a running event loop, which then drops it in time."""
        random = secrets.token_bytes(_RANDOM)
        number = (random + self._proof(random)).hex()
        self._answers[number] = self._clock() + self._lifetime, answer
        self._bytes += len(answer.photo)
        while len(self._answers) > self._most or (self._bytes > self._most_bytes and len(self._answers) > 1):
            self._drop(next(iter(self._answers)))
        asyncio.get_running_loop().call_later(self._lifetime + 1, self.drop_old)
        return number

    def get(self, number: str, asked_by: Hashable) -> RecentAnswer:
        """The answer of this id, for whoever it was given to. Raises `Unknown`, `Gone`."""
        self.drop_old()
        found = self._answers.get(number)
        if found is None:
            raise Gone if self._was_given(number) else Unknown
        if found[1].asked_by != asked_by:
            raise Unknown
        return found[1]

    def drop_old(self) -> None:
        now = self._clock()
        for number in [number for number, (until, _) in self._answers.items() if until <= now]:
            self._drop(number)

    async def forget(self, sender: int) -> None:
        """Drop this person's photos, as they wished; what is being kept of one just now has been kept then."""
        theirs = {number: answer for number, (_, answer) in self._answers.items() if answer.sender == sender}
        for number in theirs:
            self._drop(number)
        for answer in theirs.values():
            async with answer.keeping:
                pass

    def __len__(self) -> int:
        return len(self._answers)

    def _drop(self, number: str) -> None:
        _, answer = self._answers.pop(number)
        self._bytes -= len(answer.photo)

    def _was_given(self, number: str) -> bool:
        try:
            given = bytes.fromhex(number)
        except ValueError:
            return False
        return (
            len(given) == _RANDOM + _PROOF
            and number == given.hex()
            and hmac.compare_digest(given[_RANDOM:], self._proof(given[:_RANDOM]))
        )

    def _proof(self, random: bytes) -> bytes:
        return hmac.digest(self._secret, random, hashlib.sha256)[:_PROOF]
