"""/review: pages of faces, decided with one tap each or all at once, by one admin or two."""

import asyncio
import io
import re

import pytest
from PIL import Image

from actions.changes.renaming import Renamings
from actions.changes.undoing import Undoing
from bot.corrections.review_page import FACES
from bot.corrections.wording import says_another
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.settings import Settings
from data.store.store import Store
from demo.family import draw_group
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, INVITE, OTHER_ADMIN, MakeSettings, invited, serving
from tests.bot.test_corrections import buttons, press, said, shown
from tests.bot.trained import jpeg_of, portrait

OTTO = portrait("otto", 100, disguise="ben")
MAYA = portrait("maya", 100)
AMELIA = portrait("amelia", 300)


async def propose(guest: Person, photo: bytes, name: str) -> Message:
    answer = await shown(guest, photo)
    return await press(guest, await press(guest, answer, "✗ Wrong"), name)


async def review(admin: Person) -> Message:
    """The page that /review opens."""
    await admin.say("/review")
    return await page_of(admin)


async def page_of(admin: Person) -> Message:
    while "waiting" not in (message := await admin.next()).text:  # the alert that something waits
        pass
    return message


@pytest.fixture
async def admin(admin: Person, trained_bot: None) -> Person:
    return admin


@pytest.fixture
async def guest(telegram: LocalTelegram, trained_bot: None) -> Person:
    return await invited(telegram, "Gus")


async def test_a_page_shows_the_least_certain_first_and_is_accepted_as_a_whole(
    admin: Person, guest: Person, trained: Settings
) -> None:
    for photo, name in ((OTTO, "Otto"), (MAYA, "Clara"), (AMELIA, "Diego")):
        await propose(guest, photo, name)
    page = await review(admin)
    lines = page.text.splitlines()
    assert [line[:2] for line in lines[:3]] == ["1.", "2.", "3."]
    assert all(re.fullmatch(r"\d\. Gus says: \w+; I said: [\w ]+ \(\d+%\)", line) for line in lines[:3])
    sure = [int(re.findall(r"(\d+)%", line)[0]) for line in lines[:3]]
    assert sure == sorted(sure)
    assert lines[-1] == "3 corrections are waiting."
    assert buttons(page)[0] == "✓ Accept all 3 corrections"
    assert {"1 ✎", "1 ✗", "3 ✎", "3 ✗"} <= set(buttons(page))
    assert page.photo is not None
    sheet = Image.open(io.BytesIO(await admin.download(page.photo)))
    assert sheet.height == pytest.approx(sheet.width, abs=8)  # two rows of two
    await admin.press(page, "✓ Accept all 3 corrections")
    assert (await admin.answer_to_press()).text == "Accepted: 3."
    decided = await admin.next()
    assert (decided.id, buttons(decided)) == (page.id, [])
    assert sorted(line.partition("Accepted: ")[2] for line in decided.text.splitlines()) == [
        "Clara.",
        "Diego.",
        "Otto.",
    ]
    assert "nothing to review" in (await admin.next()).text
    assert {(one[1], one[2]) for one in said(trained)} == {
        ("otto", "accepted"),
        ("clara", "accepted"),
        ("diego", "accepted"),
    }
    corrected = [(await guest.next()).text for _ in range(3)]
    assert sorted(text.partition("\n")[0] for text in corrected) == [
        f"This is {name}. ✎ Corrected." for name in ("Clara", "Diego", "Otto")
    ]
    assert "Otto" in (await shown(guest, OTTO)).text


