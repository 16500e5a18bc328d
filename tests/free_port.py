"""A port for a server that a test is about to start."""

import secrets
import socket
from contextlib import suppress
from typing import Final

_FROM: Final = 20_000
_BELOW: Final = 32_000
"""Systems give connections ports above: one of those could be taken by another test before the server is up."""


def free_port() -> int:
    """One at which nobody listens."""
    while True:
        port = _FROM + secrets.randbelow(_BELOW - _FROM)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
