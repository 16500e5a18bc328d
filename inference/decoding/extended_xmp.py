"""XMP of a JPEG that is too long for one segment, 64 kB: what stands in further ones is put together.

Each of them has a part, and says of which whole it is, how long that is, and where in it the part belongs. Programs
that know nothing of this leave wholes behind that the packet proper does not speak of: those are nobody's.
"""

import re
import struct
from collections.abc import Iterator
from typing import Final

_APP1: Final = 0xE1
_LAST: Final = (0xD9, 0xDA)
"""The picture's end, and where its pixels begin."""
_BARE: Final = (0x01, *range(0xD0, 0xD9))
"""Markers without a length."""
_NAME: Final = b"http://ns.adobe.com/xmp/extension/\0"
_PLACE: Final = struct.Struct(">32sII")
_SPOKEN_OF: Final = re.compile(rb"""HasExtendedXMP\s*(?:=\s*["']|>)\s*([0-9A-Fa-f]{32})""")


class Incomplete(ValueError):
    """Parts are missing or damaged, or there is more than is read."""


def extended_xmp(jpeg: bytes, packet: bytes, most: int) -> bytes:
    """The other packet that a JPEG's `packet` speaks of; empty where it speaks of none. Raises `Incomplete`.

    Parts may come in any order, and more than once. `most`: so many bytes are read.
    """
    spoken_of = _SPOKEN_OF.search(packet)
    if spoken_of is None:
        return b""
    found = [one for one in map(_part, _application_segments(jpeg)) if one and one[0].upper() == spoken_of[1].upper()]
    lengths = {length for _, length, _, _ in found}
    if len(lengths) != 1 or (length := lengths.pop()) > most:
        raise Incomplete
    whole = bytearray()
    for _, _, start, content in sorted(found, key=lambda part: part[2]):
        known = len(whole) - start
        if known < 0 or start + len(content) > length or whole[start : start + len(content)] != content[:known]:
            raise Incomplete
        whole += content[known:]
    if len(whole) != length:
        raise Incomplete
    return bytes(whole)


def _part(segment: bytes) -> tuple[bytes, int, int, bytes] | None:
    """Of which whole it is, how long that is, where in it this belongs, and what it says."""
    start = len(_NAME) + _PLACE.size
    if not segment.startswith(_NAME) or len(segment) < start:
        return None
    return *_PLACE.unpack_from(segment, len(_NAME)), segment[start:]


def _application_segments(jpeg: bytes) -> Iterator[bytes]:
    """The contents of all APP1 segments before the pixels, as far as they can be told."""
    place = 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF:
        marker = jpeg[place + 1]
        if marker in _LAST:
            return
        if marker == 0xFF or marker in _BARE:  # filled up, or nothing
            place += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(jpeg[place + 2 : place + 4])
        if marker == _APP1:
            yield jpeg[place + 4 : place + 2 + length]
        place += 2 + max(length, 2)
