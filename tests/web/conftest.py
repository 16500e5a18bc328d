"""A family that was really trained, with a name in Hebrew, a long one, and their pages on a live port."""

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from data.files.home import Home
from data.settings import Settings
from data.store.store import Store
from tests.bot.conftest import FAMILY_FACTS
from tests.bot.trained import portrait
from tests.chromium import chromium
from tests.web.browsing import Site, site_of
from tests.web.serving import served, settings_of

FACTS = """\
# Who is who
amelia: [She keeps bees.]  # since 2019
ben:
  # ask him first
  facts:
    - He bakes.  # bread
    - He sings.
  avoid: [his old car]
clara:
  name: "Clara Wilhelmina Antoinette von Hohenstein-Weissenfels"
  facts: [She sails.]
diego:
  name: "דייגו בן־יוסף"
  facts: ["הוא מנגן בגיטרה."]
"""


@pytest.fixture
async def site(trained_home: Path, tmp_path: Path) -> AsyncIterator[Site]:
    shutil.copytree(trained_home, tmp_path / "family")
    models = tmp_path / "family" / "models"
    shutil.copytree(models / "v001", models / "v002")
    card = json.loads((models / "v002" / "card.json").read_text())
    (models / "v002" / "card.json").write_text(json.dumps(card | {"version": "v002"}))
    (tmp_path / "facts.yaml").write_text(FACTS, "utf-8")
    async with site_of(tmp_path / "family", tmp_path / "facts.yaml") as site:
        yield site


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "garden.jpg"
    file.write_bytes(portrait("ben", 77))
    return file


@pytest.fixture
def settings(trained_home: Path, tmp_path: Path) -> Settings:
    shutil.copytree(trained_home, tmp_path / "family")
    (tmp_path / "facts.yaml").write_text(FAMILY_FACTS, "utf-8")
    return settings_of(tmp_path / "family", tmp_path / "facts.yaml", photos_a_minute=100_000)


@pytest.fixture
async def url(settings: Settings) -> AsyncIterator[str]:
    async with served(settings) as url:
        yield url


@pytest.fixture
async def store(url: str, settings: Settings) -> AsyncIterator[Store]:
    """As a command has it beside the pages."""
    async with Store.open(Home(settings.home).database) as store:
        yield store
