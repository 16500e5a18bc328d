"""Through the bot: the real process at the local Telegram, beside recognition alone on the same photos.

The local Telegram is a process of its own, the guests live in this one, and all share the machine's cores. Photos are
there before the clock starts: the bot is held meanwhile, for what phones and Telegram do to a photo is not its work.
"""

import asyncio
import itertools
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.figures import Figure, Material, Say, figure
from benchmarks.waits import Wait, share_of_sqlite, waits_in
from data.files.library import PhotoLibrary
from demo.telegram.chats.pictures import SIDES, jpeg_sizes
from demo.telegram.person import Person
from demo.telegram.phone import ask
from inference.decoding.photo import decode
from inference.device import choose_device
from inference.faces.detectors import load_detector
from inference.recognizer import Recognizer
from models.registry import Registry
from tests.marked import never_the_same

GUESTS: Final = 32
BURST: Final = 300  # photos that they send at once
LONE: Final = 40  # photos of one guest, by turns with one in process
ROUNDS: Final = 3
IN_ALL: Final = 2000  # photos, at the end of which the memory is looked at again
BATCH: Final = 32
ADMIN: Final = 1001
INVITE: Final = "family-reunion-2026"
PATIENCE: Final = 120.0  # seconds


def measure(material: Material, say: Say, in_all: int = IN_ALL) -> dict[str, Figure]:
    """The figures; `in_all` photos are sent, of which the rounds take 1,020."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "family"
        shutil.copytree(material.home, home)  # the bot writes there
        rest = [photo.path.read_bytes() for photo in PhotoLibrary(material.photos).photos()[::2]]
        random.Random(0).shuffle(rest)
        return asyncio.run(_measure(home, rest, in_all, say))


async def _measure(home: Path, photos: Sequence[bytes], in_all: int, say: Say) -> dict[str, Figure]:
    alone = InProcess(home, [jpeg_sizes(photo, SIDES[-1:])[-1][2] for photo in photos])
    fresh = never_the_same(photos)
    burst: dict[str, list[float]] = {"bot": [], "alone": []}
    lone: dict[str, list[float]] = {"bot": [], "alone": [], "over": []}
    shares: list[float] = []
    memory: list[float] = []
    async with _stage(home) as stage:
        await _by_turns(stage, alone, fresh, 10)  # everybody is warm
        alone.together(BATCH)
        for number in range(1, ROUNDS + 1):
            say(f"through the bot, round {number} of {ROUNDS}")
            since = time.time()
            in_process = await _by_turns(stage, alone, fresh, LONE)
            spans = sorted(await stage.spans(since))
            through_bot = [end - start for _, start, end in spans]
            lone["alone"].append(median(in_process))
            lone["bot"].append(median(through_bot))
            lone["over"].append(median(a - 1.3 * b for a, b in zip(through_bot, in_process, strict=True)))
            shares.append(share_of_sqlite(stage.waits(), spans))
            burst["alone"].append(alone.together(BURST))
            burst["bot"].append(await stage.at_once(itertools.islice(fresh, BURST)))
            memory.append(stage.megabytes())
        say(f"through the bot, {in_all} photos in all")
        live = await stage.at_once(itertools.islice(fresh, max(0, in_all - stage.photos)), held=False)
        last = stage.megabytes()
    ratios = [a / b for a, b in zip(burst["bot"], burst["alone"], strict=True)]
    return {
        "throughput_vs_in_process": figure(ratios, f"photos/s, {GUESTS} guests, {BURST} photos", "≥ .6, aim .8"),
        "throughput": figure(burst["bot"], "photos/s through the bot"),
        "throughput_in_process": figure(burst["alone"], "photos/s in process, batches of 32"),
        "throughput_live": figure([live], "photos/s while guests and Telegram still recompress the photos"),
        "lone_p50_vs_in_process": figure(
            [a / b for a, b in zip(lone["bot"], lone["alone"], strict=True)], "p50 of one guest", "see lone_p50_over"
        ),
        "lone_p50": figure([1e3 * value for value in lone["bot"]], "ms from available to sent"),
        "lone_p50_in_process": figure([1e3 * value for value in lone["alone"]], "ms, decoding and recognition"),
        "lone_p50_over": figure(
            [1e3 * value for value in lone["over"]],
            "ms beyond 1.3 times the same photo in process, p50",
            "≤ 15",
        ),
        "sqlite_share": figure(shares, "of the time from available to sent, one guest", "≤ .05"),
        "rss_mb_after_300": figure(memory[:1], "MB resident, bot and its two decoders"),
        "rss_last_vs_300": figure([last / memory[0]], f"MB resident after {stage.photos} photos, by after 300", "flat"),
    }


async def _by_turns(stage: "Stage", alone: "InProcess", fresh: Iterator[bytes], photos: int) -> list[float]:
    """So many photos through the bot, each in process right after it: seconds of the latter."""
    taken = []
    for photo in itertools.islice(fresh, photos):
        await stage.ask(photo)
        taken.append(alone.one(jpeg_sizes(photo, SIDES[-1:])[-1][2]))
    return taken


class InProcess:
    """Decoding and recognition with nothing around them, on photos as Telegram delivers them."""

    def __init__(self, home: Path, photos: Sequence[bytes]) -> None:
        registry = Registry(home / "models")
        version = registry.current()
        assert version is not None
        self._recognizer = Recognizer.load(
            registry.path(version), load_detector(home / "weights"), choose_device("cpu")
        )
        self._photos = itertools.cycle(photos)
        self._pool = ThreadPoolExecutor(os.cpu_count())

    def one(self, photo: bytes) -> float:
        """This photo, in seconds."""
        start = time.perf_counter()
        self._recognizer.recognize([decode(photo)])
        return time.perf_counter() - start

    def together(self, photos: int) -> float:
        """Photos a second, in batches; the next batch is decoded while one is recognised."""
        start = time.perf_counter()
        decoded = self._pool.map(decode, list(itertools.islice(self._photos, photos)))
        while batch := list(itertools.islice(decoded, BATCH)):
            self._recognizer.recognize(batch)
        return photos / (time.perf_counter() - start)


@dataclass
class Stage:
    """The bot and its guests."""

    url: str
    home: Path
    bot: subprocess.Popen[str]
    file: Path
    lone: Person
    guests: Sequence[Person]
    photos: int = 0

    async def ask(self, photo: bytes) -> None:
        """A photo of one guest's, answered. Their phone does not look: on the bot's cores that would take 10 ms."""
        await self.lone.send_photo(photo)
        self.photos += 1
        await self._all_finished(0.02)

    async def at_once(self, photos: Iterator[bytes], *, held: bool = True) -> float:
        """Photos a second, of photos that all guests send; `held` until all of them are there."""

        async def send(guest: Person) -> int:
            sent = 0
            for photo in photos:
                await guest.send_photo(photo)
                sent += 1
            return sent

        start = time.time()
        if held:
            self.bot.send_signal(signal.SIGSTOP)
        sent = sum(await asyncio.gather(*map(send, self.guests)))
        since = start
        if held:
            start = time.time()
            self.bot.send_signal(signal.SIGCONT)
        self.photos += sent
        await self._all_finished(0.1)
        answered = await self._answered(since)
        return sent / (max(answered.values()) - start) if answered else 0.0

    async def spans(self, since: float) -> list[tuple[int, float, float]]:
        """Update, when it was available and when its answer was sent, of the photos answered since then."""
        answered = await self._answered(since)
        return [
            (update["update_id"], call["at"], answered[update["message"]["message_id"]])
            for call in await self._calls("getUpdates")
            for update in call["result"] or ()
            if update.get("message", {}).get("message_id") in answered
        ]

    def waits(self) -> list[Wait]:
        """What the answers so far waited for."""
        return waits_in(self.file)

    def megabytes(self) -> float:
        """Resident, of the bot and its decoders."""
        pids = [self.bot.pid, *_children(self.bot.pid)]
        lines = "".join(Path(f"/proc/{pid}/status").read_text() for pid in pids).splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    async def _all_finished(self, every: float) -> None:
        """Look every so many seconds whether all photos are answered and their updates done with."""
        async with asyncio.timeout(PATIENCE):
            while True:
                with closing(sqlite3.connect(self.home / "cousinbot.db")) as db:
                    answered = db.execute("SELECT count(*) FROM answers WHERE message_id IS NOT NULL").fetchone()[0]
                    waiting = db.execute("SELECT count(*) FROM updates WHERE finished_at IS NULL").fetchone()[0]
                if answered >= self.photos and not waiting:
                    return
                await asyncio.sleep(every)

    async def _answered(self, since: float) -> dict[int, float]:
        """When the answer to each message was sent."""
        calls = await self._calls("sendMessage") + await self._calls("sendPhoto")
        return {
            call["result"]["reply_to_message"]["message_id"]: call["at"]
            for call in calls
            if call["at"] >= since and call["status"] == 200 and "reply_markup" in call["result"]
        }

    async def _calls(self, method: str) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = (await ask(self.url, "GET", "/calls", params={"method": method}))["calls"]
        return calls


@asynccontextmanager
async def _stage(home: Path) -> AsyncIterator[Stage]:
    with _process("-m", "demo.telegram", "--port", "0") as telegram:
        said = [_line(telegram).partition("=") for _ in range(3)]
        url, token = said[1][2], said[2][2]
        facts = home / "facts.yaml"
        cousins = sorted(folder.name for folder in (home / "photos").iterdir())
        facts.write_text("".join(f"{cousin}: [Likes photos., Likes cats., Likes trains.]\n" for cousin in cousins))
        settings = {"TELEGRAM_API": url, "TELEGRAM_TOKEN": token, "ADMINS": ADMIN, "INVITE": INVITE, "HOME": home}
        settings |= {"FACTS": facts, "DEVICE": "cpu", "PHOTOS_A_MINUTE": 100_000, "RETRAIN_AFTER": 0}
        file = home / "waits"
        with _process("-m", "benchmarks.watched_bot", str(file), **settings) as bot:
            _line(bot)
            lone, *guests = [await Person.join(url, f"Guest {number}") for number in range(1 + GUESTS)]
            for guest in (lone, *guests):
                await guest.say(f"/start {INVITE}")
                await guest.next()
            yield Stage(url, home, bot, file, lone, guests)


@contextmanager
def _process(*arguments: str, **settings: object) -> Iterator[subprocess.Popen[str]]:
    """Python with these arguments, and settings of the bot; SIGTERM in the end."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("COUSINBOT_", "OMP_NUM_THREADS"))}
    own |= {f"COUSINBOT_{name}": str(value) for name, value in settings.items()}
    process = subprocess.Popen([sys.executable, *arguments], env=own, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait()
        process.stdout.close()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line:
        raise RuntimeError("A process that is measured ended at its start.")
    return line


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]
