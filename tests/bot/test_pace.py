"""Many photos of one guest: all are answered, in time, and nobody else waits for them."""

import pytest

from bot.conversation.pace import Pace
from bot.timings import USUAL, Timings
from data.settings import Settings
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, MakeSettings, invited, jpeg, sent_to, serving, settled
from tests.bot.trained import portrait


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_worth_goes_at_once_and_then_one_by_one() -> None:
    clock = Clock()
    pace = Pace(3, clock=clock)
    assert [round(pace.wait(1, message, 1)) for message in range(6)] == [0, 0, 0, 20, 40, 60]
    assert round(pace.wait(2, "other", 1)) == 0
    clock.now += 25
    assert [round(pace.wait(1, message, 1)) for message in range(6)] == [0, 0, 0, 0, 15, 35]
    clock.now += 1000
    assert [round(pace.wait(1, f"later {message}", 1)) for message in range(4)] == [0, 0, 0, 20]


def test_the_first_of_all_never_waits_whatever_the_clock_shows() -> None:
    """Just before such numbers a minute more, and one less, is not the same number again."""
    clock = Clock()
    for number in range(100):
        clock.now = 2.0**14 - number / 7
        assert Pace(1, clock=clock).wait(1, "first") == 0


def test_an_album_larger_than_a_minutes_worth_is_answered() -> None:
    pace = Pace(3, clock=Clock())
    assert round(pace.wait(1, "album", 10)) == 0
    assert round(pace.wait(1, "next", 1)) == 160


def test_who_waits_is_told_once_for_as_long_as_they_wait() -> None:
    clock = Clock()
    pace = Pace(1, clock=clock)
    pace.wait(1, "a", 1)
    pace.wait(1, "b", 1)
    assert [pace.is_news(1), pace.is_news(1)] == [True, False]
    clock.now += 200
    pace.wait(1, "c", 1)
    assert pace.is_news(1)


@pytest.fixture
def timings() -> Timings:
    return USUAL


async def test_photos_beyond_the_limit_are_answered_later_and_this_is_said_once(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    settings = make_settings(photos_a_minute=2)
    async with serving(settings, Timings(minute=1.0)):
        guest, other = await invited(telegram, "Gus"), await invited(telegram, "Pia")
        admin = await Person.join(telegram.url, "Ada", ADMIN)
        asked = [await guest.send_photo(jpeg(number)) for number in range(6)]
        await other.send_photo(jpeg())
        assert "still getting to know" in (await other.next()).text
        for number in range(4):
            await admin.send_photo(jpeg(number))
            assert "been trained" in (await admin.next()).text
        answered: set[int | None] = set()
        told: list[str] = []
        while answered != set(asked):
            message = await guest.next()
            if "lot of photos at once" in message.text:
                told.append(message.text)
            else:
                answered.add(message.reply_to)
        assert len(told) == 1
        assert "2 photos a minute" in told[0]
        await settled(telegram, settings)
        assert len(sent_to(telegram, guest.id)) == 1 + len(asked) + 1


async def test_commands_beyond_the_limit_are_answered_later_and_this_is_said_once(
    telegram: LocalTelegram, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.MESSAGES", 3)
    settings = make_settings()
    async with serving(settings, Timings(minute=1.0)):
        guest, admin = await invited(telegram, "Gus"), await Person.join(telegram.url, "Ada", ADMIN)
        for text in ("/help", "hello", "/cousins", "/help", "/facts", "/nonsense"):
            await guest.say(text)
        for _ in range(5):
            await admin.say("/help")
        for _ in range(5):
            assert "Send me a photo" in (await admin.next()).text
        answers = [(await guest.next()).text for _ in range(7)]
        assert sum("You write faster" in text for text in answers) == 1
        await settled(telegram, settings)
        assert len(sent_to(telegram, guest.id)) == 1 + 6 + 1


VIDEO = {"video": {"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9, "duration": 1}}
ASKS = {"caption": "/who", "caption_entities": [{"type": "bot_command", "offset": 0, "length": 4}]}


@pytest.mark.parametrize("album", [None, "77"])
async def test_questions_about_videos_have_a_pace_too(
    telegram: LocalTelegram, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, album: str | None
) -> None:
    """Below each of six; or of three albums, of two each."""
    monkeypatch.setattr("bot.handlers.MESSAGES", 1)
    mia = await Person.join(telegram.url, "Mia")
    group = await mia.create_group("The family")
    settings = make_settings(chats=str(group))
    async with serving(settings, Timings(minute=0.5, album_silence=0.05)):
        here = await mia.in_group(group)
        for number in range(6):
            chat = {"id": group, "type": "group", "title": "The family"}
            sender = {"id": mia.id, "is_bot": False, "first_name": "Mia"}
            video = {"message_id": 5000 + number, "date": 1, "chat": chat, "from": sender, **VIDEO, **ASKS}
            telegram.inject({"message": video | ({"media_group_id": f"{album}{number // 2}"} if album else {})})
        answers = [(await here.next()).text for _ in range(4 if album else 7)]
        assert sum("You write faster" in text for text in answers) == 1


async def test_waiting_photos_outlive_a_restart(telegram: LocalTelegram, make_settings: MakeSettings) -> None:
    settings = make_settings(photos_a_minute=2)
    async with serving(settings, Timings(grace=0)):
        guest = await invited(telegram, "Gus")
        asked = [await guest.send_photo(jpeg(number)) for number in range(3)]
        answers = [await guest.next() for _ in range(3)]
        assert sum("lot of photos at once" in answer.text for answer in answers) == 1
    async with serving(settings):
        last = await guest.next()
        assert {message.reply_to for message in [*answers, last]} == set(asked)
        assert "still getting to know" in last.text


@pytest.mark.usefixtures("trained_bot")
async def test_photos_that_wait_are_forgotten_too(telegram: LocalTelegram, trained: Settings) -> None:
    guest = await invited(telegram, "Gus")
    await guest.send_photo(portrait("ben", 95))
    await guest.next()
    telegram.faults.add(Fault("getFile", status=500, times=2))  # the next photo waits, and others overtake it
    await guest.send_photo(portrait("ben", 96))
    await guest.say("/forgetme")
    question = await guest.next()
    assert "1 photo" in question.text
    await guest.press(question, "Yes, delete 1 photo")
    assert "Done" in (await guest.next()).text
    await settled(telegram, trained)
    await guest.say("/forgetme")
    assert (await guest.next()).text.startswith("I don't have any photos from you")
    assert list((trained.home / "inbox").glob("*.jpg")) == []
