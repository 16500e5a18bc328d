"""The bot and the pages at once: photos from chats, from programs and from the pages' form, all at the same moment.

    python -m benchmarks.web [--home DIR] [--photos 200] [--a-minute 100000] [--kills 0] [--rounds 300] [--json]

`cousinbot run` is a process of its own with the pages' port, at a local Telegram that is another one; on a drawn family
unless there is a --home. So many photos come from chats and as many over HTTP: three quarters to `POST /image` with two
keys, the others to the page's form with two sessions. First each side has the bot for itself, then both come at once.
Counted: photos without an answer, with two, with a wrong name; 503 and 429, after each of which it is tried again as
`Retry-After` says. Then `/healthz` and the first page take turns.

With --kills only both at once, while the process gets SIGKILL so often and is started anew. Programs then correct each
answer they get, so that kills find photos on their way into the inbox. Looked for in the end: photos of which nothing
was said and that are kept nevertheless, files without a row, rows without a file.
"""

import argparse
import asyncio
import itertools
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

import httpx

from data.files.home import Home
from data.store.store import Store
from demo.telegram.person import Person
from demo.telegram.phone import ask
from tests.bot.trained import TRAINED, make_home, portrait
from tests.free_port import free_port
from tests.marked import never_the_same
from web.access.sign_in import path_of

GUESTS: Final = 8
PROGRAMS: Final = 2
BROWSERS: Final = 2
CONNECTIONS: Final = 8  # of each program and browser
SEED: Final = 77  # of the photos, which no version was trained on
PATIENCE: Final = 600.0  # seconds
RESTING: Final = 0.5  # seconds after a connection that was cut
INVITE: Final = "family-reunion-2026"
_CSRF: Final = re.compile('name="csrf" value="([0-9a-f]*)"')
_LOADED: Final = re.compile('(?:src|href)="(/static/[^"]+)"')


@dataclass
class Photos:
    """Drawn photos, none of which has another's bytes, with whoever is on each."""

    made: Iterator[tuple[str, bytes]]

    @classmethod
    def drawn(cls) -> "Photos":
        drawn = never_the_same([portrait(cousin, SEED) for cousin in TRAINED])
        return cls(zip(itertools.cycle(TRAINED), drawn, strict=False))

    def take(self, number: int) -> list[tuple[str, bytes]]:
        return list(itertools.islice(self.made, number))


@dataclass
class Tally:
    """What came of the photos that went over HTTP.

    Attributes:
        seconds: from the first try to the answer, with all waiting that was asked for.
        told: statuses that say to come again, `cut` connections, those that were `refused`, and what became of words.
    """

    seconds: list[float] = field(default_factory=list)
    right: int = 0
    ids: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)


