"""What admins are told that nobody asked for."""

from foundation.translation import _, number


def facts_broken(error: str) -> str:
    return _("{error}\nUntil this is fixed, I'll use the facts as they were before.", error=error)


def disk_nearly_full(free: float) -> str:
    """`free` in bytes."""
    return _(
        "My disk is nearly full: only {free} MB are free. Please free up some space, or photos will have to wait.",
        free=number(free / 1e6),
    )
