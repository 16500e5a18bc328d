"""Somebody who presses every button there is, once, and answers every question."""

import asyncio
import html
import json
import re
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from demo.telegram.calls import Call
from demo.telegram.person import Message, Person, RefusedError
from demo.telegram.phone import Button
from demo.telegram.server import LocalTelegram
from tests.pseudo_language import only_marked

Key = tuple[str, str, bool]
"""What a button does, what stands on it but for names and numbers, and whether it is in a group."""
Place = tuple[int, int]
"""Chat and message."""

LAST: Final = (
    "accept", "accept_all", "sort_is", "sort_never", "rename_yes", "merge_yes", "undo_yes", "unteach", "not_me",
    "not_them", "revoke", "block", "unblock", "remove_admin", "forget",
)  # fmt: skip
"""Buttons after which other things are not said any more."""
_TO_ENGLISH: Final = ("English", "✓ English", "⟦As the family does⟧")  # of whoever presses them
_TEXTS: Final = ("text", "caption", "description", "short_description")
_MARKUPS: Final = ("reply_markup", "commands", "menu_button")
_ON_MARKUP: Final = ("text", "input_field_placeholder", "description")


@dataclass(frozen=True)
class Stimulus:
    """Something that somebody does to hear what the bot says to it."""

    what: str
    do: Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Said:
    """Something that the bot said, by which method, and after what."""

    text: str
    method: str
    after: str
    params: Mapping[str, Any]
    is_label: bool = False


@dataclass(frozen=True)
class _Shown:
    place: Place
    text: str
    data: str
    key: Key

    @property
    def message(self) -> Message:
        chat, number = self.place
        return Message(number, chat, "", ((Button(self.text, self.data),),), None, False, None, {})


