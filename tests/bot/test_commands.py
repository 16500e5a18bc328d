"""Commands and talk, with the real bot and a real facts.yaml, before anything was trained."""

from pathlib import Path
from typing import Any, cast

import pytest

from bot.answers.wording import no_picture, still_learning, who_how
from bot.commands import wording
from bot.conversation.part import Part
from bot.conversation.taps import Action
from bot.handlers import actions_of
from data.settings import Settings
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import jpeg, sent_to, serving, settled, until


@pytest.fixture
def facts(settings: Settings) -> Path:
    return settings.facts


def write(facts: Path, text: str) -> None:
    facts.write_text(text)


async def test_facts_by_name_alias_and_key(guest: Person) -> None:
    for name in ("lucy", "LU", "Lucy <van Pelt>"):
        await guest.say(f"/facts {name}")
        text = (await guest.next()).text
        assert text.splitlines()[0] == "Lucy <van Pelt>"
        assert "• She gives advice for 5 ¢ & more." in text
        assert text.endswith("Better not mention: the football")


async def test_facts_without_a_name_offers_everybody(guest: Person) -> None:
    await guest.say("/facts")
    menu = await guest.next()
    assert [button.text for row in menu.buttons for button in row] == ["Linus", "Lucy <van Pelt>"]
    await guest.press(menu, "Linus")
    assert (await guest.next()).text == "Linus\n• He has a blanket."
    await guest.answer_to_press()


async def test_near_miss_is_suggested(guest: Person) -> None:
    await guest.say("/facts linnus")
    menu = await guest.next()
    assert menu.text == "I don't know “linnus”. Did you mean this?"
    assert menu.buttons[0][0].text == "Linus"


async def test_help_takes_its_example_from_the_family(guest: Person, facts: Path) -> None:
    await guest.say("/help")
    assert "/facts Linus – what to talk about with Linus" in (await guest.next()).text
    write(facts, "linus:\n  named: never\nlucy:\n  named: never\n")
    await guest.say("/help")
    assert "/facts – what to talk about with a cousin" in (await guest.next()).text


def test_nobody_is_greeted_by_a_groups_name() -> None:
    assert wording.hello(None, "Send me a photo.") == "Hello! Send me a photo."


async def test_cousins(guest: Person) -> None:
    await guest.say("/cousins")
    assert (await guest.next()).text == "I know 2 cousins:\n• Linus\n• Lucy <van Pelt>"


async def test_facts_follow_the_file(guest: Person, facts: Path) -> None:
    write(facts, "sally:\n  - She likes to sleep late.\n")
    await guest.say("/facts sally")
    assert "sleep late" in (await guest.next()).text


async def test_broken_facts_keep_the_last_good_ones_and_admins_are_told_once(
    telegram: LocalTelegram, admin: Person, guest: Person, facts: Path
) -> None:
    await admin.say("/start")
    await admin.next()
    write(facts, "lucy:\n  - one\nlinus: [\n")
    for _ in range(2):
        await guest.say("/facts linus")
        assert "He has a blanket." in (await guest.next()).text
    alert = (await admin.next()).text
    assert "line " in alert
    assert "facts as they were" in alert
    assert len([text for text in sent_to(telegram, admin.id) if "facts as they were" in text]) == 1


async def test_talk_is_answered_with_a_hint(guest: Person) -> None:
    for text in ("hello", "<b>who</b> are you?", "/nonsense"):
        await guest.say(text)
        assert (await guest.next()).text.startswith("Send me a photo")


async def test_what_is_no_picture_is_said_so(guest: Person) -> None:
    await guest.send_file(b"%PDF-1.7", "letter.pdf", "application/pdf")
    assert (await guest.next()).text == no_picture()
    await guest.send_file(b"this is no jpeg", "photo.jpg", "image/jpeg")
    assert "can't read that file" in (await guest.next()).text


async def test_picture_without_a_name_or_type_is_looked_into(guest: Person) -> None:
    await guest.send_file(jpeg(), "file", None)
    assert (await guest.next()).text == still_learning()


async def test_empty_file_is_a_sentence(guest: Person) -> None:
    await guest.send_file(b"", "photo.jpg", "image/jpeg")
    assert "empty" in (await guest.next()).text


