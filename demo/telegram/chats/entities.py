"""Text with entities, and Telegram's HTML, out of which the bot's texts get them.

Offsets and lengths of entities count UTF-16 code units, errors name the byte of the tag.
"""

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from demo.telegram.chats.errors import ApiError, bad_request

Entity = dict[str, Any]

KINDS = {
    "bold": ("b", "strong"),
    "italic": ("i", "em"),
    "underline": ("u", "ins"),
    "strikethrough": ("s", "strike", "del"),
    "spoiler": ("tg-spoiler", "span"),
    "text_link": ("a",),
    "custom_emoji": ("tg-emoji",),
} | {same: (same,) for same in ("blockquote", "code", "pre")}
TAGS = {tag: kind for kind, tags in KINDS.items() for tag in tags}
NO_TAG = re.compile(r"<(?!/?[a-zA-Z])([^\s>]*)")
CHARACTER = re.compile(r"&(lt|gt|amp|quot|#[0-9]+|#[xX][0-9a-fA-F]+)(;|(?![0-9A-Za-z]))")
AMPERSAND = "\x1a"  # stands for "&" before html.parser, which knows hundreds of named characters; Telegram knows four


@dataclass(frozen=True, slots=True)
class FormattedText:
    text: str = ""
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    return len(text) + sum(1 for letter in text if letter > "\uffff")


def parse_html(source: str) -> FormattedText:
    """Raises ApiError 400 "can't parse entities: …" on anything but Telegram's own tags, properly closed."""
    if found := NO_TAG.search(source):
        raise _error(f'Unsupported start tag "{found[1]}" at byte offset {len(source[: found.start()].encode())}')
    return _Parser(source).parse()


class _Parser(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self._source = source
        self._text = ""
        self._open: list[tuple[str, int, Entity]] = []  # tag, where its text begins, what else is known of it
        self._entities: list[Entity] = []

    def parse(self) -> FormattedText:
        self.feed(self._source.replace(AMPERSAND, " ").replace("&", AMPERSAND))
        if self.rawdata:  # the beginning of a tag, which html.parser keeps for what may come
            raise _error(f"Unclosed {'end' if self.rawdata[1] == '/' else 'start'} tag{self._place()}")
        if self._open:
            raise _error(f'Can\'t find end tag corresponding to start tag "{self._open[-1][0]}"')
        entities = sorted(self._entities, key=lambda entity: (entity["offset"], -entity["length"]))
        return FormattedText(self._text, tuple(entities))

    def handle_data(self, data: str) -> None:
        self._text += _decoded(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: _decoded(value or "") for name, value in attrs}
        known: Entity = {}
        match tag:
            case "a":
                known["url"] = given.get("href", "")
            case "tg-emoji":
                known["custom_emoji_id"] = given.get("emoji-id", "")
            case "blockquote" if "expandable" in given:
                known["type"] = "expandable_blockquote"
            case "code" if "class" in given and self._open and self._open[-1][0] == "pre":
                self._open[-1][2]["language"] = given["class"].removeprefix("language-")
            case "span" if given.get("class") != "tg-spoiler":
                raise _error(f'Tag "span" must have class "tg-spoiler"{self._place()}')
            case _ if tag not in TAGS:
                raise _error(f'Unsupported start tag "{tag}"{self._place()}')
        self._open.append((tag, len(self._text), known))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raise _error(f'Unsupported start tag "{tag}/"{self._place()}')

    def handle_endtag(self, tag: str) -> None:
        if not self._open:
            raise _error(f"Unexpected end tag{self._place()}")
        opened, start, known = self._open.pop()
        if tag != opened:
            raise _error(f'Unmatched end tag{self._place()}, expected "</{opened}>", found "</{tag}>"')
        offset, length = utf16_length(self._text[:start]), utf16_length(self._text[start:])
        in_pre = tag == "code" and self._open and "language" in self._open[-1][2]  # both are one entity
        if length and not in_pre and "://" in known.get("url", "://"):
            self._entities.append({"type": TAGS[tag], "offset": offset, "length": length} | known)

    def _place(self) -> str:
        """Of the tag that is being read."""
        row, column = self.getpos()
        lines = self._source.split("\n")
        before = "\n".join([*lines[: row - 1], lines[row - 1][:column]])
        return f" at byte offset {len(before.encode())}"


def _decoded(text: str) -> str:
    return CHARACTER.sub(lambda found: html.unescape(found[0]), text.replace(AMPERSAND, "&"))


def _error(what: str) -> ApiError:
    return bad_request(f"can't parse entities: {what}")
