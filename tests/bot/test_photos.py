"""Photos in, names out: the real bot with a really trained version."""

import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from data.files.face_cache import FaceCache
from data.files.home import Home
from data.settings import Settings
from demo.family import draw_group, draw_portrait
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import MakeSettings, invited, sent_to, serving, settled, until
from tests.bot.trained import jpeg_of, portrait


def stored(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        return db.execute(query).fetchall()


def kept(settings: Settings) -> list[Path]:
    return sorted((settings.home / "inbox").iterdir())


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.fixture
async def guest(telegram: LocalTelegram, trained_bot: None) -> Person:
    return await invited(telegram, "Gus")


async def test_photo_gets_name_confidence_fact_and_buttons(
    telegram: LocalTelegram, guest: Person, trained: Settings
) -> None:
    asked = await guest.send_photo(portrait("ben", 100))
    answer = await guest.next()
    assert about(answer.text) == "This is almost certainly Ben (…%).\n\nHe bakes.\n\nBetter not mention: his old car"
    assert answer.reply_to == asked
    assert [button.text for row in answer.buttons for button in row] == ["✓ Right", "✗ Wrong"]
    await settled(telegram, trained)
    [file] = kept(trained)
    assert file.stat().st_mode & 0o777 == 0o600
    assert not opened(file.read_bytes()).getexif()


async def test_every_fact_has_its_turn(guest: Person) -> None:
    told = []
    for seed in range(100, 104):
        await guest.send_photo(portrait("amelia", seed))
        told.append((await guest.next()).text.splitlines()[2])
    assert told == ["She keeps bees.", "She sings.", "She climbs.", "She keeps bees."]


async def test_heic_sent_as_a_file(guest: Person) -> None:
    file = io.BytesIO()
    pillow_heif.from_pillow(draw_portrait("clara", seed=100)).save(file, format="HEIF")
    for name, mime in (("IMG_1.HEIC", "image/heic"), ("IMG_2", None)):
        await guest.send_file(file.getvalue(), name, mime)
        assert "Clara" in (await guest.next()).text


async def test_turned_photo_is_kept_upright_without_its_place(
    telegram: LocalTelegram, guest: Person, trained: Settings
) -> None:
    image = draw_portrait("clara", seed=101).crop((0, 0, 480, 400))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 0.0)
    file = io.BytesIO()
    image.rotate(90, expand=True).save(file, "JPEG", exif=exif)
    await guest.send_file(file.getvalue(), "turned.jpg", "image/jpeg")
    assert "Clara" in (await guest.next()).text
    await settled(telegram, trained)
    [path] = kept(trained)
    upright = opened(path.read_bytes())
    assert upright.size == (480, 400)
    assert not upright.getexif()


async def test_several_faces_are_numbered_in_the_picture(guest: Person) -> None:
    asked = await guest.send_photo(jpeg_of(draw_group(("amelia", "ben", "clara"), 0)))
    answer = await guest.next()
    assert answer.reply_to == asked
    lines = answer.text.splitlines()
    numbered = [line for line in lines if line[0].isdigit()]
    for line, (number, name) in zip(numbered, enumerate(("Amelia", "Ben", "Clara"), 1), strict=True):
        assert re.fullmatch(rf"{number}\. (Almost certainly|Very likely) {name} \(\d\d%\)", line)
    assert "    He bakes." in lines
    assert [button.text for button in answer.buttons[1]] == ["2 ✓ Right", "2 ✗ Wrong"]
    assert answer.photo is not None
    picture = opened(await guest.download(answer.photo))
    assert picture.width > picture.height