async def test_each_face_of_a_page_has_its_own_buttons(admin: Person, guest: Person, trained: Settings) -> None:
    for photo in (OTTO, MAYA, AMELIA):
        await propose(guest, photo, "Clara")
    page = await review(admin)
    page = await press(admin, page, "2 ✗")
    assert page.text.splitlines()[1] == "2. ✗ Dismissed."
    assert buttons(page)[0] == "✓ Accept 2 other corrections"
    assert not any(text.startswith("2 ") for text in buttons(page))
    menu = await press(admin, page, "1 ✎")
    assert {"Diego", "Someone new", "« Back"} <= set(buttons(menu))
    page = await press(admin, menu, "« Back")
    assert buttons(page)[0] == "✓ Accept 2 other corrections"
    await admin.press(page, "1 ✎")
    assert (await admin.answer_to_press()).text == "Who is face 1?"
    page = await press(admin, await admin.next(), "Diego")
    assert page.text.splitlines()[0] == "1. ✎ Corrected: Diego."
    await admin.press(page, "3 ✓ Clara")
    assert (await admin.next()).text.splitlines()[2] == "3. ✓ Accepted: Clara."
    assert "nothing to review" in (await admin.next()).text
    assert [(one[1], one[2]) for one in said(trained) if one[2] == "accepted"] == [
        ("clara", "accepted"),
        ("diego", "accepted"),
    ]


async def test_what_two_guests_say_of_a_face_is_one_line_and_one_decision(
    telegram: LocalTelegram, make_settings: MakeSettings, trained: Settings
) -> None:
    """In a group two members correct the same answer."""
    mia, ben = await Person.join(telegram.url, "Mia"), await Person.join(telegram.url, "Benno")
    ada = await Person.join(telegram.url, "Ada", ADMIN)
    group = await mia.create_group("The family", [ben, ada])
    async with serving(make_settings(chats=str(group))):
        mia, ben = await mia.in_group(group), await ben.in_group(group)
        asked = await mia.send_photo(OTTO)
        await mia.say("/who", reply_to=asked)
        answer = await mia.next()
        await ben.next()
        await press(mia, await press(mia, answer, "✗ Wrong"), "Otto")
        await ben.next()
        await press(ben, await press(ben, await ben.next(), "✗ Wrong"), "Clara")
        page = await review(ada)
        assert page.text.startswith("Mia says: Otto (others: Clara).")
        await ada.press(page, "✓ Accept: Otto")
        assert (await ada.next()).text == "✓ Accepted: Otto."
        assert "nothing to review" in (await ada.next()).text
    assert [(one[1], one[2]) for one in said(trained)] == [("otto", "accepted"), ("clara", "rejected")]


async def test_two_admins_decide_each_face_once(
    telegram: LocalTelegram, admin: Person, guest: Person, trained: Settings
) -> None:
    other = await Person.join(telegram.url, "Oda", OTHER_ADMIN)
    for photo in (OTTO, MAYA):
        await propose(guest, photo, "Clara")
    mine, hers = await review(admin), await review(other)
    await asyncio.gather(admin.press(mine, "1 ✓ Clara"), other.press(hers, "1 ✗"))
    toasts = [(await admin.answer_to_press()).text, (await other.answer_to_press()).text]
    assert toasts.count("That has already been decided.") == 1
    decided = {status for *_, status, _ in said(trained)}
    assert "proposed" in decided
    assert len(decided) == 2
    # The other admin's page shows it as soon as it is decided.
    first = (await admin.next()).text.splitlines()[0]
    assert first in ("1. ✓ Accepted: Clara.", "1. ✗ Dismissed.")
    assert (await other.next()).text.splitlines()[0] == first


async def test_more_than_a_page(admin: Person, guest: Person) -> None:
    for photo in (OTTO, MAYA, AMELIA, *(portrait("maya", seed) for seed in range(101, 102 + FACES - 3))):
        await propose(guest, photo, "Clara")
    first = await review(admin)
    assert first.text.splitlines()[-1] == f"{FACES + 1} corrections are waiting."
    await admin.press(first, "Later ›")
    left, second = await admin.next(), await admin.next()
    assert (left.id, buttons(left)) == (first.id, [])
    assert second.text.splitlines()[-1] == f"{FACES + 1} corrections are waiting."
    await admin.press(second, "✗ Dismiss")
    assert (await admin.next()).text == "✗ Dismissed."
    again = await admin.next()  # what was left for later
    assert again.text.splitlines()[:2] == first.text.splitlines()[:2]


