"""Updates as the Bot API's specification allows them, and a little beyond: for fuzzing."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

Json = Any
Draw = st.DrawFn

COMMANDS = (
    "/start",
    "/help",
    "/facts",
    "/cousins",
    "/forgetme",
    "/who",
    "/wrong",
    "/review",
    "/faces",
    "/sort",
    "/stats",
    "/invite",
)
# A client that reads dates stumbles over the impossible ones before it has seen the rest.
DATES = st.integers(0, 2**31)
JUNK: tuple[Json, ...] = (None, True, -1, 2**70, 1e308, "", "x" * 5000, "\ud800", "\x00", [], {}, [[[]]], {"id": {}})


class Shapes:
    """`people` and `chats` are ids that mean something to the bot: most fuzz should get past its door."""

    def __init__(self, spec: Path, people: tuple[int, ...], chats: tuple[int, ...]) -> None:
        self._types: dict[str, Json] = json.loads(spec.read_text("utf-8"))["types"]
        self._people = people
        self._chats = chats
        self._integers = st.one_of(
            st.integers(0, 100), st.integers(), st.sampled_from((0, 1, 2**31, 2**53, -(10**12) - 5))
        )
        self._strings = st.one_of(
            st.sampled_from(("", "Lucy", "private", "group", "supergroup", "image/jpeg", "bot_command", "1", "7")),
            st.text(max_size=20),
        )

    def updates(self) -> st.SearchStrategy[Json]:
        """One update without its id: a message, tap or reaction mostly, sometimes any other kind, sometimes broken."""

        @st.composite
        def update(draw: Draw) -> Json:
            kinds = {field["name"]: field["types"] for field in self._types["Update"]["fields"]}
            del kinds["update_id"]
            often = st.sampled_from(("message", "callback_query", "message_reaction"))
            kind = draw(st.one_of(often, often, st.sampled_from(sorted(kinds))))
            content = self._one_of(draw, kinds[kind], 0)
            self._aim(draw, content)
            made = {kind: content}
            if draw(st.integers(0, 3)) == 0:
                _break(draw, made)
            return made

        return update()

    def _aim(self, draw: Draw, content: Json) -> None:
        """Somebody the bot knows says something it understands, in a chat it knows."""
        if not isinstance(content, dict):
            return
        content["from"] = {"id": draw(st.sampled_from(self._people)), "is_bot": False, "first_name": "Eve"}
        if "new_reaction" in content:
            content["user"] = content["from"]
        message = content.get("message", content)
        if not isinstance(message, dict):
            return
        chat_id = draw(st.sampled_from((content["from"]["id"], *self._chats)))
        kind = "private" if chat_id > 0 else "supergroup"
        message["chat"] = {"id": chat_id, "type": kind, "title": "x", "first_name": "y"}
        if "data" in content:
            content["data"] = draw(st.one_of(st.integers(0, 60).map(str), self._strings))
        if draw(st.booleans()):
            command = draw(st.sampled_from(COMMANDS))
            message["text"] = f"{command} {draw(self._strings)}"
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command)}]

    def _one_of(self, draw: Draw, kinds: list[str], depth: int) -> Json:
        return self._of(draw, draw(st.sampled_from(kinds)), depth)

    def _of(self, draw: Draw, kind: str, depth: int) -> Json:
        if kind.startswith("Array of "):
            inner = kind.removeprefix("Array of ")
            return [self._of(draw, inner, depth + 1) for _ in range(draw(st.integers(0, 2)))]
        match kind:
            case "Integer":
                return draw(self._integers)
            case "String":
                return draw(self._strings)
            case "Boolean" | "True":
                return True if kind == "True" else draw(st.booleans())
            case "Float":
                return draw(st.floats(allow_nan=False, allow_infinity=False))
        shape = self._types[kind]
        if subtypes := shape.get("subtypes"):
            return self._of(draw, draw(st.sampled_from(subtypes)), depth)
        # The deeper, the barer: else a message would hold a hundred others.
        chance = 8 if depth == 0 else 12 * depth
        return {
            field["name"]: draw(DATES)
            if field["name"].endswith("date")
            else self._one_of(draw, field["types"], depth + 1)
            for field in shape.get("fields", [])
            if field["required"] or (depth < 4 and draw(st.integers(0, chance)) == 0)
        }


def _break(draw: Draw, made: Json) -> None:
    """Put junk somewhere into it, or leave something out."""
    node = made
    for _ in range(draw(st.integers(0, 4))):
        inner = [
            value for value in (node.values() if isinstance(node, dict) else node) if isinstance(value, dict | list)
        ]
        if not inner:
            break
        node = draw(st.sampled_from(inner))
    if isinstance(node, dict) and node:
        key = draw(st.sampled_from(sorted(node)))
        if draw(st.booleans()):
            node[key] = draw(st.sampled_from(JUNK))
        else:
            del node[key]
    elif isinstance(node, list):
        node.append(draw(st.sampled_from(JUNK)))
