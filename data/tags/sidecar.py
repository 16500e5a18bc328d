"""Who is on a photo, written as MWG's and Microsoft's regions and IPTC's names: into XMP that is there, or into new.

What others have written there stays byte for byte as it is. What we have written is known by name and place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from data.tags.packet import RDF, Packet
from data.tags.rdf import Unreadable, Value, properties, value_of
from data.tags.xmp import by_microsoft, by_mwg, by_name, regions_in, size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from xml.etree.ElementTree import Element

    from foundation.box import Box
    from foundation.region import Region

Size: TypeAlias = tuple[int, int]
"""Width and height of a picture as it is stored, in pixels."""

_NAMESPACES: Final = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
    "MP": "http://ns.microsoft.com/photo/1.2/",
    "MPRI": "http://ns.microsoft.com/photo/1.2/t/RegionInfo#",
    "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}
_BLANK: Final = b"""<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""
_LISTS: Final = frozenset({f"{RDF}Bag", f"{RDF}Seq", f"{RDF}Alt"})
_SAME: Final = 0.9
"""Intersection over union: other programs round the numbers that they write anew."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who is named in a sidecar.

    Attributes:
        box: where their face is, in shares of the picture as it is stored; None: somewhere on it.
    """

    name: str
    box: Box | None

    def is_same(self, other: Named) -> bool:
        if self.name != other.name or self.box is None or other.box is None:
            return self.name == other.name and self.box is other.box
        return self.box.overlap(other.box) > _SAME


@dataclass(frozen=True, slots=True)
class _Kind:
    """One way to write it down.

    Attributes:
        path: the elements from the property to the list, each within the one before.
        prefixes: those of the path and the members.
        has_place: whether members have one.
        member: the content of one, with what stands in its tag.
        head: what stands in the property before the list.
        others: what may stand in the property beside the list, and means nothing without it.
    """

    path: tuple[str, ...]
    prefixes: tuple[str, ...]
    has_place: bool
    member: Callable[[Named], tuple[str, str]]
    read: Callable[[Value, tuple[float, float] | None], Iterator[Region]]
    head: Callable[[Size], str] = lambda size: ""
    others: frozenset[str] = frozenset()


def _mwg(named: Named) -> tuple[str, str]:
    assert named.box is not None
    left, top, right, bottom = named.box.sides
    sides = zip("xywh", ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top), strict=True)
    area = " ".join(f'stArea:{side}="{share:.6f}"' for side, share in sides)
    name = f"<mwg-rs:Name>{escape(named.name)}</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>"
    return ' rdf:parseType="Resource"', f'{name}<mwg-rs:Area {area} stArea:unit="normalized"/>'


def _microsoft(named: Named) -> tuple[str, str]:
    assert named.box is not None
    left, top, right, bottom = named.box.sides
    box = f"{left:.6f}, {top:.6f}, {right - left:.6f}, {bottom - top:.6f}"
    name = f"<MPReg:PersonDisplayName>{escape(named.name)}</MPReg:PersonDisplayName>"
    return ' rdf:parseType="Resource"', f"{name}<MPReg:Rectangle>{box}</MPReg:Rectangle>"


def _drawn_on(size: Size) -> str:
    return f'\n<mwg-rs:AppliedToDimensions stDim:w="{size[0]}" stDim:h="{size[1]}" stDim:unit="pixel"/>'


_KINDS: Final = (
    _Kind(
        ("mwg-rs:Regions", "mwg-rs:RegionList"),
        ("mwg-rs", "stArea", "stDim"),
        True,
        _mwg,
        by_mwg,
        _drawn_on,
        frozenset({"mwg-rs:AppliedToDimensions"}),
    ),
    _Kind(
        ("MP:RegionInfo", "MPRI:Regions"), ("MP", "MPRI", "MPReg"), True, _microsoft, lambda one, _: by_microsoft(one)
    ),
    _Kind(
        ("Iptc4xmpExt:PersonInImage",),
        ("Iptc4xmpExt",),
        False,
        lambda named: ("", escape(named.name)),
        lambda one, _: by_name(one),
    ),
)


def new_sidecar(named: Sequence[Named], size: Size) -> bytes:
    return with_names(_BLANK, (), named, size)


def with_names(content: bytes, before: Collection[Named], now: Sequence[Named], size: Size) -> bytes:
    """A sidecar in which ours are named who are on the photo `now`, and none of those who were named `before`.

    The same bytes where that is so already. Raises `Unreadable` where it can't be told where to write.
    """
    packet = Packet(content)
    new, gone = [], []
    for kind in _KINDS:
        wanted = [one for one in now if (one.box is not None) == kind.has_place]
        stands_in = _find(packet, kind)
        if stands_in is not None:
            if _update(packet, kind, stands_in, before, wanted):
                gone.append(stands_in)
        elif wanted:
            new.append((kind, wanted))
    _remove(packet, gone)
    if new:
        _describe(packet, new, size)
    return packet.edited()


def without_names(content: bytes, names: Collection[Named]) -> bytes:
    """A sidecar in which these of ours are not named. Raises `Unreadable`."""
    return with_names(content, names, (), (0, 0))


def says_nothing(content: bytes) -> bool:
    """Whether nothing is said of the photo. Raises `Unreadable`."""
    return not any(not name.startswith(RDF) for name in properties(content))


def of_others(content: bytes, ours: Collection[Named]) -> list[Region]:
    """Everybody who is named and not by us. Raises `Unreadable`."""
    return regions_in(without_names(content, ours))


