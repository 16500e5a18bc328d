"""Which proxy is asked for which address."""

import pytest

from foundation.proxies import Proxy, ProxyUnusable, proxy_for

TELEGRAM = "https://api.telegram.org/bot1:SECRET"
pytestmark = pytest.mark.usefixtures("no_proxies")


@pytest.mark.parametrize(
    ("environment", "address", "proxy"),
    [
        ({}, TELEGRAM, None),
        ({"HTTPS_PROXY": "http://p:3128"}, TELEGRAM, Proxy("http://p:3128", "HTTPS_PROXY")),
        ({"https_proxy": "p:3128"}, TELEGRAM, Proxy("http://p:3128", "HTTPS_PROXY")),
        ({"HTTP_PROXY": "http://p:3128"}, TELEGRAM, None),
        ({"HTTP_PROXY": "http://p:3128"}, "http://nas:8081", Proxy("http://p:3128", "HTTP_PROXY")),
        ({"ALL_PROXY": "socks5://p:1080"}, TELEGRAM, Proxy("socks5://p:1080", "ALL_PROXY")),
        ({"ALL_PROXY": "socks5h://p:1080"}, TELEGRAM, Proxy("socks5h://p:1080", "ALL_PROXY")),
        ({"ALL_PROXY": "socks://p:1080/"}, TELEGRAM, Proxy("socks5://p:1080/", "ALL_PROXY")),  # as desktops write it
        ({"ALL_PROXY": "SOCKS5://p:1080"}, TELEGRAM, Proxy("socks5://p:1080", "ALL_PROXY")),
        ({"ALL_PROXY": "socks5://u:pw@[::2]:1080"}, TELEGRAM, Proxy("socks5://u:pw@[::2]:1080", "ALL_PROXY")),
        (
            {"ALL_PROXY": "socks5://p:1080", "HTTPS_PROXY": "http://q:3128"},
            TELEGRAM,
            Proxy("http://q:3128", "HTTPS_PROXY"),
        ),
        ({"ALL_PROXY": "socks5://p:1080", "NO_PROXY": "telegram.org"}, TELEGRAM, None),
        ({"ALL_PROXY": "socks5://p:1080", "NO_PROXY": "*"}, TELEGRAM, None),
        ({"ALL_PROXY": "socks5://p:1080", "NO_PROXY": "nas"}, TELEGRAM, Proxy("socks5://p:1080", "ALL_PROXY")),
        # No proxy knows the way to this machine.
        ({"ALL_PROXY": "socks5://p:1080"}, "http://127.0.0.1:8081", None),
        ({"HTTP_PROXY": "http://p:3128"}, "http://localhost:8081", None),
        ({"HTTP_PROXY": "http://p:3128"}, "http://[::1]:8081", None),
    ],
)
def test_which_proxy(
    environment: dict[str, str], address: str, proxy: Proxy | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert proxy_for(address) == proxy


@pytest.mark.parametrize("wrong", ["socks4://u:pw@p:1080", "ftp://p", "socks5://", "http://p:port", "http://p:0"])
def test_a_proxy_that_nobody_can_use_is_named_by_its_variable(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", wrong)
    with pytest.raises(ProxyUnusable, match=r"^The proxy in ALL_PROXY can't be used: please write") as caught:
        proxy_for(TELEGRAM)
    assert "pw" not in str(caught.value)


def test_a_password_is_not_shown() -> None:
    assert "pw" not in repr(Proxy("socks5://u:pw@p:1080", "ALL_PROXY"))