async def test_who_wants_a_reply_to_a_photo(guest: Person) -> None:
    await guest.say("/who")
    assert (await guest.next()).text == who_how()
    asked = await guest.send_photo(jpeg())
    await guest.next()
    await guest.say("/who", reply_to=asked)
    answer = await guest.next()
    assert (answer.text, answer.reply_to) == (still_learning(), asked + 2)


async def test_untrained_bot_tells_admins_what_to_do(admin: Person, guest: Person) -> None:
    await admin.send_photo(jpeg())
    assert "cousinbot train" in (await admin.next()).text
    await guest.send_photo(jpeg())
    assert (await guest.next()).text == still_learning()


async def test_album_gets_one_answer(telegram: LocalTelegram, settings: Settings, guest: Person) -> None:
    before = len(sent_to(telegram, guest.id))
    first, *_ = await guest.send_album([jpeg(n) for n in range(4)])
    answer = await guest.next()
    assert (answer.text, answer.reply_to) == (still_learning(), first)
    await settled(telegram, settings)
    assert len(sent_to(telegram, guest.id)) == before + 1


async def test_file_over_20_mb_is_a_kind_sentence(guest: Person) -> None:
    await guest.send_file(jpeg() + bytes(21 * 2**20), "big.jpg", "image/jpeg")
    assert "larger than 20 MB" in (await guest.next()).text


async def test_nothing_to_forget(guest: Person) -> None:
    await guest.say("/forgetme")
    assert "nothing to delete" in (await guest.next()).text


async def test_nothing_to_review_and_nothing_wrong(admin: Person, guest: Person) -> None:
    await admin.say("/review")
    assert "nothing to review" in (await admin.next()).text
    await admin.say("/stats")
    assert "Guests: 1. Nothing has been trained yet." in (await admin.next()).text
    await guest.say("/wrong")
    assert "send /wrong as a reply" in (await guest.next()).text


async def test_menus_are_set_for_guests_groups_and_admins(
    telegram: LocalTelegram, admin: Person, guest: Person
) -> None:
    await admin.say("/start")
    await admin.next()
    scopes = [str(call.params["scope"]) for call in telegram.calls.of("setMyCommands") if call.status == 200]
    assert any("all_private_chats" in scope for scope in scopes)
    assert any("all_group_chats" in scope for scope in scopes)
    assert any(str(admin.id) in scope for scope in scopes)
    for call in telegram.calls.of("setMyCommands"):
        if "all_private_chats" in str(call.params["scope"]):
            assert "review" not in str(call.params["commands"])


async def test_old_and_made_up_buttons_are_answered(telegram: LocalTelegram, settings: Settings, guest: Person) -> None:
    await guest.say("/facts")
    menu = await guest.next()
    for number, data in enumerate(("999999", "-1", "x" * 64, "٣", "9" * 40)):
        telegram.inject(
            {
                "callback_query": {
                    "id": str(number),
                    "from": {"id": guest.id, "is_bot": False, "first_name": "Gus"},
                    "chat_instance": "1",
                    "message": menu.raw,
                    "data": data,
                }
            }
        )
    await settled(telegram, settings)
    answers = telegram.calls.of("answerCallbackQuery")
    assert [call.params.get("text") for call in answers] == ["This button no longer works."] * 5


async def test_button_works_after_a_restart(telegram: LocalTelegram, settings: Settings) -> None:
    admin = await Person.join(telegram.url, "Ada", 1001)
    async with serving(settings):
        await admin.say("/facts")
        menu = await admin.next()
    async with serving(settings):
        await admin.press(menu, "Linus")
        assert "blanket" in (await admin.next()).text


async def test_ready_line(settings: Settings, capsys: pytest.CaptureFixture[str], telegram: LocalTelegram) -> None:
    shown: list[str] = []

    def ready() -> bool:
        shown.append(capsys.readouterr().out)
        return "cousinbot is ready" in "".join(shown)

    async with serving(settings):
        await until(ready)
    assert "cousinbot is ready: @family_cousin_bot, 2 cousins. Nothing has been trained yet" in "".join(shown)
    assert telegram.calls.of("getMe")


def test_no_button_does_what_two_parts_mean() -> None:
    """Else the last one's would be done, whoever sent the button."""

    class One(Part):
        def actions(self) -> dict[str, Action]:
            return {"tap": cast("Any", None)}

    assert list(actions_of([One()])) == ["tap"]
    with pytest.raises(ValueError, match="tap"):
        actions_of([One(), Part(), One()])