def _find(packet: Packet, kind: _Kind) -> Element | None:
    tag = _full(kind.path[0])
    return next((child for one in packet.descriptions() for child in one if child.tag == tag), None)


def _update(
    packet: Packet, kind: _Kind, stands_in: Element, before: Collection[Named], wanted: Sequence[Named]
) -> bool:
    """Change the list in a property; True where it says nothing then, and is to be removed."""
    holds = _structure_in(stands_in) if len(kind.path) > 1 else stands_in
    inner = stands_in if len(kind.path) == 1 else (None if holds is None else holds.find(_full(kind.path[1])))
    members = None if inner is None else next((one for one in inner if one.tag in _LISTS), None)
    if members is None:
        if wanted:
            _begin(packet, kind, holds, inner, wanted)
        return False
    size = None if holds is None else _size_in(holds)
    kept: list[Named] = []
    doomed: list[Element] = []
    for member in members.findall(f"{RDF}li"):
        read = next((Named(one.name, one.box) for one in kind.read(value_of(member), size)), None)
        if read is None or (read.box is not None) != kind.has_place or not any(map(read.is_same, before)):
            continue
        same = next((one for one in wanted if one not in kept and one.is_same(read)), None)
        if same is None:
            doomed.append(member)
        else:
            kept.append(same)
    fresh = [one for one in wanted if one not in kept]
    if doomed and not fresh and len(doomed) == len(members) and _means_nothing_else(kind, holds):
        return True
    for member in doomed:
        packet.remove(member)
    if fresh:
        packet.append(members, "".join("\n" + _written(packet, kind, members, one) for one in fresh))
    return False


def _structure_in(stands_in: Element) -> Element | None:
    """Where the fields of a structure stand; None where they are attributes, beside which nothing may stand."""
    if stands_in.get(f"{RDF}parseType") == "Resource":
        return stands_in
    return stands_in.find(f"{RDF}Description")


def _size_in(holds: Element) -> tuple[float, float] | None:
    dimensions = holds.find(_full("mwg-rs:AppliedToDimensions"))
    return None if dimensions is None else size_of(value_of(dimensions))


def _means_nothing_else(kind: _Kind, holds: Element | None) -> bool:
    if holds is None or len(kind.path) == 1:
        return True
    ours = {_full(kind.path[1]), *map(_full, kind.others)}
    said = [name for name in holds.keys() if not name.startswith(RDF)]  # noqa: SIM118  it has no iterator
    return not said and all(child.tag in ours for child in holds)


def _begin(packet: Packet, kind: _Kind, holds: Element | None, inner: Element | None, named: Sequence[Named]) -> None:
    """A property is there without its list."""
    if inner is not None:
        if len(inner) or (inner.text or "").strip() or any(not name.startswith(RDF) for name in inner.keys()):  # noqa: SIM118
            raise Unreadable
        packet.append(inner, _list_of(packet, kind, inner, named))
    elif holds is not None:
        declared = packet.undeclared(holds, _needed(kind))
        inside = _list_of(None, kind, None, named)
        packet.append(holds, f"\n<{kind.path[1]}{declared}>{inside}</{kind.path[1]}>")
    else:
        raise Unreadable


def _describe(packet: Packet, new: Sequence[tuple[_Kind, Sequence[Named]]], size: Size) -> None:
    """Say it in a description of its own, of the same thing as the others."""
    needed = {"rdf": _NAMESPACES["rdf"]}
    content = ""
    for kind, named in new:
        needed |= _needed(kind)
        inside = _list_of(None, kind, None, named)
        if len(kind.path) == 1:
            content += f"\n<{kind.path[0]}>{inside}</{kind.path[0]}>"
        else:
            inside = f"{kind.head(size)}\n<{kind.path[1]}>{inside}</{kind.path[1]}>"
            content += f'\n<{kind.path[0]} rdf:parseType="Resource">{inside}\n</{kind.path[0]}>'
    about = next((one.get(f"{RDF}about") or one.get("about") or "" for one in packet.descriptions()), "")
    declared = packet.undeclared(packet.rdf, needed)
    packet.append(
        packet.rdf, f"\n<rdf:Description rdf:about={quoteattr(about)}{declared}>{content}\n</rdf:Description>"
    )


def _list_of(packet: Packet | None, kind: _Kind, within: Element | None, named: Sequence[Named]) -> str:
    members = "".join("\n" + _written(None, kind, None, one) for one in named)
    declared = packet.undeclared(within, _needed(kind)) if packet is not None and within is not None else ""
    return f"<rdf:Bag{declared}>{members}\n</rdf:Bag>"


def _written(packet: Packet | None, kind: _Kind, within: Element | None, named: Named) -> str:
    attributes, content = kind.member(named)
    if packet is not None and within is not None:
        attributes += packet.undeclared(within, _needed(kind))
    return f"<rdf:li{attributes}>{content}</rdf:li>"


def _needed(kind: _Kind) -> dict[str, str]:
    return {prefix: _NAMESPACES[prefix] for prefix in ("rdf", *kind.prefixes)}


def _remove(packet: Packet, gone: Collection[Element]) -> None:
    """Take properties out, and each description that says nothing without them."""
    for description in packet.descriptions():
        theirs = [child for child in description if child in gone]
        said = [name for name in description.keys() if name not in (f"{RDF}about", "about")]  # noqa: SIM118
        if theirs and len(theirs) == len(description) and not said:
            packet.remove(description)
        else:
            for child in theirs:
                packet.remove(child)


def _full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"
