import hashlib
import io
import random
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from inference.decoding.limits import MAX_BYTES, OVERVIEW_SIDE
from inference.decoding.photo import PhotoError, decode, upright_jpeg

READERS: list[Callable[[bytes], Any]] = [decode, upright_jpeg]
GPS, ORIENTATION = 0x8825, 0x0112


def picture(width: int = 120, height: int = 80) -> Image.Image:
    """Four quarters: red, green / blue, white."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (230, 20, 20)
    pixels[: height // 2, width // 2 :] = (20, 200, 20)
    pixels[height // 2 :, : width // 2] = (20, 20, 230)
    pixels[height // 2 :, width // 2 :] = (250, 250, 250)
    return Image.fromarray(pixels)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def corners(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> list[str]:
    """The colours of the four quarters' middles, row by row."""
    height, width = pixels.shape[:2]
    names = {"r": (230, 20, 20), "g": (20, 200, 20), "b": (20, 20, 230), "w": (250, 250, 250)}
    seen = [pixels[y, x].astype(int) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    return [min(names, key=lambda name: int(np.abs(colour - np.array(names[name])).sum())) for colour in seen]


def turned(orientation: int, size: tuple[int, int] = (120, 80)) -> bytes:
    """The picture as a camera would store it that was held so."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = picture(*size) if undo is None else picture(*size).transpose(undo)
    return encoded(stored, "JPEG", exif=exif, quality=95)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "GIF", "MPO"])
def test_every_kind_of_picture(kind: str) -> None:
    data = encoded(picture(), kind)
    photo = decode(data)
    assert photo.pixels.shape == (80, 120, 3)
    assert photo.pixels.dtype == np.uint8
    assert corners(photo.pixels) == ["r", "g", "b", "w"]
    assert photo.sha256 == hashlib.sha256(data).hexdigest()
    kept = Image.open(io.BytesIO(upright_jpeg(data)))
    assert (kept.format, kept.size, kept.mode) == ("JPEG", (120, 80), "RGB")


def test_a_camera_that_stores_two_pictures_in_one_file() -> None:
    """MPO: the first is the photo, the second a preview or the other eye's view."""
    data = encoded(picture(), "MPO", save_all=True, append_images=[Image.new("RGB", (120, 80), "black")])
    assert corners(decode(data).pixels) == ["r", "g", "b", "w"]


def test_the_first_frame_of_a_film() -> None:
    frames = [Image.new("RGB", (120, 80), "black")] * 2
    for kind in ("GIF", "WEBP"):
        data = encoded(picture(), kind, save_all=True, append_images=frames)
        assert corners(decode(data).pixels) == ["r", "g", "b", "w"]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_upright(orientation: int, reader: Callable[[bytes], Any]) -> None:
    if reader is decode:
        pixels = decode(turned(orientation)).pixels
    else:
        kept = Image.open(io.BytesIO(upright_jpeg(turned(orientation))))
        assert kept.getexif().get(ORIENTATION, 1) == 1  # else it would be turned twice
        pixels = np.asarray(kept)
    assert pixels.shape == (80, 120, 3)
    assert corners(pixels) == ["r", "g", "b", "w"]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF"])
def test_orientation_counts_in_other_kinds_too(kind: str) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    stored = picture().transpose(Image.Transpose.ROTATE_90)
    options = {"exif": exif.tobytes() if kind == "HEIF" else exif}
    assert corners(decode(encoded(stored, kind, **options)).pixels) == ["r", "g", "b", "w"]


def test_sixteen_bits_a_pixel_are_scaled() -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)
    data = encoded(Image.fromarray(np.tile(ramp, (64, 1))), "PNG")
    row = decode(data).pixels[32]
    np.testing.assert_allclose(row[:, 0], np.arange(256), atol=1)
    assert (row[:, 0] == row[:, 2]).all()


def test_cmyk() -> None:
    assert corners(decode(encoded(picture().convert("CMYK"), "JPEG", quality=95)).pixels) == ["r", "g", "b", "w"]


def test_palette_grey_and_bits() -> None:
    palette = picture().quantize(16)
    assert corners(decode(encoded(palette, "PNG")).pixels) == ["r", "g", "b", "w"]
    grey = decode(encoded(picture().convert("L"), "JPEG")).pixels
    assert grey.shape == (80, 120, 3)
    assert np.ptp(grey, axis=2).max() == 0
    bits = decode(encoded(picture().convert("1", dither=Image.Dither.NONE), "PNG")).pixels
    assert set(np.unique(bits)) == {0, 255}


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_shines_through_is_white(mode: str) -> None:
    """Pillow alone would show what lies behind full transparency, which is often black."""
    if mode == "P":
        image = Image.new("P", (40, 40), 0)
        image.putpalette([0, 0, 0, 255, 0, 0])
        data = encoded(image, "PNG", transparency=0)
    else:
        data = encoded(Image.new(mode, (40, 40), (0,) * len(Image.new(mode, (1, 1)).getbands())), "PNG")
    assert (decode(data).pixels == 255).all()
    assert np.asarray(Image.open(io.BytesIO(upright_jpeg(data)))).min() > 250


@pytest.mark.parametrize("kind", ["JPEG", "HEIF"])
def test_large_photos_stay_whole_for_recognition_and_shrink_to_be_shown(kind: str) -> None:
    data = encoded(picture(4000, 3000), kind)
    photo = decode(data)
    assert photo.is_large
    assert photo.pixels.shape == (3000, 4000, 3)
    assert corners(photo.pixels) == ["r", "g", "b", "w"]
    shown = decode(data, side=OVERVIEW_SIDE)
    assert not shown.is_large
    assert shown.pixels.shape == (960, OVERVIEW_SIDE, 3)
    assert corners(shown.pixels) == ["r", "g", "b", "w"]
    assert Image.open(io.BytesIO(upright_jpeg(data))).size == (4000, 3000)


