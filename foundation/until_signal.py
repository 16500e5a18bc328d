"""A process that serves until it is told to stop."""

import asyncio
import contextlib
import signal
from collections.abc import Coroutine


def run_until_signal(serving: Coroutine[None, None, None]) -> None:
    """Run this until it ends, or is cancelled by SIGTERM or Ctrl-C. Raises what it raises."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_until_sigterm(serving))


async def _until_sigterm(serving: Coroutine[None, None, None]) -> None:
    task = asyncio.ensure_future(serving)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
