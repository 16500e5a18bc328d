"""The training process: started, looked after and stopped, never imported."""

import asyncio
import logging
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from actions import wording
from data.files.home import Home
from data.files.training_lock import TrainingLock
from data.store.runs import Run, Runs
from foundation.languages import ENGLISH

logger = logging.getLogger(__name__)

UNTIL_KILLED: Final = 10.0  # seconds a run is given to stop by itself
_LOCK: Final = 3  # the lock's file descriptor in the child, the first behind its standard streams
_TAIL: Final = 4096  # bytes of the log in which a process's last words are looked for


class Trainer:
    """At most one training process for a home. It outlives the bot, whose next start finds it by its lock and its row.

    It is a process group of its own, so that Ctrl-C in the bot's terminal does not end it, but of the bot's session:
    where Linux shares the processor between sessions first (autogroup), niceness counts within one only.
    """

    def __init__(
        self, home: Home, device: str, runs: Runs, until_killed: float = UNTIL_KILLED, language: str | None = None
    ) -> None:
        """`language` is the family's: what a run says of itself, and its report, are for all admins."""
        self._language = language or ENGLISH
        self._until_killed = until_killed
        self._home = home
        self._device = device
        self._runs = runs
        self._lock = TrainingLock(home.training_lock)
        self._children: set[int] = set()
        self._stopping: dict[int, float] = {}  # run -> when it was asked to stop

    async def start(self, why: str) -> int | None:
        """Start a run and return its number; None if one is under way, or kept away by a command.

        Raises:
            OSError: no process can be started now.
        """
        lock = self._lock.acquire(patience=0)
        if lock is None:
            return None
        try:
            run_id = await self._runs.start(0, why)
            await self._runs.follow(run_id)
            try:
                self._children.add(self._spawn(run_id, lock))
            except OSError as error:
                await self._runs.finish(run_id, "failed", None, wording.process_not_started(str(error.strerror)))
                raise
        finally:
            os.close(lock)  # the child holds it from its birth on
        logger.info("Training run %d starts.", run_id)  # why has names in it
        return run_id

    async def end(self, by: int) -> bool:
        """Cancel the run that is under way, and return once it is gone; False if there was none."""
        was_alive = self.is_alive()
        while self.is_alive():
            for run in (await self._runs.under_way())[-1:]:
                await self._runs.cancel(run.id, by)
            await self.stop_cancelled()
            await asyncio.sleep(0.05)
        return was_alive

    async def stop_cancelled(self) -> None:
        """Ask the process of a cancelled run to end; if it does not within a while, end it."""
        for run in await self._runs.under_way():
            if run.cancelled_by is None:
                continue
            if run.id not in self._stopping:  # asked once: a second signal would disturb its tidying up
                if self._signal(run, signal.SIGTERM):
                    self._stopping[run.id] = time.monotonic()
            elif time.monotonic() - self._stopping[run.id] > self._until_killed:
                self._signal(run, signal.SIGKILL)

    def is_alive(self) -> bool:
        """Whether a training process, also one started at the command line or by an earlier bot, is at work."""
        for pid in list(self._children):
            with suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG) == (0, 0):
                    continue
            self._children.discard(pid)
        return self._lock.held()

    def kept_away_by(self) -> str | None:
        """The command that changes who the cousins are, and lets no run begin; None where there is none."""
        return self._lock.holder() or None

    async def clear_up(self) -> None:
        """Note the end of runs whose process is gone without having noted it."""
        alive = self.is_alive()
        under_way = await self._runs.under_way()  # read after that look: who ended in between has noted it
        for run in under_way[:-1] if alive else under_way:
            await self._runs.finish(run.id, "failed", None, self._last_words() if run.pid == 0 else wording.stopped())

    def delete_log(self) -> None:
        """It names photos that a run left out."""
        self._home.training_log.unlink(missing_ok=True)

    def _signal(self, run: Run, number: signal.Signals) -> bool:
        """False if its process has not begun yet, or is gone. The lock vouches that the pid still is that process's."""
        if not run.pid or not self.is_alive():
            return False
        with suppress(ProcessLookupError):
            os.kill(run.pid, number)
        return True

    def _spawn(self, run_id: int, lock: int) -> int:
        log = str(self._home.training_log)
        # Not subprocess: it ends, or complains about, children that are to outlive it.
        return os.posix_spawn(
            sys.executable,
            [sys.executable, "-P", "-m", "cli", "train", "--run", str(run_id)],  # -P: cwd may have a folder models
            os.environ
            | {
                "COUSINBOT_HOME": str(self._home.root.resolve()),
                "COUSINBOT_DEVICE": self._device,
                "COUSINBOT_LANGUAGE": self._language,
            },
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
                (os.POSIX_SPAWN_DUP2, lock, _LOCK),
            ],
            setpgroup=0,
        )

    def _last_words(self) -> str:
        """Why a process ended before it could note anything: a wrong setting, a broken installation."""
        return last_line(self._home.training_log) or wording.stopped()


def last_line(log: Path) -> str:
    try:
        lines = log.read_bytes()[-_TAIL:].decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line.strip().removeprefix("Error: ") for line in reversed(lines) if line.strip()), "")
