"""A bot as a process of its own, which is killed again and again while photos come and answers are tapped."""

import asyncio
import contextlib
import io
import os
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

from PIL import Image

from demo.family import COUSINS, draw_portrait
from demo.telegram.calls import Call
from demo.telegram.faults import Fault
from demo.telegram.person import Person, RefusedError
from demo.telegram.server import LocalTelegram
from tests.forked import FORKED
from tests.free_port import free_port
from tests.marked import never_the_same

ADMIN: Final = 1001
INVITE: Final = "family-reunion-2026"
GUESTS: Final = ("Gus", "Pia", "Zoe")
SPAN: Final = 1.0  # seconds, in which it is killed, after it began to ask for updates or, mostly, to answer
FAR: Final = 0.3  # seconds; long, so that most kills find a message on its way
GENTLE: Final = 2.0  # seconds between SIGTERM and SIGKILL
PATIENCE: Final = 60.0  # seconds for a process to start, and for the last one to answer all that is left


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done and what became of it.

    Attributes:
        kills: processes that died by SIGKILL; `ended` are those that SIGTERM ended within its two seconds.
        mid_message: of the kills, those of a bot whose message was there already, without the bot having heard so.
        lost: photos and texts that got no answer.
        repeated: answers that came once more.
        unkept: photos that were answered, and of which no file was kept.
        taps: answers under which ✓ was tapped, or that got a 👍; `taps_lost` have no correction, `taps_doubled` more
            than one.
        reactions: answers that got a 👍; of some it was `withdrawn`, of which `withdrawn_lost` have a correction still.
        exit_status: of the last process, after SIGTERM.
        unfinished: updates that it left in the journal.
    """

    photos: int
    texts: int
    kills: int
    mid_message: int
    ended: int
    lost: int
    repeated: int
    unkept: int
    taps: int
    taps_lost: int
    taps_doubled: int
    reactions: int
    withdrawn: int
    withdrawn_lost: int
    exit_status: int | None
    unfinished: int


def environment(telegram: LocalTelegram, home: Path, facts: Path, **more: object) -> dict[str, str]:
    """The settings of a bot at this local Telegram, as variables; `more` by their names without the prefix."""
    settings = {
        "telegram_token": telegram.token,
        "telegram_api": telegram.url,
        "admins": ADMIN,
        "invite": INVITE,
        "home": home,
        "facts": facts,
        "device": "cpu",
        "photos_a_minute": 100_000,
        "retrain_after": 0,
        **more,
    }
    return {f"COUSINBOT_{name.upper()}": str(value) for name, value in settings.items()}


def _run(variables: Mapping[str, str], log: Path) -> None:
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.update(variables)
    from bot.app import run
    from data.settings import load_settings

    run(load_settings())


@asynccontextmanager
async def running(variables: Mapping[str, str], log: Path) -> AsyncIterator[BaseProcess]:
    """The bot as a process of its own; if it still runs in the end it is killed."""
    process = FORKED.Process(target=_run, args=(dict(variables), log))
    await asyncio.to_thread(process.start)
    try:
        yield process
    finally:
        process.kill()
        await ended(process)


async def ended(process: BaseProcess, seconds: float = PATIENCE) -> int | None:
    """The exit status, once there is one: negative for a signal; None if `seconds` pass."""
    await asyncio.to_thread(process.join, seconds)
    return process.exitcode


class Siege:
    """People who write, and a bot that is killed. `pictures` are sent in turn, each time with another corner."""

    def __init__(
        self, telegram: LocalTelegram, variables: Mapping[str, str], log: Path, pictures: list[bytes], seed: int = 0
    ) -> None:
        self._telegram = telegram
        self._variables = variables
        self._log = log
        self._pictures = never_the_same(pictures)
        self._random = random.Random(seed)
        self._photos: list[tuple[int, int]] = []
        self._texts: Counter[int] = Counter()
        self._tapped: set[tuple[int, int]] = set()
        self._withdrawn: set[tuple[int, int]] = set()
        self._reactions = 0
        self._kills = 0
        self._mid_message = 0
        self._ended = 0

    async def survive(self, photos: int, kills: int) -> Outcome:
        """Send so many photos while the bot is killed so often, and count."""
        people = [await Person.join(self._telegram.url, name) for name in GUESTS]
        for guest in people:
            await guest.say(f"/start {INVITE}")
        admin = await Person.join(self._telegram.url, "Ada", ADMIN)
        tapping = asyncio.create_task(self._tap_all(admin))
        try:
            for number in range(kills):
                share = photos // kills + (number < photos % kills)
                gentle = number % 4 == 3
                newcomer = None
                if number % 3 == 1 and not gentle:
                    newcomer = await Person.join(self._telegram.url, f"Newcomer {number}")
                await self._round([*people, admin], share, newcomer, gentle=gentle, answering=number % 3 > 0)
            before = len(self._telegram.calls.of())
            async with running(self._variables, self._log) as process:
                await self._telegram.calls.until(lambda calls: _asks_for_updates(calls.of()[before:]), PATIENCE)
                with contextlib.suppress(TimeoutError):  # what is missing then is counted as lost
                    await self._telegram.calls.until(lambda _: self._lost() == 0, PATIENCE)
                await self._settled()
                process.terminate()
                status = await ended(process, 10)
        finally:
            tapping.cancel()
        return self._outcome(status)

    async def _round(
        self, people: list[Person], photos: int, newcomer: Person | None, *, gentle: bool, answering: bool
    ) -> None:
        """One process: killed at a random moment, or the moment that the newcomer, if there is one, is greeted."""
        before = len(self._telegram.calls.of())
        # As far away as Telegram is: a message is there some time before the bot knows that it is.
        far = PATIENCE if newcomer else FAR
        self._telegram.faults.add(Fault("sendMessage", "delay", times=None, seconds=far, after=True))
        async with running(self._variables, self._log) as process:
            sending = asyncio.create_task(self._send(people, photos))
            await self._telegram.calls.until(lambda calls: _asks_for_updates(calls.of()[before:]), PATIENCE)
            if newcomer:
                await newcomer.say(f"/start {INVITE}")
                await newcomer.next(PATIENCE)
            else:
                if answering:  # else it may die before it has answered anything
                    await self._telegram.calls.until(lambda calls: _answers(calls.of()[before:]), PATIENCE)
                await asyncio.sleep(self._random.uniform(0, SPAN))
            if gentle:
                # Slow enough that there is work left when it is killed.
                self._telegram.faults.clear()
                self._telegram.faults.add(Fault("sendMessage", "delay", times=None, seconds=0.5))
                process.terminate()
                await ended(process, GENTLE)
            process.kill()  # nothing to one that has ended
            if await ended(process) == -signal.SIGKILL:
                self._kills += 1
                self._mid_message += bool(newcomer and self._unfinished())
            else:
                self._ended += 1
            self._telegram.faults.clear()
            await sending

    async def _send(self, people: list[Person], photos: int) -> None:
        for number in range(photos):
            person = self._random.choice(people)
            self._photos.append((person.id, await person.send_photo(next(self._pictures))))
            if number % 5 == 0:
                await person.say("/help")
                self._texts[person.id] += 1
            await asyncio.sleep(self._random.uniform(0, 2 * SPAN / photos))

    async def _tap_all(self, admin: Person) -> None:
        """Tap ✓ under an answer, or give it a 👍, a moment after it came; every third 👍 is taken back."""
        while True:
            with contextlib.suppress(TimeoutError, LookupError, RefusedError):
                message = await admin.next()
                if message.edited or message.reply_to is None:
                    continue
                answer = admin.id, message.reply_to
                if len(self._tapped) % 2 == 0:
                    await admin.press(message, "✓ Right")
                    self._tapped.add(answer)
                    continue
                message.button("✓ Right")  # else there is nothing to agree to
                await admin.react(message, "👍")
                self._reactions += 1
                if self._reactions % 3 == 0:
                    await admin.react(message)
                    self._withdrawn.add(answer)
                else:
                    self._tapped.add(answer)

    async def _settled(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while self._telegram.pending() or self._unfinished():  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    def _answers(self) -> Counter[tuple[int, int]]:
        sent = [call.result for call in self._telegram.calls.of("sendMessage") if call.status == 200]
        sent += [call.result for call in self._telegram.calls.of("sendPhoto") if call.status == 200]
        return Counter(
            (message["chat"]["id"], message["reply_to_message"]["message_id"])
            for message in sent
            if "reply_to_message" in message
        )

    def _helped(self) -> Counter[int]:
        return Counter(
            call.result["chat"]["id"]
            for call in self._telegram.calls.of("sendMessage")
            if call.status == 200 and call.result["text"].startswith("Send me a photo of a cousin")
        )

    def _lost(self) -> int:
        answers, helped = self._answers(), self._helped()
        return sum(1 for photo in self._photos if not answers[photo]) + sum((self._texts - helped).values())

    def _unkept(self) -> int:
        files = {path.stem for path in (Path(self._variables["COUSINBOT_HOME"]) / "inbox").glob("*.jpg")}
        return sum(1 for (sha256,) in self._query("SELECT DISTINCT sha256 FROM photos") if sha256 not in files)

    def _unfinished(self) -> int:
        return int(self._query("SELECT count(*) FROM updates WHERE finished_at IS NULL")[0][0])

    def _query(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(Path(self._variables["COUSINBOT_HOME"]) / "cousinbot.db")) as db:
            return db.execute(sql).fetchall()

    def _outcome(self, status: int | None) -> Outcome:
        kept = Counter(
            (chat, asked)
            for chat, asked in self._query(
                "SELECT chat_id, asked_message_id FROM statements JOIN guesses ON guesses.id = guess_id"
                " JOIN photos ON photos.id = photo_id JOIN answers ON answers.id = answer_id WHERE status = 'accepted'"
            )
        )
        answers = self._answers()
        return Outcome(
            photos=len(self._photos),
            texts=sum(self._texts.values()),
            kills=self._kills,
            mid_message=self._mid_message,
            ended=self._ended,
            lost=self._lost(),
            repeated=sum((answers - Counter(set(answers))).values()) + sum((self._helped() - self._texts).values()),
            unkept=self._unkept(),
            taps=len(self._tapped),
            taps_lost=sum(1 for tap in self._tapped if not kept[tap]),
            taps_doubled=sum(1 for count in kept.values() if count > 1),
            reactions=self._reactions,
            withdrawn=len(self._withdrawn),
            withdrawn_lost=sum(1 for answer in self._withdrawn if kept[answer]),
            exit_status=status,
            unfinished=self._unfinished(),
        )


def _asks_for_updates(calls: list[Call]) -> bool:
    return any(call.method.lower() in ("getupdates", "setwebhook") for call in calls)


def _answers(calls: list[Call]) -> bool:
    return any(call.method.lower() in ("sendmessage", "sendphoto") for call in calls)


def pictures(cousins: int = 4) -> list[bytes]:
    """A portrait of each of so many drawn cousins, as JPEG."""
    drawn = []
    for cousin in list(COUSINS)[:cousins]:
        file = io.BytesIO()
        draw_portrait(cousin, seed=77, size=320).save(file, "JPEG", quality=90)
        drawn.append(file.getvalue())
    return drawn


def plain_pictures() -> list[bytes]:
    """Pictures of nobody."""
    files = [io.BytesIO() for _ in range(4)]
    for number, file in enumerate(files):
        Image.new("RGB", (160, 120), (60 * number, 90, 200 - 40 * number)).save(file, "JPEG")
    return [file.getvalue() for file in files]


def webhook_settings() -> dict[str, Any]:
    """A webhook at a free port of this machine."""
    port = free_port()
    return {"webhook_url": f"http://127.0.0.1:{port}/", "webhook_port": port, "webhook_secret": "s3cret"}
