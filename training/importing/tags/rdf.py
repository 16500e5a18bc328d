"""RDF as it is used in XMP: bytes in, plain values out, whichever of its spellings a program writes.

The same structure may be written as attributes, as elements of a resource (`rdf:parseType="Resource"`), or as elements
of an `rdf:Description` of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

if TYPE_CHECKING:
    from collections.abc import Iterator

Value: TypeAlias = "str | list[Value] | dict[str, Value]"
"""A text, the members of a bag, sequence or choice, or a structure. Names are `{namespace}local`."""

_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_SEVERAL: Final = frozenset({f"{_RDF}Bag", f"{_RDF}Seq", f"{_RDF}Alt"})
_DESCRIPTION: Final = f"{_RDF}Description"
_DEEPEST: Final = 40
"""Elements within elements; what programs write has ten."""


class Unreadable(ValueError):
    """These bytes are not what they should be."""


def properties(packet: bytes) -> dict[str, Value]:
    """All that is said of the picture. Raises `Unreadable`."""
    found: dict[str, Value] = {}
    for description in _root(packet).iterfind(_DESCRIPTION):  # not those within: they may be of other pictures
        for name, value in _structure(description, 0).items():
            found.setdefault(name, value)
    return found


def _root(packet: bytes) -> Element:
    wide = packet.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = packet.decode("utf-16").encode() if wide else packet
        found: Element = fromstring(text.strip(b"\0 \t\r\n"), forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:  # damaged, or with entities, or in no encoding there is
        raise Unreadable from error
    root = found if found.tag == f"{_RDF}RDF" else found.find(f".//{_RDF}RDF")
    if root is None:
        raise Unreadable
    return root


def _structure(element: Element, depth: int) -> dict[str, Value]:
    if depth > _DEEPEST:
        raise Unreadable
    attributes: dict[str, Value] = {name: value for name, value in element.items() if _is_said(name)}
    return attributes | {child.tag: _value(child, depth + 1) for child in element if isinstance(child.tag, str)}


def _value(element: Element, depth: int) -> Value:
    if depth > _DEEPEST:
        raise Unreadable
    inner = next(iter(element), None)
    if element.get(f"{_RDF}parseType") == "Resource":
        return _plain(_structure(element, depth))
    if inner is not None and inner.tag in _SEVERAL:
        return [_value(member, depth + 1) for member in _members(inner)]
    if inner is not None and inner.tag == _DESCRIPTION:
        return _plain(_structure(inner, depth + 1))
    if inner is None and not any(_is_said(name) for name in element.keys()):  # noqa: SIM118  it has no iterator
        return element.get(f"{_RDF}resource") or (element.text or "").strip()
    return _plain(_structure(element, depth))


def _members(several: Element) -> Iterator[Element]:
    return several.iterfind(f"{_RDF}li")


def _plain(structure: dict[str, Value]) -> Value:
    """A value with qualifiers is the value."""
    return structure.get(f"{_RDF}value", structure)


def _is_said(attribute: str) -> bool:
    return attribute.startswith("{") and not attribute.startswith((_RDF, _XML))