@dataclass
class Bot:
    """`cousinbot run`, which can be killed and started anew, and everybody who asks it."""

    telegram: str
    home: Path
    settings: dict[str, str]
    port: int
    guests: Sequence[Person]
    programs: Sequence[httpx.AsyncClient]
    browsers: Sequence[tuple[httpx.AsyncClient, str]]
    photos: Photos
    process: subprocess.Popen[str]
    sent: dict[tuple[int, int], tuple[float, str]] = field(default_factory=dict)
    """When each photo was in a chat, and who is on it."""

    async def chat(self, number: int) -> None:
        """So many photos, from all guests at once; every guest's phone sends one after the other."""
        fresh = iter(self.photos.take(number))

        async def send(guest: Person) -> None:
            for cousin, photo in fresh:
                message = await guest.send_photo(photo)
                self.sent[guest.id, message] = time.time(), cousin

        await asyncio.gather(*map(send, self.guests))
        async with asyncio.timeout(PATIENCE):
            while self._unanswered():  # noqa: ASYNC110
                await asyncio.sleep(0.2)

    async def web(self, number: int, tally: Tally, *, correct: bool = False) -> None:
        """So many photos over HTTP, on as many connections as programs and browsers have."""
        photos = self.photos.take(number)
        by_form = photos[: number // 4]
        asking = [
            *(self._by_form(*self.browsers[place % BROWSERS], one, tally) for place, one in enumerate(by_form)),
            *(
                self._by_program(self.programs[place % PROGRAMS], one, tally, correct=correct)
                for place, one in enumerate(photos[len(by_form) :])
            ),
        ]
        await asyncio.gather(*asking)

    async def _by_program(
        self, program: httpx.AsyncClient, photo: tuple[str, bytes], tally: Tally, *, correct: bool
    ) -> None:
        cousin, data = photo
        answer = await self._answered(tally, lambda: program.post("/image", files={"file": ("photo.jpg", data)}))
        told = answer.json()
        tally.ids.append(told["id"])
        tally.right += told["guess"] == cousin
        if correct:
            # An admin's word counts at once, so theirs is true; a guest's other word is kept, and changes nothing.
            says = {"cousin": cousin} if program is self.programs[-1] else {"stranger": True}
            word = {"id": told["id"], "face": 1} | says
            try:
                taken = await program.post("/api/corrections", json=word)
            except httpx.TransportError:
                tally.told["word cut"] += 1
            else:
                tally.told[f"word {taken.status_code}"] += 1

    async def _by_form(self, browser: httpx.AsyncClient, csrf: str, photo: tuple[str, bytes], tally: Tally) -> None:
        cousin, data = photo
        answer = await self._answered(
            tally, lambda: browser.post("/", data={"csrf": csrf}, files={"file": ("photo.jpg", data)})
        )
        tally.ids += re.findall('action="/answers/([^/]+)/', answer.text)[:1]
        tally.right += cousin.title() in answer.text.partition('class="sentence"')[2].partition("</p>")[0]

    async def _answered(self, tally: Tally, asked: Callable[[], Any]) -> httpx.Response:
        """The answer, as often as it has to be asked for. Raises `RuntimeError` for one that tells nothing."""
        start = time.perf_counter()
        while True:
            try:
                answer: httpx.Response = await asked()
            except httpx.ConnectError:
                tally.told["refused"] += 1
                await asyncio.sleep(RESTING)
                continue
            except httpx.TransportError:
                tally.told["cut"] += 1
                await asyncio.sleep(RESTING)
                continue
            if answer.status_code in (429, 503):
                tally.told[str(answer.status_code)] += 1
                await asyncio.sleep(int(answer.headers["Retry-After"]))
                continue
            if answer.status_code != 200:
                raise RuntimeError(f"{answer.status_code}: {answer.text[:500]}")
            tally.seconds.append(time.perf_counter() - start)
            return answer

    async def in_chats(self, sent: dict[tuple[int, int], tuple[float, str]]) -> dict[str, float]:
        """What came of photos that were sent to chats."""
        calls = [
            call
            for method in ("sendMessage", "sendPhoto")
            for call in (await ask(self.telegram, "GET", "/calls", params={"method": method}))["calls"]
            if call["status"] == 200 and "reply_to_message" in call["result"]
        ]
        answers: dict[tuple[int, int], list[dict[str, Any]]] = {one: [] for one in sent}
        asked_to_wait = 0
        for call in calls:
            message = call["result"]
            one = message["chat"]["id"], message["reply_to_message"]["message_id"]
            if one in sent and "reply_markup" in message:  # under an answer there are buttons
                answers[one].append(call)
            asked_to_wait += one in sent and "reply_markup" not in message
        right = sum(
            sent[one][1].title() in str(each[0]["result"].get("text") or each[0]["result"].get("caption"))
            for one, each in answers.items()
            if each
        )
        return {
            "lost": sum(not each for each in answers.values()),
            "twice": sum(len(each) > 1 for each in answers.values()),
            "right": right,
            "asked to wait": asked_to_wait,
            **_spread([min(call["at"] for call in each) - sent[one][0] for one, each in answers.items() if each]),
        }

    async def kill_and_restart(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = await asyncio.to_thread(_started, self.settings)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.home / "cousinbot.db", timeout=30)) as db:
            return db.execute(sql).fetchall()

    def answered_in_chats(self) -> int:
        return int(self.query("SELECT count(*) FROM answers WHERE message_id IS NOT NULL")[0][0])

    def _unanswered(self) -> bool:
        waiting = self.query("SELECT count(*) FROM updates WHERE finished_at IS NULL")[0][0]
        return bool(waiting) or self.answered_in_chats() < len(self.sent)


