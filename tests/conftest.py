"""What the rooms' tests share: the two tiers, and expensive things, made once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NoReturn

import httpx
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from hypothesis import settings as hypothesis_settings

import cli  # noqa: F401  first: it sets how torch's threads wait, before torch is loaded
import models  # noqa: F401  and this keeps OpenVINO quiet, which some tests load themselves
from models.graph import cores
from tests.tiers import TIERS, tier_of

ROOT: Final = Path(__file__).parent.parent
ROOMS: Final = ("actions", "bot", "cli", "data", "demo", "foundation", "inference", "models", "training", "web")
"""Where people's words are."""

hypothesis_settings.register_profile("busy machines", deadline=None)  # a time is no property of the code
hypothesis_settings.load_profile("busy machines")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests often wait for a process that they have started."""
    return cores() + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test gets its tier, where it doesn't name it itself."""
    for item in items:
        if not any(item.get_closest_marker(tier) for tier in TIERS):
            item.add_marker(tier_of(item))


@pytest.fixture(scope="session", autouse=True)
def _nobodys_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads the settings of the family that lives in this checkout, nor writes beside them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("elsewhere"))
        for name in list(os.environ):
            if name.upper().startswith("COUSINBOT_"):
                patch.delenv(name)
        patch.setenv("LC_ALL", "C.UTF-8")  # and none speaks the language of whoever runs it
        yield


@pytest.fixture(scope="session", autouse=True)
def _authorities_read_once() -> Iterator[None]:
    """Whose certificates are trusted: 20 ms for every bot, and there are a thousand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx, "create_ssl_context", cache(httpx.create_ssl_context))
        yield


@pytest.fixture(scope="session")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The sentences that `make words` finds."""
    file = tmp_path_factory.mktemp("words") / "cousinbot.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg", "-o", str(file)]
    subprocess.run([*command, *ROOMS], cwd=ROOT, check=True)
    with file.open("rb") as pot:
        return read_po(pot)


@pytest.fixture(scope="session")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a small drawn family with a champion. Made once: copy what you change."""
    from tests.bot.trained import make_home  # here, since it loads fastai, which takes seconds

    return make_home(tmp_path_factory.mktemp("trained") / "family")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would fetch something by itself fails as where there is no network."""

    def fails(*_: object, **__: object) -> NoReturn:
        raise httpx.ConnectError("no network here")

    monkeypatch.setattr("httpx.HTTPTransport.handle_request", fails)


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of whoever runs the tests are not asked."""
    for variable in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.upper(), raising=False)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real photos and weights, beside the repository on machines that have them."""
    folder = Path(__file__).parents[2] / "shared"
    if not (folder / "photos").is_dir():
        pytest.skip("the real photos do not lie beside this repository")
    return folder
