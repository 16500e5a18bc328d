"""Tokens that nobody guesses, of which only a hash is kept."""

import hashlib
import secrets
from typing import Final

_BYTES: Final = 32


def new_token() -> str:
    """256 random bits, as letters and digits that an address or a cookie may hold."""
    return secrets.token_urlsafe(_BYTES)


def token_sha256(token: str) -> str:
    """What is kept of it. Of so many random bits a plain hash tells nothing, and needs no salt."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