@pytest.mark.parametrize("faces", [1, 2])
@pytest.mark.parametrize("button", ["✓", "✗"])
async def test_a_button_decides_on_what_it_says_and_nothing_else(
    admin: Person, guest: Person, trained: Settings, faces: int, button: str
) -> None:
    """A merge, a page of the review that speaks of the one person, and the merge taken back."""
    for photo in (MAYA, OTTO)[:faces]:
        await propose(guest, photo, "Clara")
    home, facts = Home(trained.home), FactsFile(trained.facts)
    async with Store.open(home.database) as store:
        renamings, undoing = Renamings(home, store, facts), Undoing(home, store, facts)
        await renamings.carry_out(await renamings.plan_merge("clara", "diego"))
        page = await review(admin)
        assert any("Diego" in one for one in buttons(page))
        change = await store.changes.newest()
        assert change is not None
        await undoing.carry_out(await undoing.plan(change))
    before = said(trained)
    await admin.press(page, next(one for one in buttons(page) if button in one))
    assert (await admin.answer_to_press()).text == says_another()
    assert said(trained) == before
    while not any("Clara" in one for one in buttons(page)):
        page = await page_of(admin)
    await admin.press(page, next(one for one in buttons(page) if button in one))
    assert (await admin.answer_to_press()).text in ("Accepted: Clara.", "Accepted: 2.", "Dismissed.")


async def test_whoever_is_no_admin_any_more_decides_nothing(
    telegram: LocalTelegram, make_settings: MakeSettings, trained: Settings
) -> None:
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    async with serving(trained):
        await propose(await invited(telegram, "Gus"), OTTO, "Otto")
        page = await review(admin)
    async with serving(make_settings(admins=str(OTHER_ADMIN))):
        await admin.say(f"/start {INVITE}")
        await admin.next()
        for button in ("✓ Accept: Otto", "Choose someone else", "✗ Dismiss"):
            await admin.press(page, button)
            assert (await admin.answer_to_press()).text == "Only an admin can do that."
    assert [one[2] for one in said(trained)] == ["proposed"]


async def test_someone_new_out_of_the_review(admin: Person, guest: Person, trained: Settings) -> None:
    await propose(guest, MAYA, "A stranger")
    menu = await press(admin, await review(admin), "Choose someone else")
    await admin.press(menu, "Someone new")
    question = await admin.next()
    assert question.text == "What is this person's name? Please reply to this message with it."
    await admin.say("Maya Rosa", reply_to=question)
    texts = [(await admin.next()).text for _ in range(3)]
    assert texts[0] == "✎ Corrected: Maya Rosa."
    assert texts[1].startswith("Thank you, I'll remember: Maya Rosa.")
    assert "nothing to review" in texts[2]


async def test_the_longest_names_fit_a_page(
    telegram: LocalTelegram, make_settings: MakeSettings, trained: Settings
) -> None:
    """Names as long as Telegram and facts.yaml allow, two opinions on every face."""
    long = {key: f"{key} {'x' * 53}"[:60] for key in ("amelia", "ben", "clara", "diego", "otto")}
    trained.facts.write_text("".join(f'{key}:\n  name: "{name}"\n' for key, name in long.items()))
    people = [await Person.join(telegram.url, f"{number} {'W' * 60}") for number in range(3)]
    ada = await Person.join(telegram.url, "Ada", ADMIN)
    group = await people[0].create_group("The family", [*people[1:], ada])
    async with serving(make_settings(chats=str(group))):
        members = [await person.in_group(group) for person in people]
        asked = await members[0].send_photo(jpeg_of(draw_group(("amelia", "ben", "clara"), 0)))
        await members[0].say("/who", reply_to=asked)
        answer = await members[0].next()
        for member, name in zip(members, ("diego", "otto", "ben"), strict=True):
            for number in (1, 3):
                menu = await press(members[0], answer, f"{number} ✗ Wrong")
                await member.press(menu, long[name])
                answer = await members[0].next()
        page = await review(ada)
        assert 3 * len("\n".join(page.text.splitlines()[:2])) < 1000  # six such lines and how many wait: 1024 at most
        assert page.text.count("…") >= 8
        await ada.press(page, "✓ Accept all 2 corrections")
        assert (await ada.answer_to_press()).text == "Accepted: 2."
