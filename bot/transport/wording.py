"""Why the bot can't run, for whoever starts it."""

from foundation.translation import _


def token_unknown() -> str:
    return _("Telegram does not know the token in COUSINBOT_TELEGRAM_TOKEN. Please copy it again from @BotFather.")


def port_taken(port: int, reason: str, setting: str) -> str:
    return _(
        "Port {port} can't be used ({reason}). Please choose another in {setting}.",
        port=port,
        reason=reason,
        setting=setting,
    )


def no_such_address(host: str) -> str:
    return _(
        "This computer has no address {host}. Please choose one of its own in COUSINBOT_WEBHOOK_HOST: 127.0.0.1 for a"
        " reverse proxy beside the bot, 0.0.0.0 for all.",
        host=host,
    )
