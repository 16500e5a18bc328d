"""Photos that are broken, odd, or made to do harm: read rightly, or refused with a sentence, within bounds."""

import io
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from inference.decoding.limits import MAX_SIDE, OVERVIEW_SIDE
from inference.decoding.photo import PhotoError, decode, upright_jpeg
from tests.inference.decoding.bombs import png, png_chunk, resized_jpeg
from tests.inference.decoding.test_photo import READERS, corners, encoded, picture

Reader = Callable[[bytes], Any]


def read_or_refused(data: bytes) -> None:
    for reader in READERS:
        with suppress(PhotoError):
            reader(data)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_hundreds_of_megapixels_are_refused_unseen(reader: Reader, kind: str) -> None:
    bomb = png(30_000, 30_000, bits=1) if kind == "png" else resized_jpeg(encoded(picture(), "JPEG"), 10_000, 10_000)
    assert len(bomb) < 120_000
    with pytest.raises(PhotoError, match=r"more than 50 megapixels\. Please send a smaller one"):
        reader(bomb)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("size", [(1, 50_000_000), (50_000_000, 1), (MAX_SIDE + 1, 2)])
def test_a_thread_of_pixels_is_refused(reader: Reader, size: tuple[int, int]) -> None:
    """It could be decoded, with a gigabyte for the addresses of its rows; but no JPEG of it could be kept."""
    with pytest.raises(PhotoError, match=r"more than 65,500 pixels long\. Please send a smaller one"):
        reader(png(*size, data=zlib.compress(b"")))


@pytest.mark.parametrize("reader", READERS)
def test_no_pixels_at_all(reader: Reader) -> None:
    for data in (png(0, 0), png(0, 20), resized_jpeg(encoded(picture(), "JPEG"), 0, 0)):
        with pytest.raises(PhotoError):
            reader(data)


def test_texts_and_profiles_that_unpack_to_gigabytes() -> None:
    flood = zlib.compress(bytes(200_000_000), 9)
    for chunk in (
        png_chunk(b"zTXt", b"comment\0\0" + flood),
        png_chunk(b"iCCP", b"profile\0\0" + flood),
        png_chunk(b"iTXt", b"comment\0\1\0\0\0" + flood),
        *(b"".join(png_chunk(b"tEXt", b"%d\0" % n + bytes(900_000)) for n in range(20)),),
    ):
        read_or_refused(png(20, 20, chunk))


def test_a_gif_whose_frame_is_larger_than_its_screen() -> None:
    data = bytearray(encoded(picture().quantize(16), "GIF"))
    frame = data.index(b"\x2c\0\0\0\0") + 5
    data[frame : frame + 4] = struct.pack("<HH", 60_000, 60_000)
    for reader in READERS:
        with pytest.raises(PhotoError, match=r"more than 50 megapixels|damaged"):
            reader(bytes(data))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_a_film_of_a_hundred_pictures_the_first_is_read(kind: str) -> None:
    film = [Image.new("RGB", (120, 80), (n, 0, 0)) for n in range(100)]
    data = encoded(picture(), kind, save_all=True, append_images=film)
    for pixels in (decode(data).pixels, np.asarray(Image.open(io.BytesIO(upright_jpeg(data))))):
        assert corners(pixels) == ["r", "g", "b", "w"]


def test_of_a_heic_with_several_pictures_the_main_one_is_read() -> None:
    data = encoded(
        Image.new("RGB", (60, 60), "black"), "HEIF", save_all=True, append_images=[picture()], primary_index=1
    )
    assert corners(decode(data).pixels) == ["r", "g", "b", "w"]


def test_a_picture_that_is_something_else_too_is_kept_as_a_picture_only() -> None:
    """A polyglot: what a browser, a shell or an archiver would make of it is not kept."""
    program = b"PK\x03\x04 <script>alert(1)</script> #!/bin/sh"
    for data in (
        encoded(picture(), "JPEG") + program,
        encoded(picture(), "PNG") + program,
        encoded(picture(), "GIF") + program,
        encoded(picture(), "JPEG", comment=program),
    ):
        assert program in data
        assert corners(decode(data).pixels) == ["r", "g", "b", "w"]
        kept = upright_jpeg(data)
        assert kept.startswith(b"\xff\xd8\xff")
        assert program not in kept


@pytest.mark.parametrize("reader", READERS)
def test_a_document_with_a_picture_in_it_is_none(reader: Reader) -> None:
    with pytest.raises(PhotoError, match="I can't read that file"):
        reader(b"%PDF-1.7\n" + encoded(picture(), "JPEG"))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("profile", ["empty", "nonsense", "of another kind", "halved", "huge"])
def test_odd_colour_profiles_are_let_be(mode: str, profile: str) -> None:
    whole = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    profiles = {
        "empty": b"",
        "nonsense": b"\0\xff" * 300,
        "of another kind": whole,
        "halved": whole[: len(whole) // 2],
        "huge": bytes(3_000_000),
    }
    data = encoded(picture().convert(mode), "JPEG", quality=95, icc_profile=profiles[profile])
    shown = corners(decode(data).pixels)
    assert shown == ["r", "g", "b", "w"] or mode == "L"
    assert len(upright_jpeg(data)) < 20_000


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16", "I", "CMYK", "YCbCr"])
def test_every_way_to_write_a_pixel(mode: str) -> None:
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    if mode == "PA":
        image = picture().quantize(8).convert("PA")
        data = encoded(image.convert("RGBA").quantize(8), kind)
    elif mode in ("I;16", "I"):
        data = encoded(Image.fromarray(np.asarray(picture().convert("L"), np.uint16) * 256), kind)
    else:
        data = encoded(picture().convert(mode), kind)
    pixels = decode(data).pixels
    assert pixels.shape == (80, 120, 3)
    assert pixels.dtype == np.uint8
    assert pixels[-1, -1].min() > 200


def test_large_ones_shrink_before_they_are_turned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode(encoded(picture(3000, 200), "PNG", exif=exif), side=OVERVIEW_SIDE).pixels.shape[0] == OVERVIEW_SIDE
