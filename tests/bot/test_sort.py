"""/sort: groups of faces are named in the chat, one after another, and what was said can be taken back."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from actions.groups.deciding import GroupDeciding
from actions.groups.groups import sorted_now
from bot.sorting.questions import GroupQuestions
from bot.sorting.walk import Meant, next_question
from data.files.home import Home
from data.files.training_lock import without_training
from data.settings import Settings
from data.store.store import Store
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from inference.decoding.sandbox import Decoding
from tests.actions.groups.made import LEFT, group, put
from tests.bot.conftest import ADMIN, OTHER_ADMIN, MakeSettings, invited, serving
from tests.bot.test_corrections import buttons, press

LAST_ROWS = ["Someone new", "Not one person", "Skip ›", "Never ask again"]
GROUPS = {1: "abcd", 2: "efg", 3: "hi"}  # person -> photos

Decide = Callable[[Callable[[GroupDeciding], Awaitable[object]]], Awaitable[None]]


@pytest.fixture
def heap(tmp_path: Path) -> Path:
    return tmp_path / "heap"


@pytest.fixture
async def settings(make_settings: MakeSettings, heap: Path) -> Settings:
    """Groups 1 to 3, of four, three and two photos."""
    settings = make_settings()
    async with Store.open(Home(settings.home).create().database) as store:
        await put(store, heap, {f"{photo}.jpg": [(who, LEFT)] for who, own in GROUPS.items() for photo in own})
        assert await group(store, *[[f"{photo}.jpg" for photo in own] for own in GROUPS.values()]) == [1, 2, 3]
    return settings


@pytest.fixture
def elsewhere(settings: Settings) -> Decide:
    """What somebody decides on a page, or at the command line."""

    async def decide(what: Callable[[GroupDeciding], Awaitable[object]]) -> None:
        home = Home(settings.home)
        async with Store.open(home.database) as store, Decoding() as decoding:
            await what(GroupDeciding(home, store, decoding))

    return decide


async def sort(admin: Person) -> Message:
    await admin.say("/sort")
    return await admin.next()


async def tap(admin: Person, message: Message, button: str) -> tuple[Message, Message]:
    """The message as it is then, and the next one."""
    return await press(admin, message, button), await admin.next()


async def toast(admin: Person, message: Message, button: str) -> str:
    await admin.press(message, button)
    return (await admin.answer_to_press()).text or ""


async def said(settings: Settings) -> list[tuple[str, str | None]]:
    async with Store.open(Home(settings.home).database) as store:
        return [(one.said, one.cousin) for one in await store.group_decisions.all()]


def photos_of(settings: Settings, cousin: str) -> int:
    folder = settings.home / "photos" / cousin
    return len(list(folder.iterdir())) if folder.exists() else 0


async def test_from_the_biggest_group_to_the_last_word(admin: Person, settings: Settings) -> None:
    async with serving(settings):
        first = await sort(admin)
        assert first.text.startswith("Who is this? In group 1 there are 4 faces")
        assert first.text.endswith("3 groups are waiting.")
        assert first.photo is not None
        assert buttons(first) == ["Linus", "Lucy <van Pelt>", *LAST_ROWS]
        named, second = await tap(admin, first, "Linus")
        assert (named.id, named.text) == (first.id, "✓ This is Linus: I have 4 photos of this group.")
        assert buttons(named) == ["↩ Undo"]
        assert photos_of(settings, "linus") == 4
        assert second.text.startswith("Who is this? In group 2 there are 3 faces")
        assert buttons(second)[:2] == ["Linus", "Lucy <van Pelt>"]  # she is in facts.yaml alone now

        # A slip of the finger is put right, as long as nothing else was decided.
        again = await press(admin, named, "↩ Undo")
        assert (again.id, again.text.split(".")[0]) == (first.id, first.text.split(".")[0])
        assert photos_of(settings, "linus") == 0
        named, second = await tap(admin, again, "Lucy <van Pelt>")
        assert named.text.startswith("✓ This is Lucy <van Pelt>")
        assert await said(settings) == [("named", "lucy")]

        await admin.press(second, "Someone new")
        question = await admin.next()
        assert "(group 2)" in question.text
        await admin.say("Sally Brown", reply_to=question)
        named, welcome, third = await admin.next(), await admin.next(), await admin.next()
        assert (named.id, named.text) == (second.id, "✓ This is Sally Brown: I have 3 photos of this group.")
        assert "a new name for me" in welcome.text
        assert "Sally Brown" in settings.facts.read_text()
        assert photos_of(settings, "Sally_Brown") == 3
        never, end = await tap(admin, third, "Never ask again")
        assert never.text.startswith("✗ I won't ask")
        assert end.text.startswith("That was the last group. 👍\n\nThese have a name now, and 7 photos are taken in:\n")
        assert "• Lucy <van Pelt>: 4 photos\n• Sally Brown: 3 photos\n" in end.text
        assert end.text.endswith("/retrain")
        assert "photos sort" in (await sort(admin)).text
        again = await press(admin, never, "↩ Undo")
        assert again.text.startswith("Who is this? In group 3 there are 2 faces")
        never, _ = await tap(admin, again, "Never ask again")
    async with serving(settings):
        gone = await press(admin, never, "↩ Undo")
        assert "photos sort" in gone.text


async def test_it_goes_on_downwards_and_what_was_skipped_waits(admin: Person, settings: Settings) -> None:
    async with serving(settings):
        first = await sort(admin)
    async with serving(settings):  # buttons outlive a restart
        left, second = await tap(admin, first, "Skip ›")
        assert (left.id, buttons(left)) == (first.id, [])
        split, third = await tap(admin, second, "Not one person")
        assert split.text.startswith("I made two groups")
        assert third.text.startswith("Who is this? In group 2 there are 2 faces")
        texts = [third.text]
        while buttons(third):
            _, third = await tap(admin, third, "Skip ›")
            texts.append(third.text)
        assert [text.split("group ")[1].split()[0] for text in texts[:-1]] == ["2", "3", "4"]
        assert "4 groups still have no name" in texts[-1]
        assert (await sort(admin)).text.startswith("Who is this? In group 1")


async def test_a_typed_name_that_may_be_somebodys_is_asked_about(admin: Person, settings: Settings) -> None:
    async with serving(settings):
        await admin.press(first := await sort(admin), "Someone new")
        await admin.next()
        await admin.say("Linuss")
        doubt = await admin.next()
        assert buttons(doubt)[-1].startswith("No")
        await admin.press(doubt, buttons(doubt)[0])
        named, answered, second = await admin.next(), await admin.next(), await admin.next()
        assert (named.id, named.text) == (first.id, "✓ This is Linus: I have 4 photos of this group.")
        assert (answered.id, buttons(answered)) == (doubt.id, [])
        assert await said(settings) == [("named", "linus")]

        await admin.press(second, "Someone new")
        await admin.next()
        await admin.say("Linuss")
        doubt = await admin.next()
        await admin.press(doubt, buttons(doubt)[-1])
        named = await admin.next()
        assert named.text.startswith("✓ This is Linuss")
        assert photos_of(settings, "Linuss") == 3
        for _ in range(3):  # the doubt, the welcome, the next group
            await admin.next()
        # The name was given: what is said now is no answer to it.
        await admin.say("Lucy")
        assert "Send me a photo" in (await admin.next()).text


async def test_are_they_one_person(admin: Person, settings: Settings, heap: Path, elsewhere: Decide) -> None:
    async with Store.open(Home(settings.home).database) as store:
        await put(store, heap, {f"{photo}.jpg": [(1, LEFT)] for photo in "uvwxyz"})
        now = await store.sorted_faces.all()
        ids = {one.path.stem: one.id for one in now}
        old = await store.sorted_faces.groups()
        groups = [[face for face, number in old.items() if number == one] for one in (1, 2, 3)]
        more = [[ids["u"], ids["v"]], [ids["w"], ids["x"]], [ids["y"], ids["z"]]]
        numbers = [1, 2, 3, None, None, None]
        assert await store.sorted_faces.assign([*groups, *more], numbers, {}, {}, await store.group_decisions.last())
    async with serving(settings):
        _, pair = await tap(admin, await sort(admin), "Linus")
        assert pair.text == "The upper faces are Linus. Are the lower ones the same person? It is a group of 2 faces."
        assert pair.photo is not None
        assert buttons(pair) == ["Same person", "Not the same", "Skip ›"]
        same, pair = await tap(admin, pair, "Same person")
        assert same.text == "✓ This is Linus: I have 2 photos of this group."
        assert photos_of(settings, "linus") == 6
        apart, pair = await tap(admin, pair, "Not the same")
        assert apart.text.startswith("✗ They are not the same person")
        _, second = await tap(admin, pair, "Skip ›")
        assert second.text.startswith("Who is this? In group 2 ")
        again = await press(admin, apart, "↩ Undo")
        assert buttons(again) == ["Same person", "Not the same", "Skip ›"]
        assert [one for one, _ in await said(settings)] == ["named", "named"]


async def test_two_without_a_name_become_one_group_that_is_asked_about(
    admin: Person, settings: Settings, heap: Path
) -> None:
    async with Store.open(Home(settings.home).database) as store:
        await put(store, heap, {f"{photo}.jpg": [(3, LEFT)] for photo in "yz"})
        ids = {one.path.stem: one.id for one in await store.sorted_faces.all()}
        old = await store.sorted_faces.groups()
        groups = [[face for face, number in old.items() if number == one] for one in (1, 2, 3)]
        numbers, last = [1, 2, 3, None], await store.group_decisions.last()
        assert await store.sorted_faces.assign([*groups, [ids["y"], ids["z"]]], numbers, {}, {}, last)
    async with serving(settings):
        question = await sort(admin)
        for _ in range(4):
            _, question = await tap(admin, question, "Skip ›")
        assert question.text.startswith("Same person? In the upper group: 2 faces. In the lower group:")
        one, merged = await tap(admin, question, "Same person")
        assert one.text == "✓ They are the same person."
        assert merged.text.startswith("Who is this? In group 3 there are 4 faces")


async def test_what_was_decided_elsewhere_meanwhile(
    telegram: LocalTelegram, admin: Person, settings: Settings, elsewhere: Decide
) -> None:
    other = await Person.join(telegram.url, "Olaf", OTHER_ADMIN)
    async with serving(settings):
        mine, theirs = await sort(admin), await sort(other)
        named, _ = await tap(admin, mine, "Linus")
        settled, second = await tap(other, theirs, "Lucy <van Pelt>")
        assert settled.text == "✓ Somebody has said meanwhile that this is Linus."
        assert second.text.startswith("Who is this? In group 2 ")
        await elsewhere(lambda groups: groups.not_one_person(2, 0))
        changed, question = await tap(other, second, "Linus")
        assert (changed.text, buttons(changed)) == ("This group has changed meanwhile. Please look at it again.", [])
        assert question.text.startswith("Who is this? In group 2 there are 2 faces")
        await elsewhere(lambda groups: groups.skip(2, 0))
        gone, _ = await tap(other, question, "Linus")
        assert gone.text.startswith("This group is no longer there")
        assert [one for one, _ in await said(settings)] == ["named", "apart", "skipped"]
        # Of what somebody else has said since nothing is undone unseen.
        await admin.press(named, "↩ Undo")
        assert "changed since" in (await admin.next()).text


async def test_photos_that_are_away(admin: Person, settings: Settings, heap: Path) -> None:
    async with serving(settings):
        first = await sort(admin)
        heap.rename(heap.with_name("unplugged"))  # noqa: ASYNC240
        away = await toast(admin, first, "Linus")
        assert away.startswith("I can't find these photos")
        assert away.endswith("Nothing was changed.")
        assert await said(settings) == []
        missing = await sort(admin)
        assert missing.text.startswith("The photos of 3 groups can't be found")
        heap.with_name("unplugged").rename(heap)
        (heap / "a.jpg").rename(heap / "elsewhere.jpg")
        named, _ = await tap(admin, first, "Linus")
        assert "I have 3 photos" in named.text
        assert "1 photo could not be taken in" in named.text
        assert buttons(named) == ["↩ Undo", "Try again"]
        (heap / "elsewhere.jpg").rename(heap / "a.jpg")
        named = await press(admin, named, "Try again")
        assert named.text == "✓ This is Linus: I have 4 photos of this group."
        assert photos_of(settings, "linus") == 4
        assert await said(settings) == [("named", "linus")]


async def test_nothing_is_named_while_a_command_is_at_work(admin: Person, settings: Settings) -> None:
    async with serving(settings):
        first = await sort(admin)
        with without_training(Home(settings.home), "photos import"):
            await admin.press(first, "Linus")
            same = await admin.next()  # with buttons that work
            assert "photos import" in ((await admin.answer_to_press()).text or "")
        assert (same.id, same.text) == (first.id, first.text)
        assert photos_of(settings, "linus") == 0
        named, _ = await tap(admin, same, "Linus")
        assert named.text.startswith("✓ This is Linus")


async def test_handled_again_nothing_is_done_twice(
    admin: Person, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(settings):
        send, failures = GroupQuestions.send, iter([True, False] * 3)

        async def fails_first(self: GroupQuestions, *rest: Any) -> None:
            if next(failures):
                raise OSError("the disk hiccups")
            await send(self, *rest)

        first = await sort(admin)
        monkeypatch.setattr(GroupQuestions, "send", fails_first)
        await admin.press(first, "Someone new")
        await admin.next()
        await admin.say("Sally")
        messages = [await admin.next() for _ in range(3)]
        while not messages[-1].text.startswith("Who is this?"):
            messages.append(await admin.next())
        assert len([one for one in messages if "a new name for me" in one.text]) == 1
        await admin.press(messages[-1], "Not one person")
        third = await admin.next()
        while third.text.startswith("I made two groups"):  # written once more
            third = await admin.next()
        assert await said(settings) == [("named", "Sally"), ("apart", None)]
        assert photos_of(settings, "Sally") == 4
        assert third.text.startswith("Who is this? In group ")
        async with Store.open(Home(settings.home).database) as store:
            assert [change.kind for change in await store.changes.latest()] == ["grouping", "naming"]


async def test_it_is_for_admins_and_says_how_to_begin(
    telegram: LocalTelegram, admin: Person, make_settings: MakeSettings
) -> None:
    settings = make_settings()
    async with serving(settings):
        assert "cousinbot photos sort DIR" in (await sort(admin)).text
        guest = await invited(telegram, "Gus")
        await guest.say("/sort")
        assert (await guest.next()).text.startswith("Send me a photo")
        await admin.say("/help")
        assert "/sort" in (await admin.next()).text


async def test_an_import_that_is_killed_and_goes_on_is_one_change(settings: Settings, elsewhere: Decide) -> None:
    async def twice(groups: GroupDeciding) -> None:
        async with Store.open(Home(settings.home).database) as store:
            faces = await store.sorted_faces.of(1)
        await groups.name(1, "linus", ADMIN, [faces[0].id], "update 7")
        await groups.name(1, "linus", ADMIN, (), "update 7")

    await elsewhere(twice)
    async with Store.open(Home(settings.home).database) as store:
        [change] = await store.changes.latest()
        assert change.photos == 4
        assert change.undo is not None
        assert len(change.undo["files"]) == 4
        assert await store.group_decisions.named_since(0, ADMIN) == {
            "linus": {one.sha256 for one in await store.sorted_faces.of(1)}
        }
        assert next_question(await sorted_now(store), [], Meant()) is not None
    assert Meant.read(Meant(3, (0, -2, 1), ((1, 2),), (1,), "s", (5, True), "Zoë").written()) == Meant(
        3, (0, -2, 1), ((1, 2),), (1,), "s", (5, True), "Zoë"
    )
