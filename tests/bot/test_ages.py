"""Of which ages photos are missing: said to admins by /stats, and once after each training."""

import sqlite3
from contextlib import closing

import pytest

from bot.timings import Timings
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.settings import Settings
from data.store.store import Store
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from foundation.photo_dates import Taken
from tests.bot.conftest import ADMIN, sent_to, serving, until
from tests.bot.trained import portrait
from tests.inference.decoding.test_taken import with_date

BIRTHS = """
amelia: {born: 1990}
ben: {born: 1992-05-03, facts: [He bakes.]}
clara: {born: 1950, named: never}
diego: {facts: [He paints.]}
"""


@pytest.fixture
def dated_photos(trained: Settings) -> Settings:
    """All of the champion's photos are of one year, and three cousins' births are known."""
    trained.facts.write_text(BIRTHS)
    return trained


async def note_years(settings: Settings) -> None:
    home = Home(settings.home)
    async with Store.open(home.database) as store:
        photos = await store.catalogue.photos(PhotoLibrary(home.photos))
        await store.years.note({photo.sha256 or "": Taken(2020, "camera") for photo in photos})


async def test_stats_say_which_ages_are_missing_and_never_of_who_is_not_named(
    telegram: LocalTelegram, dated_photos: Settings
) -> None:
    await note_years(dated_photos)
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    async with serving(dated_photos):
        await admin.say("/stats")
        text = (await admin.next()).text
    assert "Amelia: no photos under 10; two would help most.\nBen: no photos under 10; two would help most." in text
    assert "Clara" not in text
    assert "Diego" not in text


async def test_after_a_training_the_admins_are_asked_once_for_exactly_those(
    telegram: LocalTelegram, dated_photos: Settings
) -> None:
    await note_years(dated_photos)
    with closing(sqlite3.connect(dated_photos.home / "cousinbot.db")) as db, db:
        db.execute(
            "INSERT INTO runs (pid, started_at, finished_at, outcome, version, message, why, decisions, followed)"
            " VALUES (1, ?1, ?1, 'promoted', 'v001', 'Good.', '', 0, 1)",
            ("2026-01-01T00:00:00+00:00",),
        )
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    await admin.say("/start")
    async with serving(dated_photos, Timings(training_tick=0.05, first_pause=0.05)):
        await until(lambda: any("v001 answers now" in text for text in sent_to(telegram, ADMIN)), 30)
    (report,) = [text for text in sent_to(telegram, ADMIN) if "v001 answers now" in text]
    assert report.endswith(
        "These photos would help me most. Do you have any? Put them into the cousins' folders, or on their pages.\n"
        "• Amelia: no photos under 10; two would help most.\n• Ben: no photos under 10; two would help most."
    )


async def test_nobody_is_named_in_a_photo_from_before_their_birth(
    telegram: LocalTelegram, dated_photos: Settings
) -> None:
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    async with serving(dated_photos):
        for year, named in ((1991, True), (1989, False)):
            await admin.send_file(with_date(portrait("amelia", 300), f"{year}:05:03 10:00:00"), "a.jpg", "image/jpeg")
            answer = (await admin.next()).text
            assert ("Amelia" in answer) is named
    with closing(sqlite3.connect(dated_photos.home / "cousinbot.db")) as db:
        sent = "SELECT year, source FROM photo_years WHERE sha256 IN (SELECT sha256 FROM photos) ORDER BY year"
        assert db.execute(sent).fetchall() == [(1989, "camera"), (1991, "camera")]
