"""Groups in which the bot may not send photos, or nothing at all."""

from collections.abc import AsyncIterator

import pytest

from data.settings import Settings
from demo.family import draw_group
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, sent_to, serving, settled
from tests.bot.trained import jpeg_of, portrait

GROUP_PHOTO = jpeg_of(draw_group(["amelia", "clara"], seed=5))


@pytest.fixture
async def member(telegram: LocalTelegram, trained: Settings) -> AsyncIterator[Person]:
    """Somebody in the family's group, whose admin has written to the bot."""
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    await admin.say("/start")
    mia = await Person.join(telegram.url, "Mia")
    group = await mia.create_group("The family")
    async with serving(trained.model_copy(update={"chats": frozenset({group})})):
        await admin.next()
        yield await mia.in_group(group)


def refused(method: str, right: str) -> Fault:
    words = f"Bad Request: not enough rights to send {right} to the chat"
    return Fault(method, status=400, description=words, times=None)


async def test_where_no_photos_may_be_sent_the_text_is_and_the_admins_hear_why(
    telegram: LocalTelegram, trained: Settings, member: Person
) -> None:
    telegram.faults.add(refused("sendPhoto", "photos"))
    for _ in range(2):
        await member.send_photo(GROUP_PHOTO, "/who")
        answer = await member.next()
        assert not answer.photo
        assert "1. " in answer.text
        assert "2. " in answer.text
        assert answer.buttons
    await settled(telegram, trained)
    [told] = [text for text in sent_to(telegram, ADMIN) if "not allowed" in text]
    assert "send photos in the group “The family”" in told
    assert not any("could not handle" in text for text in sent_to(telegram, ADMIN))


async def test_where_nothing_may_be_sent_the_admins_hear_why(
    telegram: LocalTelegram, trained: Settings, member: Person
) -> None:
    words = "Bad Request: not enough rights to send text messages to the chat"
    for _ in range(2):
        telegram.faults.add(Fault("sendMessage", status=400, description=words))
        await member.say("/cousins")
        await settled(telegram, trained)
    [told] = [text for text in sent_to(telegram, ADMIN) if "not allowed" in text]
    assert "write in the group “The family”" in told
    assert sent_to(telegram, member.chat) == []
    assert not any("could not handle" in text for text in sent_to(telegram, ADMIN))


async def test_also_where_a_caption_asks_later(telegram: LocalTelegram, trained: Settings, member: Person) -> None:
    words = "Bad Request: not enough rights to send text messages to the chat"
    photo = await member.send_photo(portrait("ben", 100), "Who might this be")
    telegram.faults.add(Fault("sendMessage", status=400, description=words))
    await member.edit(photo, "/who")
    await settled(telegram, trained)
    [told] = [text for text in sent_to(telegram, ADMIN) if "not allowed" in text]
    assert "write in the group “The family”" in told
    assert sent_to(telegram, member.chat) == []


async def test_a_command_that_was_deleted_before_its_answer_is_answered_all_the_same(
    telegram: LocalTelegram, trained: Settings, member: Person
) -> None:
    telegram.faults.add(Fault("sendMessage", status=500))
    command = await member.say("/cousins")
    await telegram.calls.until(lambda calls: bool(calls.of("sendMessage")))
    await member.delete(command)
    answer = await member.next()
    assert "I know" in answer.text
    assert answer.reply_to is None
    await settled(telegram, trained)
    assert not any("could not handle" in text for text in sent_to(telegram, ADMIN))
