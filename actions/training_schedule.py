"""When a training run starts by itself."""

from datetime import datetime, time, timedelta

from actions import wording
from data.settings import Settings
from data.store.runs import Run
from data.store.store import Store


def local_now() -> datetime:
    """On this computer's clock, which is what the family means by an hour."""
    return datetime.now().astimezone()


def has_come(hour: time, last: datetime, now: datetime) -> bool:
    """Whether the clock has passed this hour after `last`, up to `now`; both are local times.

    Once a day: where daylight saving doubles it the first time counts, and where it is skipped it comes an hour early.
    """
    days = now - timedelta(days=1), now  # a computer may sleep over midnight
    return any(last < datetime.combine(day, hour).astimezone() <= now for day in days)


class Schedule:
    def __init__(self, settings: Settings, store: Store, now: datetime) -> None:
        self._settings = settings
        self._store = store
        self._last = now

    async def due(self, now: datetime) -> str | None:
        """Why a run is to be started now, in words; None where none is."""
        last, self._last = self._last, now
        run = await self._store.runs.latest()
        if self._settings.retrain_after:
            # A run that failed, or was cancelled, is not started again for the same corrections.
            new = await self._new_since(run)
            if new >= self._settings.retrain_after:
                return wording.new_corrections(new)
        hour = self._settings.retrain_at
        is_time = hour is not None and has_come(hour, last, now)
        if is_time and (new := await self._new_since(await self._store.runs.latest_trained())):
            return wording.time_has_come(new)
        return None

    async def _new_since(self, run: Run | None) -> int:
        """What people have said after the run began: of faces in what was sent, and of whose face is whose in photos of
        several."""
        said = await self._store.statements.to_learn(run.decisions if run else 0)
        return said + await self._store.pointed_faces.count_since(run.started_at if run else "")