async def together(bot: Bot, photos: int) -> dict[str, Any]:
    """Each side alone, then both at once."""
    found: dict[str, Any] = {}
    for way in ("warm", "chats alone", "HTTP alone", "both at once"):
        number, tally, before = GUESTS if way == "warm" else photos, Tally(), dict(bot.sent)
        start = time.perf_counter()
        sides = [bot.chat(number)] if way != "HTTP alone" else []
        sides += [bot.web(number, tally)] if way != "chats alone" else []
        await asyncio.gather(*sides)
        seconds = time.perf_counter() - start
        if way == "warm":
            continue
        found[way] = {"photos/s": round(number * len(sides) / seconds, 2)}
        if way != "HTTP alone":
            found[way]["chats"] = await bot.in_chats({one: at for one, at in bot.sent.items() if one not in before})
        if way != "chats alone":
            found[way]["HTTP"] = _summary(number, tally)
    return found


async def killed(bot: Bot, photos: int, kills: int) -> dict[str, Any]:
    """Both at once while the process is killed, at even distances."""
    tally, answered = Tally(), bot.answered_in_chats()
    working = asyncio.gather(bot.chat(photos), bot.web(photos, tally, correct=True))
    done = 0
    for number in range(kills):
        share = 2 * photos * (number + 1) / (kills + 1)
        while not working.done() and bot.answered_in_chats() - answered + len(tally.seconds) < share:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        if working.done():
            break
        await bot.kill_and_restart()
        done += 1
    await working
    files = {file.stem for file in (bot.home / "inbox").glob("*.jpg")}
    rows = {sha256 for (sha256,) in bot.query("SELECT sha256 FROM photos")}
    silent = bot.query(
        "SELECT count(*) FROM photos WHERE sender <= 0 AND NOT EXISTS"
        " (SELECT 1 FROM guesses JOIN statements ON guess_id = guesses.id WHERE photo_id = photos.id)"
    )
    corrected = bot.query("SELECT count(*) FROM photos WHERE sender <= 0")
    return {
        "kills": done,
        "chats": await bot.in_chats(bot.sent),
        "HTTP": _summary(photos, tally),
        "kept by a word": corrected[0][0],
        "kept without a word": silent[0][0],
        "files without a row": len(files - rows),
        "rows without a file": len(rows - files),
        "half-written files": len(list((bot.home / "inbox").glob(".*.part"))),
    }


