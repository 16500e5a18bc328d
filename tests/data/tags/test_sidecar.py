"""Names written into XMP: what is read from it is what was written, and all else stays byte for byte."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.tags.rdf import Unreadable
from data.tags.sidecar import Named, new_sidecar, of_others, says_nothing, with_names, without_names
from data.tags.xmp import clean, regions_in
from foundation.box import Box
from tests.training.importing.tags.packets import Spelling, acdsee, bag, microsoft, mwg, packet

pytestmark = pytest.mark.unit

SIZE = (4000, 3000)
NAMES = ["Anna", "Tom & <Jerry>", '"O\'Neil"', "דוד לוי", "Zoë ]]> --", "李"]


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    left, top = draw(st.floats(0, 0.9)), draw(st.floats(0, 0.9))
    return Box(left, top, left + draw(st.floats(0.01, 1 - left)), top + draw(st.floats(0.01, 1 - top)))


names = st.one_of(st.sampled_from(NAMES), st.text(min_size=1).map(clean).filter(lambda name: bool(name)))
named = st.lists(
    st.builds(Named, names, st.one_of(st.none(), boxes())),
    max_size=5,
    unique_by=lambda one: one.name.casefold(),
).filter(lambda all_: not any(one.name.casefold() in ("unknown", "unconfirmed", "ignored") for one in all_))


def as_read(content: bytes) -> list[Named]:
    return [Named(one.name, one.box) for one in regions_in(content)]


def apart(people: list[Named]) -> bool:
    placed = [one.box for one in people if one.box is not None]
    return not any(one is not other and one.overlap(other) > 0.5 for one in placed for other in placed)


@settings(max_examples=60, deadline=None)
@given(named.filter(apart))
def test_what_is_written_is_read(people: list[Named]) -> None:
    content = new_sidecar(people, SIZE)
    read = as_read(content)
    assert len(read) == len(people)
    for one in people:
        assert any(one.is_same(other) for other in read)
    assert with_names(content, people, people, SIZE) == content
    assert says_nothing(without_names(content, people))


OTHERS = [
    packet(),
    packet(bag("Iptc4xmpExt:PersonInImage", ["Somebody"]), acdsee("Cleo", (0.5, 0.5, 0.1, 0.1))),
    *(
        packet(
            mwg(("Bob", (0.5, 0.5, 0.1, 0.2)), size=SIZE, spelling=one),
            microsoft(("Dan", "0, 0, 0.1, 0.1"), spelling=one),
        )
        for one in ("resources", "descriptions")
    ),
    b'<?xml version="1.0" encoding="ISO-8859-1"?><!-- \xe9 -->'
    b'<q:RDF xmlns:q="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n <q:Description q:about="uuid:1"'
    b' xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="a &gt; \'b\' > c"/>\n</q:RDF>\n',
    packet(bag("digiKam:TagsList", ["People/Eve"])).decode().encode("utf-16"),
    b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description/></r:RDF>',
]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(OTHERS), named.filter(apart))
def test_what_others_wrote_stays_byte_for_byte(others: bytes, people: list[Named]) -> None:
    content = with_names(others, (), people, SIZE)
    assert with_names(content, people, people, SIZE) == content
    assert without_names(content, people) == others
    before, after = regions_in(others), of_others(content, people)
    assert [(one.name, one.form, one.box) for one in after] == [(one.name, one.form, one.box) for one in before]


@pytest.mark.parametrize("spelling", ["attributes", "resources", "descriptions"])
def test_another_name_in_place_of_ours(spelling: Spelling) -> None:
    there = packet(mwg(("Bob", (0.5, 0.5, 0.1, 0.2)), spelling="resources" if spelling == "attributes" else spelling))
    anna, anne = Named("Anna", Box(0.1, 0.1, 0.3, 0.4)), Named("Anne", Box(0.1, 0.1, 0.3, 0.4))
    content = with_names(with_names(there, (), [anna], SIZE), [anna], [anne], SIZE)
    assert [one.name for one in regions_in(content)] == ["Bob", "Anne"]
    assert b"Anna" not in content
    assert content == with_names(there, (), [anne], SIZE)


def test_an_empty_list_takes_names() -> None:
    for empty in ("<rdf:Bag/>", "<rdf:Bag></rdf:Bag>", ""):
        there = packet(
            f'<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList>{empty}</mwg-rs:RegionList></mwg-rs:Regions>'
        )
        content = with_names(there, (), [Named("Anna", Box(0.1, 0.1, 0.3, 0.4))], SIZE)
        assert [one.name for one in regions_in(content)] == ["Anna"]
        assert content.count(b"<mwg-rs:Regions") == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Anna",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        packet(bag("Iptc4xmpExt:PersonInImage", ["Anna"]))[:-40],
        packet('<mwg-rs:Regions mwg-rs:RegionList="Anna"/>'),
    ],
)
def test_where_it_can_not_be_told_where_to_write(content: bytes) -> None:
    with pytest.raises(Unreadable):
        with_names(content, (), [Named("Anna", Box(0.1, 0.1, 0.3, 0.4))], SIZE)


def test_exiftool_reads_it(tmp_path: Path) -> None:
    if shutil.which("exiftool") is None:
        pytest.skip("exiftool is not there (Debian: libimage-exiftool-perl)")
    people = [Named(name, Box(0.1 * number, 0.2, 0.1 * number + 0.05, 0.5)) for number, name in enumerate(NAMES)]
    (tmp_path / "new.xmp").write_bytes(new_sidecar([*people, Named("Zoe", None)], SIZE))
    (tmp_path / "there.xmp").write_bytes(with_names(OTHERS[2], (), [*people, Named("Zoe", None)], SIZE))
    command = [
        "exiftool",
        "-j",
        "-struct",
        "-charset",
        "utf8",
        "-XMP:all",
        "-validate",
        "-warning",
        "-a",
        str(tmp_path),
    ]
    out = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    there, new = sorted(json.loads(out), key=lambda one: one["SourceFile"], reverse=True)
    for read, others in ((new, []), (there, ["Bob"])):
        assert "Warning" not in read
        regions = read["RegionInfo"]["RegionList"]
        assert [one["Name"] for one in regions] == others + NAMES
        assert [float(regions[-1]["Area"][side]) for side in "XYWH"] == pytest.approx([0.525, 0.35, 0.05, 0.3])
        assert [int(read["RegionInfo"]["AppliedToDimensions"][side]) for side in "WH"] == list(SIZE)
        assert read["RegionInfoMP"]["Regions"][-1]["PersonDisplayName"] == NAMES[-1]
        assert read["PersonInImage"] == ["Zoe"]
