"""XMP that is changed in single places: all its other bytes stay as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.sax.saxutils import quoteattr

from defusedxml.ElementTree import DefusedXMLParser

from data.tags.rdf import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pyexpat import XMLParserType

RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_TAG: Final = re.compile(rb"""<([^\s/>]+)(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ENCODING: Final = re.compile(rb"""\s*<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)""")
_BLANK: Final = b" \t\r\n"
_UTF_16: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Of an element in the bytes: where its first tag begins and ends, its last tag begins and ends."""

    start: int
    inside: int
    closing: int
    end: int
    prefixes: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """One tag is both."""
        return self.inside == self.end


class Packet:
    """Elements, where they stand, and what is to be put in and taken out. Raises `Unreadable`."""

    def __init__(self, content: bytes) -> None:
        self._wide = _UTF_16.get(content[:2])
        try:
            self._bytes = content[2:].decode(self._wide).encode() if self._wide else content
            body = self._bytes.strip(b"\0" + _BLANK)
            target = _Places(self._bytes, self._bytes.find(body))
            parser = DefusedXMLParser(target=target, encoding="utf-8" if self._wide else None, forbid_dtd=True)
            target.parser = parser.parser
            parser.feed(body)
            root: Element = parser.close()
        except (ParseError, ValueError, LookupError) as error:
            raise Unreadable from error
        found = root if root.tag == f"{RDF}RDF" else root.find(f".//{RDF}RDF")
        if found is None:
            raise Unreadable
        self.rdf = found
        self._places = target.places
        declared = _ENCODING.match(self._bytes)
        is_utf8 = self._wide or declared is None or declared[1].lower() in (b"utf-8", b"utf8")
        self._encoding = ("utf-8", "strict") if is_utf8 else ("ascii", "xmlcharrefreplace")
        self._edits: list[tuple[int, int, bytes]] = []

    def descriptions(self) -> list[Element]:
        return self.rdf.findall(f"{RDF}Description")

    def append(self, element: Element, text: str) -> None:
        """Put XML into an element, behind all that is in it. Once for each."""
        place, added = self._places[element], text.encode(*self._encoding)
        if place.is_empty:
            tag = self._bytes[place.start : place.end]
            name = _TAG.match(tag)
            assert name is not None
            opened = tag[:-2].rstrip(_BLANK) + b">"
            self._edits.append((place.start, place.end, opened + added + b"</" + name[1] + b">"))
        else:
            last = self._places[element[-1]].end if len(element) else place.inside
            self._edits.append((last, last, added))

    def remove(self, element: Element) -> None:
        """Take an element out, and what is blank before it."""
        place = self._places[element]
        start = len(self._bytes[: place.start].rstrip(_BLANK))
        self._edits.append((start, place.end, b""))

    def undeclared(self, element: Element, names: Mapping[str, str]) -> str:
        """Attributes that declare those of these prefixes -> namespaces that don't hold within the element."""
        held = self._places[element].prefixes
        wanted = (f" xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in names.items() if held.get(prefix) != uri)
        return "".join(wanted)

    def edited(self) -> bytes:
        """The bytes as they are to be; the same ones where nothing is."""
        content = self._bytes
        for start, end, text in sorted(self._edits, reverse=True):
            content = content[:start] + text + content[end:]
        if not self._wide:
            return content
        mark = next(mark for mark, encoding in _UTF_16.items() if encoding == self._wide)
        return mark + content.decode().encode(self._wide)


class _Places:
    """Builds elements, and notes where each stands in the bytes, from `lead` on."""

    def __init__(self, content: bytes, lead: int) -> None:
        self.parser: XMLParserType | None = None
        self.places: dict[Element, _Place] = {}
        self._content = content
        self._lead = lead
        self._builder = TreeBuilder()
        self._open: list[tuple[int, int, Mapping[str, str]]] = []
        self._prefixes: list[tuple[str, str]] = []
        self._scope: Mapping[str, str] = {}

    def start_ns(self, prefix: str, uri: str) -> None:
        self._prefixes.append((prefix, uri))
        self._scope = dict(self._prefixes)

    def end_ns(self, prefix: str) -> None:
        del self._prefixes[max(place for place, (held, _) in enumerate(self._prefixes) if held == prefix)]
        self._scope = dict(self._prefixes)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._builder.start(tag, attributes)
        start = self._at()
        found = _TAG.match(self._content, start)
        if found is None:
            raise Unreadable
        self._open.append((start, found.end(), self._scope))

    def end(self, tag: str) -> None:
        element = self._builder.end(tag)
        start, inside, prefixes = self._open.pop()
        if self._content[inside - 2 : inside] == b"/>":
            self.places[element] = _Place(start, inside, inside, inside, prefixes)
            return
        closing = self._at()
        end = self._content.find(b">", closing) + 1
        if self._content[closing : closing + 2] != b"</" or not end:
            raise Unreadable
        self.places[element] = _Place(start, inside, closing, end, prefixes)

    def data(self, text: str) -> None:
        self._builder.data(text)

    def close(self) -> Element:
        return self._builder.close()

    def _at(self) -> int:
        assert self.parser is not None
        return self._lead + self.parser.CurrentByteIndex
