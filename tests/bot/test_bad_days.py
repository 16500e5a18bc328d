"""Telegram's bad days, in whole conversations: a bot that knows the family, and a server that misbehaves."""

import asyncio
import types

import httpx
import pytest

from bot.timings import Timings
from data.settings import Settings
from demo.family import draw_group
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, MakeSettings, invited, jpeg, sent_to, serving, settled, until
from tests.bot.trained import jpeg_of, portrait
from tests.free_port import free_port

TEN_MINUTES = 600


class Pauses:
    """Stands in for sleep: no time passes, and what would have is added up."""

    def __init__(self) -> None:
        self.each: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.each.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Pauses:
    pauses = Pauses()
    monkeypatch.setattr("bot.transport.backoff.sleep", pauses)
    # The client's own waiting, after a 429.
    monkeypatch.setattr(
        "telegram.ext._aioratelimiter.asyncio", types.SimpleNamespace(Event=asyncio.Event, sleep=pauses)
    )
    return pauses


async def health(port: int) -> tuple[int, dict[str, object]]:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://127.0.0.1:{port}/healthz")
    return answer.status_code, answer.json()


async def converse(guest: Person, seed: int) -> None:
    """A photo, its answer, a correction and its menu, a group with its picture: every kind of request there is."""
    asked = await guest.send_photo(portrait("ben", seed))
    answer = await guest.next()
    assert answer.reply_to == asked
    assert "Ben" in answer.text
    await guest.press(answer, "✗ Wrong")
    menu = await guest.next()
    await guest.press(menu, "Clara")
    await guest.answer_to_press()
    assert "Right" in (await guest.next()).buttons[0][0].text
    await guest.send_photo(jpeg_of(draw_group(["amelia", "clara"], seed=seed)))
    assert (await guest.next()).photo


EVERY_METHOD = [
    "getUpdates",
    "getFile",
    "file",
    "sendMessage",
    "sendPhoto",
    "editMessageReplyMarkup",
    "editMessageText",
    "answerCallbackQuery",
]


@pytest.mark.usefixtures("trained_bot")
async def test_every_request_is_refused_once_and_the_conversation_goes_on(
    telegram: LocalTelegram, pauses: Pauses, trained: Settings
) -> None:
    guest = await invited(telegram, "Gus")
    for number, kind in enumerate(("429", "500", "html", "drop", "garbage")):
        for method in EVERY_METHOD:
            match kind:
                case "429":
                    telegram.faults.add(Fault(method, retry_after=7))
                case "500":
                    telegram.faults.add(Fault(method, status=500))
                case "html":
                    telegram.faults.add(Fault(method, "html", status=502))
                case "drop":
                    telegram.faults.add(Fault(method, "drop"))
                case "garbage":
                    telegram.faults.add(Fault(method, "garbage"))
        await converse(guest, 60 + number)
        await settled(telegram, trained)
    assert pauses.each.count(7.1) >= len(EVERY_METHOD) - 2  # all but getUpdates, and the file, whose 429 has no limiter
    assert len(sent_to(telegram, guest.id)) == 1 + 2 * 5  # the greeting, and no answer twice


async def test_start_is_refused_with_429_and_goes_on(
    telegram: LocalTelegram, settings: Settings, pauses: Pauses
) -> None:
    for method in ("getMe", "deleteWebhook", "setMyCommands", "getUpdates"):
        telegram.faults.add(Fault(method, retry_after=5, times=2))
    async with serving(settings):
        await invited(telegram, "Gus")
    assert max(pauses.each) >= 5


@pytest.mark.parametrize("method", ["sendMessage", "getFile", "file", "getUpdates"])
async def test_connection_that_hangs_is_given_up_and_tried_again(
    telegram: LocalTelegram, settings: Settings, pauses: Pauses, method: str
) -> None:
    timings = Timings(read_timeout=0.3, download_timeout=0.3, poll_margin=0.3, long_poll=1)
    async with serving(settings, timings):
        guest = await invited(telegram, "Gus")
        telegram.faults.add(Fault(method, "hang", seconds=60))
        await guest.send_photo(jpeg())
        assert "still getting to know" in (await guest.next()).text
    assert not any(text != "" and "still" not in text and "Hello" not in text for text in sent_to(telegram, guest.id))


TROUBLES = [
    (Fault("getUpdates", status=401, description="Unauthorized", times=None), "does not accept the bot's token"),
    (Fault("getUpdates", status=404, description="Not Found", times=None), "does not accept the bot's token"),
    (
        Fault("getUpdates", status=409, description="Conflict: terminated by other getUpdates request", times=None),
        "another program receives this bot's messages",
    ),
    (Fault("getUpdates", "drop", times=None), "Telegram cannot be reached"),
]


async def test_health_turns_red_while_telegram_refuses_and_green_when_it_answers(
    telegram: LocalTelegram, make_settings: MakeSettings, pauses: Pauses
) -> None:
    port = free_port()
    async with serving(make_settings(health_port=port)):
        guest = await invited(telegram, "Gus")
        for fault, words in TROUBLES:
            telegram.faults.add(fault)
            await guest.say("/help")  # ends the poll that is open
            async with asyncio.timeout(10):
                while (found := await health(port))[0] != 503:
                    pass
            assert words in str(found[1]["telegram"])
            telegram.faults.clear()
            assert "Send me a photo" in (await guest.next()).text
            async with asyncio.timeout(10):
                while (found := await health(port))[0] != 200:
                    pass
            assert found[1]["telegram"] == "ok"


