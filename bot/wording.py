"""What the bot says to whoever starts it."""

from pathlib import Path

from foundation.translation import _, ngettext


def ready(username: str, cousins: int, version: str | None) -> str:
    if version is None:
        return ngettext(
            "cousinbot is ready: @{username}, {count} cousin. Nothing has been trained yet: run “cousinbot train”.",
            "cousinbot is ready: @{username}, {count} cousins. Nothing has been trained yet: run “cousinbot train”.",
            cousins,
            username=username,
        )
    return ngettext(
        "cousinbot is ready: @{username}, {count} cousin, version {version}",
        "cousinbot is ready: @{username}, {count} cousins, version {version}",
        cousins,
        username=username,
        version=version,
    )


def version_unusable(folder: Path, why: str) -> str:
    return _("The trained version in {folder} can't be used. {why}", folder=folder, why=why)


def invitation_too_short(least: int, example: str) -> str:
    return _(
        "COUSINBOT_INVITE is so short that somebody could guess it. Please take at least {least} characters, for"
        " example COUSINBOT_INVITE={example}",
        least=least,
        example=example,
    )
