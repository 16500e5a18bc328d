"""Recognition for an event loop: batched, off the loop, always by the champion of the moment."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from foundation.box import Box
from foundation.face import RecognizedFace
from inference.champion import CANNOT_ANSWER, load_champion, load_who_answers, trouble_with
from inference.decoding.photo import Photo
from inference.device import choose_device
from inference.faces.detectors import load_detector
from inference.loading import VersionBroken
from inference.naming.memory import Memory, StatedFace
from inference.recognizer import Recognizer
from inference.wording import answers_from_memory, stands_in
from models.forgetting import forget
from models.registry import Registry, RegistryError

if TYPE_CHECKING:
    from inference.faces.finding import FaceDetector

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

_TRY_AGAIN: Final = 60.0  # seconds; what keeps a version from being loaded may be a busy machine


class NotTrained(Exception):
    """There is no champion yet."""


class NotTaught(Exception):
    """A version with another network has taken over, and what people said has not been taught to it yet."""


@dataclass(frozen=True, slots=True)
class _NetworkMemory:
    """What people have said, with all faces embedded by one network; None before there was one."""

    memory: Memory
    network: str | None


@dataclass(frozen=True, slots=True)
class _Waiting:
    photo: Photo
    unborn: Collection[str]
    answer: asyncio.Future[tuple[RecognizedFace, ...]]


class RecognitionService:
    """Answers photos one batch at a time in a thread of its own; use as an async context manager.

    Whatever waits when the thread is free goes in together; a lone photo never waits for company. `models/current` is
    read before each batch, and a version that has taken over there is loaded before the next photo is answered.
    """

    def __init__(self, models: Path, weights: Path, device: str = "auto", *, most_at_once: int = 32) -> None:
        """`most_at_once` photos are in one batch at the most; the rest wait for the next."""
        self._most_at_once = most_at_once
        self._registry = Registry(models)
        self._weights = weights
        self._device = choose_device(device)
        self._detector: FaceDetector | None = None
        self._recognizer: Recognizer | None = None
        self._loaded: object = None  # the champion as it was when it was loaded
        self._trouble: str | None = None
        self._refused: object = None  # the champion that can't be loaded, as it was when it was tried
        self._again = 0.0
        self._memory: _NetworkMemory | None = None
        self._waiting: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="recognition")
        self._worker: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._in_thread(self._follow_champion)
        self._worker = asyncio.create_task(self._work(), name="recognition")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._worker:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        while not self._waiting.empty():
            self._waiting.get_nowait().answer.cancel()
        self._thread.shutdown(wait=True)

    @property
    def version(self) -> str | None:
        """The version that answered last, or is about to; None before the first training."""
        return self._recognizer.version if self._recognizer else None

    @property
    def network(self) -> str | None:
        """The fingerprint of the network that must embed what people have said; None before the first training."""
        return self._recognizer.network if self._recognizer else None

    @property
    def cousins(self) -> tuple[str, ...]:
        """Everyone who can be named by the version in force."""
        return self._recognizer.cousins if self._recognizer else ()

    @property
    def sees_pictures(self) -> bool:
        """Whether the version in force goes by whole pictures, which may show things instead of people."""
        return self._recognizer is not None and self._recognizer.sees_pictures

    async def follow(self) -> None:
        """Load the champion if it is another than before, so that the next photo need not wait for it."""
        await self._in_thread(self._follow_champion)

    async def promote(self, version: str) -> None:
        """Let a version answer from the next photo on.

        Raises:
            VersionBroken: there is no such version, or it can't be loaded; the one before goes on answering.
        """
        await self._in_thread(partial(self._promote, version))

    async def recognize(self, photo: Photo, unborn: Collection[str] = ()) -> tuple[RecognizedFace, ...]:
        """Name the faces of a photo, from left to right, never none; it can't show who is `unborn`.

        Raises:
            NotTrained: there is no champion yet.
            NotTaught: `teach` has not been called with what people have said as the champion sees it.
        """
        answer: asyncio.Future[tuple[RecognizedFace, ...]] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait(_Waiting(photo, unborn, answer))
        return await answer

    async def embed(self, photo: Photo, box: Box) -> tuple[NDArray[np.float32], str]:
        """The embedding `(D,)` of the face in `box`, and the network that made it. Raises `NotTrained`."""

        def run() -> tuple[NDArray[np.float32], str]:
            recognizer = self._follow_champion()
            if recognizer is None:
                raise NotTrained
            return recognizer.embed(photo, box), recognizer.network

        return await self._in_thread(run)

    def teach(self, faces: Iterable[StatedFace], network: str | None) -> None:
        """Let what was said of these faces, seen by `network`, count from the next photo, in place of all before."""
        self._memory = _NetworkMemory(Memory(faces), network)

    async def _work(self) -> None:
        while True:
            await self._answer(await self._waiting.get())

    async def _answer(self, first: _Waiting) -> None:
        """Answer the first and what waits behind it; returns, so that no photo stays in memory until the next comes."""
        batch = [first]
        while len(batch) < self._most_at_once and not self._waiting.empty():
            batch.append(self._waiting.get_nowait())
        batch = [waiting for waiting in batch if not waiting.answer.done()]
        try:
            answers = await self._in_thread(partial(self._answers, batch, self._memory))
        except asyncio.CancelledError:
            for waiting in batch:
                waiting.answer.cancel()
            raise
        for waiting, answer in zip(batch, answers, strict=True):
            if waiting.answer.done():
                continue
            if isinstance(answer, Exception):
                waiting.answer.set_exception(answer)
            else:
                waiting.answer.set_result(answer)

    async def forget(self, photos: Collection[str]) -> None:
        """Let no trained version hold the faces in these photos that people sent, by sha256.

        Where the library has such a photo too, it is the family's.
        """
        await self._in_thread(
            partial(forget, self._registry, lambda face: face.was_sent and face.sha256 in photos, photos)
        )

    def _answers(
        self, batch: list[_Waiting], memory: _NetworkMemory | None
    ) -> Sequence[tuple[RecognizedFace, ...] | Exception]:
        """One guess a photo, or what went wrong with it: one bad photo must not take the others with it."""
        try:
            recognizer = self._follow_champion()
            if recognizer is None:
                raise NotTrained
            # Embeddings of another network say nothing here, and an answer without statements repeats old mistakes.
            if memory is not None and memory.network != recognizer.network:
                raise NotTaught
            return recognizer.recognize(
                [waiting.photo for waiting in batch],
                memory.memory if memory else None,
                [waiting.unborn for waiting in batch],
            )
        except Exception as error:
            if len(batch) == 1 or isinstance(error, NotTrained | NotTaught):
                return [error] * len(batch)
            return [answer for waiting in batch for answer in self._answers([waiting], memory)]

    @property
    def trouble(self) -> str | None:
        """Why the champion does not answer, in a sentence that says who does; None where it does."""
        return self._trouble

    def _promote(self, version: str) -> None:
        try:
            folder, loaded = self._registry.path(version), self._registry.state_of(version)
            self._detector = self._detector or load_detector(self._weights)
            recognizer = Recognizer.load(folder, self._detector, self._device)
            # Back to the champion before this one: a second time then leads to the one before that.
            if version == self._registry.previous():
                self._registry.rollback()
            else:
                self._registry.promote(version)
        except (RegistryError, OSError) as error:
            raise VersionBroken(trouble_with(error)) from error
        self._recognizer, self._loaded, self._trouble = recognizer, loaded, None

    def _follow_champion(self) -> Recognizer | None:
        """The champion's recognizer, loaded when `models/current` names another version, or when its cousins are called
        otherwise. Runs in the thread.

        A champion that can't be loaded is told to the log, once, and the version before goes on answering, unless its
        cousins are called otherwise now. Where `models/current` is gone nobody answers.
        """
        champion = self._registry.current()
        state = self._registry.state_of(champion) if champion is not None else None
        if champion is None:  # not trained yet, or everybody was forgotten: whom the memory holds as well
            self._recognizer = self._loaded = self._refused = self._trouble = None
        elif champion == self.version and state == self._loaded:
            self._trouble = None
        elif state != self._refused or time.monotonic() > self._again or self._called_otherwise():
            self._refused, self._again = None, 0.0
            self._load(state)
        return self._recognizer

    def _load(self, state: object) -> None:
        """Load who answers now; a champion that can't be loaded is left alone until its files change, or a minute has
        passed."""
        self._detector = self._detector or load_detector(self._weights)
        trouble = None
        try:
            if self._recognizer is None or self._called_otherwise():
                answering = load_who_answers(self._registry, self._detector, self._device)
                self._recognizer, trouble = (answering.recognizer, answering.trouble) if answering else (None, None)
            else:
                self._recognizer = load_champion(self._registry, self._detector, self._device) or self._recognizer
            self._loaded = state  # looked at before the loading: a change in between is seen the next time
        except CANNOT_ANSWER as error:
            if self._recognizer is None:
                raise
            loaded = self._recognizer.version
            words = answers_from_memory if loaded == self._registry.current() else stands_in
            trouble = words(trouble_with(error), loaded)
        if trouble is not None:
            self._refused, self._again = state, time.monotonic() + _TRY_AGAIN
            if trouble != self._trouble:
                logger.error("%s", trouble)
        self._trouble = trouble

    def _called_otherwise(self) -> bool:
        """Whether the cousins have been renamed since the version in memory was loaded: its names are nobody's now."""
        card = self._registry.find(self._recognizer.version) if self._recognizer else None
        return card is not None and tuple(card.cousins) != self.cousins

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
