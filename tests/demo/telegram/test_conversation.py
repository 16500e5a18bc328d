"""A whole conversation with the real client, every request and answer checked against the Bot API's spec."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from telegram import Bot, BotCommand

from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.demo.telegram.conftest import picture
from tests.demo.telegram.small_bot import small_bot

VALIDATOR = Path(__file__).parents[4] / "shared" / "telegram" / "validate.py"


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    if not VALIDATOR.is_file():
        pytest.skip("the Bot API's machine-readable spec is not beside the repository")
    found = importlib.util.spec_from_file_location("validate", VALIDATOR)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def faults(telegram: LocalTelegram, spec: ModuleType) -> list[str]:
    found: list[str] = []
    for call in telegram.calls.of():
        found += [f"{call.method} asked: {fault}" for fault in spec.request(call.method, call.params)]
        if call.status == 200:
            found += [f"{call.method} answered: {fault}" for fault in spec.response(call.method, call.result)]
    return found


async def test_a_conversation_keeps_to_the_spec(telegram: LocalTelegram, spec: ModuleType) -> None:
    async with small_bot(telegram) as bot:
        ann = await Person.join(telegram.url, "Ann")
        await ann.say("/start")
        assert (await ann.next()).text.startswith("Hello Ann!")

        photo = await ann.send_photo(picture(size=(1600, 1200)), "who?")
        guess = await ann.next()
        assert guess.text.startswith("I think that is Charlie Brown")
        assert guess.photo
        assert guess.reply_to == photo
        assert [[button.text for button in row] for row in guess.buttons] == [["✓", "✗"]]

        await ann.press(guess, "✓")
        answer = await ann.answer_to_press()
        assert (answer.text, answer.alert) == ("Thank you!", False)
        corrected = await ann.next()
        assert (corrected.id, corrected.edited, corrected.buttons) == (guess.id, True, ())
        assert corrected.text == "It was Linus, I will remember."

        album = await ann.send_album([picture("red"), picture("green")], "twice")
        assert len(set(album)) == 2
        assert {(await ann.next()).reply_to for _ in range(2)} == set(album)

        await ann.send_file(b"not a picture" * 99, "notes.heic")
        copy = await ann.next()
        assert copy.text == f"{13 * 99} bytes"
        assert copy.raw["document"]["file_size"] == 13 * 99

        await ann.say("see you")
        assert (await ann.next()).text == "see you"

        everyone = await ann.in_group(await ann.create_group("Family"))
        await everyone.say("/start")
        await everyone.next()
        await about_everything(bot.bot, ann.id)
    assert faults(telegram, spec) == []
    polls = [call.result for call in telegram.calls.of("getUpdates") if call.status == 200]  # the last ends with 409
    updates = [update for updates in polls for update in updates]
    assert [fault for update in updates for fault in spec.update(update)] == []
    kinds = {kind for update in updates for kind in update} - {"update_id"}
    assert kinds == {"message", "callback_query"}


async def about_everything(bot: Bot, person: int) -> None:
    await bot.set_my_commands([BotCommand("start", "begin")])
    await bot.send_chat_action(person, "typing")
    assert (await bot.get_webhook_info()).url == ""
    message = await bot.send_message(person, "one")
    await bot.edit_message_text("two", person, message.message_id)
    assert await bot.delete_message(person, message.message_id)
