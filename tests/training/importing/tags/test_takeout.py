import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.region import Region
from training.importing.tags.rdf import Unreadable
from training.importing.tags.takeout import names_described, read

pytestmark = pytest.mark.unit


def test_who_is_on_a_photo() -> None:
    said = {"title": "a.jpg", "people": [{"name": "Anna"}, {"name": " Bob "}, {"name": ""}, {}, 7]}
    described = read(json.dumps(said).encode())
    assert described is not None
    assert described.title == "a.jpg"
    assert described.regions == [Region("Anna", "takeout"), Region("Bob", "takeout")]
    assert read(json.dumps({"title": "a.jpg", "photoTakenTime": {}}).encode()) is not None
    assert read(b'{"title": "Summer", "access": "protected"}') is None  # an album
    assert read(b"[]") is None
    for damaged in (b"", b"{", b"\xff", b"[" * 100_000):
        with pytest.raises(Unreadable):
            read(damaged)


LONG = "a photo with a name that is longer than any name can be.jpg"
CUT = "a photo with a name that is longer than any.jpg"


@pytest.mark.parametrize(
    ("sidecar", "title", "file"),
    [
        ("a.jpg.supplemental-metadata.json", "a.jpg", "a.jpg"),
        ("a.jpg.json", "a.jpg", "a.jpg"),
        ("a.jpg.supplemental-metadata(1).json", "a.jpg", "a(1).jpg"),
        ("a.jpg(1).json", "a.jpg", "a(1).jpg"),
        ("a.jpg.supplemental-me.json", "a.jpg", "a.jpg"),
        ("a photo with a name that is longer than any na.json", LONG, CUT),
        ("a photo with a name that is longer than any n(1).json", LONG, CUT.replace(".", "(1).")),
        ("IMG (2).JPG.supplemental-metadata.json", "IMG (2).JPG", "IMG (2).JPG"),
        ("a.jpg.supplemental-metadata.json", "A day out", "a.jpg"),
        ("a.jpg.s(1).json", "A day out", "a(1).jpg"),
        ("Tom _ Ann.jpg.supplemental-metadata.json", "Tom & Ann.jpg", "Tom _ Ann.jpg"),
    ],
)
def test_whose_json_it_is(sidecar: str, title: str, file: str) -> None:
    assert len(CUT) == 47
    names = {"a.jpg", "a(1).jpg", "b.jpg", CUT, CUT.replace(".", "(1)."), "IMG (2).JPG", "Tom _ Ann.jpg"}
    assert [name for name in names if name.casefold() in names_described(sidecar, title)] == [file]


def test_a_changed_photo_has_its_json_in_common() -> None:
    assert {"a.jpg", "a-edited.jpg"} <= names_described("a.jpg.json", "a.jpg")
    assert "b.jpg" not in names_described("a.jpg.json", "a.jpg")


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=60)
    | st.recursive(
        st.none() | st.text(max_size=4),
        lambda v: st.lists(v) | st.dictionaries(st.sampled_from(["title", "people", "name", "url"]), v),
        max_leaves=8,
    ).map(lambda v: json.dumps(v).encode()),
    st.text(max_size=60),
)
def test_no_json_and_no_name_is_too_strange(content: bytes, name: str) -> None:
    assert names_described(name, name)
    try:
        described = read(content)
    except Unreadable:
        return
    assert described is None or all(one.name for one in described.regions)
