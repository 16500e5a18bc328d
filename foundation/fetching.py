"""What is fetched from the network, through the family's proxy where there is one."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from foundation import wording
from foundation.proxies import Proxy, ProxyUnusable, proxy_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

PATIENCE: Final = 10.0
"""Seconds without an answer after which there is no network."""


_ERRNO: Final = re.compile(r"^\[Errno -?\d+\] ")
"""What the system's own sentence begins with; it tells a reader nothing."""


class FetchFailed(Exception):
    """Nothing came, or not all of it; the message says why, without the address."""


def ask(address: str, patience: float = PATIENCE) -> httpx.Response:
    """A small answer, whatever its status. Raises `FetchFailed`."""
    with _client(address, patience) as client:
        return client.get(address)


def fetch(address: str, into: IO[bytes], progress: Callable[[int, int], None], patience: float = PATIENCE) -> None:
    """Write what lies at an address into a file; `progress` hears how many bytes came, and of how many (0: unsaid).

    Raises:
        FetchFailed: it is not there, or not all of it came.
        OSError: the file can't be written.
    """
    with _client(address, patience) as client, client.stream("GET", address) as answer:
        if not answer.is_success:
            raise FetchFailed(answer.reason_phrase or str(answer.status_code))
        came, total = 0, int(answer.headers.get("Content-Length", 0))
        for block in answer.iter_raw(1 << 16):
            into.write(block)
            came += len(block)
            progress(came, total)


@contextmanager
def _client(address: str, patience: float) -> Iterator[httpx.Client]:
    """A client for one address. Whatever goes wrong on the way is a `FetchFailed`."""
    import httpx  # here: half a second that most commands do without
    from socksio.exceptions import SOCKSError

    proxy: Proxy | None = None
    try:
        proxy = proxy_for(address)
        with httpx.Client(
            verify=httpx.create_ssl_context(),
            proxy=proxy.address if proxy else None,
            trust_env=False,
            timeout=patience,
            follow_redirects=True,
            headers={"Accept-Encoding": "identity"},
        ) as client:
            yield client
    except ProxyUnusable as error:
        raise FetchFailed(str(error).removesuffix(".")) from None
    except (httpx.HTTPError, httpx.InvalidURL, SOCKSError) as error:
        reason = _ERRNO.sub("", str(error)) or type(error).__name__
        raise FetchFailed(wording.through_proxy(reason, proxy.variable) if proxy else reason) from None
