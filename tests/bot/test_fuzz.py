"""Whatever Telegram may send, and more: nothing stops the bot, and what it cannot handle is set aside and told."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import serve
from bot.timings import Timings
from data.settings import Settings
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.bot_api_shapes import Shapes
from tests.bot.conftest import ADMIN, INVITE, sent_to

SPEC = Path(__file__).parents[3] / "shared" / "telegram" / "bot-api-10.0.json"
GUEST, OUTSIDER, GROUP, ELSEWHERE = 2001, 2002, -3001, -3002
SECONDS = 10  # an update may take; more is a hang
SHAPES = Shapes(SPEC, (GUEST, GUEST, ADMIN, OUTSIDER), (GROUP, ELSEWHERE)) if SPEC.exists() else None


class Unlimited:
    """Stands in for the client's flood limits, which would let twenty updates a minute through."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *_: object) -> None: ...


class Fuzzed:
    """The real bot, in a loop of its own that stands still between two examples."""

    def __init__(self, home: Path) -> None:
        self._runner = asyncio.Runner()
        self._database = home / "family" / "cousinbot.db"
        self._home = home

    def start(self) -> None:
        self._runner.run(self._start())

    def stop(self) -> None:
        self._runner.run(self._stop())
        self._runner.close()

    def feed(self, updates: list[dict[str, Any]]) -> None:
        self._runner.run(self._feed(updates))

    async def _start(self) -> None:
        self._telegram = await LocalTelegram().__aenter__()
        (self._home / "facts.yaml").write_text("lucy: [She gives advice.]")
        wanted = {
            "telegram_token": self._telegram.token,
            "telegram_api": self._telegram.url,
            "admins": str(ADMIN),
            "chats": str(GROUP),
            "invite": INVITE,
            "home": self._home / "family",
            "facts": self._home / "facts.yaml",
            "device": "cpu",
            "photos_a_minute": 10_000_000,
        }
        timings = Timings(first_pause=0.0, between_alerts=0.0, album_silence=0.01, minute=0.001)
        self._serving = asyncio.create_task(serve(Settings.model_validate(wanted), timings))
        admin = await Person.join(self._telegram.url, "Ada", ADMIN)
        await admin.say("/start")
        await admin.next()
        guest = await Person.join(self._telegram.url, "Eve", GUEST)
        await guest.say(f"/start {INVITE}")
        await guest.next()

    async def _stop(self) -> None:
        self._serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._serving
        await self._telegram.__aexit__(None, None, None)

    async def _feed(self, updates: list[dict[str, Any]]) -> None:
        before, told = self._set_aside(), self._told()
        for update in updates:
            self._telegram.inject(update)
        async with asyncio.timeout(SECONDS):
            while self._telegram.pending() or self._count("finished_at IS NULL AND set_aside = 0"):
                assert not self._serving.done()
                await asyncio.sleep(0.005)
        assert not self._serving.done()
        # Albums are set aside as one: told at least once, and for nothing else.
        assert (self._told() > told) == (self._set_aside() > before)

    def _told(self) -> int:
        return sum("could not handle" in text for text in sent_to(self._telegram, ADMIN))

    def _set_aside(self) -> int:
        return self._count("set_aside = 1")

    def _count(self, where: str) -> int:
        with closing(sqlite3.connect(self._database)) as db:
            return int(db.execute(f"SELECT count(*) FROM updates WHERE {where}").fetchone()[0])


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("telegram.ext._aioratelimiter.AsyncLimiter", Unlimited)
        bot = Fuzzed(tmp_path_factory.mktemp("fuzzed"))
        bot.start()
        yield bot
        bot.stop()


@pytest.mark.skipif(SHAPES is None, reason="the Bot API's specification does not lie beside this repository")
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_no_update_stops_the_bot(fuzzed: Fuzzed, data: st.DataObject) -> None:
    assert SHAPES is not None
    fuzzed.feed(data.draw(st.lists(SHAPES.updates(), min_size=1, max_size=4)))
