"""The real bot, in this process, against the local Telegram over HTTP, with a real SQLite file."""

import asyncio
import gettext
import io
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.app import serve
from bot.timings import Timings
from data.settings import Settings
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from foundation.languages import language

ADMIN, OTHER_ADMIN = 1001, 1002
INVITE = "family-reunion-2026"
FACTS = """
lucy:
  name: Lucy <van Pelt>
  aliases: [Lu]
  facts:
    - She gives advice for 5 ¢ & more.
    - She plays outfield.
  avoid:
    - the football
linus:
  - He has a blanket.
"""
FAMILY_FACTS = """
amelia: [She keeps bees., She sings., She climbs.]
ben:
  facts: [He bakes.]
  avoid: [his old car]
clara: [She sails.]
otto: [He collects stamps.]
"""

HURRIED = Timings(first_pause=0.05)

MakeSettings = Callable[..., Settings]


class _Marked(gettext.NullTranslations):
    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    def gettext(self, message: str) -> str:
        return f"⟦{self._code}⟧ {message}"

    def ngettext(self, one: str, many: str, n: int) -> str:
        return f"⟦{self._code}⟧ {one if n == 1 else many}"


@pytest.fixture
def marked_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """German, Polish and Brazilian, in which every sentence begins with the language's mark."""
    for code in ("de", "pl", "pt_BR"):
        (tmp_path / "locales" / code / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / "locales" / code / "LC_MESSAGES" / "cousinbot.po").touch()
    monkeypatch.setattr("foundation.languages.LOCALES", tmp_path / "locales")
    monkeypatch.setattr("foundation.languages._catalogue", lambda file: _Marked(file.parent.parent.name))
    language.cache_clear()
    yield
    language.cache_clear()


@pytest.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram() as telegram:
        yield telegram


@pytest.fixture
def make_settings(telegram: LocalTelegram, tmp_path: Path) -> MakeSettings:
    """Settings for the local Telegram, and a facts.yaml; keyword arguments replace the usual settings."""
    (tmp_path / "facts.yaml").write_text(FACTS)

    def make(**changes: Any) -> Settings:
        usual = {
            "telegram_token": telegram.token,
            "telegram_api": telegram.url,
            "admins": f"{ADMIN}, {OTHER_ADMIN}",
            "invite": INVITE,
            "home": tmp_path / "family",
            "facts": tmp_path / "facts.yaml",
            "device": "cpu",
        }
        # Validated as it is: the environment of whoever runs the tests has no say.
        return Settings.model_validate(usual | changes)

    return make


@pytest.fixture
def timings() -> Timings:
    """Of the bot that a test is given; its module may have others."""
    return HURRIED


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings()


@asynccontextmanager
async def serving(settings: Settings, timings: Timings = HURRIED) -> AsyncIterator["asyncio.Task[None]"]:
    """The bot runs while this is open; leaving it is what SIGTERM does."""
    task = asyncio.create_task(serve(settings, timings))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()):
            raise error


@pytest.fixture
async def bot(settings: Settings, timings: Timings) -> AsyncIterator["asyncio.Task[None]"]:
    async with serving(settings, timings) as task:
        yield task


@pytest.fixture
async def admin(telegram: LocalTelegram) -> Person:
    return await Person.join(telegram.url, "Ada", ADMIN)


@pytest.fixture
async def guest(telegram: LocalTelegram, bot: "asyncio.Task[None]") -> Person:
    """Someone who came with the invitation and was greeted."""
    return await invited(telegram, "Gus")


async def invited(telegram: LocalTelegram, name: str) -> Person:
    person = await Person.join(telegram.url, name)
    await person.say(f"/start {INVITE}")
    greeting = await person.next()
    assert greeting.text.startswith(f"Hello {name}!")
    return person


def jpeg(seed: int = 0, size: tuple[int, int] = (320, 240)) -> bytes:
    """A picture of nobody, another for every seed."""
    file = io.BytesIO()
    colour = ((seed * 67) % 256, (seed * 131) % 256, (seed * 29) % 256)
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for what has no event to await, such as a file or a row of the bot's own database."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def settled(telegram: LocalTelegram, settings: Settings) -> None:
    """Wait until the bot has fetched and finished every update."""
    database = settings.home / "cousinbot.db"

    def done() -> bool:
        if telegram.pending():
            return False
        with closing(sqlite3.connect(database)) as db:
            left = db.execute("SELECT count(*) FROM updates WHERE finished_at IS NULL AND set_aside = 0").fetchone()
        return bool(left == (0,))

    await until(done)


def sent_to(telegram: LocalTelegram, chat: int) -> list[str]:
    """The texts the bot has sent to a chat."""
    calls = [*telegram.calls.of("sendMessage"), *telegram.calls.of("sendPhoto")]
    return [
        str(call.params.get("text") or call.params.get("caption"))
        for call in calls
        if str(call.params["chat_id"]) == str(chat) and call.status == 200 and call.result
    ]


@pytest.fixture
def trained(make_settings: MakeSettings, trained_home: Path) -> Settings:
    """Settings of a bot that knows four cousins."""
    settings = make_settings()
    shutil.copytree(trained_home, settings.home)
    settings.facts.write_text(FAMILY_FACTS)
    (settings.home / "photos" / "otto").mkdir()  # of whom there are no photos yet
    return settings


@pytest.fixture
async def trained_bot(trained: Settings, timings: Timings) -> AsyncIterator[None]:
    async with serving(trained, timings):
        yield
