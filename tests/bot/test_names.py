"""A cousin is a key: who shares a name with somebody is told apart, who does not want to be named is not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actions.forgetting import find_traces, forget_cousin
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.settings import Settings
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, invited, sent_to, serving
from tests.bot.test_corrections import buttons, press, said, shown
from tests.bot.test_newcomers import named
from tests.bot.trained import portrait

MAYA = portrait("maya", 100)


@pytest.fixture
def facts() -> str:
    """facts.yaml of this test."""
    return ""


@pytest.fixture
async def family(trained: Settings, facts: str, request: pytest.FixtureRequest) -> AsyncIterator[Settings]:
    """A bot that knows Amelia, Ben, Clara and Diego, and has a folder for each of these."""
    for folder in getattr(request, "param", ()):
        (trained.home / "photos" / folder).mkdir()
    trained.facts.write_text(facts or "amelia: [She sings.]\n")
    async with serving(trained):
        yield trained


@pytest.mark.parametrize("facts", ["amelia:\n  name: Ella\n  facts: [She sings.]\nclara:\n  name: ella\n"])
async def test_two_who_share_a_name_are_told_apart_everywhere(admin: Person, family: Settings) -> None:
    await admin.say("/cousins")
    listed = (await admin.next()).text
    assert "• Ella (amelia)" in listed
    assert "• ella (clara)" in listed
    answer = await shown(admin, portrait("amelia", 100))
    assert "Ella (amelia)" in answer.text
    menu = await press(admin, answer, "✗ Wrong")
    assert "ella (clara)" in buttons(menu)
    corrected = await press(admin, menu, "ella (clara)")
    assert corrected.text.startswith("This is ella (clara).")
    assert [one[:2] for one in said(family)] == [("is", "clara")]
    await admin.say("/facts ELLA")
    question = await admin.next()
    assert question.text == "More than one cousin is called “ELLA”. Whom do you mean?"
    assert buttons(question) == ["Ella (amelia)", "ella (clara)"]
    await admin.say("/facts amelia")
    assert (await admin.next()).text == "Ella (amelia)\n• She sings."


@pytest.mark.parametrize("family", [("anna", "ann_a")], indirect=True)
@pytest.mark.parametrize("facts", ["anna:\n  name: Anna\n  facts: [She sings.]\n"])
async def test_ann_a_is_not_anna(admin: Person, family: Settings) -> None:
    await admin.say("/facts ann_a")
    assert (await admin.next()).text == "Nobody has told me anything about Ann A yet."
    await admin.say("/facts anna")
    assert (await admin.next()).text == "Anna\n• She sings."
    await admin.say("/cousins")
    listed = (await admin.next()).text.splitlines()
    assert {"• Ann A", "• Anna"} <= set(listed)
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Ann A", "Anna"),  # but for a space
        ("anna", "Anna"),  # exactly
        ("Eva N", "Evan"),
        ("Annie", "Anna"),  # an alias
        ("Ánna", "Anna"),  # but for an accent
        ("Anma", "Anna"),
    ],
)
@pytest.mark.parametrize("family", [("anna", "evan")], indirect=True)
@pytest.mark.parametrize("facts", ["anna:\n  aliases: [Annie]\n"])
async def test_someone_new_is_never_taken_for_somebody_known(
    admin: Person, family: Settings, typed: str, known: str
) -> None:
    question = await named(admin, typed)
    assert buttons(question)[0] == f"It is {known}"
    assert buttons(question)[-1] == f"No, a new name: {typed}"
    assert said(family) == []
    await admin.press(question, f"No, a new name: {typed}")
    texts = [(await admin.next()).text for _ in range(2)]
    assert any("a new name for me" in text for text in texts)
    ((says, cousin),) = [one[:2] for one in said(family)]
    assert says == "is"
    assert cousin not in ("anna", "evan")
    assert (family.home / "photos" / str(cousin)).is_dir()


@pytest.mark.parametrize("family", [("anna",)], indirect=True)
async def test_a_second_anna_is_told_from_the_first(admin: Person, family: Settings) -> None:
    question = await named(admin, "Anna")
    assert question.text == "I already know “Anna”. Is that the one you mean?"
    await admin.press(question, "No, a new name: Anna")
    texts = [(await admin.next()).text for _ in range(2)]
    assert any("That is a new name for me: Anna (Anna_2)" in text for text in texts)
    await admin.say("/cousins")
    assert {"• Anna (anna)", "• Anna (Anna_2)"} <= set((await admin.next()).text.splitlines())


@pytest.mark.parametrize("facts", ["amelia: [She sings.]\nlinus: [He has a blanket.]\nlucy: [She gives advice.]\n"])
async def test_an_entry_of_nobody_is_in_no_list(admin: Person, family: Settings) -> None:
    """As the two that come with the bot; but who asks for it by its name is told."""
    await admin.say("/cousins")
    assert "Linus" not in (await admin.next()).text
    await admin.say("/facts")
    assert "Linus" not in buttons(await admin.next())
    await admin.say("/facts linnus")
    assert "Linus" not in buttons(await admin.next())
    menu = await press(admin, await shown(admin, MAYA), "✗ Wrong")
    assert "Linus" not in buttons(menu)
    await admin.say("/facts linus")
    assert (await admin.next()).text == "Linus\n• He has a blanket."


async def test_admins_hear_of_an_entry_that_may_be_meant_for_somebody(
    telegram: LocalTelegram, admin: Person, family: Settings
) -> None:
    await admin.say("/start")
    await admin.next()
    family.facts.write_text("Amélia: [She sings.]\nxyzzy: [x]\n")
    alert = (await admin.next()).text
    assert "there are no photos of “Amélia”. Did you mean amelia?" in alert
    await admin.say("/facts amelia")
    assert (await admin.next()).text == "Nobody has told me anything about Amelia yet."
    assert not any("xyzzy" in text for text in sent_to(telegram, ADMIN))


NEVER = "amelia:\n  name: Amelia\n  named: never\n  facts: [She sings.]\n  avoid: [x]\nben: [He bakes.]\n"


@pytest.mark.parametrize("facts", [NEVER])
async def test_who_does_not_want_to_be_named_is_not_named(
    telegram: LocalTelegram, family: Settings, admin: Person
) -> None:
    guest = await invited(telegram, "Gus")
    answer = await shown(guest, portrait("amelia", 100))
    assert "someone who prefers not to be named" in answer.text
    menu = await press(guest, await shown(guest, portrait("ben", 100)), "✗ Wrong")
    assert "Clara" in buttons(menu)
    await guest.say("/cousins")
    await guest.next()
    await guest.say("/facts")
    await guest.next()
    for typed in ("amelia", "Amelia", "Amelja"):
        await guest.say(f"/facts {typed}")
        answer = await guest.next()
        assert answer.text == f"I don't know “{typed}”. Whom would you like to talk about?"
    texts = sent_to(telegram, guest.id)
    assert not any("Amelia" in text.replace("“Amelia”", "") or "sings" in text for text in texts)
    assert not any("Amelia" in call.params.get("reply_markup", "") for call in telegram.calls.of("sendMessage"))
    assert not any("Amelia" in str(call.params) for call in telegram.calls.of("editMessageReplyMarkup"))


@pytest.mark.parametrize("broken", [True, False], ids=["a slip", "no file"])
async def test_who_does_not_want_to_be_named_is_not_named_after_a_restart_with_a_slip_in_the_file(
    telegram: LocalTelegram, trained: Settings, broken: bool
) -> None:
    trained.facts.write_text(NEVER)
    async with serving(trained):
        guest = await invited(telegram, "Gus")
        assert "someone who prefers" in (await shown(guest, portrait("amelia", 100))).text
    if broken:
        trained.facts.write_text(NEVER + "clara: oops\n")
    else:
        trained.facts.unlink()
    async with serving(trained):
        assert "someone who prefers" in (await shown(guest, portrait("amelia", 101))).text
    home = Home(trained.home)
    await forget_cousin(home, await find_traces(home, "amelia"), ["Amelia"])
    assert not home.last_facts.exists()


@pytest.mark.parametrize("facts", [NEVER])
async def test_admins_still_say_that_it_is_them(admin: Person, family: Settings) -> None:
    menu = await press(admin, await shown(admin, portrait("ben", 100)), "✗ Wrong")
    assert "Amelia (prefers not to be named)" in buttons(menu)
    corrected = await press(admin, menu, "Amelia (prefers not to be named)")
    assert corrected.text == "This is someone who prefers not to be named. ✎ Corrected."
    assert [one[:2] for one in said(family)] == [("is", "amelia")]
    await admin.say("/stats")
    assert "Amelia" not in (await admin.next()).text


async def test_who_took_their_name_back_has_no_fact_told(admin: Person, family: Settings) -> None:
    """Nor of an answer that was given before."""
    answer = await shown(admin, portrait("amelia", 100))
    assert "She sings." in answer.text
    family.facts.write_text(NEVER)
    refreshed = await press(admin, answer, "✓ Right")
    assert refreshed.text == "This is someone who prefers not to be named. ✓ Confirmed."


def test_the_template_is_of_nobody() -> None:
    family = ("ben", "clara")
    file = FactsFile(Path(__file__).parents[2] / "facts.yaml", lambda: family)
    assert [stray.near for stray in file.strays()] == [(), ()]
