"""/mydata: what is kept of a guest, and when it goes; what a guest said, until it is decided; what waits for admins."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from bot.answers.wording import waiting
from bot.commands.wording import (
    albums_noted,
    corrections_kept,
    deleted,
    facts_told,
    kept_for,
    kept_for_corrections,
    kept_until_forgotten,
    known_since,
    no_photos_of_yours,
    own_data,
    photos_kept,
    praise_kept,
    unread_kept,
)
from data.settings import Settings
from demo.family import draw_group
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import MakeSettings, invited, serving, settled
from tests.bot.test_corrections import MAYA, OTTO, press, shown
from tests.bot.trained import jpeg_of, portrait


async def asked(person: Person) -> str:
    await person.say("/mydata")
    return (await person.next()).text


async def test_a_guest_is_told_what_is_kept_of_them_and_when_it_goes(
    telegram: LocalTelegram, trained: Settings, admin: Person
) -> None:
    start = datetime.now(UTC)
    known = known_since(start, is_admin=False)
    async with serving(trained.model_copy(update={"keep_days": 30})):
        guest = await invited(telegram, "Gus")
        assert await asked(guest) == own_data([known])
        await press(guest, await press(guest, await shown(guest, OTTO), "✗ Wrong"), "Otto")
        assert await asked(guest) == own_data(
            [known, photos_kept(1), kept_for_corrections(), corrections_kept(1, 0, 0), facts_told(1)]
        )
        answer = await shown(guest, portrait("ben", 90))
        await guest.press(answer, "✓ Right")
        await guest.answer_to_press()
        await shown(guest, portrait("ben", 90))  # the same once more
        assert await asked(guest) == own_data(
            [
                known,
                photos_kept(2),
                kept_for(30, start + timedelta(days=30)),
                corrections_kept(1, 0, 0),
                praise_kept(1),
                facts_told(1),
            ]
        )
        await admin.send_photo(portrait("clara", 90))
        await admin.next()
        assert await asked(admin) == own_data(
            [known_since(None, is_admin=True), photos_kept(1), kept_until_forgotten()]
        )
    async with serving(trained):
        assert kept_until_forgotten() in await asked(guest)
        await press(guest, await forget(guest), "Yes, delete 2 photos")
        await settled(telegram, trained)
        assert await asked(guest) == own_data([known])


async def forget(person: Person) -> Message:
    await person.say("/forgetme")
    return await person.next()


@pytest.mark.usefixtures("trained_bot")
async def test_what_a_guest_said_stays_until_an_admin_has_decided(telegram: LocalTelegram, admin: Person) -> None:
    await admin.say("/start")
    await admin.next()
    guest = await invited(telegram, "Gus")
    answer = await shown(guest, OTTO)
    said = await press(guest, await press(guest, answer, "✗ Wrong"), "Otto")
    assert said.text == f"{answer.text}\n\n{waiting(None, 'Otto', is_picture=False, in_private=True)}"
    menu = await press(guest, said, "✗ Wrong")
    said = await press(guest, menu, "A stranger")
    assert said.text == f"{answer.text}\n\n{waiting(None, 'nobody from the family', is_picture=False, in_private=True)}"
    assert "Gus corrected" in (await admin.next()).text
    await admin.say("/review")
    review = await admin.next()
    await admin.press(review, "✗ Dismiss")
    dismissed = await guest.next()
    assert dismissed.text == answer.text
    said = await press(guest, await press(guest, dismissed, "✗ Wrong"), "Otto")
    assert said.text != answer.text
    await admin.say("/review")
    while not (review := await admin.next()).buttons:
        pass
    await admin.press(review, "✓ Accept: Otto")
    assert (await guest.next()).text.startswith("This is Otto. ✎ Corrected.")


@pytest.mark.usefixtures("trained_bot")
async def test_of_several_faces_it_says_which(telegram: LocalTelegram) -> None:
    guest = await invited(telegram, "Gus")
    answer = await shown(guest, jpeg_of(draw_group(["ben", "clara"], seed=5)))
    said = await press(guest, await press(guest, answer, "2 ✗ Wrong"), "Amelia")
    assert said.text.endswith(waiting(2, "Amelia", is_picture=False, in_private=True))


@pytest.mark.usefixtures("trained_bot")
async def test_start_tells_an_admin_what_waits(telegram: LocalTelegram, admin: Person, trained: Settings) -> None:
    await admin.say("/start")
    assert "waiting for you" not in (await admin.next()).text
    guest = await invited(telegram, "Gus")
    await press(guest, await press(guest, await shown(guest, OTTO), "✗ Wrong"), "Otto")
    await admin.next()
    question = await press(admin, await press(admin, await shown(admin, MAYA), "✗ Wrong"), "Someone new")
    await admin.say("/start")
    text = (await admin.next()).text
    assert "1 correction is waiting for you: /review" in text
    assert "You wanted to tell me 1 more name." in text
    await admin.say("Maya", reply_to=question)
    while "a new name for me" not in (await admin.next()).text:
        pass
    await admin.say("/start")
    text = (await admin.next()).text
    assert "more name" not in text
    assert "New since I last learned: Maya." in text
    await guest.say("/start")
    assert "waiting" not in (await guest.next()).text
    with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db:
        assert db.execute("SELECT count(*) FROM prompts").fetchone() == (0,)


async def test_what_is_kept_without_a_photo_is_told_and_goes_too(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    """An album that nobody has asked about, and a message that could not be handled."""
    guest = await Person.join(telegram.url, "Gus")
    group = await guest.create_group("The family")
    settings = make_settings(chats=str(group))
    known = known_since(datetime.now(UTC), is_admin=False)
    edited = {"update_id": 1, "edited_message": {"caption": "a secret", "from": {"id": guest.id}}}
    async with serving(settings):
        here = await guest.in_group(group)
        await here.say("/help")
        await here.next()
        await settled(telegram, settings)
        with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db, db:
            row = (json.dumps(edited), datetime.now(UTC).isoformat())
            db.execute("INSERT INTO updates (update_id, body, received_at, set_aside) VALUES (1, ?, ?, 1)", row)
            album = (group, guest.id, datetime.now(UTC).isoformat())
            db.execute("INSERT INTO albums VALUES (?, '77', 9000, ?, 'file', 1, 0, 0, ?)", album)
        assert await asked(guest) == own_data([known, albums_noted(1), unread_kept(1)])
        await press(guest, await forget(guest), "No, keep it")
        assert (await press(guest, await forget(guest), "Yes, delete it")).text == deleted(0)
        assert await asked(guest) == own_data([known])
        assert (await forget(guest)).text == no_photos_of_yours()
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        assert "a secret" not in "\n".join(db.iterdump())
