"""Text, HTML, limits, edits, replies: what the server accepts and the words it refuses with."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, Forbidden

from demo.telegram.chats.entities import parse_html, utf16_length
from demo.telegram.chats.errors import ApiError
from demo.telegram.chats.messenger import Messenger
from demo.telegram.chats.types import Chat, User
from demo.telegram.methods import about, editing, sending
from demo.telegram.methods.arguments import Arguments
from demo.telegram.methods.composing import formatted
from demo.telegram.person import Person, RefusedError
from demo.telegram.server import LocalTelegram
from tests.demo.telegram.conftest import picture


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("plain &lt;b&gt; &amp; &#39;x&#x27; &copy;", "plain <b> & 'x' &copy;", []),
        ("<b>bo<i>th</i></b>", "both", [("bold", 0, 4), ("italic", 2, 2)]),
        ("😀<b>x</b>", "😀x", [("bold", 2, 1)]),
        ('<a href="http://a.b/?c=1&amp;d">x</a>', "x", [("text_link", 0, 1)]),
        ("<pre><code class='language-py'>x</code></pre>", "x", [("pre", 0, 1)]),
        ("<tg-spoiler>s</tg-spoiler><span class='tg-spoiler'>t</span>", "st", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("<B>x</b>", "x", [("bold", 0, 1)]),
        ('<a href="nowhere">x</a>', "x", []),
        ("a\x1a&lt &ltx &lt;", "a < &ltx <", []),
        ("<b></b>x", "x", []),
    ],
)
def test_html(html: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    written = parse_html(html)
    assert written.text == text
    assert [(e["type"], e["offset"], e["length"]) for e in written.entities] == entities


@pytest.mark.parametrize(
    ("html", "error"),
    [
        ("é<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("é\n\né<b>x</b></i", "Unclosed end tag at byte offset 14"),
        ("<b/>", 'Unsupported start tag "b/" at byte offset 0'),
        ("<![if]>x", 'Unsupported start tag "![if]" at byte offset 0'),
        ("2 < 3", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_wrong_html(html: str, error: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(html)
    assert refused.value.description == f"Bad Request: can't parse entities: {error}"


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="<>/&;ab=\"' \n😀é#1t-", max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    refusal: ApiError | None = None
    try:
        written = formatted(text, "HTML")
    except ApiError as error:
        refusal = error
    if refusal:
        assert "<" in text or not text.strip()  # without a tag there is nothing to refuse
        assert refusal.code == 400
        assert refusal.description.startswith("Bad Request: ")
        return
    assert written.text == written.text.strip()
    for entity in written.entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= utf16_length(written.text)


KEYS = st.sampled_from(
    ["type", "text", "message_id", "command", "url", "callback_data", "inline_keyboard", "force_reply"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("photo")
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)
METHODS = [
    sending.send_message,
    sending.send_photo,
    editing.edit_message_text,
    editing.edit_message_caption,
    about.set_my_commands,
]


PARAMETERS = st.sampled_from(
    ["text", "caption", "scope", "reply_markup", "reply_parameters", "commands", "message_id", "photo", "parse_mode"]
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(METHODS), st.dictionaries(PARAMETERS, ANYTHING))
def test_whatever_is_asked_is_done_or_refused(method: Any, fields: dict[str, Any]) -> None:
    messenger = Messenger(User(1, "Bot", is_bot=True, username="bot"))
    messenger.chats[2] = Chat(2, "private", "Ann", {1, 2})
    sent = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    refusal: ApiError | None = None
    try:
        result = asyncio.run(method(messenger, Arguments({"chat_id": "2", **sent})))
    except ApiError as error:
        refusal = error
    if refusal:
        assert refusal.code == 400
        assert refusal.description.startswith("Bad Request: ")
        assert not messenger.chats[2].messages  # what is refused leaves nothing behind
    else:
        assert result is True or result["message_id"] in messenger.chats[2].messages


@given(st.text(alphabet="ab &;é😀", max_size=40).filter(str.strip))
def test_text_without_tags_is_sent(text: str) -> None:
    messenger = Messenger(User(1, "Bot", is_bot=True, username="bot"))
    messenger.chats[2] = Chat(2, "private", "Ann", {1, 2})
    sent = asyncio.run(sending.send_message(messenger, Arguments({"chat_id": "2", "text": text})))
    assert sent["text"] == text.strip()


async def refused(words: str, call: Any) -> None:
    with pytest.raises(BadRequest) as error:
        await call
    assert words.lower() in error.value.message.lower()


async def test_limits_count_after_parsing(bot: Bot, ann: Person) -> None:
    await bot.send_message(ann.id, f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    await refused("message is too long", bot.send_message(ann.id, "x" * 4097))
    await refused("message text is empty", bot.send_message(ann.id, " \n "))
    await bot.send_photo(ann.id, picture(), caption=f"<i>{'😀' * 1024}</i>", parse_mode="HTML")
    await refused("message caption is too long", bot.send_photo(ann.id, picture(), caption="x" * 1025))


async def test_edits(bot: Bot, ann: Person) -> None:
    text = (await bot.send_message(ann.id, "one")).message_id
    photo = (await bot.send_photo(ann.id, picture(), caption="<b>one</b>", parse_mode="HTML")).message_id
    await refused("message is not modified: specified new", bot.edit_message_text("one", ann.id, text))
    await refused("there is no text in the message", bot.edit_message_text("two", ann.id, photo))
    await refused("message to edit not found", bot.edit_message_text("two", ann.id, 10**6))
    await refused("message can't be edited", bot.edit_message_text("x", ann.id, await ann.say("mine")))
    await bot.edit_message_caption(ann.id, photo, caption="one")  # the words are the same, their weight is not
    seen = [await ann.next() for _ in range(3)]
    assert [(message.text, message.edited) for message in seen] == [("one", False), ("one", False), ("one", True)]


async def test_buttons_are_checked(bot: Bot, ann: Person) -> None:
    def keyboard(data: str) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup([[InlineKeyboardButton("é", callback_data=data)]])

    await bot.send_message(ann.id, "64 bytes", reply_markup=keyboard("é" * 32))
    await refused("button_data_invalid", bot.send_message(ann.id, "66", reply_markup=keyboard("é" * 33)))


async def test_replies(bot: Bot, ann: Person) -> None:
    said = await ann.say("hello")
    message = await bot.send_message(ann.id, "yes?", reply_parameters=ReplyParameters(said))
    assert message.reply_to_message
    assert message.reply_to_message.text == "hello"
    await refused("message to be replied not found", bot.send_message(ann.id, "?", reply_to_message_id=10**6))
    lenient = ReplyParameters(10**6, allow_sending_without_reply=True)
    assert (await bot.send_message(ann.id, "all the same", reply_parameters=lenient)).reply_to_message is None


async def test_nobody_is_written_to_first(bot: Bot, telegram: LocalTelegram) -> None:
    shy = await Person.join(telegram.url, "Shy")
    await refused("chat not found", bot.send_message(shy.id, "hello"))
    await refused("chat not found", bot.send_message("@nobody", "hello"))
    await shy.create_group("Shy people")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(shy.id, "hello")
    await shy.say("/start")
    await bot.send_message(shy.id, "hello")
    await shy.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(shy.id, "hello?")
    await shy.block(False)
    await bot.send_message(shy.id, "hello again")


async def test_commands_and_links_are_found(bot: Bot, ann: Person) -> None:
    await ann.say("/facts@family_cousin_bot 😀 see https://a.b/c, not 1/2")
    message = (await bot.get_updates(offset=-1))[0].message
    assert message
    assert message.parse_entities() == dict(
        zip(message.entities, ["/facts@family_cousin_bot", "https://a.b/c"], strict=True)
    )
    assert [entity.type for entity in message.entities] == ["bot_command", "url"]


async def test_people_delete_what_the_bot_wrote_to_them(bot: Bot, ann: Person) -> None:
    sent = await bot.send_message(ann.id, "hello")
    await ann.delete(await ann.next())
    with pytest.raises(BadRequest, match="essage to edit not found"):
        await sent.edit_text("hello again")
    with pytest.raises(RefusedError, match="can't be deleted"):
        await ann.delete(sent.message_id)
