"""Renames, merges, their undoing and a forgetting, while photos are answered: no training run begins meanwhile, and the
recogniser follows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from typing import Final, TypeVar

from actions.changes import wording
from actions.changes.renaming import Renamings
from actions.changes.undoing import NotUndoable, Undoing
from actions.forgetting import find_traces, forget_cousin, wait_until_gone
from actions.teaching import Teaching
from data.changes.log import ChangeLog
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.files.training_lock import without_training
from inference.service import RecognitionService

Result = TypeVar("Result")

_HOLDER: Final = "run"  # what other commands say is at work


@asynccontextmanager
async def keeping_others_away(home: Home) -> AsyncIterator[None]:
    """No training run begins, and no command changes the cousins, until the block ends. Raises `HomeError`."""
    with ExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, without_training(home, _HOLDER))
        yield


class CousinChanges:
    """Each raises `HomeError` while a training run or a command is at work on the home."""

    def __init__(
        self,
        home: Home,
        changes: ChangeLog,
        facts: FactsFile,
        renamings: Renamings,
        undoing: Undoing,
        service: RecognitionService,
        teaching: Teaching,
    ) -> None:
        self._home = home
        self._changes = changes
        self._facts = facts
        self._renamings = renamings
        self._undoing = undoing
        self._service = service
        self._teaching = teaching

    async def rename(self, cousin: str, name: str) -> tuple[str, list[str]]:
        """The new key, and what a person still has to do in facts.yaml. Raises `RenamingError`, `OSError`."""

        async def rename() -> tuple[str, list[str]]:
            renaming = await self._renamings.plan_rename(cousin, name, exactly=True)
            return renaming.new, await self._renamings.carry_out(renaming)

        return await self._change(rename)

    async def merge(self, cousin: str, into: str) -> list[str]:
        """What a person still has to do in facts.yaml. Raises `RenamingError`, `OSError`."""

        async def merge() -> list[str]:
            return await self._renamings.carry_out(await self._renamings.plan_merge(cousin, into))

        return await self._change(merge)

    async def take_back(self, number: int) -> tuple[int, list[str]]:
        """Undo the change of this number: how many photos stayed, for they were changed since, and what a person still
        has to do in facts.yaml. Raises `NotUndoable`, `OSError`."""

        async def take_back() -> tuple[int, list[str]]:
            change = next((one for one in await self._changes.latest() if one.id == number), None)
            if change is None:  # it was long ago
                raise NotUndoable(wording.changed_meanwhile())
            if change.undo is None:  # asked for twice
                return 0, []
            plan = await self._undoing.plan(change)
            return plan.kept, await self._undoing.carry_out(plan)

        return await self._change(take_back)

    async def forget(self, cousin: str) -> int:
        """Delete all there is of a cousin, their facts too: how many photos stayed, which others are on too. Raises
        `FactsError`, `OSError`."""

        async def forget() -> int:
            name = self._facts.book().display_name(cousin)
            stayed = await asyncio.to_thread(lambda: asyncio.run(self._forget(cousin, name)))
            await asyncio.to_thread(self._facts.forget, cousin)
            return stayed

        return await self._change(forget)

    async def _forget(self, cousin: str, name: str) -> int:
        """In a loop of its own, which it holds up."""
        traces = await find_traces(self._home, cousin)
        await forget_cousin(self._home, traces, [name])
        await wait_until_gone(self._home, lambda: None)
        return len(traces.shared | traces.also_on)

    async def _change(self, make: Callable[[], Awaitable[Result]]) -> Result:
        async with keeping_others_away(self._home):
            result = await make()
        await self._service.follow()
        await self._teaching.teach()
        return result
