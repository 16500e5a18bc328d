"""A photo that is deleted from a cousin's folder comes back as it was, wherever the process ended in between."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from actions.changes import pending, removals
from actions.changes.pending import finish_interrupted
from actions.changes.undoing import NotUndoable, Undoing
from actions.pictures.library import CousinPhotos
from data.changes.log import ChangeLog
from data.facts.facts_file import FactsFile
from data.files.home import Home, HomeError
from data.files.library import PhotoLibrary
from data.files.training_lock import TrainingLock
from data.store.catalogue import IMPORTED, Catalogue, KeptFile
from data.store.store import Store
from inference.decoding.sandbox import Decoding
from tests.bot.trained import portrait

SENT = [portrait("ben", 1), portrait("ben", 2)]


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "family").create()


@pytest.fixture
async def store(home: Home) -> AsyncIterator[Store]:
    async with Store.open(home.database) as store:
        yield store


@pytest.fixture
async def photos(home: Home, store: Store) -> AsyncIterator[CousinPhotos]:
    """Two of Ben's that came one after the other, known by the bytes they came as."""
    async with Decoding() as decoding:
        photos = CousinPhotos(home, store, PhotoLibrary(home.photos), decoding)
        for number, data in enumerate(SENT):
            [outcome] = await photos.add("ben", [(f"IMG_{number}.jpg", data)])
            assert outcome.became == "added"
        yield photos


async def noted(photos: CousinPhotos) -> list[KeptFile]:
    """But for when each file was written."""
    return [
        KeptFile(one.file, one.cousin, one.sha256, one.kept, one.size, 0, one.name, one.at)
        for whose in (await photos.all()).values()
        for one in whose
    ]


class Killed(BaseException):
    pass


async def die(*_: object) -> None:
    raise Killed


async def take_back(home: Home, store: Store) -> None:
    undoing = Undoing(home, store, FactsFile(home.root / "facts.yaml"))
    newest = await store.changes.newest()
    assert newest is not None
    await undoing.carry_out(await undoing.plan(newest))


async def test_it_comes_back_as_it_was(home: Home, store: Store, photos: CousinPhotos) -> None:
    before = await noted(photos)
    first = before[-1]
    content = (home.photos / first.file).read_bytes()
    await photos.remove(first)
    assert await noted(photos) == before[:-1]
    assert not (home.photos / first.file).exists()
    newest = await store.changes.newest()
    assert newest is not None
    assert (newest.kind, newest.old, newest.photos) == ("removal", "ben", 1)
    shutil.rmtree(home.photos / "ben")  # by hand
    await take_back(home, store)
    assert (home.photos / first.file).read_bytes() == content
    assert await noted(photos) == [first]
    assert first.sha256 == hashlib.sha256(SENT[0]).hexdigest()
    assert await store.changes.removed(newest.id) == []


async def test_they_come_back_one_after_the_other(home: Home, store: Store, photos: CousinPhotos) -> None:
    before = await noted(photos)
    for one in before:
        await photos.remove(one)
    older = [change for change in await store.changes.latest() if change.kind == "removal"][1]
    undoing = Undoing(home, store, FactsFile(home.root / "facts.yaml"))
    with pytest.raises(NotUndoable):
        await undoing.plan(older)
    for left in (before[1:], before):
        await take_back(home, store)
        assert await noted(photos) == left


async def test_a_name_that_is_taken_meanwhile_stays_taken(home: Home, store: Store, photos: CousinPhotos) -> None:
    first = (await noted(photos))[-1]
    await photos.remove(first)
    (home.photos / first.file).write_bytes(portrait("ben", 9))
    await take_back(home, store)
    assert (home.photos / first.file).read_bytes() == portrait("ben", 9)
    assert len((await photos.all())["ben"]) == 3


@pytest.mark.parametrize("label", ["on it", "in their folder too"])
async def test_for_others_who_are_on_it_it_stays(home: Home, store: Store, photos: CousinPhotos, label: str) -> None:
    first = (await noted(photos))[-1]
    if label == "on it":
        PhotoLibrary(home.photos).add_cousin("clara")
        await store.catalogue.label(first.sha256, "clara", IMPORTED)
    else:
        PhotoLibrary(home.photos).add("clara", (home.photos / first.file).read_bytes())
    await photos.all()
    await photos.remove(first)
    [hers] = (await photos.all())["clara"]
    assert hers.sha256 == first.sha256
    assert (first.sha256, "ben") not in await store.catalogue.shown()
    await take_back(home, store)
    assert {(first.sha256, "ben"), (first.sha256, "clara")} <= await store.catalogue.shown()


@pytest.mark.parametrize("place", ["written down", "noted", "deleted"])
async def test_a_removal_that_was_killed_is_finished(
    home: Home, store: Store, photos: CousinPhotos, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    before = await noted(photos)
    places = {
        "written down": (pending, "_carry_out"),
        "noted": (removals, "take_out"),
        "deleted": (Catalogue, "unshare"),
    }
    with monkeypatch.context() as patched:
        patched.setattr(*places[place], die)
        with pytest.raises(Killed):
            await photos.remove(before[-1])
    await asyncio.to_thread(finish_interrupted, home)
    assert await noted(photos) == before[:-1]
    await take_back(home, store)
    assert await noted(photos) == before


@pytest.mark.parametrize("place", ["written down", "expected", "put back"])
async def test_the_undoing_of_one_too(
    home: Home, store: Store, photos: CousinPhotos, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    before = await noted(photos)
    await photos.remove(before[-1])
    places = {
        "written down": (pending, "_carry_out"),
        "expected": (Catalogue, "expect"),
        "put back": (ChangeLog, "take_back_removal"),
    }
    with monkeypatch.context() as patched:
        patched.setattr(*places[place], die)
        with pytest.raises(Killed):
            await take_back(home, store)
    await asyncio.to_thread(finish_interrupted, home)
    assert await noted(photos) == before


async def test_it_is_kept_for_a_month_and_not_if_a_cousin_is_forgotten(
    home: Home, store: Store, photos: CousinPhotos
) -> None:
    first, second = await noted(photos)
    await photos.remove(first)
    change = await store.changes.newest()
    assert change is not None
    await store.pruning.prune(datetime.now(UTC) + timedelta(days=29))
    assert len(await store.changes.removed(change.id)) == 1
    await store.pruning.prune(datetime.now(UTC) + timedelta(days=31))
    assert await store.changes.removed(change.id) == []
    await photos.remove(second)
    await store.forgetting.cousin("clara", [])  # who may be on it
    assert "removal" not in {one.kind for one in await store.changes.latest()}
    assert await store.changes.removed(change.id + 1) == []


async def test_not_while_a_version_is_trained(home: Home, photos: CousinPhotos) -> None:
    first = (await noted(photos))[-1]
    lock = TrainingLock(home.training_lock).acquire()
    assert lock is not None
    with pytest.raises(HomeError):
        await photos.remove(first)
    with pytest.raises(HomeError):
        await photos.add("ben", [("new.jpg", portrait("ben", 5))])
