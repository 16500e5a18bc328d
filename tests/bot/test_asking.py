"""In a group: how one asks who is in a photo, and what is said to a question that points to none."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import pytest

from bot.answers.wording import no_moving_picture, who_from_elsewhere, who_how
from data.settings import Settings
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import MakeSettings, sent_to, serving, settled
from tests.bot.trained import portrait

BOT = "@family_cousin_bot"


@pytest.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    """The bot sees everything that is said in its group."""
    async with LocalTelegram(privacy=False) as telegram:
        yield telegram


@pytest.fixture
async def mia(telegram: LocalTelegram, make_settings: MakeSettings, trained: Settings) -> AsyncIterator[Person]:
    """In the family's group, with the bot."""
    person = await Person.join(telegram.url, "Mia")
    group = await person.create_group("The family")
    async with serving(make_settings(chats=str(group))):
        await person.say("/start")
        await person.next()  # it is there: to load the version may take a while
        yield await person.in_group(group)


@pytest.mark.parametrize(
    "caption",
    [
        "/who",
        "/WHO",
        f"/Who{BOT}",
        f"/who{BOT.upper()}",
        "/who\nis this?",
        "Look at this!\n/who",
        "who is it? /who",
        f"{BOT} who is this?",
        f"So, {BOT.upper()}, who is this?",
        f"🎉🎉 {BOT}",
    ],
)
async def test_captions_that_ask(mia: Person, caption: str) -> None:
    await mia.send_photo(portrait("ben", 100), caption)
    assert "Ben" in (await mia.next()).text


async def test_captions_that_ask_nothing_of_this_bot(telegram: LocalTelegram, mia: Person, trained: Settings) -> None:
    for caption in (None, "who is this?", "/who@another_bot", "/whose", "@another_bot who?", f"me{BOT}", "x/who"):
        await mia.send_photo(portrait("ben", 100), caption)
    await settled(telegram, trained)
    assert sent_to(telegram, mia.chat) == []


async def test_a_caption_that_asks_later(telegram: LocalTelegram, mia: Person, trained: Settings) -> None:
    photo = await mia.send_photo(portrait("ben", 100), "Who might this be")
    await mia.edit(photo, "Who might this be? /who")
    answer = await mia.next()
    assert "Ben" in answer.text
    assert answer.reply_to == photo
    for words in ("/who is this", "Never mind", "/who"):
        await mia.edit(photo, words)
    await settled(telegram, trained)
    assert len(sent_to(telegram, mia.chat)) == 1


async def test_a_caption_that_is_changed_while_it_is_answered(
    telegram: LocalTelegram, mia: Person, trained: Settings
) -> None:
    photo = await mia.send_photo(portrait("ben", 100), "/who is thsi")
    for words in ("/who is this", "/who is this?"):
        await mia.edit(photo, words)
    assert "Ben" in (await mia.next()).text
    await settled(telegram, trained)
    assert len(sent_to(telegram, mia.chat)) == 1
    with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db:
        assert db.execute("SELECT count(*) FROM updates WHERE failures > 0").fetchone() == (0,)


async def test_other_edits_do_nothing(telegram: LocalTelegram, mia: Person, trained: Settings) -> None:
    text = await mia.say("hello")
    await mia.edit(text, "/help")
    await mia.edit(text, "/forgetme")
    photo = await mia.send_photo(portrait("ben", 100))
    await mia.edit(photo, "my cousin")
    private = await Person.join(telegram.url, "Mia", mia.id)
    await private.say("/help")
    await private.next()
    photo = await private.send_photo(portrait("ben", 100))
    assert "Ben" in (await private.next()).text
    await private.edit(photo, "/who")
    await settled(telegram, trained)
    assert sent_to(telegram, mia.chat) == []
    assert len(sent_to(telegram, private.id)) == 3  # the greeting, the help and one answer


async def test_a_question_about_one_of_an_album_is_about_all_of_it(
    telegram: LocalTelegram, mia: Person, trained: Settings
) -> None:
    album = await mia.send_album([portrait("ben", 100), portrait("clara", 100), portrait("diego", 100)], "us")
    await settled(telegram, trained)
    assert sent_to(telegram, mia.chat) == []
    for ask in ("/who", f"{BOT} who is this?"):
        await mia.say(ask, reply_to=album[1])
        answer = await mia.next()
        assert [line.split()[3] for line in answer.text.splitlines() if line[0].isdigit()] == ["Ben", "Clara", "Diego"]
        assert answer.reply_to == album[0]
        assert answer.photo is not None


async def test_a_caption_that_asks_later_about_an_album(
    telegram: LocalTelegram, mia: Person, trained: Settings
) -> None:
    album = await mia.send_album([portrait("ben", 100), portrait("clara", 100)], "us")
    await settled(telegram, trained)
    await mia.edit(album[0], "us /who")
    answer = await mia.next()
    assert [line.split()[3] for line in answer.text.splitlines() if line[0].isdigit()] == ["Ben", "Clara"]
    await mia.edit(album[0], "us: /who")
    await settled(telegram, trained)
    assert len(sent_to(telegram, mia.chat)) == 1


