"""What admins are told that nobody asked for, and what keeps a home from being answered for."""

from pathlib import Path

from foundation.formats import number
from foundation.translation import _, ngettext


def facts_broken(error: str) -> str:
    return _("{error}\nUntil this is fixed, I'll use the facts as they were before.", error=error)


def disk_nearly_full(free: float) -> str:
    """`free` in bytes."""
    return _(
        "My disk is nearly full: only {free} MB are free. Please free up some space, or photos will have to wait.",
        free=number(free / 1e6),
    )


def version_unusable(folder: Path, why: str) -> str:
    return _("The trained version in {folder} can't be used. {why}", folder=folder, why=why)


def invitation_too_short(least: int, example: str) -> str:
    return ngettext(
        "COUSINBOT_INVITE is so short that somebody could guess it. Please take at least {count} character, for"
        " example COUSINBOT_INVITE={example}",
        "COUSINBOT_INVITE is so short that somebody could guess it. Please take at least {count} characters, for"
        " example COUSINBOT_INVITE={example}",
        least,
        example=example,
    )
