"""What programs and pages say of a face, and what is kept for it."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bot.trained import portrait
from tests.web.answering import ADMIN, CALLERS, GUEST, Api, api_of
from tests.web.test_image import FACTS, post, two_faces
from web.api.recognition import Gone

HALF_AN_HOUR = 30 * 60


@pytest.fixture
def home(trained_home: Path, tmp_path: Path) -> Path:
    (tmp_path / "facts.yaml").write_text(FACTS)
    return Path(shutil.copytree(trained_home, tmp_path / "family"))


@pytest.fixture
async def api(home: Path) -> AsyncIterator[Api]:
    async with api_of(home, home.parent / "facts.yaml") as api:
        yield api


async def asked(client: httpx.AsyncClient, photo: bytes) -> str:
    return str((await post(client, photo)).json()["id"])


async def say(client: httpx.AsyncClient, number: str, face: int = 1, **what: Any) -> httpx.Response:
    return await client.post("/api/corrections", json={"id": number, "face": face, **what})


async def test_an_admins_word_counts_at_once(api: Api, home: Path) -> None:
    photo = portrait("ben", 300)
    async with api.calling("admin") as admin, api.calling("guest") as guest:
        assert (await post(guest, photo)).json()["guess"] == "ben"
        said = await say(admin, await asked(admin, photo), cousin="clara")
        assert said.status_code == 200
        assert said.json()["outcome"] == "accepted"
        assert "Clara" in said.json()["message"]
        assert (await post(guest, photo)).json()["guess"] == "clara"
    [statement] = await api.store.statements.accepted()
    assert (statement.statement.cousin, statement.statement.by, statement.sender) == ("clara", ADMIN, ADMIN)
    [kept] = (home / "inbox").glob("*.jpg")
    assert kept.stem == statement.statement.photo
    assert api.told == []


async def test_a_guests_word_is_a_proposal_that_admins_hear_of(api: Api) -> None:
    photo = portrait("ben", 300)
    async with api.calling("guest") as guest:
        number = await asked(guest, photo)
        assert (await say(guest, number, cousin="amelia")).json()["outcome"] == "proposed"
        assert (await say(guest, number, cousin="clara")).json()["outcome"] == "proposed"
        assert (await post(guest, photo)).json()["guess"] == "ben"
    [waiting] = await api.store.statements.proposed()
    assert (waiting.statement.cousin, waiting.statement.by) == ("clara", GUEST)
    assert api.told == ["Gus"]
    record = await api.store.records.of(GUEST)
    assert (record.photos, record.spoken_of, record.waiting) == (1, 1, 1)


async def test_a_guest_who_agrees_is_thanked_and_nothing_is_kept(api: Api, home: Path) -> None:
    async with api.calling("guest") as guest:
        said = await say(guest, await asked(guest, portrait("ben", 300)), cousin="ben")
    assert said.json()["outcome"] == "thanked"
    assert list((home / "inbox").glob("*")) == []


async def test_each_face_of_a_photo_and_each_more_than_once(api: Api) -> None:
    async with api.calling("admin") as admin:
        number = await asked(admin, two_faces())
        for face, what in ((1, {"cousin": "clara"}), (2, {"stranger": True}), (1, {"not_a_face": True})):
            assert (await say(admin, number, face, **what)).status_code == 200
        both = await asyncio.gather(*(say(admin, number, face, cousin="clara") for face in (1, 2)))
        assert [answer.status_code for answer in both] == [200, 200]
        assert (await say(admin, number, 3, cousin="clara")).status_code == 404
    everything = await api.store.statements.all()
    assert [one.statement.says for one in everything][:3] == ["is", "stranger", "not_a_face"]
    assert len({one.statement.photo for one in everything}) == 1
    assert len(await api.store.guesses.spoken_of()) == 2, "one answer is kept, with its two faces"
    stats = await api.store.stats.since(datetime.now(UTC) - timedelta(hours=1))
    assert (stats.asked, stats.answered, stats.faces) == (1, 1, 2)


async def test_answers_run_below_zero_in_the_persons_own_chat(api: Api) -> None:
    async with api.calling("admin") as admin, api.calling("robot") as robot:
        for client, seed in ((admin, 300), (admin, 301), (robot, 302)):
            assert (await say(client, await asked(client, portrait("ben", seed)), cousin="clara")).status_code == 200
    answers = [await api.store.guesses.answer(number) for number in (1, 2, 3)]
    assert [(one.chat_id, one.asked_message_id, one.message_id) for one in answers if one] == [
        (ADMIN, -1, None),
        (ADMIN, -2, None),
        (0, -1, None),
    ]


async def test_after_half_an_hour_it_is_too_late(api: Api) -> None:
    async with api.calling("admin") as admin:
        number = await asked(admin, portrait("ben", 300))
        api.clock.now += HALF_AN_HOUR - 1
        assert (await say(admin, number, cousin="clara")).status_code == 200
        api.clock.now += 1
        late = await say(admin, number, cousin="clara")
        assert late.status_code == 410
        assert "send the photo again" in late.json()["error"]
    assert len(api.recent) == 0


async def test_what_there_is_no_more_room_for_is_gone(home: Path) -> None:
    async with api_of(home, home.parent / "facts.yaml", most_recent=2) as api, api.calling("guest") as guest:
        first, *others = [await asked(guest, portrait("ben", seed)) for seed in (300, 301, 302)]
        assert (await say(guest, first, cousin="clara")).status_code == 410
        assert [(await say(guest, one, cousin="clara")).status_code for one in others] == [200, 200]


async def test_ids_that_were_never_given(api: Api) -> None:
    async with api.calling("guest") as guest, api.calling("robot") as robot, api.calling("other robot") as other:
        number = await asked(guest, portrait("ben", 300))
        robots = await asked(robot, portrait("ben", 300))
        for made_up in ("x", number[:-1], number.upper() + "0", "00" * 18, number[:-2] + "zz"):
            assert (await say(guest, made_up, cousin="clara")).status_code == 404
        assert (await say(robot, number, cousin="clara")).status_code == 404, "somebody else's"
        assert (await say(other, robots, cousin="clara")).status_code == 404
        assert (await say(robot, robots, cousin="clara")).status_code == 200


@pytest.mark.parametrize(
    "what",
    [
        {},
        {"cousin": "clara", "stranger": True},
        {"stranger": False},
        {"stranger": 1},
        {"not_a_face": "true"},
        {"cousin": ""},
        {"cousin": 7},
        {"cousin": "clara", "more": 1},
        {"cousin": "Clara"},
        {"cousin": "nobody"},
        {"cousin": "diego"},
        {"cousin": "../clara"},
    ],
)
async def test_corrections_that_say_nothing(api: Api, home: Path, what: dict[str, Any]) -> None:
    async with api.calling("guest") as guest:
        refused = await say(guest, await asked(guest, portrait("ben", 300)), **what)
    is_unknown = len(what) == 1 and what.get("cousin") in {"Clara", "nobody", "diego", "../clara"}
    assert refused.status_code == (404 if is_unknown else 400)
    assert list(refused.json()) == ["error"]
    assert list((home / "inbox").glob("*")) == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"\xff", b'{"id": "a", "face": 1e400, "cousin": "b"}', b" " * 5000, b" " * 70_000]
)
async def test_bodies_that_are_no_correction(api: Api, body: bytes) -> None:
    async with api.calling("guest") as guest:
        refused = await guest.post("/api/corrections", content=body)
    assert refused.status_code == (413 if len(body) > 2**16 else 400)
    assert "one of" in refused.json()["error"]


async def test_an_admin_may_name_who_does_not_want_to_be(api: Api) -> None:
    async with api.calling("admin") as admin:
        said = await say(admin, await asked(admin, portrait("ben", 300)), cousin="diego")
    assert said.status_code == 200


async def test_a_person_of_the_pages_is_forgotten_like_anyone(api: Api, home: Path) -> None:
    async with api.calling("guest") as guest, api.calling("admin") as admin:
        said_of, unsaid = [await asked(guest, portrait("ben", seed)) for seed in (300, 301)]
        assert (await say(guest, said_of, cousin="clara")).status_code == 200
        kept = await asked(admin, portrait("ben", 302))
        await api.forgetting.forget(GUEST, GUEST, -1)
        assert [(await say(guest, number, cousin="clara")).status_code for number in (said_of, unsaid)] == [410, 410]
        assert (await say(admin, kept, cousin="clara")).status_code == 200
    assert await api.store.guesses.count_photos(GUEST) == 0
    assert await api.store.statements.proposed() == []
    assert len(list((home / "inbox").glob("*.jpg"))) == 1
    assert await api.store.stats.since(datetime.now(UTC) - timedelta(hours=1))


async def test_a_photo_that_was_forgotten_with_a_cousin_does_not_come_back(api: Api) -> None:
    async with api.calling("admin") as admin:
        number = await asked(admin, portrait("ben", 300))
        assert (await say(admin, number, cousin="clara")).status_code == 200
        await api.store.forgetting.cousin("clara", [])
        with pytest.raises(Gone):
            await api.recognition.correct(number, 1, "stranger", None, CALLERS["admin"])


async def test_who_was_renamed_meanwhile_leaves_no_old_key(api: Api, home: Path) -> None:
    async with api.calling("admin") as admin:
        number = await asked(admin, portrait("ben", 300))
        known = api.cousins.now().listed(to_admins=True)
        api.cousins.now = _without(api, "ben")  # type: ignore[method-assign]
        assert "ben" in known
        assert (await say(admin, number, cousin="clara")).status_code == 200
    [face] = (await api.store.guesses.spoken_of()).values()
    assert face.cousin is None
    assert "ben" not in [one.cousin for one in face.candidates]


def _without(api: Api, gone: str) -> Any:
    real = api.cousins.now

    def now() -> Any:
        names = real()
        names._family = names._family - {gone}
        return names

    return now
