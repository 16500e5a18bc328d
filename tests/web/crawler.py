"""Somebody who follows every link and sends every form, with nothing filled in and with something sensible."""

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

import httpx

from tests.pseudo_language import CODE

_READ: Final = ("alt", "title", "aria-label", "placeholder", "aria-description", "data-text", "label")
_UNREAD: Final = ("script", "style", "kbd")
"""Nobody reads the first two; a key to press stands in the third."""
_VOID: Final = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
_ELSEWHERE: Final = (".jpg", "/report", "language=en")
"""Pictures; what a training has written, in the language in which it ran; and pages in English."""
LAST: Final = ("rename", "merge", "remove", "undo", "promote", "nobody", "revoke", "block", "link", "forget", "out")
"""How the addresses end of what is sent last, since other things are not said any more after it."""


@dataclass
class Form:
    action: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, kind and value."""
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Said:
    text: str
    where: str


class Read(HTMLParser):
    """A page as people, and their screen readers, read it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._within: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self._within.append(tag)
        given = {name: value or "" for name, value in attrs}
        self.texts += [given[name] for name in _READ if name in given]
        self.texts += [value for name, value in given.items() if name.startswith("data-") and " " in value.strip()]
        if tag in ("a", "iframe") and (address := given.get("href") or given.get("src")):
            self.links.append(address)
        elif tag == "form" and given.get("method") == "post":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        elif self._form and tag in ("input", "textarea") and "name" in given:
            self._form.fields.append((given["name"], given.get("type", tag), given.get("value", "")))
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._form and given.get("value"):
            self._form.fields.append((self._select, "option", given["value"]))
        elif tag == "button" and self._form:
            self._form.buttons.append((given.get("name", ""), given.get("value", "")))
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.texts.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            while self._within.pop() != tag:
                pass
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if data.strip() and not set(self._within) & set(_UNREAD):
            self.texts.append(data)


class Crawler:
    """`photos` are sent where a form takes files; `names` are typed where it takes words.

    Attributes:
        said: all that was read so far.
        asked: method and address of every request.
    """

    def __init__(self, client: httpx.AsyncClient, who: str, photos: Iterator[bytes], names: Iterator[str]) -> None:
        self._client = client
        self._who = who
        self._photos = photos
        self._names = names
        self._visited: dict[str, int] = {}
        self._sent: set[tuple[str, ...]] = set()
        self._links: deque[str] = deque()
        self._forms: list[Form] = []
        self._without: tuple[str, ...] = ()
        self.said: list[Said] = []
        self.asked: set[tuple[str, str]] = set()

    async def crawl(self, *paths: str, without: tuple[str, ...] = ()) -> None:
        """From these addresses on; forms whose address ends so are let be."""
        self._without = without
        self._links.extend(paths)
        while self._links or self._forms:
            while self._links:
                await self.get(self._links.popleft())
            if self._forms:
                self._forms.sort(key=lambda form: _late(form.action))
                await self._send(self._forms.pop(0))

    async def get(self, path: str) -> None:
        kind = _kind(path)
        if self._visited.get(kind, 0) >= 2:  # the second may say something else
            return
        self._visited[kind] = self._visited.get(kind, 0) + 1
        await self.ask(path)

    async def ask(self, path: str) -> None:
        """However often that was done before."""
        await self._read(await self._client.get(path), path)

    async def post(self, path: str, **content: object) -> None:
        response = await self._client.post(path, **content)  # type: ignore[arg-type]
        await self._read(response, path)
        if location := response.headers.get("location"):
            await self._read(await self._client.get(location), location)

    async def _read(self, response: httpx.Response, path: str) -> None:
        request = response.request
        self.asked.add((request.method, urlsplit(path).path))
        where = f"{self._who}: {request.method} {path} → {response.status_code}"
        kind = response.headers.get("content-type", "")
        if kind.startswith("application/json"):
            self.said += [Said(text, where) for text in _strings(json.loads(response.text))]
        if not kind.startswith("text/html"):
            return
        page = Read(response.text)
        self.said += [Said(text, where) for text in page.texts]
        for link in page.links:
            address = urljoin(path, link)
            if not urlsplit(address).netloc and not address.endswith(_ELSEWHERE):
                self._links.append(address)
        for form in page.forms:
            form.action = form.action or urlsplit(path).path
            is_new = any(self._key(form, button) not in self._sent for button in form.buttons or [("", "")])
            if is_new and not form.action.endswith(self._without):
                self._forms.append(form)

    def _key(self, form: Form, button: tuple[str, str]) -> tuple[str, ...]:
        hidden = [f"{name}={value}" for name, kind, value in form.fields if kind == "hidden" and name == "says"]
        return (_kind(form.action), *hidden, *(button if button[0] == "do" else button[:1]))

    async def _send(self, form: Form) -> None:
        for button in form.buttons or [("", "")]:
            key = self._key(form, button)
            if key in self._sent:
                continue
            self._sent.add(key)
            given = {name: value for name, kind, value in form.fields if kind == "hidden"}
            if button[0]:
                given[button[0]] = button[1]
            as_script = {"X-Requested-With": "fetch"}
            if _late(form.action) < 0 or any(kind not in ("hidden",) for _, kind, _ in form.fields):
                await self.post(form.action, **self._body(given, form, files=()))
            if not form.action.endswith(("forget", "out")):
                await self.post(form.action, headers=as_script, **self._body(self._filled(given, form), form))
            await self.post(form.action, **self._body(self._filled(given, form), form))

    def _filled(self, given: Mapping[str, str], form: Form) -> dict[str, str | list[str]]:
        filled: dict[str, str | list[str]] = dict(given)
        for name, kind, value in form.fields:
            if kind in ("text", "textarea") and name not in filled:
                is_key = name == "typed"
                filled[name] = unquote(form.action.split("/")[2]) if is_key else next(self._names)
            elif kind == "option" and (name not in filled or value == CODE):
                filled[name] = value
            elif kind == "checkbox" and name not in filled:
                filled[name] = [value or "on"]
        return filled

    def _body(self, given: Mapping[str, object], form: Form, files: Sequence[bytes] | None = None) -> dict[str, object]:
        names = {name for name, kind, _ in form.fields if kind == "file"}
        if not names:
            return {"data": given}
        sent = [next(self._photos)] if files is None else files
        return {"data": given, "files": [("file", ("φωτο.jpg", data, "image/jpeg")) for data in sent] or [("x", b"")]}


_NAMES: Final = r"[0-9a-f]{32,}|(?<=/answers/)[^/]+|(?<=/in/)[^/]+|(?<=/cousins/)(?!undo|nonsense|clara|otto)[^/?]+"


def _kind(path: str) -> str:
    """The address without what is different in each."""
    return re.sub(r"told=[^&]*|\d+", "0", re.sub(_NAMES, "·", path.partition("#")[0]))


def _late(action: str) -> int:
    end = action.rstrip("/").rpartition("/")[2]
    return LAST.index(end) if end in LAST else -1


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for one in value:
                yield from _strings(one)
        case dict():
            for one in value.values():
                yield from _strings(one)
