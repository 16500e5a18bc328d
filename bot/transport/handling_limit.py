"""How long a handler may take. What it waits for Telegram's sake does not count, however long."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class _Limit:
    def __init__(self, timeout: asyncio.Timeout, seconds: float) -> None:
        self._timeout = timeout
        self._seconds = seconds
        self._waits = 0
        self.is_over = False

    def stop(self) -> None:
        self._waits += 1
        self._set(None)

    def go_on(self) -> None:
        """Once nothing waits any more there is all the time again: only what hangs takes longer."""
        self._waits -= 1
        if not self._waits:
            self._set(asyncio.get_running_loop().time() + self._seconds)

    def _set(self, when: float | None) -> None:
        if not self.is_over and not self._timeout.expired():
            self._timeout.reschedule(when)


_limit: ContextVar[_Limit | None] = ContextVar("limit", default=None)


@asynccontextmanager
async def handling_limit(seconds: float) -> AsyncIterator[None]:
    """Raises TimeoutError where the block takes longer, not counting what it spends `waiting`."""
    async with asyncio.timeout(seconds) as timeout:
        limit = _Limit(timeout, seconds)
        token = _limit.set(limit)
        try:
            yield
        finally:
            _limit.reset(token)
            limit.is_over = True


@contextmanager
def waiting() -> Iterator[None]:
    """What is inside is no work of the handler's, but for what is `counted`."""
    limit = _limit.get()
    if limit is None:
        yield
        return
    limit.stop()
    try:
        yield
    finally:
        limit.go_on()


def counted(
    work: Callable[Arguments, Coroutine[Any, Any, Result]],
) -> Callable[Arguments, Coroutine[Any, Any, Result]]:
    """The same, to be called while `waiting`."""

    async def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        limit = _limit.get()
        if limit is None:
            return await work(*args, **kwargs)
        limit.go_on()
        try:
            return await work(*args, **kwargs)
        finally:
            limit.stop()

    return call
