"""A bot's Mini App: the address at which somebody's phone opens it, with what Telegram signs about them.

As in https://core.telegram.org/bots/webapps, from the side of Telegram, which knows the bot's token.
"""

import hashlib
import hmac
import json
import secrets
from urllib.parse import quote, urlencode

from demo.telegram.chats.types import User


def launch_address(url: str, user: User, token: str, date: int) -> str:
    """What is behind the # stays in the browser: a script of the page reads it there."""
    launch = {
        "tgWebAppData": init_data(user, token, date),
        "tgWebAppVersion": "8.0",
        "tgWebAppPlatform": "web",
    }
    return f"{url}#{urlencode(launch, quote_via=quote)}"


def init_data(user: User, token: str, date: int) -> str:
    """Who opens it, at `date`, in seconds since 1970: signed, so that whoever knows the token can check it."""
    about = {
        "id": user.id,
        "first_name": user.first_name,
        "last_name": "",
        "allows_write_to_pm": True,
    } | ({"language_code": user.language} if user.language else {})
    fields = {
        "query_id": f"AAH{secrets.token_urlsafe(15)}",
        "user": json.dumps(about, ensure_ascii=False, separators=(",", ":")),
        "auth_date": str(date),
        "signature": secrets.token_urlsafe(64),  # for others than the bot, by a key that only Telegram has
    }
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    fields["hash"] = hmac.digest(key, lines.encode(), hashlib.sha256).hex()
    return urlencode(fields, quote_via=quote)
