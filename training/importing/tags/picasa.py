"""What Picasa keeps of faces: `.picasa.ini` in each folder of photos, and `contacts.xml` in a folder of its own."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring

from foundation.box import Box
from foundation.region import Region
from training.importing.tags.rdf import Unreadable
from training.importing.tags.xmp import clean

INI_NAMES: Final = (".picasa.ini", "picasa.ini")
"""In lower case; early Picasas did not hide it."""
CONTACTS: Final = "contacts.xml"

_FACE: Final = re.compile(r"rect64\(([0-9a-fA-F]{1,16})\),([0-9a-fA-F]+)")
_NOBODY: Final = "ffffffffffffffff"
_WHOLE: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class PicasaFolder:
    """What an ini says.

    Attributes:
        contacts: id -> name.
        faces: a file's name in lower case -> the id of whose face each is, and where.
    """

    contacts: Mapping[str, str] = field(default_factory=dict)
    faces: Mapping[str, list[tuple[str, Box]]] = field(default_factory=dict)

    def regions(self, file: str, contacts: Mapping[str, str]) -> list[Region]:
        """The named faces of a file; `contacts` are those that other files know."""
        known = {**contacts, **self.contacts}
        return [Region(known[who], "picasa", box) for who, box in self.faces.get(file.casefold(), ()) if who in known]

    def unnamed(self, file: str, contacts: Mapping[str, str]) -> bool:
        """Whether faces of this file belong to somebody whose name is written nowhere."""
        known = {*contacts, *self.contacts, _NOBODY}
        return any(who not in known for who, _ in self.faces.get(file.casefold(), ()))


def read_ini(content: bytes) -> PicasaFolder:
    """Lines that are none of Picasa's are passed over, as Picasa does."""
    contacts: dict[str, str] = {}
    faces: dict[str, list[tuple[str, Box]]] = {}
    section = ""
    for line in _text(content).splitlines():
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].casefold()
            continue
        key, parted, value = line.partition("=")
        if not parted:
            continue
        if section in ("contacts", "contacts2"):
            if name := clean(value.split(";")[0]):
                contacts[_id(key)] = name
        elif key.strip().casefold() == "faces":
            faces[section] = list(_faces(value))
    return PicasaFolder(contacts, faces)


def read_contacts(content: bytes) -> dict[str, str] | None:
    """Id -> name; None for what is another program's. Raises `Unreadable`."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable from error
    if root.tag != "contacts":
        return None
    named = ((_id(one.get("id", "")), clean(one.get("name") or one.get("display") or "")) for one in root)
    return {who: name for who, name in named if who and name}


def _faces(value: str) -> Iterator[tuple[str, Box]]:
    for sides, who in _FACE.findall(value):
        number = int(sides, 16)  # leading zeros are not written
        left, top, right, bottom = ((number >> shift & _WHOLE) / _WHOLE for shift in (48, 32, 16, 0))
        if _id(who) != _NOBODY and left < right and top < bottom:
            yield _id(who), Box(left, top, right, bottom)


def _id(text: str) -> str:
    return text.strip().casefold().lstrip("0")


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