async def test_server_that_is_away_at_the_start_and_for_ten_minutes(
    make_settings: MakeSettings, pauses: Pauses
) -> None:
    async with LocalTelegram() as elsewhere:
        token = elsewhere.token
    deaf, port = free_port(), free_port()
    settings = make_settings(telegram_api=f"http://127.0.0.1:{deaf}", telegram_token=token, health_port=port)
    async with serving(settings) as task:
        await until(lambda: sum(pauses.each) > TEN_MINUTES)
        assert max(pauses.each) <= 30
        status, report = await health(port)
        assert (status, report["telegram"]) == (503, "Telegram cannot be reached")
        assert not task.done()
        async with LocalTelegram(deaf, token=token) as telegram:
            await invited(telegram, "Gus")
        # Away again, with an answer that waits.
        pauses.each.clear()
        await until(lambda: sum(pauses.each) > TEN_MINUTES)
        async with LocalTelegram(deaf, token=token) as telegram:
            pia = await invited(telegram, "Pia")
            await pia.send_photo(jpeg())
            assert "still getting to know" in (await pia.next()).text


async def test_guest_who_blocks_the_bot_is_let_go_and_comes_back(
    telegram: LocalTelegram, settings: Settings, guest: Person, admin: Person
) -> None:
    telegram.faults.add(Fault("getFile", "delay", seconds=0.3))
    await guest.send_photo(jpeg())
    await guest.block()
    await settled(telegram, settings)
    await guest.block(False)
    await guest.say("/help")
    assert "Send me a photo" in (await guest.next()).text
    await admin.say("/stats")
    assert "could not handle" not in (await admin.next()).text


@pytest.mark.usefixtures("trained_bot")
async def test_photo_whose_answer_nobody_takes_is_kept(telegram: LocalTelegram, trained: Settings) -> None:
    guest = await invited(telegram, "Gus")
    telegram.faults.add(Fault("getFile", "delay", seconds=0.3))
    await guest.send_photo(portrait("ben", 100))
    await guest.block()
    await settled(telegram, trained)
    assert len(list((trained.home / "inbox").glob("*.jpg"))) == 1


@pytest.mark.usefixtures("trained_bot")
async def test_answer_deleted_before_its_correction_is_shown(telegram: LocalTelegram, trained: Settings) -> None:
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    await admin.send_photo(portrait("ben", 70))
    answer = await admin.next()
    await admin.press(answer, "✗ Wrong")
    menu = await admin.next()
    telegram.faults.add(Fault("getUpdates", "drop"))
    await admin.press(menu, "Clara")
    await admin.delete(answer.id)
    assert "I'll remember: Clara" in (await admin.answer_to_press()).text
    await settled(telegram, trained)
    assert await set_aside(admin) == []


@pytest.mark.usefixtures("bot")
async def test_message_that_is_as_it_shall_be_and_a_tap_that_is_too_old(
    telegram: LocalTelegram, settings: Settings, admin: Person
) -> None:
    await admin.say("/invite")
    link = await admin.next()
    tap = {
        "id": "1",
        "from": {"id": ADMIN, "is_bot": False, "first_name": "Ada"},
        "chat_instance": "1",
        "message": link.raw,
        "data": link.buttons[0][0].data,
    }
    # The same tap again and again: the message is as it shall be, and Telegram knows none of these queries.
    for _ in range(3):
        telegram.inject({"callback_query": tap})
    await settled(telegram, settings)
    failed = [call.description or "" for call in telegram.calls.of() if call.status == 400]
    assert any("message is not modified" in words for words in failed)
    assert any("query is too old" in words for words in failed)
    assert await set_aside(admin) == []


async def set_aside(admin: Person) -> list[str]:
    await admin.say("/stats")
    while not (told := await admin.next()).text.startswith("This week"):
        pass
    return [line for line in told.text.splitlines() if "could not handle" in line]


async def test_group_that_became_a_supergroup_is_followed(telegram: LocalTelegram, make_settings: MakeSettings) -> None:
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    await admin.say("/start")
    member = await Person.join(telegram.url, "Mia")
    group = await member.create_group("The family")
    settings = make_settings(chats=str(group))
    async with serving(settings):
        assert "Hello Ada" in (await admin.next()).text
        here = await member.in_group(group)
        photo = await here.send_photo(jpeg())
        # An answer is on its way when the group moves.
        telegram.faults.add(Fault("getFile", "delay", seconds=0.5))
        await here.say("/who", reply_to=photo)
        await until(lambda: telegram.pending() == [])
        there = await here.migrate()
        assert "still getting to know" in (await there.next()).text
        assert f"write {there.chat} instead of {group}" in (await admin.next()).text
        await there.say("/cousins")
        assert "I know" in (await there.next()).text
    async with serving(settings):
        await there.say("/cousins")
        assert "I know" in (await there.next()).text
    async with serving(make_settings(chats="-5")):  # the family left that group out again
        await there.say("/cousins")
        await settled(telegram, settings)
    assert len(sent_to(telegram, there.chat)) == 3
    assert len([text for text in sent_to(telegram, ADMIN) if "has a new id" in text]) == 1


async def test_second_bot_with_the_same_token_is_named(
    telegram: LocalTelegram, make_settings: MakeSettings, caplog: pytest.LogCaptureFixture, pauses: Pauses
) -> None:
    """Two real pollers; neither gives up, and what either gets is answered."""
    async with serving(make_settings()), serving(make_settings(home=make_settings().home.parent / "another")):
        await until(lambda: "another program receives this bot's messages" in caplog.text)
    assert telegram.token not in caplog.text