async def test_album_gets_one_answer_with_all_its_photos(
    telegram: LocalTelegram, trained: Settings, guest: Person
) -> None:
    before = len(sent_to(telegram, guest.id))
    first, *_ = await guest.send_album([portrait("ben", 100), portrait("clara", 100), portrait("ben", 101)])
    answer = await guest.next()
    assert answer.reply_to == first
    assert answer.photo is not None
    lines = answer.text.splitlines()
    assert [line.split()[3] for line in lines if line[0].isdigit()] == ["Ben", "Clara", "Ben"]
    assert lines.count("    He bakes.") == 1
    await settled(telegram, trained)
    assert len(sent_to(telegram, guest.id)) == before + 1
    assert len(kept(trained)) == 3


async def test_nobody_we_know_gets_no_name(guest: Person) -> None:
    await guest.send_photo(portrait("maya", 100))
    text = (await guest.next()).text
    assert text.startswith("I don't think I know this person")
    assert not any(name in text for name in ("Amelia", "Ben", "Clara", "Diego", "Maya"))


async def test_no_face_is_said(guest: Person) -> None:
    tiles = Image.new("L", (10, 10), "white")
    tiles.putdata([255 * ((place + place // 10) % 2) for place in range(100)])
    await guest.send_photo(jpeg_of(tiles.resize((300, 300), Image.Resampling.NEAREST).convert("RGB")))
    assert (await guest.next()).text.startswith("I found no face, so I went by the whole picture")


async def test_broken_file_is_said_and_not_kept(guest: Person, trained: Settings) -> None:
    await guest.send_file(portrait("ben", 100)[:2000], "half.jpg", "image/jpeg")
    assert "damaged" in (await guest.next()).text
    assert kept(trained) == []


async def test_guest_with_an_awkward_name_in_the_facts(guest: Person, trained: Settings) -> None:
    write_facts(trained, "ben:\n  name: Ben <b>&\n  facts: ['1 < 2 & 3']\n")
    await guest.send_photo(portrait("ben", 102))
    assert about((await guest.next()).text) == "This is almost certainly Ben <b>& (…%).\n\n1 < 2 & 3"


def about(text: str) -> str:
    """The text without the figure, which hangs on the few photos of the trained version."""
    return re.sub(r"\(\d+%\)", "(…%)", text)


def write_facts(settings: Settings, text: str) -> None:
    settings.facts.write_text(text)


async def test_who_in_an_allowed_group(telegram: LocalTelegram, make_settings: MakeSettings, trained: Settings) -> None:
    member = await Person.join(telegram.url, "Mia")
    group = await member.create_group("The family")
    settings = make_settings(chats=str(group))
    async with serving(settings):
        here = await member.in_group(group)
        asked = await here.send_photo(portrait("diego", 100))
        await here.say("/who@family_cousin_bot", reply_to=asked)
        answer = await here.next()
        assert "Diego" in answer.text
        assert answer.reply_to == asked


async def test_replayed_photo_is_not_answered_twice(telegram: LocalTelegram, trained: Settings) -> None:
    """Killed after the answer went out and before its update was finished."""
    async with serving(trained):
        guest = await invited(telegram, "Gus")
        await guest.send_photo(portrait("ben", 100))
        await guest.next()
        [update] = [
            one
            for call in telegram.calls.of("getUpdates")
            for one in call.result or []
            if "photo" in one.get("message", {})
        ]
        await settled(telegram, trained)
    before = len(sent_to(telegram, guest.id))
    unfinish(trained, update)
    async with serving(trained):
        await settled(telegram, trained)
    assert len(sent_to(telegram, guest.id)) == before


def unfinish(settings: Settings, update: dict[str, object]) -> None:
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db, db:
        changed = db.execute(
            "UPDATE updates SET finished_at = NULL, body = ? WHERE update_id = ?",
            (json.dumps(update), update["update_id"]),
        )
        assert changed.rowcount == 1


async def test_answer_that_could_not_be_sent_is_sent_later(telegram: LocalTelegram, guest: Person) -> None:
    telegram.faults.add(Fault("sendMessage", "fail", times=4, status=500))
    await guest.send_photo(portrait("ben", 100))
    assert "Ben" in (await guest.next()).text


async def test_forgetme_deletes_what_they_sent_and_nothing_else(
    telegram: LocalTelegram, trained: Settings, guest: Person
) -> None:
    other = await invited(telegram, "Pia")
    for person, seed in ((guest, 100), (guest, 101), (other, 101), (other, 102)):
        await person.send_file(portrait("ben", seed), "ben.jpg", "image/jpeg")
        answer = await person.next()
        if person is guest:
            old_answer = answer
    await settled(telegram, trained)
    assert len(kept(trained)) == 3
    learned = {path.stem for path in kept(trained)}
    faces = FaceCache(Home(trained.home).face_cache)
    faces.keep("v1", [(sha256, "", b"seen", [b"face"]) for sha256 in learned])
    await guest.say("/forgetme")
    question = await guest.next()
    assert "2 photos" in question.text
    await guest.press(question, "Yes, delete 2 photos")
    assert (await guest.next()).text == "Done. I deleted 2 photos, and everything I learned from them."
    assert len(kept(trained)) == 2
    remembered = {sha256 for sha256 in learned if faces.get(sha256, "", "v1")}
    assert remembered == {path.stem for path in kept(trained)}
    assert stored(trained, f"SELECT count(*) FROM photos WHERE sender = {guest.id}") == [(0,)]
    assert stored(trained, "SELECT count(*) FROM guesses") == [(2,)]
    await guest.press(old_answer, "✗ Wrong")
    assert "asked to forget it" in (await guest.answer_to_press()).text


async def test_old_photos_of_guests_are_deleted_at_the_start(
    telegram: LocalTelegram, make_settings: MakeSettings, trained: Settings, admin: Person
) -> None:
    async with serving(trained):
        guest = await invited(telegram, "Gus")
        for person, cousin in ((guest, "ben"), (guest, "otto"), (admin, "clara")):
            await person.send_photo(portrait(cousin, 100))
            answer = await person.next()
            if cousin == "otto":
                await guest.press(answer, "✗ Wrong")
                await guest.press(await guest.next(), "A stranger")
                await guest.answer_to_press()
                await guest.next()
    age_all(trained)
    assert len(kept(trained)) == 3
    async with serving(make_settings(keep_days=30)):
        await invited(telegram, "Pia")
        await settled(telegram, trained)
    # Ben's photo goes; the corrected one and the admin's stay.
    assert len(kept(trained)) == 2
    assert stored(trained, "SELECT count(*) FROM photos") == [(2,)]


async def test_a_tap_after_a_year_asks_for_the_photo_again(telegram: LocalTelegram, trained: Settings) -> None:
    async with serving(trained):
        guest = await invited(telegram, "Gus")
        await guest.send_photo(portrait("ben", 100))
        answer = await guest.next()
        await settled(telegram, trained)
    with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db, db:
        db.execute("UPDATE buttons SET made_at = '2020-01-01T00:00:00.000000+00:00'")
    async with serving(trained):
        await until(lambda: stored(trained, "SELECT count(*) FROM buttons") == [(0,)])
        await guest.press(answer, "✗ Wrong")
        told = (await guest.answer_to_press()).text
        assert "too old" in told
        assert "send me the photo" in told
    assert stored(trained, "SELECT count(*) FROM guesses") == [(1,)]


def age_all(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db, db:
        db.execute("UPDATE photos SET at = '2020-01-01T00:00:00.000000+00:00'")


async def test_a_photo_that_crashes_the_decoder_leaves_the_bot_alive(
    guest: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Python runs this before anything else.
    crash = tmp_path / "sitecustomize.py"
    crash.write_text("import os; os.abort()")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    await guest.send_photo(portrait("ben", 100))
    assert (await guest.next(timeout=20)).text == "That picture is damaged. Please send it again."
    crash.unlink()
    await guest.send_photo(portrait("ben", 100))
    assert "Ben" in (await guest.next(timeout=20)).text
