import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.box import Box
from foundation.region import Region
from tests.training.importing.tags.packets import Spelling, acdsee, bag, microsoft, mwg, packet
from training.importing.tags import xmp
from training.importing.tags.rdf import Unreadable
from training.importing.tags.xmp import each_once, regions_in

pytestmark = pytest.mark.unit

ANNA, BOB = (0.25, 0.5, 0.2, 0.4), (0.75, 0.5, 0.2, 0.4)


def near(box: Box | None, *sides: float) -> bool:
    return box is not None and box.sides == pytest.approx(sides)


@pytest.mark.parametrize("spelling", ["attributes", "resources", "descriptions"])
def test_the_three_spellings_of_rdf(spelling: Spelling) -> None:
    said = packet(mwg(("Anna", ANNA), ("Bob", BOB), size=(4000, 3000), spelling=spelling))
    anna, bob = regions_in(said)
    assert (anna.name, bob.name, anna.form, anna.size) == ("Anna", "Bob", "mwg", (4000, 3000))
    assert near(anna.box, 0.15, 0.3, 0.35, 0.7)
    anna, bob = regions_in(packet(microsoft(("Anna", "0.1, 0.2, 0.3, 0.4"), ("Bob", ""), spelling=spelling)))
    assert near(anna.box, 0.1, 0.2, 0.4, 0.6)
    assert bob == Region("Bob", "mp")


@pytest.mark.parametrize("kind", ["DLYArea", "ALYArea"])
def test_acdsee(kind: str) -> None:
    (anna,) = regions_in(packet(acdsee("Anna", ANNA, kind)))
    assert anna.form == "acdsee"
    assert near(anna.box, 0.15, 0.3, 0.35, 0.7)


def test_names_without_a_place() -> None:
    said = packet(
        bag("Iptc4xmpExt:PersonInImage", ["Anna  Winter", "Bob"]),
        bag("digiKam:TagsList", ["People/Family/Bob", "People/Family", "Places/Rome", "People/Unknown", "People"]),
        bag("lr:hierarchicalSubject", ["Personen|Carla", "Orte|Rom"]),
    )
    assert [(one.name, one.form, one.box) for one in regions_in(said)] == [
        ("Anna Winter", "names", None),
        ("Bob", "names", None),
        ("Carla", "names", None),
    ]


def test_the_same_face_in_two_formats_is_that_of_the_first() -> None:
    said = packet(
        mwg(("Anna", ANNA)),
        microsoft(("anna", "0.6, 0.1, 0.1, 0.1"), ("Uncle", "0.15, 0.3, 0.2, 0.4"), ("Bob", "0.7, 0.3, 0.2, 0.4")),
    )
    assert [(one.name, one.form) for one in regions_in(said)] == [("Anna", "mwg"), ("Bob", "mp")]
    boxless, boxed = Region("Anna", "names"), Region("Anna", "mwg", Box(0, 0, 0.5, 0.5))
    assert each_once([boxless, boxed]) == [boxed]


def test_what_is_no_face_or_nobodys() -> None:
    assert regions_in(packet(mwg(("Rex", ANNA), kind="Pet"))) == []
    assert regions_in(packet(mwg(("", ANNA), ("Unknown", BOB)))) == []
    assert [one.name for one in regions_in(packet(mwg(("Anna", ANNA), kind="")))] == ["Anna"]


def test_dimensions_that_say_nothing_and_places_that_are_none() -> None:
    (anna,) = regions_in(packet(mwg(("Anna", ANNA), size=(0, 0))))
    assert anna.size is None
    for area in ((float("nan"), 0.5, 0.1, 0.1), (0.5, 0.5, 0, 0.2), (0.5, 0.5, -1, -1), (7.0, 7.0, 0.1, 0.1)):
        assert regions_in(packet(mwg(("Anna", area)))) == [Region("Anna", "mwg")]
    (cut,) = regions_in(packet(mwg(("Anna", (0.0, 0.5, 0.4, 0.2)))))
    assert near(cut.box, 0.0, 0.4, 0.2, 0.6)


def test_pixels_and_decimal_commas() -> None:
    said = packet(mwg(("Anna", (1000, 1500, 800, 1200)), size=(4000, 3000))).replace(b"normalized", b"pixel")
    assert near(regions_in(said)[0].box, 0.15, 0.3, 0.35, 0.7)
    said = packet(mwg(("Anna", ANNA))).replace(b"0.25", b"0,25")
    assert near(regions_in(said)[0].box, 0.15, 0.3, 0.35, 0.7)


def test_a_packet_with_padding_and_one_without_its_wrapper() -> None:
    said = packet(mwg(("Anna", ANNA)))
    assert regions_in(said + b"  \n" * 2000 + b"\0\0") == regions_in(said)
    bare = said[said.index(b"<rdf:RDF") : said.index(b"</x:xmpmeta>")]
    assert regions_in(bare) == regions_in(said)
    assert regions_in(said.decode().replace("\ufeff", "").encode("utf-16")) == regions_in(said)


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"no XML",
        b"<a/>",
        packet(mwg(("Anna", ANNA)))[:-200],
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        packet("<mwg-rs:Regions>" * 60 + "</mwg-rs:Regions>" * 60),
    ],
    ids=["nothing", "text", "other", "cut", "entities", "encoding", "deep"],
)
def test_what_is_damaged_is_said_to_be(damaged: bytes) -> None:
    with pytest.raises(Unreadable):
        regions_in(damaged)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_bytes_are_too_strange(data: st.DataObject) -> None:
    said = bytearray(packet(mwg(("Anna", ANNA), size=(4, 3)), microsoft(("Bob", "0.1, 0.2, 0.3, 0.4"))))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(said) - 1))
        said[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=8))
    try:
        found = regions_in(bytes(said))
    except Unreadable:
        return
    assert all(one.name and (one.box is None or 0 < one.box.area <= 1) for one in found)


_VALUES = st.recursive(
    st.text("0123456789.,-naif e", max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["x", "w"]), inner, max_size=2),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(_VALUES)
def test_nor_is_any_structure(value: object) -> None:
    keys = (f"{xmp._MWG}Regions", f"{xmp._MP}RegionInfo", f"{xmp._ACDSEE}Regions", xmp._NAMES, xmp._KEYWORDS[0][0])
    said = dict.fromkeys(keys, value)
    list(xmp._mwg({f"{xmp._MWG}Regions": {f"{xmp._MWG}RegionList": value, f"{xmp._MWG}AppliedToDimensions": value}}))  # type: ignore[dict-item]
    for read in (xmp._mwg, xmp._microsoft, xmp._acdsee, xmp._names):
        list(read(said))  # type: ignore[arg-type]
