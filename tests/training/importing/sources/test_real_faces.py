"""Tags on real photos, with the face finder that families have."""

import io
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from data.files.library import PhotoLibrary
from data.store.store import Store
from foundation.box import Box
from foundation.region import stored_box
from inference.decoding.photo import decode
from inference.faces.detectors import load_detector
from inference.faces.finding import find_faces
from tests.training.importing.importing import Importing
from tests.training.importing.sources.made import centred, put
from tests.training.importing.tags.packets import mwg, packet

pytestmark = pytest.mark.e2e


def wider(box: Box) -> Box:
    """As programs draw around a face."""
    across, down = (box.right - box.left) * 0.3, (box.bottom - box.top) * 0.3
    return Box(box.left - across, box.top - down, box.right + across, box.bottom + down)


async def test_everybody_in_a_group_is_found_again(shared: Path, tmp_path: Path) -> None:
    detector = load_detector(shared / "weights")
    if detector.name != "yunet":
        pytest.skip("the face finder's weights do not lie beside this repository")

    def seen(content: bytes) -> list[Box]:
        return [face.box for face in find_faces(detector, decode(content).pixels) if face.found]

    photo = sorted((shared / "photos" / "groups").glob("*.jpg"))[0]
    faces = {f"Cousin {letter}": box for letter, box in zip("ABCDEF", seen(photo.read_bytes()), strict=False)}
    said = packet(mwg(*((name, centred(stored_box(wider(box), 6))) for name, box in faces.items())))
    exif, file = Image.Exif(), io.BytesIO()
    exif[ExifTags.Base.Orientation] = 6
    Image.open(photo).convert("RGB").transpose(Image.Transpose.ROTATE_90).save(
        file, "JPEG", quality=95, exif=exif, xmp=said
    )
    put(tmp_path / "in" / "group.jpg", file.getvalue())
    async with Store.open(tmp_path / "cousinbot.db") as store:
        importing = Importing(PhotoLibrary(tmp_path / "photos"), store.catalogue, find_faces=seen)
        await importing(tmp_path / "in")
        found = {photo.cousin: photo.box for photo in await store.catalogue.photos(importing.library)}
    assert len(found) == len(faces) >= 2
    for name, box in faces.items():
        there = found[name.replace(" ", "_")]
        assert there is not None
        assert there.overlap(box) > 0.6
