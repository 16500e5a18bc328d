"""Spoilers and protected content: what the bot shows of a photo again is treated as the photo was."""

from typing import Any

import pytest

from data.settings import Settings
from demo.family import draw_group
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import invited, serving
from tests.bot.test_corrections import press
from tests.bot.trained import jpeg_of, portrait

GROUP = jpeg_of(draw_group(("amelia", "ben"), 0))


def marks(message: Message) -> tuple[Any, Any]:
    """Whether it is covered, and protected."""
    return message.raw.get("has_media_spoiler", False), message.raw.get("has_protected_content", False)


@pytest.mark.usefixtures("trained_bot")
@pytest.mark.parametrize(("spoiler", "protected"), [(False, False), (True, False), (False, True), (True, True)])
async def test_the_numbered_picture(telegram: LocalTelegram, spoiler: bool, protected: bool) -> None:
    guest = await invited(telegram, "Gus")
    await guest.send_photo(GROUP, spoiler=spoiler, protected=protected)
    answer = await guest.next()
    assert answer.photo is not None
    assert marks(answer) == (spoiler, protected)


@pytest.mark.usefixtures("trained_bot")
async def test_an_answer_in_words_alone_is_protected_too(telegram: LocalTelegram) -> None:
    guest = await invited(telegram, "Gus")
    await guest.protect()
    await guest.send_photo(portrait("ben", 100), spoiler=True)
    answer = await guest.next()
    assert answer.photo is None
    assert marks(answer) == (False, True)
    [call] = [call for call in telegram.calls.of("sendMessage") if "Ben" in str(call.params["text"])]
    assert call.params["protect_content"] == "true"  # of itself, and not only because the chat is


async def test_the_review_shows_faces_as_their_photos_were_sent(
    telegram: LocalTelegram, trained: Settings, admin: Person
) -> None:
    async with serving(trained):
        guest = await invited(telegram, "Gus")
        await admin.say("/start")
        await admin.next()
        pages = []
        for seed, mark in enumerate(("", "protected", "spoiler")):
            photo = portrait("ben", 100 + seed)
            await guest.send_photo(photo, spoiler=mark == "spoiler", protected=mark == "protected")
            menu = await press(guest, await guest.next(), "✗ Wrong")
            await press(guest, menu, "Clara")
            await admin.say("/review")
            while (page := await admin.next()).edited or page.photo is None:
                pass
            pages.append(marks(page))
    assert pages == [(False, False), (False, True), (True, True)]
