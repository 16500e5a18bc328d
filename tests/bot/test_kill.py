"""A real bot process, killed while photos arrive, buttons are tapped and names are typed."""

import shutil
import signal
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.settings import Settings
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, INVITE, sent_to, settled, until
from tests.bot.siege import Siege, ended, environment, pictures, plain_pictures, running, webhook_settings
from tests.bot.trained import portrait


@dataclass(frozen=True)
class Part:
    photos: int
    kills: int
    trained: bool = False
    webhook: bool = False


@pytest.mark.parametrize(
    "part",
    [Part(80, 6), Part(70, 6, webhook=True), Part(60, 5, trained=True)],
    ids=["polling", "webhook", "trained"],
)
async def test_nothing_is_lost_or_doubled_when_the_bot_is_killed(
    telegram: LocalTelegram, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest, part: Part
) -> None:
    log = tmp_path / "log"
    if part.trained:
        shutil.copytree(request.getfixturevalue("trained_home"), settings.home)
    variables = environment(telegram, settings.home, settings.facts, **(webhook_settings() if part.webhook else {}))
    siege = Siege(telegram, variables, log, pictures() if part.trained else plain_pictures())

    outcome = await siege.survive(part.photos, part.kills)

    print(outcome)
    # It was killed, and twice at the worst moment. The fourth process was asked to end first.
    assert outcome.kills + outcome.ended == part.kills
    assert outcome.kills >= part.kills - 1
    assert outcome.mid_message == 2
    assert (outcome.photos, outcome.lost, outcome.unfinished) == (part.photos, 0, 0)
    # A message may be sent again if the process died before it noted that it was sent: one at a time is on the way.
    assert outcome.repeated <= part.kills
    assert (outcome.taps_lost, outcome.taps_doubled, outcome.unkept) == (0, 0, 0)
    assert outcome.withdrawn_lost == 0
    assert (outcome.taps > 0) == (outcome.reactions > 0) == part.trained
    assert outcome.exit_status == 0
    assert telegram.token not in log.read_text()


def corrections(settings: Settings) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        return db.execute("SELECT says, cousin, said_by, status FROM statements ORDER BY id").fetchall()


def unfinished(settings: Settings) -> int:
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        return int(db.execute("SELECT count(*) FROM updates WHERE finished_at IS NULL").fetchone()[0])


async def killed_at(
    telegram: LocalTelegram, settings: Settings, variables: Mapping[str, str], method: str, wanted: list[object]
) -> None:
    """The bot takes in what was tapped or said, and is killed at `method`, when `wanted` stands in the store."""
    telegram.faults.add(Fault(method, "hang", times=None, seconds=60))
    async with running(variables, settings.home.parent / "log") as bot:
        await until(lambda: corrections(settings) == wanted, 30)
        bot.kill()
        assert await ended(bot) == -signal.SIGKILL
    assert unfinished(settings) > 0, "it was killed too late: all was done"
    telegram.faults.clear()


async def test_taps_and_typed_names_count_once_though_the_bot_is_killed(
    telegram: LocalTelegram, trained: Settings
) -> None:
    variables = environment(telegram, trained.home, trained.facts)
    log = trained.home.parent / "log"
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    guest = await Person.join(telegram.url, "Gus")
    said: list[object] = []
    async with running(variables, log):
        await admin.say("/start")
        await admin.next()
        await guest.say(f"/start {INVITE}")
        await guest.next()
        await guest.send_photo(portrait("ben", 50))
        answer = await guest.next()
        await guest.press(answer, "✗ Wrong")
        menu = await guest.next()
        await settled(telegram, trained)
    # A guest's word: a proposal, once.
    await guest.press(menu, "Clara")
    said.append(("is", "clara", guest.id, "proposed"))
    await killed_at(telegram, trained, variables, "editMessageText", said)
    async with running(variables, log):
        await guest.answer_to_press()
        assert corrections(trained) == said
        assert "Gus corrected one of my answers" in (await admin.next()).text
        await admin.say("/review")
        review = await admin.next()
        await settled(telegram, trained)
    # It is accepted, once, and the guest sees it.
    await admin.press(review, review.buttons[0][0].text)
    said = [("is", "clara", guest.id, "accepted")]
    await killed_at(telegram, trained, variables, "editMessageText", said)
    async with running(variables, log):
        while "This is Clara" not in (await guest.next()).text:
            pass
        # An admin's word.
        await admin.send_photo(portrait("diego", 51))
        while (answer := await admin.next()).reply_to is None:
            pass
        await settled(telegram, trained)
    await admin.press(answer, "✓ Right")
    said.append(("is", "diego", ADMIN, "accepted"))
    await killed_at(telegram, trained, variables, "answerCallbackQuery", said)
    async with running(variables, log):
        await admin.answer_to_press()
        await admin.say("/wrong", reply_to=answer)
        while (menu := await admin.next()).text != "Who is it?":
            pass
        await admin.press(menu, "Someone new")
        while "name? Please reply" not in (question := await admin.next()).text:
            pass
        await settled(telegram, trained)
    # A name that is typed.
    await admin.say("Snoopy", reply_to=question)
    said.append(("is", "Snoopy", ADMIN, "accepted"))
    await killed_at(telegram, trained, variables, "sendMessage", said)
    async with running(variables, log):
        while "Snoopy" not in (thanks := await admin.next()).text or thanks.edited:
            pass
        await settled(telegram, trained)
    assert corrections(trained) == said
    assert sum(text.startswith("Thank you, I'll remember: Snoopy.") for text in sent_to(telegram, ADMIN)) == 1


async def test_whoever_is_confirmed_to_be_new_is_one_person_though_the_bot_is_killed(
    telegram: LocalTelegram, trained: Settings
) -> None:
    variables, log = environment(telegram, trained.home, trained.facts), trained.home.parent / "log"
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    async with running(variables, log):
        await admin.send_photo(portrait("maya", 100))
        await admin.press(await admin.next(), "✗ Wrong")
        await admin.press(await admin.next(), "Someone new")
        await admin.say("Ben", reply_to=await admin.next())
        question = await admin.next()
        await settled(telegram, trained)
    await admin.press(question, "No, a new name: Ben")
    await killed_at(telegram, trained, variables, "editMessageText", [("is", "Ben_2", ADMIN, "accepted")])
    async with running(variables, log):
        while "a new name for me" not in (await admin.next()).text:
            pass
        await settled(telegram, trained)
    assert sorted(path.name for path in (trained.home / "photos").glob("[Bb]en*")) == ["Ben_2", "ben"]
