"""Tags that are too long for one segment of a JPEG: put together where they are whole, and nothing else is believed."""

import hashlib
import io
import struct
from collections.abc import Sequence

import pytest
from PIL import Image

from data.tags.xmp import regions_in
from inference.decoding.extended_xmp import Incomplete, extended_xmp
from inference.decoding.header import Header, header_of
from tests.training.importing.tags.packets import mwg, packet

LONG = packet(mwg(("Ann", (0.5, 0.5, 0.2, 0.2)))).replace(b"</rdf:RDF>", b"<!--" + b"x" * 150_000 + b"--></rdf:RDF>")
GUID = hashlib.md5(LONG).hexdigest().upper().encode()
MAIN = (
    packet("")
    .replace(b"<rdf:Description", b"<rdf:Description xmpNote:HasExtendedXMP='" + GUID + b"'", 1)
    .replace(b"<rdf:RDF", b"<rdf:RDF xmlns:xmpNote='http://ns.adobe.com/xmp/note/'", 1)
)
PARTS = [(GUID, len(LONG), start, LONG[start : start + 60_000]) for start in range(0, len(LONG), 60_000)]


def app1(content: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


def jpeg(parts: Sequence[tuple[bytes, int, int, bytes]], main: bytes = MAIN) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (32, 24)).save(file, "JPEG")
    plain = file.getvalue()
    name = b"http://ns.adobe.com/xmp/extension/\0"
    segments = [app1(name + struct.pack(">32sII", guid, length, at) + said) for guid, length, at, said in parts]
    return plain[:2] + app1(b"http://ns.adobe.com/xap/1.0/\0" + main) + b"".join(segments) + plain[2:]


FOREIGN = (b"0" * 32, 5, 0, b"stale")


@pytest.mark.parametrize(
    "parts",
    [PARTS, PARTS[::-1], [*PARTS, PARTS[1]], [FOREIGN, *PARTS], [(GUID.lower(), *one[1:]) for one in PARTS]],
    ids=["in order", "backwards", "one twice", "beside another whole", "spelled otherwise"],
)
def test_parts_are_put_together(parts: list[tuple[bytes, int, int, bytes]]) -> None:
    header = header_of(jpeg(parts))
    assert (header.extended, header.is_whole) == (LONG, True)
    assert Header.from_bytes(header.to_bytes()) == header
    assert regions_in(header.xmp) == []
    assert [region.name for region in regions_in(header.xmp, header.extended)] == ["Ann"]


@pytest.mark.parametrize(
    "parts",
    [
        [],
        PARTS[:1],
        PARTS[1:],
        [PARTS[0], PARTS[2]],
        [*PARTS[:2], (GUID, len(LONG) + 1, *PARTS[2][2:])],
        [*PARTS, (GUID, len(LONG), 60_000, b"other")],
        [*PARTS, (GUID, len(LONG), 2**32 - 1, b"far away")],
        [FOREIGN],
    ],
    ids=["none", "the first", "no first", "a gap", "two lengths", "said otherwise", "too far", "another's"],
)
def test_what_is_not_whole_is_not_believed(parts: list[tuple[bytes, int, int, bytes]]) -> None:
    header = header_of(jpeg(parts))
    assert (header.extended, header.is_whole) == (b"", False)
    assert header.xmp == MAIN
    assert Header.from_bytes(header.to_bytes()) == header


def test_what_nobody_speaks_of_is_nobodys_and_there_is_a_bound() -> None:
    assert header_of(jpeg(PARTS, packet(""))) == Header(32, 24, 1, packet(""))
    with pytest.raises(Incomplete):
        extended_xmp(jpeg(PARTS), MAIN, len(LONG) - 1)


def test_cut_anywhere_it_is_whole_or_it_is_said() -> None:
    whole = jpeg(PARTS)
    for end in range(0, len(whole), 977):
        try:
            assert extended_xmp(whole[:end], MAIN, 2**24) == LONG
        except Incomplete:
            continue
