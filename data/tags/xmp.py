"""Regions and names in XMP, as it stands in a picture or in a file beside it.

Regions by the Metadata Working Group (digiKam, Lightroom, Picasa), by Microsoft and by ACDSee; names without a place by
IPTC, digiKam and Lightroom.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

from data.names import compared
from data.tags.rdf import Value, properties
from foundation.box import Box
from foundation.region import Form, Region

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MWG: Final = "{http://www.metadataworkinggroup.com/schemas/regions/}"
_AREA: Final = "{http://ns.adobe.com/xmp/sType/Area#}"
_DIMENSIONS: Final = "{http://ns.adobe.com/xap/1.0/sType/Dimensions#}"
_MP: Final = "{http://ns.microsoft.com/photo/1.2/}"
_MPRI: Final = "{http://ns.microsoft.com/photo/1.2/t/RegionInfo#}"
_MP_REGION: Final = "{http://ns.microsoft.com/photo/1.2/t/Region#}"
_ACDSEE: Final = "{http://ns.acdsee.com/regions/}"
_ACDSEE_AREA: Final = "{http://ns.acdsee.com/sType/Area#}"
_NAMES: Final = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}PersonInImage"
_KEYWORDS: Final = (
    ("{http://www.digikam.org/ns/1.0/}TagsList", "/"),
    ("{http://ns.adobe.com/lightroom/1.0/}hierarchicalSubject", "|"),
)
"""Lists of keywords, and what stands between a keyword and the one it belongs to."""
_PEOPLE: Final = frozenset(
    {"people", "person", "persons", "faces", "personen", "leute", "personnes", "personas", "persone", "pessoas"}
    | {"mensen", "ludzie", "osoby", "personer", "ihmiset", "люди", "人物", "人"}
)
"""What programs call the keyword above all people, in the languages they speak."""
_NOBODY: Final = frozenset({"unknown", "unconfirmed", "ignored"})
"""What digiKam calls those whose names it does not know."""


def regions_in(packet: bytes, extended: bytes = b"") -> list[Region]:
    """Everybody who is named: of two formats that say it the first of the module's text counts. `extended` is what
    stands apart from the packet because it is long.

    Raises `Unreadable`.
    """
    said = (properties(extended) if extended else {}) | properties(packet)
    return each_once([*_mwg(said), *_microsoft(said), *_acdsee(said), *_names(said)])


def each_once(regions: Sequence[Region]) -> list[Region]:
    """Each name once and each face once, as the first says that says where; names without a place last."""
    kept: list[Region] = []
    for region in sorted(regions, key=lambda region: region.box is None):
        named = any(compared(one.name) == compared(region.name) for one in kept)
        if not named and (region.box is None or not _lies_on_one(region.box, kept)):
            kept.append(region)
    return kept


def _lies_on_one(box: Box, regions: Sequence[Region]) -> bool:
    return any(one.box is not None and one.box.is_same_face(box) for one in regions)


def _mwg(said: dict[str, Value]) -> Iterator[Region]:
    regions = _structure(said.get(f"{_MWG}Regions"))
    size = size_of(regions.get(f"{_MWG}AppliedToDimensions"))
    for one in _list(regions.get(f"{_MWG}RegionList")):
        yield from by_mwg(one, size)


def by_mwg(member: Value, size: tuple[float, float] | None) -> Iterator[Region]:
    """Who a member of the list of regions is; nobody where it has no name, or is no face."""
    one = _structure(member)
    if _text(one.get(f"{_MWG}Type")).casefold() in ("", "face"):
        yield from _region(_text(one.get(f"{_MWG}Name")), "mwg", _centred(one.get(f"{_MWG}Area"), _AREA, size), size)


def _microsoft(said: dict[str, Value]) -> Iterator[Region]:
    info = _structure(said.get(f"{_MP}RegionInfo"))
    for one in _list(info.get(f"{_MPRI}Regions")):
        yield from by_microsoft(one)


def by_microsoft(member: Value) -> Iterator[Region]:
    """The same of Microsoft's list."""
    one = _structure(member)
    numbers = [_number(part) for part in _text(one.get(f"{_MP_REGION}Rectangle")).split(",")]
    box = None
    if len(numbers) == 4 and None not in numbers:
        left, top, width, height = (number or 0.0 for number in numbers)
        box = _within(left, top, width, height)
    yield from _region(_text(one.get(f"{_MP_REGION}PersonDisplayName")), "mp", box, None)


