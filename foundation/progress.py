"""How long work tells how far it is."""

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and of how many."""


def silent(doing: str, done: int, total: int) -> None:
    """Tell nobody."""
