import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.importing.tags.picasa import read_contacts, read_ini
from training.importing.tags.rdf import Unreadable

pytestmark = pytest.mark.unit

INI = b"""[Picasa]
name=Summer
[Contacts2]
8e62398ebda8c1a5=Anna Winter;;
0e62398ebda8c1a6=Bob;bob@example.org;x
[IMG_1.JPG]
faces=rect64(3333333366666666),8e62398ebda8c1a5;rect64(999933339ccc6666),ffffffffffffffff
backuphash=123
[img_2.jpg]
faces=rect64(80008000ffff),e62398ebda8c1a6;rect64(0),8e62398ebda8c1a5;rect64(1),77
rotate=rotate(1)
"""


def test_faces_and_who_they_are() -> None:
    folder = read_ini(INI)
    (anna,) = folder.regions("img_1.jpg", {})
    assert (anna.name, anna.form) == ("Anna Winter", "picasa")
    assert anna.box is not None
    assert anna.box.sides == pytest.approx((0.2, 0.2, 0.4, 0.4), abs=1e-4)
    (bob,) = folder.regions("IMG_2.jpg", {})  # padded to 16 digits, as is the id
    assert bob.box is not None
    assert bob.box.sides == pytest.approx((0.0, 0.5, 0.5, 1.0), abs=1e-4)
    assert folder.regions("other.jpg", {}) == []


def test_contacts_of_another_file() -> None:
    folder = read_ini(b"[a.jpg]\nfaces=rect64(3333333366666666),8e62398ebda8c1a5")
    contacts = read_contacts(b'<contacts><contact id="8e62398ebda8c1a5" name="" display="Anna"/><contact/></contacts>')
    assert contacts is not None
    assert read_contacts(b"<a/>") is None
    assert folder.unnamed("a.jpg", {})
    assert not folder.unnamed("a.jpg", contacts)
    assert [one.name for one in folder.regions("A.JPG", contacts)] == ["Anna"]


@pytest.mark.parametrize("content", [b"", b"<contacts>", b'<!DOCTYPE a [<!ENTITY b "c">]><contacts/>'])
def test_contacts_that_are_none(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_contacts(content)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80), st.integers(0, len(INI)))
def test_no_ini_is_too_strange(noise: bytes, place: int) -> None:
    folder = read_ini(INI[:place] + noise + INI[place:])
    assert all(one.name and one.box is not None for one in folder.regions("img_1.jpg", {"": "x"}))
    assert read_ini("[Contacts2]\n1=Zoë;;".encode("cp1252")).contacts == {"1": "Zoë"}
