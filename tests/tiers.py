"""The two tiers of tests: `unit`, which are over in a minute or two, and `e2e`, which start something large.

A test's tier follows from what it uses. Only where that can't be seen, as in a test that is merely slow, it is marked.
"""

import inspect
from typing import Final

import pytest

TIERS: Final = ("unit", "e2e")

LARGE_FIXTURES: Final = frozenset({"telegram", "fuzzed", "trained_home", "shared"})
"""The local Telegram, a bot of its own, a version trained by the real training, real photos."""

LARGE_NAMES: Final = frozenset(
    {
        "Decoding",
        "FORKED",
        "LocalTelegram",
        "create_subprocess_exec",
        "multiprocessing",
        "playwright",
        "subprocess",
        "train",
    }
)
"""Of functions, classes and modules: a test that comes to one of these starts processes, or trains."""


def tier_of(item: pytest.Item) -> str:
    """The tier of a test that has no mark: by its fixtures, and by those of the above that it or its helpers name."""
    if LARGE_FIXTURES & set(getattr(item, "fixturenames", ())):
        return "e2e"
    return "e2e" if LARGE_NAMES & _names(getattr(item, "function", None), set()) else "unit"


def _names(function: object, seen: set[object]) -> set[str]:
    """What a function names, and what those of the tests' own functions name that it calls."""
    if not inspect.isfunction(function) or function in seen:
        return set()
    seen.add(function)
    named = _in_code(function.__code__)
    for name in tuple(named):
        other = inspect.unwrap(found) if callable(found := function.__globals__.get(name)) else None
        if str(getattr(other, "__module__", "")).startswith("tests."):
            for part in vars(other).values() if inspect.isclass(other) else (other,):
                named |= _names(part, seen)
    return named


def _in_code(code: object) -> set[str]:
    if not inspect.iscode(code):
        return set()
    return set(code.co_names).union(*(_in_code(inner) for inner in code.co_consts))
