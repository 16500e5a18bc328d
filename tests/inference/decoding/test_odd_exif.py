"""EXIF that no standard foresees: the picture is fine, and is used."""

import io

import numpy as np
import pytest
from PIL import Image

from inference.decoding.photo import decode, upright_jpeg

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")  # Pillow says what it left out

EXIF = Image.Exif()
EXIF[0x010F] = "Canon"
EXIF[0x0112] = 6  # the top lies on the right
TYPE_OF_THE_MAKERS_NAME = 19  # its place in those bytes: 2, a text


def lying(exif: bytes) -> bytes:
    """A JPEG whose upright picture is red above and blue below."""
    pixels = np.zeros((20, 40, 3), np.uint8)
    pixels[:, :20] = (255, 0, 0)
    pixels[:, 20:] = (0, 0, 255)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.mark.parametrize("kind", [0, 1, 2, 6, 7, 12])
def test_a_tag_of_another_type(kind: int) -> None:
    exif = bytearray(EXIF.tobytes())
    exif[TYPE_OF_THE_MAKERS_NAME] = kind
    photo = lying(bytes(exif))
    for pixels in (decode(photo).pixels, decode(upright_jpeg(photo)).pixels):
        assert pixels.shape == (40, 20, 3)
        assert pixels[5, 10, 0] > 200 > 50 > pixels[5, 10, 2]


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\xff\xff"])
def test_exif_that_breaks_off(exif: bytes) -> None:
    assert decode(lying(exif)).pixels.shape == (20, 40, 3)