class Crawler:
    """`people` are those who press; whatever the bot asks to be replied to is answered with the next of `names`.

    Attributes:
        said: all that the bot has said so far.
        left: buttons that could not be pressed a second time, with the others gone by then.
    """

    def __init__(self, telegram: LocalTelegram, home: Path, people: Sequence[Person], names: Iterator[str]) -> None:
        self._telegram = telegram
        self._database_file = home / "cousinbot.db"
        self._database = sqlite3.connect(f"file:{self._database_file}?mode=ro", uri=True, isolation_level=None)
        self._people = people
        self._names = names
        self._read = 0
        self._after = "the start"
        self._keyboards: dict[Place, list[tuple[str, str]]] = {}
        self._questions: deque[Place] = deque()
        self._pressed: set[Key] = set()
        self._found: dict[Key, tuple[Stimulus, tuple[Key, ...]]] = {}
        self._paths: dict[Place, tuple[Key, ...]] = {}  # what was pressed until a message was as it is
        self.said: list[Said] = []
        self.left: set[Key] = set()

    async def press(self, chat: int, *actions: str) -> None:
        """The newest button there that does this, then that, where there is one."""
        for action in actions:
            there = (one for one in self._shown() if one.place[0] == chat and one.key[0] == action)
            if shown := next(there, None):
                await self._press(shown, Stimulus(self._after, self.settle))

    async def press_what_is_gone(self, person: Person) -> None:
        """The newest button there, which the bot's database has pruned."""
        place, text, data = next(
            (one.place, one.text, one.data) for one in self._shown() if one.place[0] == person.chat
        )
        with sqlite3.connect(self._database_file) as database:
            database.execute("DELETE FROM buttons WHERE id = ?", (int(data),))
        message = Message(place[1], place[0], "", ((Button(text, data),),), None, False, None, {})
        await person.press(message, data)

    def newest(self, chat: int) -> int:
        """The number of the bot's newest message there."""
        return next(number for there, number in reversed(self._keyboards) if there == chat)

    def close(self) -> None:
        self._database.close()

    async def crawl(self, stimuli: Sequence[Stimulus]) -> None:
        """Do all of it, and press all that comes of it; do it again for what was gone before it could be pressed."""
        for stimulus in stimuli:
            await self._follow(stimulus)
        while missing := [key for key in self._found if key not in self._pressed | self.left]:
            stimulus, path = self._found[missing[0]]
            await self._follow(stimulus, (*path, missing[0]))
            if missing[0] not in self._pressed:
                self.left.add(missing[0])

    async def do(self, what: str, action: Callable[[], Awaitable[object]]) -> None:
        self._after = what
        with suppress(RefusedError):  # a button that is not there any more
            await action()
        await self.settle()

    async def settle(self) -> None:
        """Wait until the bot has handled every update, and take in what it said."""
        async with asyncio.timeout(30):
            while self._telegram.pending() or self._unfinished():  # noqa: ASYNC110  there is no event for it
                await asyncio.sleep(0.002)
        calls = self._telegram.calls.of()
        for call in calls[self._read :]:
            self._take(call)
        self._read = len(calls)

    def _unfinished(self) -> bool:
        [(left,)] = self._database.execute(
            "SELECT count(*) FROM updates WHERE finished_at IS NULL AND set_aside = 0"
        ).fetchall()
        return bool(left)

    def _take(self, call: Call) -> None:
        params, result = call.params, call.result
        said = partial(Said, method=call.method, after=self._after, params=params)
        self.said += [said(text) for text in _texts(params)]
        for name in _MARKUPS:
            is_label = name != "commands"
            self.said += [said(text, is_label=is_label) for text in _in_markup(json.loads(params.get(name) or "null"))]
        if call.method == "deleteMessage":
            self._keyboards.pop((int(params["chat_id"]), int(params["message_id"])), None)
        if call.status == 200 and isinstance(result, dict) and "message_id" in result:
            place = result["chat"]["id"], result["message_id"]
            rows = result.get("reply_markup", {}).get("inline_keyboard", [])
            self._keyboards.pop(place, None)  # the newest stand last
            self._keyboards[place] = [
                (one["text"], one["callback_data"]) for row in rows for one in row if "callback_data" in one
            ]
            if "force_reply" in str(params.get("reply_markup")):
                self._questions.append(place)

    async def _follow(self, stimulus: Stimulus, path: tuple[Key, ...] = ()) -> None:
        """Do it, press the buttons of the path, and then every one that was not pressed yet."""
        await self.do(stimulus.what, stimulus.do)
        self._came_of(())
        for key in path:
            self._note(stimulus)
            if shown := next((one for one in self._shown() if one.key == key), None):
                await self._press(shown, stimulus)
            await self._answer(stimulus)
        while True:
            await self._answer(stimulus)
            self._note(stimulus)
            waiting = [one for one in self._shown() if one.key not in self._pressed]
            if not waiting:
                return
            await self._press(
                min(waiting, key=lambda one: LAST.index(one.key[0]) if one.key[0] in LAST else -1), stimulus
            )

    def _note(self, stimulus: Stimulus) -> None:
        for shown in self._shown():
            self._found.setdefault(shown.key, (stimulus, self._paths.get(shown.place, ())))

    def _shown(self) -> list[_Shown]:
        """Every button there is, those of the newest message first."""
        actions = dict(self._database.execute("SELECT id, action FROM buttons").fetchall())
        return [
            _Shown(place, text, data, (actions[int(data)], only_marked(text), place[0] < 0))
            for place, buttons in reversed(self._keyboards.items())
            for text, data in buttons
            if text not in _TO_ENGLISH and int(data) in actions
        ]

    async def _press(self, shown: _Shown, stimulus: Stimulus) -> None:
        self._pressed.add(shown.key)
        chat = shown.place[0]
        path = self._paths[shown.place] = (*self._paths.get(shown.place, ()), shown.key)
        for person in [one for one in self._people if one.chat == chat]:
            await self.do(f"{stimulus.what} … [{shown.text}]", partial(person.press, shown.message, shown.data))
        self._came_of(path)

    def _came_of(self, path: tuple[Key, ...]) -> None:
        for place in self._keyboards:
            self._paths.setdefault(place, path)

    async def _answer(self, stimulus: Stimulus) -> None:
        while self._questions:
            chat, message = self._questions.popleft()
            name = next(self._names)
            for person in [one for one in self._people if one.chat == chat][-1:]:
                await self.do(f"{stimulus.what} … “{name}”", partial(person.say, name, reply_to=message))
            self._came_of(self._paths.get((chat, message), ()))


def _texts(params: Mapping[str, Any]) -> Iterator[str]:
    """Whatever a request to Telegram shows to people."""
    for name in _TEXTS:
        if text := params.get(name):
            is_html = params.get("parse_mode") == "HTML"
            yield html.unescape(re.sub("<[^>]*>", "", str(text))) if is_html else str(text)


def _in_markup(markup: object) -> Iterator[str]:
    match markup:
        case list():
            for one in markup:
                yield from _in_markup(one)
        case dict():
            for name, value in markup.items():
                if name in _ON_MARKUP and isinstance(value, str):
                    yield value
                else:
                    yield from _in_markup(value)