def test_what_is_recognised_is_what_is_kept() -> None:
    """A face that is corrected later is cut out of the same pixels, but for what a JPEG loses."""
    data = encoded(picture(2600, 1900), "PNG")
    kept = decode(upright_jpeg(data)).pixels
    assert np.abs(kept.astype(int) - decode(data).pixels).mean() < 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_large_photos_are_turned_upright_at_full_size(orientation: int) -> None:
    photo = decode(turned(orientation, (2400, 1600)))
    assert photo.pixels.shape == (1600, 2400, 3)
    assert corners(photo.pixels) == ["r", "g", "b", "w"]


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (2600, 2)])
def test_odd_shapes(size: tuple[int, int]) -> None:
    data = encoded(Image.new("RGB", size, "red"), "PNG")
    assert decode(data).pixels.shape == (size[1], size[0], 3)
    shown = decode(data, side=OVERVIEW_SIDE).pixels
    assert min(shown.shape) >= 1
    assert max(shown.shape[:2]) <= OVERVIEW_SIDE


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "That file is empty"),
        (b"Dear cousin, here is no picture.", r"I can't read that file\. Please send a JPEG"),
        (b"%PDF-1.7\n" + bytes(100), "I can't read that file"),
        (encoded(picture(), "BMP"), "I can't read that file"),
        (encoded(picture(), "TIFF"), "I can't read that file"),
        (b"\xff\xd8\xff", "I can't read that file|damaged"),
        (encoded(picture(), "PNG")[:60], "picture is damaged"),
        (encoded(picture(), "JPEG")[:-900], "picture is damaged"),
        (encoded(picture(), "WEBP")[:-40], "picture is damaged|I can't read"),
        (encoded(picture(), "HEIF")[:-200], "picture is damaged|I can't read"),
        (encoded(picture(), "GIF")[:100], "picture is damaged"),
    ],
)
def test_what_is_no_whole_picture(data: bytes, sentence: str, reader: Callable[[bytes], Any]) -> None:
    with pytest.raises(PhotoError, match=sentence):
        reader(data)


@pytest.mark.parametrize("reader", READERS)
def test_more_than_20_mb_is_refused(reader: Callable[[bytes], Any]) -> None:
    small = encoded(picture(), "JPEG")
    reader(small + bytes(MAX_BYTES - len(small)))  # what follows a JPEG's end is no part of it
    with pytest.raises(PhotoError, match="larger than 20 MB"):
        reader(small + bytes(MAX_BYTES - len(small) + 1))


@pytest.mark.parametrize("reader", READERS)
def test_more_than_50_megapixels_are_refused_by_the_header(reader: Callable[[bytes], Any]) -> None:
    """A bomb: 57 bytes that promise ten gigapixels, refused before a pixel is decoded."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    with pytest.raises(PhotoError, match="more than 50 megapixels"):
        reader(bomb)


def test_nothing_but_the_picture_is_kept() -> None:
    """Where it was taken, by whom, and what was written into it, in every place where a file can carry it."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "SECRET camera"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (48.0, 51.0, 29.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    words = PngImagePlugin.PngInfo()
    words.add_text("comment", "SECRET")
    words.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>SECRET</x:xmpmeta>")
    xmp = b"<x:xmpmeta>SECRET</x:xmpmeta>"
    files = {
        "JPEG": encoded(picture(), "JPEG", exif=exif, comment=b"SECRET", xmp=xmp, icc_profile=profile),
        "PNG": encoded(picture(), "PNG", exif=exif, pnginfo=words),
        "GIF": encoded(picture().quantize(16), "GIF", comment=b"SECRET"),
        "WEBP": encoded(picture(), "WEBP", exif=exif, xmp=xmp),
        "HEIF": encoded(picture(), "HEIF", exif=exif.tobytes(), xmp=xmp),
    }
    for kind, data in files.items():
        assert b"SECRET" in data or kind == "HEIF", kind
        kept = upright_jpeg(data)
        assert b"SECRET" not in kept, kind
        image = Image.open(io.BytesIO(kept))
        assert not dict(image.getexif()), kind
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}, kind


def test_the_same_photo_is_kept_as_the_same_bytes() -> None:
    data = encoded(picture(), "PNG")
    assert upright_jpeg(data) == upright_jpeg(data)


@pytest.mark.filterwarnings("ignore::UserWarning")  # what Pillow has to say of broken EXIF
def test_no_bytes_whatever_do_more_than_be_refused() -> None:
    """Thousands of pictures with a few bytes changed: each is read, or refused with a sentence."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    whole = [
        encoded(picture(40, 30), "JPEG", exif=exif),
        encoded(picture(40, 30), "PNG", exif=exif),
        encoded(picture(40, 30), "WEBP", exif=exif),
        encoded(picture(40, 30), "GIF"),
        encoded(picture(40, 30), "HEIF", exif=exif.tobytes()),
    ]
    dice = random.Random(0)
    read, sentences = 0, []
    for _ in range(1500):
        data = bytearray(dice.choice(whole))
        for _ in range(dice.randint(1, 6)):
            data[dice.randrange(min(len(data), 300))] = dice.randrange(256)
        for reader in READERS:
            try:
                reader(bytes(data))
                read += 1
            except PhotoError as error:
                sentences.append(str(error))
    assert min(read, len(sentences)) > 300
    assert all(sentence.endswith(".") for sentence in sentences)
