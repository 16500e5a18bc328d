"""A heap of made photos in three formats: tags within, sidecars, and an export of Google's."""

import hashlib
import json
import zipfile
from pathlib import Path

from foundation.box import Box
from foundation.region import stored_box
from tests.training.importing.sources.made import COLOURS, box_of, centred, jpeg, put
from tests.training.importing.tags.packets import mwg, packet


def tagged(*names: str, orientation: int = 1) -> bytes:
    """XMP with a region of each in the frame of the picture as it is stored."""
    return packet(mwg(*((name, centred(stored_box(box_of(name), orientation))) for name in names)))


def export(path: Path, members: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def described(title: str, *names: str) -> bytes:
    return json.dumps({"title": title, "people": [{"name": name} for name in names], "photoTakenTime": {}}).encode()


def heap(source: Path, photos: int) -> dict[str, dict[str, Box | None]]:
    """Photo, by its sha256 -> who is on it, and where, as far as tags say so."""
    names = list(COLOURS)
    members: dict[str, bytes] = {}
    made: dict[str, dict[str, Box | None]] = {}
    for number in range(photos):
        who = list(dict.fromkeys([names[number % 5], names[(number * 3 + 1) % 5]]))
        match number % 3:
            case 0:
                photo = jpeg(who, number, 6, xmp=tagged(*who, orientation=6))
                put(source / f"{number}.jpg", photo)
            case 1:
                photo = jpeg(who, number)
                put(source / "x" / f"{number}.jpg", photo)
                put(source / "x" / f"{number}.jpg.xmp", tagged(*who))
            case _:
                who = who[:1]
                photo = jpeg(who, number)
                members[f"Takeout/Google Photos/a/{number}.jpg"] = photo
                members[f"Takeout/Google Photos/a/{number}.jpg.supplemental-metadata.json"] = described(
                    f"{number}.jpg", *who
                )
        made[hashlib.sha256(photo).hexdigest()] = {name: None if number % 3 == 2 else box_of(name) for name in who}
    export(source / "takeout.zip", members)
    return made
