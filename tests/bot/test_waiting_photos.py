"""Many photos of many guests at once: all are answered, and who has to wait knows for how long."""

import asyncio
import re

import pytest

from bot.timings import Timings
from bot.transport.errors import Later
from bot.updates.waiting_photos import LEAST, MEASURED, NEWS, RECENT, WaitingBatch, WaitingPhotos
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, MakeSettings, invited, jpeg, sent_to, serving, settled


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def busy(clock: Clock, photos: int = 40) -> WaitingPhotos:
    """A waiting that has answered so many photos, two a second."""
    waiting = WaitingPhotos(clock=clock)
    for person in range(photos):
        clock.now += 0.5
        with waiting.under_way(WaitingBatch(person, 1)):
            pass
    return waiting


def test_the_number_and_the_seconds_are_true() -> None:
    waiting = busy(Clock())
    album, first, last = WaitingBatch(1, 10), WaitingBatch(2, 1), WaitingBatch(3, 1)
    with waiting.waiting(album), waiting.waiting(first), waiting.waiting(last), waiting.under_way(WaitingBatch(4, 4)):
        assert waiting.news(last) == (12, (4 + 12) * 0.5)
        assert waiting.news(first) == (11, (4 + 11) * 0.5)
        assert waiting.news(album) is None  # it is the next


def test_one_word_for_each_person_until_they_have_an_answer() -> None:
    waiting = busy(Clock())
    places = [WaitingBatch(7, 10), WaitingBatch(7, 10), WaitingBatch(7, 10)]
    with waiting.waiting(places[0]), waiting.waiting(places[1]), waiting.waiting(places[2]):
        assert [waiting.news(place) is not None for place in (places[2], places[1], places[2])] == [True, False, False]
        with waiting.under_way(WaitingBatch(7, 1)):
            pass
        assert waiting.news(places[1]) is not None


def test_nothing_is_said_of_what_nobody_can_know() -> None:
    clock = Clock()
    place = WaitingBatch(1, 100)
    waiting = busy(clock, photos=3)
    with waiting.waiting(place), waiting.waiting(last := WaitingBatch(2, 1)):
        assert waiting.news(last) is None  # too few were answered
    waiting = busy(clock)
    with waiting.waiting(place), waiting.waiting(last):
        with pytest.raises(ConnectionError), waiting.under_way(WaitingBatch(3, 1)):
            raise ConnectionError
        assert waiting.news(last) is None  # Telegram has trouble
    waiting = busy(clock)
    with waiting.waiting(place), waiting.waiting(last):
        with pytest.raises(Later), waiting.under_way(WaitingBatch(3, 1)):
            raise Later(1)
        clock.now += RECENT + 1
        assert waiting.news(last) is None  # nothing moves
        clock.now -= RECENT + 1
        assert waiting.news(last) is not None
    assert waiting.news(last) is None  # it waits no more


def test_eight_answers_are_enough_to_know_the_pace_and_seven_are_not() -> None:
    place = WaitingBatch(1, 100)
    for photos, told in ((LEAST - 1, None), (LEAST, (101, 101 * 0.5))):
        waiting = busy(Clock(), photos)
        with waiting.waiting(place), waiting.waiting(last := WaitingBatch(2, 1)):
            assert waiting.news(last) == told


def test_the_pace_is_that_of_the_last_photos_albums_counted_by_photo() -> None:
    clock = Clock()
    waiting = busy(clock)  # two a second
    for _ in range(MEASURED):
        clock.now += 2
        with waiting.under_way(WaitingBatch(99, 4)):
            pass
    with waiting.waiting(WaitingBatch(1, 100)), waiting.waiting(last := WaitingBatch(2, 1)):
        assert waiting.news(last) == (101, 101 * 0.5)
        clock.now += RECENT
    with waiting.waiting(WaitingBatch(3, 100)), waiting.waiting(last := WaitingBatch(4, 1)):
        assert waiting.news(last) is not None  # just recent enough


def test_a_short_wait_is_not_worth_a_word() -> None:
    for photos, told in ((8, None), (9, (10, NEWS))):
        waiting = busy(Clock())
        with waiting.waiting(WaitingBatch(1, photos)), waiting.waiting(last := WaitingBatch(2, 1)):
            assert waiting.news(last) == told


async def test_guests_at_the_end_of_the_line_hear_their_number_and_all_get_their_answer(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    settings = make_settings()
    async with serving(settings):
        guests = await asyncio.gather(*(invited(telegram, f"Guest {number}") for number in range(60)))
    admin, stranger = await Person.join(telegram.url, "Ada", ADMIN), await Person.join(telegram.url, "Nobody")
    asked = [await guest.send_photo(jpeg(number, (64, 48))) for number, guest in enumerate(guests)]
    await stranger.send_photo(jpeg(200))
    await admin.say("/help")
    telegram.faults.add(Fault("getFile", "delay", times=None, seconds=0.3))
    async with serving(settings, Timings(patient=0.1, worth_a_word=0.4)):
        assert (await admin.next()).text.startswith("Send me a photo")
        first: set[int] = set()
        numbers: list[int] = []
        for place, (guest, photo) in enumerate(zip(guests, asked, strict=True), 1):
            message = await guest.next()
            if "still getting to know" in message.text:
                first.add(guest.id)
                continue
            found = re.fullmatch(
                r"I'm getting a lot of photos right now\. Yours is number (\d+) in line: .* in about \d+ seconds\.",
                message.text,
            )
            assert found, message.text
            numbers.append(int(found[1]))
            assert 1 <= numbers[-1] <= place - 16  # less where the line has moved by then
            assert message.reply_to == photo
            assert "still getting to know" in (await guest.next()).text
        await settled(telegram, settings)
        assert len(first) >= 16  # whose photos were under way at once
        assert numbers
        assert len(sent_to(telegram, stranger.id)) == 1  # that this is a family's bot
        for guest in guests:
            assert len(sent_to(telegram, guest.id)) == (2 if guest.id in first else 3)
