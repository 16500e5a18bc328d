"""The cookie that says whose browser this is."""

from starlette.responses import Response

from data.people.sign_ins import SESSION_LASTS
from web.access.address import Address


def cookie_name(address: Address) -> str:
    """Browsers take one that begins with __Host- from its own site alone, and over https alone."""
    return "__Host-cousinbot" if address.is_https else "cousinbot"


def sign_in(response: Response, token: str, address: Address, *, inside_telegram: bool = False) -> None:
    """`inside_telegram`: the page may stand in a frame of Telegram's, where a browser sends no other cookie. It takes
    such a one over https alone, and in no frame of Telegram's is anything else."""
    kind = "None; Partitioned" if inside_telegram and address.is_https else "Lax"
    secure = "; Secure" if address.is_https else ""
    response.headers.append(
        "Set-Cookie",
        f"{cookie_name(address)}={token}; Path=/; Max-Age={int(SESSION_LASTS.total_seconds())}; HttpOnly;"
        f" SameSite={kind}{secure}",
    )


def sign_out(response: Response, address: Address) -> None:
    response.delete_cookie(cookie_name(address), secure=address.is_https, httponly=True, samesite="lax")
