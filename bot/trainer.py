"""The training process: started, looked after and stopped, never imported."""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from data.home import Home
from data.runs import STOPPED, Run, Runs
from data.training_lock import TrainingLock

_LOCK: Final = 3  # the lock's file descriptor in the child, the first behind its standard streams
_TAIL: Final = 4096  # bytes of the log in which a process's last words are looked for


class Trainer:
    """At most one training process for a home. It outlives the bot, whose next start finds it by its lock and its row.

    It is a process group of its own, so that Ctrl-C in the bot's terminal does not end it, but of the bot's session:
    where Linux shares the processor between sessions first (autogroup), niceness counts within one only.
    """

    def __init__(self, home: Home, device: str, runs: Runs) -> None:
        self._home = home
        self._device = device
        self._runs = runs
        self._lock = TrainingLock(home.training_lock)
        self._children: set[int] = set()

    async def start(self, why: str) -> int | None:
        """Start a run and return its number; None if one is under way.

        Raises:
            OSError: no process can be started now.
        """
        lock = self._lock.acquire(patience=0)
        if lock is None:
            return None
        try:
            run_id = await self._runs.start(0, why)
            try:
                self._children.add(self._spawn(run_id, lock))
            except OSError as error:
                await self._runs.finish(run_id, "failed", None, f"its process could not be started: {error.strerror}")
                raise
        finally:
            os.close(lock)  # the child holds it from its birth on
        return run_id

    def is_alive(self) -> bool:
        """Whether a training process, also one started at the command line or by an earlier bot, is at work."""
        for pid in list(self._children):
            with suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG) == (0, 0):
                    continue
            self._children.discard(pid)
        return self._lock.held()

    async def clear_up(self) -> None:
        """Note the end of runs whose process is gone without having noted it."""
        alive = self.is_alive()
        under_way = await self._runs.under_way()  # read after that look: who ended in between has noted it
        for run in under_way[:-1] if alive else under_way:
            await self._runs.finish(run.id, "failed", None, self._last_words() if run.pid == 0 else STOPPED)

    def stop(self, run: Run, *, at_once: bool = False) -> None:
        """Ask the run's process to end, or end it. The lock vouches that the number still is that process's."""
        if run.pid and self.is_alive():
            with suppress(ProcessLookupError):
                os.kill(run.pid, signal.SIGKILL if at_once else signal.SIGTERM)

    def _spawn(self, run_id: int, lock: int) -> int:
        log = str(self._home.training_log)
        # Not subprocess: it ends, or complains about, children that are to outlive it.
        return os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "cli", "train", "--run", str(run_id)],
            os.environ | {"COUSINBOT_HOME": str(self._home.root.resolve()), "COUSINBOT_DEVICE": self._device},
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
        return last_line(self._home.training_log) or STOPPED


def last_line(log: Path) -> str:
    try:
        lines = log.read_bytes()[-_TAIL:].decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line.strip().removeprefix("Error: ") for line in reversed(lines) if line.strip()), "")