def _acdsee(said: dict[str, Value]) -> Iterator[Region]:
    regions = _structure(said.get(f"{_ACDSEE}Regions"))
    size = size_of(regions.get(f"{_ACDSEE}AppliedToDimensions"))
    for one in map(_structure, _list(regions.get(f"{_ACDSEE}RegionList"))):
        if _text(one.get(f"{_ACDSEE}Type")).casefold() not in ("", "face"):
            continue
        areas = (_centred(one.get(f"{_ACDSEE}{kind}"), _ACDSEE_AREA, size) for kind in ("DLYArea", "ALYArea"))
        box = next((box for box in areas if box is not None), None)
        yield from _region(_text(one.get(f"{_ACDSEE}Name")), "acdsee", box, size)


def _names(said: dict[str, Value]) -> Iterator[Region]:
    for name in _list(said.get(_NAMES)):
        yield from by_name(name)
    for keywords, between in _KEYWORDS:
        paths = [tuple(_text(word).split(between)) for word in _list(said.get(keywords))]
        for path in paths:
            is_leaf = not any(other[: len(path)] == path and other != path for other in paths)
            if len(path) > 1 and is_leaf and path[0].strip().casefold() in _PEOPLE:
                yield from _region(path[-1], "names", None, None)


def by_name(member: Value) -> Iterator[Region]:
    """The same of the list of people."""
    yield from _region(_text(member), "names", None, None)


def _region(name: str, form: Form, box: Box | None, size: tuple[float, float] | None) -> Iterator[Region]:
    name = clean(name)
    if name and name.casefold() not in _NOBODY:
        yield Region(name, form, box, size)


def clean(name: str) -> str:
    """A name on one line, without what can't be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())


def _centred(area: Value | None, namespace: str, size: tuple[float, float] | None) -> Box | None:
    values = _structure(area)
    numbers = [_number(_text(values.get(namespace + side))) for side in "xywh"]
    if None in numbers:
        return None
    x, y, width, height = (number or 0.0 for number in numbers)
    if _text(values.get(f"{namespace}unit")).casefold() in ("pixel", "pixels"):
        if size is None:
            return None
        x, y, width, height = x / size[0], y / size[1], width / size[0], height / size[1]
    return _within(x - width / 2, y - height / 2, width, height)


def _within(left: float, top: float, width: float, height: float) -> Box | None:
    """A box cut where the picture ends; None where nothing of it is left."""
    sides = (min(max(side, 0.0), 1.0) for side in (left, top, left + width, top + height))
    box = Box(*sides)
    return box if width > 0 and height > 0 and box.area > 0 else None


def size_of(dimensions: Value | None) -> tuple[float, float] | None:
    """Of the picture on which regions were drawn, in any unit."""
    values = _structure(dimensions)
    width, height = (_number(_text(values.get(_DIMENSIONS + side))) for side in "wh")
    return (width, height) if width and height and width > 0 and height > 0 else None


def _number(text: str) -> float | None:
    try:
        number = float(text.strip().replace(",", "."))  # as some write it where they live
    except ValueError:
        return None
    return number if isfinite(number) else None


def _structure(value: Value | None) -> dict[str, Value]:
    return value if isinstance(value, dict) else {}


def _list(value: Value | None) -> list[Value]:
    """A single member may stand without its bag."""
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _text(value: Value | None) -> str:
    """Of a text in several languages the first."""
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    return value if isinstance(value, str) else ""
