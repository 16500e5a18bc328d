from pathlib import Path
from typing import Any

import httpx
import pytest

from data.files.library import PhotoLibrary
from data.store.store import Store
from tests.training.importing.importing import Importing
from tests.training.importing.sources.immich import KEY, LittleImmich
from tests.training.importing.sources.made import box_of, find_faces
from training.errors import TrainingError
from training.importing.folders import Said
from training.importing.outcome import Imported
from training.importing.sources.immich import Immich
from training.importing.sources.people import UnclearPeople

ADDRESS = "https://photos.example.org"


@pytest.fixture
def server() -> LittleImmich:
    people = {"p1": "Anna", "p2": "", "p3": "Bob", "p4": "Cleo"}
    return LittleImmich(people, {"1": ["p1"], "2": ["p1", "p3"], "3": ["p1", "p2"], "4": ["p4"], "5": ["p2"]})


async def bring(tmp_path: Path, server: LittleImmich, key: str = KEY, **options: Any) -> Imported:
    def opened(address: str) -> Immich:
        return Immich(address, key, httpx.MockTransport(server))

    async with Store.open(tmp_path / "cousinbot.db") as store:
        importing = Importing(PhotoLibrary(tmp_path / "photos"), store.catalogue, find_faces=find_faces)
        imported = await importing(ADDRESS, immich=opened, **options)  # type: ignore[arg-type]
        for photo in await store.catalogue.photos(importing.library) if importing.library.folder.exists() else ():
            assert photo.box is not None
            assert photo.box.overlap(box_of(photo.cousin)) > 0.9
        return imported


async def test_everybody_with_a_name(tmp_path: Path, server: LittleImmich) -> None:
    imported = await bring(tmp_path, server)
    added = [(str(one.path), face.cousin, face.form) for one in imported.outcomes for face in one.faces]
    assert sorted(added) == [
        ("IMG_1.HEIC", "Anna", "immich"),
        ("IMG_2.HEIC", "Anna", "immich"),
        ("IMG_2.HEIC", "Bob", "immich"),
        ("IMG_3.HEIC", "Anna", "immich"),
        ("IMG_4.HEIC", "Cleo", "immich"),
    ]
    assert imported.outcomes[0].faces[0].stands_in == f"{ADDRESS}/photos/1"
    again = await bring(tmp_path, server)
    assert again.count("known") == 4
    assert not any(one.faces for one in again.outcomes)
    async with Store.open(tmp_path / "cousinbot.db") as store:
        assert set((await store.years.all()).values()) == {2014}


@pytest.mark.parametrize("has_checksums", [True, False])
async def test_a_preview_that_was_made_anew_is_no_new_photo(
    tmp_path: Path, server: LittleImmich, has_checksums: bool
) -> None:
    server.has_checksums = has_checksums
    assert (await bring(tmp_path, server)).count("added") == 4
    server.previews, server.asked = 1, []
    assert (await bring(tmp_path, server)).count("known") == 4
    assert not [one for one in server.asked if "assets/" in one]
    server.people["p2"] = "Eve"  # somebody was named there meanwhile
    again = await bring(tmp_path, server)
    assert (again.count("added"), again.count("shared"), again.count("known")) == (1, 1, 3)


async def test_whom_to_take(tmp_path: Path, server: LittleImmich) -> None:
    with pytest.raises(UnclearPeople) as asked:
        await bring(tmp_path, server, ask=True)
    assert asked.value.names == {"Anna": 3, "Bob": 1, "Cleo": 1}
    assert not [one for one in server.asked if "faces" in one]
    imported = await bring(tmp_path, server, said=Said(names=frozenset({"bob"})))
    assert [face.cousin for one in imported.outcomes for face in one.faces] == ["Bob"]
    assert imported.count("left_out") == 3
    assert server.asked.count("GET /api/faces") == 1


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (httpx.Response(403), "does not accept the key. Please make one there under Account Settings, API Keys"),
        (httpx.Response(404), "is no Immich, or one that speaks differently"),
        (httpx.Response(200, text="<html>"), "is no Immich, or one that speaks differently"),
        (httpx.Response(200, json=[1]), "is no Immich, or one that speaks differently"),
        (httpx.Response(200, json={"people": 7}), "is no Immich, or one that speaks differently"),
        (httpx.Response(200, json={"people": []}), "Nobody has a name in the Immich"),
        (httpx.Response(302, headers={"location": "/login"}), "is no Immich"),
    ],
)
async def test_who_does_not_answer_as_an_immich(
    tmp_path: Path, server: LittleImmich, answer: httpx.Response, sentence: str
) -> None:
    server.answers = [lambda request: answer]
    with pytest.raises(TrainingError) as failed:
        await bring(tmp_path, server)
    assert sentence in str(failed.value)
    assert KEY not in str(failed.value)


async def test_a_wrong_key(tmp_path: Path, server: LittleImmich) -> None:
    for key in ("another", "ключ"):
        with pytest.raises(TrainingError, match="COUSINBOT_IMMICH_KEY"):
            await bring(tmp_path, server, key)
    with pytest.raises(TrainingError, match="is no address of an Immich"):
        Immich("https://", KEY)


def gone(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("connection refused", request=request)


def slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("", request=request)


async def test_one_that_is_slow_or_busy_is_asked_again(tmp_path: Path, server: LittleImmich) -> None:
    server.answers = [slow, lambda request: httpx.Response(503)]
    assert (await bring(tmp_path, server)).count("added") == 4


@pytest.mark.parametrize(("failing", "reason"), [(gone, "connection refused"), (slow, "it took too long")])
async def test_one_that_is_gone(tmp_path: Path, server: LittleImmich, failing: Any, reason: str) -> None:
    server.answers = [failing] * 3
    with pytest.raises(TrainingError, match=f"does not answer \\({reason}\\)"):
        await bring(tmp_path, server)


async def test_one_that_goes_on_the_way_loses_nothing(tmp_path: Path, server: LittleImmich) -> None:
    class Failing(LittleImmich):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            return gone(request) if "assets/3" in request.url.path else super().__call__(request)

    with pytest.raises(TrainingError, match="What was imported so far stays"):
        await bring(tmp_path, Failing(server.people, server.photos))
    imported = await bring(tmp_path, server)
    assert (imported.count("added"), imported.count("known")) == (2, 2)


async def test_a_photo_without_a_preview(tmp_path: Path, server: LittleImmich) -> None:
    class Failing(LittleImmich):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(404) if "assets/3" in request.url.path else super().__call__(request)

    imported = await bring(tmp_path, Failing(server.people, server.photos))
    assert (imported.count("added"), imported.count("unreadable")) == (3, 1)


def test_addresses() -> None:
    for address in (f"{ADDRESS}/", f"{ADDRESS}/api", f"{ADDRESS}/api/", "https://user:word@photos.example.org"):
        with Immich(address, KEY) as immich:
            assert immich.address == ADDRESS
    with Immich("http://nas.lan:2283/photos/", KEY) as immich:
        assert immich.address == "http://nas.lan:2283/photos"
