"""Why a picture can't be used."""

from typing import Literal, TypeAlias

Fault: TypeAlias = Literal[
    "empty",
    "gone",
    "too_big",
    "unknown",
    "raw",
    "damaged",
    "too_many_pixels",
    "too_long",
    "too_much_memory",
    "too_slow",
]
