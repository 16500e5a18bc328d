"""What a family's group does not read: where the files lie, and who does not want to be named."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.answers.wording import not_trained, still_learning
from bot.corrections.wording import asked_in_private
from data.settings import Settings
from data.store.store import Store
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from models.card import Confusion
from models.registry import Registry
from tests.bot.conftest import FAMILY_FACTS, OTHER_ADMIN, MakeSettings, jpeg, serving, settled
from tests.bot.test_corrections import buttons, press, said
from tests.bot.test_models import another_version
from tests.bot.trained import portrait


@pytest.fixture
def facts() -> str:
    """facts.yaml of this test."""
    return FAMILY_FACTS


@pytest.fixture
async def here(telegram: LocalTelegram, admin: Person, trained: Settings, facts: str) -> AsyncIterator[Person]:
    """An admin in the family's group, who has written to the bot."""
    group = await admin.create_group("The family")
    trained.facts.write_text(facts)
    async with serving(trained.model_copy(update={"chats": frozenset({group})})):
        await admin.say("/start")
        await admin.next()
        yield await admin.in_group(group)


def went_to(telegram: LocalTelegram, chat: int) -> str:
    """All that was sent to a chat, or changed there, buttons included."""
    return "\n".join(str(call.params) for call in telegram.calls.of() if str(call.params.get("chat_id")) == str(chat))


async def named(here: Person, name: str) -> Message:
    """What the bot says in the group to the name that was typed there."""
    await here.send_photo(portrait("maya", 100), "/who")
    question = await press(here, await press(here, await here.next(), "✗ Wrong"), "Someone new")
    await here.say(name, reply_to=question)
    while (message := await here.next()).edited:
        pass
    return message


async def test_where_the_files_of_someone_new_go_is_said_in_private(
    telegram: LocalTelegram, here: Person, admin: Person, trained: Settings
) -> None:
    assert (await named(here, "Maya")).text.endswith("That is a new name for me: Maya.\nIf that is misspelt: /rename")
    told = (await admin.next()).text
    assert str(trained.home / "photos" / "Maya") in told
    assert str(trained.facts) in told
    question = await named(here, "Amelie")
    await here.press(question, "No, a new name: Amelie")
    assert str(trained.home / "photos" / "Amelie") in (await admin.next()).text
    await settled(telegram, trained)
    assert "/photos" not in went_to(telegram, here.chat)
    assert [one[:2] for one in said(trained)] == [("is", "Maya"), ("is", "Amelie")]


async def test_where_the_photos_belong_is_said_in_private(
    telegram: LocalTelegram, make_settings: MakeSettings, admin: Person
) -> None:
    group = await admin.create_group("The family")
    settings = make_settings(chats=str(group))
    async with serving(settings):
        here = await admin.in_group(group)
        await here.send_photo(jpeg(), "/who")
        assert (await here.next()).text == still_learning()
        await admin.send_photo(jpeg(1))
        assert (await admin.next()).text == not_trained(settings.home / "photos")


NEVER = "amelia:\n  name: Amelia\n  named: never\n"


@pytest.mark.parametrize("facts", [NEVER])
async def test_in_a_group_nobody_reads_who_does_not_want_to_be_named(here: Person) -> None:
    await here.send_photo(portrait("ben", 100), caption="/who")
    menu = await press(here, await here.next(), "✗ Wrong")
    assert "Clara" in buttons(menu)
    assert not any("Amelia" in button for button in buttons(menu))


@pytest.mark.parametrize("facts", [NEVER])
@pytest.mark.parametrize("outcome", ["promoted", "kept", "failed"])
async def test_no_report_names_who_does_not_want_to_be_named(
    telegram: LocalTelegram, here: Person, admin: Person, trained: Settings, outcome: str
) -> None:
    """Neither in the group where a training run was shown, nor in the admins' chats, in words or in a picture."""
    card = Registry(trained.home / "models").card("v001")
    mixed_up = [Confusion(cousin="amelia", named="ben", photos=2), Confusion(cousin="clara", named="amelia", photos=1)]
    another_version(
        trained,
        "v002",
        parent="v001",
        metrics=card.metrics.model_copy(update={"confused": mixed_up}).model_dump(),
        skipped=[{"photo": "amelia/amelia_1.jpg", "reason": "there is no face in amelia/amelia_1.jpg"}],
    )
    await here.say("/help")
    progress = await here.next()
    async with Store.open(trained.home / "cousinbot.db") as store, store.runs._database.transaction() as db:
        await db.execute(
            "INSERT INTO runs (id, pid, started_at, finished_at, outcome, version, message, why, followed, decisions)"
            " VALUES (9, 1, ?1, ?1, ?2, ?3, 'Of Amelia there is amelia/amelia_2.jpg.', 'Ada asked.', 1, 0)",
            (datetime.now(UTC).isoformat(), outcome, None if outcome == "failed" else "v002"),
        )
        shown = "INSERT INTO run_messages (run_id, chat_id, message_id) VALUES (9, ?, ?)"
        await db.execute(shown, (here.chat, progress.id))
    assert (await here.next()).id == progress.id
    report = await admin.next()
    assert "someone who prefers not to be named" in report.text
    if outcome != "failed":
        assert "→ Ben (2×)" in report.text
        assert "1 photo was left out" in report.text
    assert report.photo is None  # everybody's name is on it
    for chat in (here.chat, admin.id, OTHER_ADMIN):
        assert "amelia" not in went_to(telegram, chat).lower()


@pytest.mark.parametrize("facts", [NEVER])
@pytest.mark.parametrize("typed", ["Amelia", "Ameila"])
async def test_who_does_not_want_to_be_named_is_asked_about_in_private(
    telegram: LocalTelegram, here: Person, admin: Person, trained: Settings, typed: str
) -> None:
    assert (await named(here, typed)).text == asked_in_private()
    question = await admin.next()
    assert buttons(question) == ["It is Amelia (prefers not to be named)", f"No, a new name: {typed}"]
    await admin.press(question, "It is Amelia (prefers not to be named)")
    assert "someone who prefers not to be named" in (await admin.next()).text
    await settled(telegram, trained)
    assert [one[:2] for one in said(trained)] == [("is", "amelia")]
    assert "Amelia" not in went_to(telegram, here.chat)
