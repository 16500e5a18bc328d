"""Why the bot can't run, for whoever starts it."""

from pathlib import Path

from foundation.translation import _


def token_unknown() -> str:
    return _("Telegram does not know the token in COUSINBOT_TELEGRAM_TOKEN. Please copy it again from @BotFather.")


def no_files_folder() -> str:
    return _(
        "Your Bot API server runs with --local and hands out files by their path. Please set COUSINBOT_TELEGRAM_FILES"
        " to its folder, for example /var/lib/telegram-bot-api, and start me again."
    )


def files_outside(folder: Path) -> str:
    return _(
        "Your Bot API server named a file that does not lie in {folder}, or is not an ordinary file, so I did not open"
        " it. Please check that COUSINBOT_TELEGRAM_FILES is the server's own folder, at the same path as it has there.",
        folder=folder,
    )


def files_unreadable(folder: Path, reason: str) -> str:
    return _(
        "I can't read a file that your Bot API server put into {folder} ({reason}). Please let the user I run as read"
        " that folder.",
        folder=folder,
        reason=reason,
    )
