"""Text with entities: Telegram's HTML read the way the real server reads it.

Offsets and lengths of entities count UTF-16 code units, errors name the byte of the tag.
"""

from dataclasses import dataclass, field
from typing import Any

from demo.telegram.errors import ApiError, bad_request

Entity = dict[str, Any]

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPACE = " \t\r\n\f\v"


@dataclass(frozen=True, slots=True)
class FormattedText:
    text: str = ""
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    return len(text) + sum(1 for letter in text if letter > "\uffff")


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    start: int


@dataclass(slots=True)
class _Parser:
    source: str
    at: int = 0
    out: list[str] = field(default_factory=list)
    length: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def parse(self) -> FormattedText:
        while self.at < len(self.source):
            letter = self.source[self.at]
            if letter == "&":
                self._emit(self._character())
            elif letter != "<":
                self._emit(letter)
                self.at += 1
            elif self.source[self.at + 1 : self.at + 2] == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise _error(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        entities = sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))
        return FormattedText("".join(self.out), tuple(entities))

    def _emit(self, text: str) -> None:
        self.out.append(text)
        self.length += utf16_length(text)

    def _peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def _byte(self, position: int) -> int:
        return len(self.source[:position].encode())

    def _character(self) -> str:
        """One character at an ampersand: &lt; and friends, &#38;, &#x26;; anything else stays as it is."""
        end = self.at + 1
        while self.source[end : end + 1].isalnum() or (end == self.at + 1 and self.source[end : end + 1] == "#"):
            end += 1
        name = self.source[self.at + 1 : end]
        decoded = NAMED.get(name) or _numeric(name)
        if decoded is None:
            self.at += 1
            return "&"
        self.at = end + (self.source[end : end + 1] == ";")
        return decoded

    def _skip(self, until: str) -> str:
        begin = self.at
        while self._peek() and self._peek() not in until:
            self.at += 1
        return self.source[begin : self.at]

    def _skip_space(self) -> None:
        while self._peek() and self._peek() in SPACE:
            self.at += 1

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self._skip(SPACE + ">").lower()
        if not self._peek():
            raise _error(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if tag not in TAGS:
            raise _error(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        argument = ""
        while self._peek() != ">":
            self._skip_space()
            if self._peek() == ">":
                break
            argument = self._attribute(tag, begin) or argument
        self.at += 1
        if tag == "span" and argument != "spoiler":
            raise _error(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        self.open.append(_Open(tag, argument, self.length, len(self.out)))

    def _attribute(self, tag: str, begin: int) -> str:
        """Reads one attribute; returns what it means for this tag, or an empty string."""
        name = self._skip(SPACE + "=>")
        if not name:
            raise _error(f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}')
        self._skip_space()
        if not self._peek():
            raise _error(f'Unclosed start tag "{tag}" at byte offset {self._byte(begin)}')
        if self._peek() != "=":
            return "expandable" if (tag, name.lower()) == ("blockquote", "expandable") else ""
        self.at += 1
        self._skip_space()
        value = self._quoted() if self._peek() in {"'", '"'} else self._token()
        if not self._peek():
            raise _error(f"Unclosed start tag at byte offset {self._byte(begin)}")
        match tag, name.lower():
            case ("a", "href") | ("tg-emoji", "emoji-id"):
                return value
            case "code", "class":
                return value.removeprefix("language-") if value.startswith("language-") else ""
            case "span", "class":
                return value.removeprefix("tg-") if value.startswith("tg-") else ""
        return ""

    def _quoted(self) -> str:
        quote = self._peek()
        self.at += 1
        value: list[str] = []
        while self._peek() and self._peek() != quote:
            if self._peek() == "&":
                value.append(self._character())
            else:
                value.append(self._peek())
                self.at += 1
        if self._peek():
            self.at += 1
        return "".join(value)

    def _token(self) -> str:
        begin = self.at
        while self._peek().isalnum() or (self._peek() and self._peek() in ".-"):
            self.at += 1
        if self._peek() and self._peek() not in SPACE + ">":
            raise _error(f"Unexpected end of name token at byte offset {self._byte(begin)}")
        return self.source[begin : self.at].lower()

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise _error(f"Unexpected end tag at byte offset {self._byte(begin)}")
        self.at += 2
        found = self._skip(SPACE + ">").lower()
        self._skip_space()
        if self._peek() != ">":
            raise _error(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self.at += 1
        opened = self.open.pop()
        if found and found != opened.tag:
            raise _error(
                f'Unmatched end tag at byte offset {self._byte(begin)}, expected "</{opened.tag}>", found "</{found}>"'
            )
        if self.length > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Entity = {
            "type": TAGS[opened.tag],
            "offset": opened.offset,
            "length": self.length - opened.offset,
        }
        inner = self.entities[-1] if self.entities else {}
        same = (inner.get("offset"), inner.get("length")) == (entity["offset"], entity["length"])
        match opened.tag:
            case "a":
                _link(entity, opened.argument or "".join(self.out[opened.start :]))
            case "code" if same and inner["type"] == "pre" and opened.argument:
                inner["language"] = opened.argument
                return
            case "code" if opened.argument and any(outer.tag == "pre" for outer in self.open):
                entity |= {"type": "pre", "language": opened.argument}
            case "pre" if same and inner.get("language"):
                return
            case "blockquote" if opened.argument:
                entity["type"] = "expandable_blockquote"
            case "tg-emoji":
                entity["custom_emoji_id"] = opened.argument
        if entity["type"] != "text_link" or entity["url"]:
            self.entities.append(entity)


def _link(entity: Entity, url: str) -> None:
    address = url.strip()
    if "://" not in address and "." in address and " " not in address:
        address = f"http://{address}"
    entity["url"] = address if "://" in address and " " not in address else ""


def _numeric(name: str) -> str | None:
    digits, base = (name[2:], 16) if name[1:2] in ("x", "X") else (name[1:], 10)
    try:
        code = int(digits, base) if name.startswith("#") else 0
    except ValueError:
        return None
    return chr(code) if 0 < code < 0x10FFFF else None


def _error(what: str) -> ApiError:
    return bad_request(f"can't parse entities: {what}")


def parse_html(source: str) -> FormattedText:
    """Raises ApiError 400 "can't parse entities: …" on anything but Telegram's own tags, properly closed."""
    return _Parser(source).parse()
