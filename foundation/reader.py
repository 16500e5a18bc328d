"""In whose language what is made now is said."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

from foundation.languages import ENGLISH, IN_ENGLISH, Language, language

_reader: ContextVar[Language] = ContextVar("reader", default=IN_ENGLISH)


@contextmanager
def translated(spoken: Language) -> Iterator[None]:
    """Sentences made in this block, by this task and those that it starts, are in this language."""
    before = _reader.set(spoken)
    try:
        yield
    finally:
        _reader.reset(before)


def in_language(code: str = ENGLISH) -> AbstractContextManager[None]:
    """The same for a language by its code; English is for logs and programs."""
    return translated(language(code))


def speak(code: str) -> None:
    """This language from now on, in a process that has one reader, or a task: also for whoever looks after the task's
    errors, where the block of `in_language` has been left."""
    _reader.set(language(code))


def spoken() -> Language:
    """The language of whoever reads what is made now."""
    return _reader.get()