async def test_an_album_of_somebody_who_was_forgotten_is_not_known_any_more(
    telegram: LocalTelegram, mia: Person, trained: Settings
) -> None:
    album = await mia.send_album([portrait("ben", 100), portrait("clara", 100)], "us")
    await settled(telegram, trained)
    private = await Person.join(telegram.url, "Mia", mia.id)
    await private.send_photo(portrait("ben", 101))
    await private.next()
    await private.say("/forgetme")
    await private.press(await private.next(), "Yes, delete 1 photo")
    assert "Done" in (await private.next()).text
    with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db:
        assert db.execute("SELECT count(*) FROM albums").fetchone() == (0,)
    await mia.say("/who", reply_to=album[1])
    text = (await mia.next()).text
    assert "Clara" in text
    assert "Ben" not in text


def message(mia: Person, number: int, text: str | None = "/who", **content: Any) -> dict[str, Any]:
    sent: dict[str, Any] = {
        "message_id": number,
        "date": 1,
        "chat": {"id": mia.chat, "type": "group", "title": "The family"},
        "from": {"id": mia.id, "is_bot": False, "first_name": "Mia"},
        **content,
    }
    if text is not None:
        kind, length = ("bot_command", 4) if text.startswith("/") else ("mention", len(BOT))
        sent |= {"text": text, "entities": [{"type": kind, "offset": 0, "length": length}]}
    return sent


FILE = {"file_id": "a", "file_unique_id": "b"}
VIDEO = FILE | {"width": 9, "height": 9, "duration": 1}
MOVING: tuple[dict[str, Any], ...] = (
    {"video": VIDEO},
    {"animation": VIDEO, "document": FILE | {"mime_type": "video/mp4"}},
    {"video_note": FILE | {"length": 9, "duration": 1}},
)
ELSEWHERE = {"external_reply": {"origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Zoe"}}}


@pytest.mark.parametrize("ask", ["/who", f"{BOT} who is this?"])
async def test_what_is_no_photo_gets_advice(telegram: LocalTelegram, mia: Person, ask: str) -> None:
    for place, content in enumerate(MOVING):
        video = message(mia, 5000 + place, None, **content)
        telegram.inject({"message": message(mia, 6000 + place, ask, reply_to_message=video)})
        assert (await mia.next()).text == no_moving_picture()
    telegram.inject({"message": message(mia, 7000, ask, **ELSEWHERE, quote={"text": "look", "position": 0})})
    assert (await mia.next()).text == who_from_elsewhere()


async def test_a_quoted_text_gets_advice(telegram: LocalTelegram, mia: Person) -> None:
    said = message(mia, 5000, None) | {"text": "look at her"}
    quote = {"text": "look", "position": 0}
    telegram.inject({"message": message(mia, 6000, reply_to_message=said, quote=quote)})
    assert (await mia.next()).text == who_how()


async def test_a_quoted_caption_is_about_its_photo(telegram: LocalTelegram, mia: Person) -> None:
    photo = await mia.send_photo(portrait("ben", 100), "look at him")
    await mia.say("/who", reply_to=photo)
    assert "Ben" in (await mia.next()).text


async def test_a_video_with_a_caption_that_asks(telegram: LocalTelegram, mia: Person) -> None:
    asks = {"caption": "/who", "caption_entities": [{"type": "bot_command", "offset": 0, "length": 4}]}
    for place, content in enumerate(MOVING[:2]):
        telegram.inject({"message": message(mia, 5000 + place, None, **content, **asks)})
        assert (await mia.next()).text == no_moving_picture()


async def test_a_name_dropped_in_talk_is_no_question(telegram: LocalTelegram, mia: Person, trained: Settings) -> None:
    photo = await mia.send_photo(portrait("ben", 100), "/who")
    answer = await mia.next()
    text = await mia.say("hello")
    for words, reply in (
        (f"thanks {BOT}", answer.id),
        (f"I like {BOT}", text),
        (f"{BOT} is fun", None),
        ("@another_bot who is this?", photo),
    ):
        await mia.say(words, reply_to=reply)
    await settled(telegram, trained)
    assert len(sent_to(telegram, mia.chat)) == 1


async def test_an_album_that_begins_with_a_video_is_answered_once_when_its_caption_changes(
    telegram: LocalTelegram, mia: Person, trained: Settings
) -> None:
    await mia.send_photo(portrait("ben", 100))
    await settled(telegram, trained)
    came = [update for call in telegram.calls.of("getUpdates") for update in call.result or () if "message" in update]
    [photo] = [update["message"]["photo"] for update in came if "photo" in update["message"]]
    asks = {"caption": "/who", "caption_entities": [{"type": "bot_command", "offset": 0, "length": 4}]}
    second = message(mia, 9001, None, media_group_id="77", photo=photo, **asks)
    telegram.inject({"message": message(mia, 9000, None, media_group_id="77", video=VIDEO)})
    telegram.inject({"message": second})
    answer = await mia.next()
    assert "Ben" in answer.text
    telegram.inject({"edited_message": second | {"caption": "/who is this?", "edit_date": 2}})
    await settled(telegram, trained)
    assert len(sent_to(telegram, mia.chat)) == 1