def first_page(port: int, cookie: str, rounds: int) -> dict[str, Any]:
    """`/healthz`, the first page alone, and that with all it loads, by turns on one connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)

    def get(path: str, cookie: str = cookie) -> bytes:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return body

    loaded = sorted(set(_LOADED.findall(get("/").decode())))
    sizes = {path: len(get(path)) for path in ("/", *loaded)}

    def whole() -> None:
        for path in ("/", *loaded):
            get(path)

    ways: dict[str, Callable[[], object]] = {
        "healthz": lambda: get("/healthz", ""),
        "page": lambda: get("/"),
        "all": whole,
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, work in ways.items():
            start = time.perf_counter()
            work()
            taken[name].append(1e3 * (time.perf_counter() - start))
    connection.close()
    found: dict[str, Any] = {"bytes": sum(sizes.values()), "of them": sizes}
    for name, times in taken.items():
        found[f"{name}, ms"] = {"p50": round(median(times), 2), "p95": round(_p95(times), 2)}
    for name in ("page", "all"):
        found[f"{name} by healthz"] = {
            "median of rounds": round(median(a / b for a, b in zip(taken[name], taken["healthz"], strict=True)), 2),
            "p95 by p95": round(_p95(taken[name]) / _p95(taken["healthz"]), 2),
        }
    return found


def _summary(number: int, tally: Tally) -> dict[str, Any]:
    return {
        "lost": number - len(tally.seconds),
        "twice": len(tally.ids) - len(set(tally.ids)),
        "right": tally.right,
        **dict(sorted(tally.told.items())),
        **_spread(tally.seconds),
    }


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    return {"p50": round(median(seconds), 2), "p95": round(_p95(seconds), 2)}


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1]


@asynccontextmanager
async def _bot(home: Path, a_minute: int) -> AsyncIterator[Bot]:
    facts, port = home.parent / "facts.yaml", free_port()
    facts.write_text("".join(f"{cousin}: [Likes photos., Likes cats.]\n" for cousin in TRAINED))
    with _process([sys.executable, "-m", "demo.telegram", "--port", "0"]) as telegram:
        said = [_line(telegram).partition("=") for _ in range(3)]
        url, token = said[1][2], said[2][2]
        settings = {"TELEGRAM_API": url, "TELEGRAM_TOKEN": token, "ADMINS": 1001, "INVITE": INVITE, "HOME": home}
        settings |= {"FACTS": facts, "DEVICE": "cpu", "PHOTOS_A_MINUTE": a_minute, "RETRAIN_AFTER": 0, "WEB_PORT": port}
        own = {f"COUSINBOT_{name}": str(value) for name, value in settings.items()}
        pages, timeout = f"http://127.0.0.1:{port}", httpx.Timeout(PATIENCE, pool=None)
        limits = httpx.Limits(max_connections=CONNECTIONS)
        async with Store.open(Home(home).database) as store:
            now = datetime.now(UTC)
            keys = [await store.program_keys.add(f"robot {one}", now, is_admin=one > 0) for one in range(PROGRAMS)]
            links = [await store.sign_ins.make_link_for_newcomer(now, is_admin=False) for _ in range(BROWSERS)]
        programs = [
            httpx.AsyncClient(
                base_url=pages,
                headers={"Authorization": f"Bearer {key}"},
                timeout=timeout,
                limits=limits,
                trust_env=False,
            )
            for key in keys
        ]
        browsers = [
            httpx.AsyncClient(
                base_url=pages, headers={"Origin": pages}, timeout=timeout, limits=limits, trust_env=False
            )
            for _ in links
        ]
        bot = Bot(url, home, own, port, (), programs, (), Photos.drawn(), _started(own))
        try:
            bot.guests = [await Person.join(url, f"Guest {number}") for number in range(GUESTS)]
            for guest in bot.guests:
                await guest.say(f"/start {INVITE}")
                await guest.next()
            signed_in = []
            for number, (browser, link) in enumerate(zip(browsers, links, strict=True)):
                await browser.post(path_of(link), data={"name": f"Visitor {number}"})
                found = _CSRF.search((await browser.get("/")).text)
                assert found is not None
                signed_in.append((browser, found[1]))
            bot.browsers = signed_in
            yield bot
        finally:
            for client in (*programs, *browsers):
                await client.aclose()
            bot.process.terminate()
            bot.process.wait()


def _started(settings: dict[str, str]) -> subprocess.Popen[str]:
    """`cousinbot run`, once it says that it is ready."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("COUSINBOT_")} | settings
    bot = subprocess.Popen([sys.executable, "-P", "-m", "cli", "run"], env=own, stdout=subprocess.PIPE, text=True)
    _line(bot)
    return bot


@contextmanager
def _process(command: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line:
        raise RuntimeError("A process that is measured ended at its start.")
    return line


async def _measure(home: Path, options: argparse.Namespace) -> dict[str, Any]:
    async with _bot(home, options.a_minute) as bot:
        if options.kills:
            return await killed(bot, options.photos, options.kills)
        found = await together(bot, options.photos)
        browser, _ = bot.browsers[0]
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        found["first page"] = await asyncio.to_thread(first_page, bot.port, cookie, options.rounds)
        return found


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.web", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--home", type=Path, help=f"a home with a version that knows {', '.join(TRAINED)}; it is copied"
    )
    parser.add_argument("--photos", type=int, default=200, help="from chats, and as many over HTTP")
    parser.add_argument("--a-minute", type=int, default=100_000, help="COUSINBOT_PHOTOS_A_MINUTE")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=300, help="of the first page")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "family"
        if options.home:
            shutil.copytree(options.home, home)
        else:
            make_home(home)
        before = os.getloadavg()[0]
        found = asyncio.run(_measure(home, options)) | {"load before": round(before, 1)}
    found["load after"] = round(os.getloadavg()[0], 1)
    print(json.dumps(found) if options.json else "\n".join(_lines(found)))


def _lines(found: dict[str, Any], deep: int = 0) -> Iterator[str]:
    for name, value in found.items():
        if isinstance(value, dict):
            yield f"{'  ' * deep}{name}"
            yield from _lines(value, deep + 1)
        else:
            yield f"{'  ' * deep}{name:<{28 - 2 * deep}}{value}"


if __name__ == "__main__":
    main()
