"""Messages that go out once, also when the process is killed while it answers.

What an update's handler sends is numbered. Every message is noted in the journal as soon as Telegram has taken it, and
only then the next one goes out; when the update is handled again, what was noted is not sent again. So at most one
message can have been sent and not noted when the process dies, however many updates were under way. One message at
a time costs nothing: Telegram lets a bot send 30 a second, and refuses more. A message that Telegram does not take
within two seconds lets the others pass, and may be one more that was sent and not noted.
"""

import asyncio
import logging
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

from telegram.constants import FloodLimit
from telegram.error import ChatMigrated
from telegram.ext import AIORateLimiter

from bot.transport.handling_limit import counted, waiting
from bot.transport.topics import put_into_topic
from data.people.groups import Groups
from data.store.journal import Journal

logger = logging.getLogger(__name__)

A_SECOND: float = FloodLimit.MESSAGES_PER_SECOND  # messages that Telegram takes of one bot
HANGS: Final = 2.0  # seconds after which a message holds up no other
RETRIES: Final = 5  # after "Too Many Requests", each as late as Telegram asks for
_NO_MESSAGES: Final = ("sendChatAction", "getChat", "getChatMember")
Answer = bool | dict[str, Any] | list[dict[str, Any]]
Request = Callable[..., Coroutine[Any, Any, Answer]]


@dataclass(slots=True)
class _Sending:
    """The messages of one update so far, counted by what they are and where they go."""

    update_id: int
    part: str
    counts: Counter[str] = field(default_factory=Counter)

    def step(self, endpoint: str, chat_id: object) -> str:
        what = f"{self.part} {endpoint} {chat_id}"
        self.counts[what] += 1
        return f"{what} {self.counts[what]}"


_sending: ContextVar[_Sending | None] = ContextVar("sending", default=None)


@contextmanager
def sending_for(update_id: int, part: str) -> Iterator[None]:
    """Messages sent inside belong to this update; `part` tells its handler's from those that excuse its failure."""
    token = _sending.set(_Sending(update_id, part))
    try:
        yield
    finally:
        _sending.reset(token)


@contextmanager
def apart(part: str) -> Iterator[None]:
    """What is sent inside is counted for itself: a message that not every attempt at an update sends."""
    sending = _sending.get()
    if sending is None:
        yield
        return
    with sending_for(sending.update_id, part):
        yield


def current_update() -> int | None:
    """The update that is being handled here, for the log."""
    sending = _sending.get()
    return sending.update_id if sending else None


class Outbox(AIORateLimiter):
    """Every request to Telegram but “typing…” and questions about members passes here: throttled, tried again after a
    429, messages noted as above.

    A group that became a supergroup gets its messages under its new id, a forum its messages in their topic.
    """

    def __init__(self, journal: Journal, groups: Groups, hangs: float = HANGS) -> None:
        super().__init__(max_retries=RETRIES, overall_max_rate=A_SECOND)
        self._journal = journal
        self._groups = groups
        self._hangs = hangs
        self._one_at_a_time = asyncio.Lock()

    async def process_request(
        self,
        callback: Request,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Answer:
        put_into_topic(endpoint, data)  # the very dictionary that `args` hold
        if endpoint in _NO_MESSAGES:  # they must hold up none, nor wait for them
            return await callback(*args, **kwargs)
        sending = _sending.get()
        callback = request = counted(callback)
        if sending is not None and endpoint.startswith("send"):
            step = sending.step(endpoint, data.get("chat_id"))
            if (noted := await self._journal.sent(sending.update_id, step)) is not None:
                before: Answer = noted
                return before
            request = self._noting(callback, sending.update_id, step)
        try:
            with waiting():
                return await super().process_request(request, args, kwargs, endpoint, data, rate_limit_args)
        except ChatMigrated as moved:
            old = data.get("chat_id")
            logger.warning("The group %s has become a supergroup; its id is %s now.", old, moved.new_chat_id)
            if isinstance(old, int):
                await self._groups.moved(old, moved.new_chat_id)
            if not endpoint.startswith("send"):
                raise  # the messages that were there stay behind
            data["chat_id"] = moved.new_chat_id
            with waiting():
                return await super().process_request(request, args, kwargs, endpoint, data, rate_limit_args)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """One message's turn, which ends early when it hangs."""
        await self._one_at_a_time.acquire()
        ends = ExitStack()
        ends.callback(self._one_at_a_time.release)
        timer = asyncio.get_running_loop().call_later(self._hangs, ends.close)
        try:
            yield
        finally:
            timer.cancel()
            ends.close()

    def _noting(self, callback: Request, update_id: int, step: str) -> Request:
        async def send(*args: Any, **kwargs: Any) -> Answer:
            async with self._turn():
                message = await callback(*args, **kwargs)
                try:
                    await self._journal.note_sent(update_id, step, message)
                except sqlite3.Error:
                    # It is sent, and to try again would send it again.
                    logger.exception("A message was sent that could not be noted.")
            return message

        return send
