"""Where the pages are, and who opens them."""

from pathlib import Path

import pytest

from data.settings import TELEGRAM
from tests.web.serving import settings_of
from web.access.address import address_of, opens_in_telegram

HERE, AT_HOME, PUBLIC = "http://localhost:8081", "http://192.168.1.5:8081", "https://cousins.example.org"


@pytest.mark.parametrize(
    ("api", "url", "opens"),
    [
        (TELEGRAM, PUBLIC, True),
        (TELEGRAM, "http://cousins.example.org", False),
        (TELEGRAM, HERE, False),
        (TELEGRAM, None, False),
        (HERE, PUBLIC, True),
        (HERE, HERE, True),
        ("http://127.0.0.1:8081", "http://[::1]:8080", True),
        (HERE, AT_HOME, False),
        (AT_HOME, HERE, False),
        (HERE, None, False),  # a Bot API server of one's own, and nobody has said where the pages are
    ],
)
def test_telegram_opens_https_and_one_on_this_computer_what_is_on_it(
    tmp_path: Path, api: str, url: str | None, opens: bool
) -> None:
    settings = settings_of(tmp_path, tmp_path / "facts.yaml", telegram_api=api, web_url=url)
    assert opens_in_telegram(settings) == opens
    assert address_of(settings).is_this_computer == (url is None or "local" in url or "::1" in url)
