"""What Google's export (Takeout) says of a photo: a JSON file beside it, whose name may be cut short."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from foundation.region import Region
from training.importing.tags.rdf import Unreadable
from training.importing.tags.xmp import clean

_LONGEST: Final = 47
"""Characters of a photo's name in the export, the ending among them."""
_NUMBERED: Final = re.compile(r"(\(\d+\))\.json$", re.IGNORECASE)
_BEHIND: Final = "supplemental-metadata"
_NOT_IN_NAMES: Final = re.compile(r"[&<>:\"/\\|?*%'\x00-\x1f]")
_EDITED: Final = ("-edited", "-bearbeitet", "-modifié", "-editado", "-modificato", "-bewerkt", "-edytowane")
"""What stands behind the name of a photo that was changed, in some languages; both belong to one JSON file."""


@dataclass(frozen=True, slots=True)
class Described:
    """What a JSON file says of a photo: how it is called, and who is on it."""

    title: str
    regions: list[Region]


def is_sidecar(name: str) -> bool:
    """Whether a file may be such a JSON file, by its name."""
    return name.casefold().endswith(".json")


def read(content: bytes) -> Described | None:
    """None for JSON that is about something else, as an album. Raises `Unreadable`."""
    try:
        said: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    if not isinstance(said, dict) or not isinstance(said.get("title"), str):
        return None
    if not {"people", "photoTakenTime"} & said.keys():
        return None
    people = said.get("people")
    names = [one.get("name") for one in people if isinstance(one, dict)] if isinstance(people, list) else []
    found = [Region(clean(name), "takeout") for name in names if isinstance(name, str) and clean(name)]
    return Described(said["title"], list(dict.fromkeys(found)))


def names_described(sidecar: str, title: str) -> frozenset[str]:
    """How the files, in lower case, may be called that a JSON file of this name is about.

    Of two photos with one title the second is `a(1).jpg`, its JSON `a.jpg.supplemental-metadata(1).json`.
    """
    stem, ending = _parted(_NOT_IN_NAMES.sub("_", title))
    numbered = None if sidecar == f"{stem}{ending}.json" else _NUMBERED.search(sidecar)
    number = numbered[1] if numbered else ""
    stems = {(stem, ending), (stem[: _LONGEST - len(ending)], ending)}
    stems.add(_parted(_file_in(sidecar, number)))  # where the title is no file's name
    return frozenset(f"{one}{edited}{number}{end}".casefold() for one, end in stems for edited in ("", *_EDITED))


def _file_in(sidecar: str, number: str) -> str:
    """`a.jpg` of `a.jpg.supplemental-me(1).json`."""
    name = sidecar[: -len(".json")].removesuffix(number)
    file, point, rest = name.rpartition(".")
    return file if point and _BEHIND.startswith(rest) else name


def _parted(title: str) -> tuple[str, str]:
    stem, point, ending = title.rpartition(".")
    return (stem, point + ending) if stem and len(ending) <= 5 else (title, "")
