"""Files that are given at the command line: scans and the like, which are larger, and of more kinds, than guests'."""

import io
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inference.decoding.formats import may_be_picture
from inference.decoding.limits import FAMILY, MAX_BYTES, MAX_PIXELS, MAX_SIDE
from inference.decoding.photo import PhotoError, decode, upright_jpeg
from inference.decoding.sandbox import Decoding
from tests.inference.decoding.bombs import png
from tests.inference.decoding.test_photo import ORIENTATION, corners, encoded, picture


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


def kept(data: bytes) -> "np.ndarray[Any, np.dtype[np.uint8]]":
    return np.asarray(opened(upright_jpeg(data, FAMILY)))


@pytest.mark.parametrize("kind", ["TIFF", "AVIF", "BMP", "JPEG", "HEIF"])
def test_kinds_that_scanners_and_browsers_make(kind: str) -> None:
    data = encoded(picture(), kind)
    assert may_be_picture(data[:64])
    for pixels in (kept(data), decode(data, FAMILY).pixels):
        assert pixels.shape == (80, 120, 3)
        assert corners(pixels) == ["r", "g", "b", "w"]


@pytest.mark.parametrize("kind", ["TIFF", "BMP"])
def test_guests_keep_their_kinds(kind: str) -> None:
    for reader in (decode, upright_jpeg):
        with pytest.raises(PhotoError, match="I can't read that file"):
            reader(encoded(picture(), kind))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF"])
def test_guests_send_what_telephones_and_browsers_make(kind: str) -> None:
    for pixels in (decode(encoded(picture(), kind)).pixels, np.asarray(opened(upright_jpeg(encoded(picture(), kind))))):
        assert corners(pixels) == ["r", "g", "b", "w"]


@pytest.mark.parametrize("kind", ["TIFF", "AVIF"])
def test_they_are_turned_upright_once(kind: str) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    data = encoded(picture().transpose(Image.Transpose.ROTATE_90), kind, exif=exif)
    for pixels in (kept(data), decode(data, FAMILY).pixels):
        assert pixels.shape == (80, 120, 3)
        assert corners(pixels) == ["r", "g", "b", "w"]


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_deflate", "jpeg"])
def test_scans_however_they_are_packed(compression: str | None) -> None:
    assert corners(kept(encoded(picture(), "TIFF", compression=compression))) == ["r", "g", "b", "w"]


def test_scans_of_several_pages_and_of_other_depths() -> None:
    pages = encoded(picture(), "TIFF", save_all=True, append_images=[Image.new("RGB", (50, 50))])
    assert corners(kept(pages)) == ["r", "g", "b", "w"]
    assert corners(kept(encoded(picture().convert("CMYK"), "TIFF"))) == ["r", "g", "b", "w"]
    deep = kept(encoded(Image.fromarray(np.full((40, 60), 128 * 256, np.uint16)), "TIFF"))
    assert abs(int(deep.mean()) - 128) <= 1
    assert kept(encoded(picture().convert("1"), "TIFF")).shape == (80, 120, 3)


def test_more_than_50_megapixels_are_reduced_to_what_can_be_decoded_again() -> None:
    data = encoded(picture(10_000, 6_000).quantize(16), "PNG")
    with pytest.raises(PhotoError, match="more than 50 megapixels"):
        upright_jpeg(data)
    jpeg = upright_jpeg(data, FAMILY)
    width, height = opened(jpeg).size
    assert MAX_PIXELS * 0.99 < width * height <= MAX_PIXELS
    assert corners(decode(jpeg).pixels) == ["r", "g", "b", "w"]
    assert decode(data, FAMILY).pixels.shape == (height, width, 3)


def test_more_than_20_mb_are_read() -> None:
    data = encoded(picture(), "JPEG") + bytes(MAX_BYTES)
    with pytest.raises(PhotoError, match="larger than 20 MB"):
        upright_jpeg(data)
    assert corners(kept(data)) == ["r", "g", "b", "w"]


def test_what_is_kept_is_never_larger_than_what_can_be_decoded_again() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (5000, 7000, 3), np.uint8)
    jpeg = upright_jpeg(encoded(Image.fromarray(noise), "BMP"), FAMILY)
    assert len(jpeg) <= MAX_BYTES
    decode(jpeg)


def test_a_panorama_longer_than_a_jpeg_can_be() -> None:
    data = encoded(Image.new("1", (MAX_SIDE + 500, 200)), "PNG")
    assert max(opened(upright_jpeg(data, FAMILY)).size) <= MAX_SIDE


def test_the_family_has_limits_too() -> None:
    with pytest.raises(PhotoError) as refused:
        upright_jpeg(png(30_000, 30_000, bits=1), FAMILY)
    assert refused.value.reason == "the picture has more than 400 megapixels"


def raw(preview: bytes | None, orientation: int = 1, *, shape: int = 32803, xmp: bytes = b"") -> bytes:
    """A DNG as cameras write them: a thumbnail, a raw picture in a directory below, and maybe a preview in another."""

    def directory(at: int, entries: list[tuple[int, int, int, int]]) -> bytes:
        packed = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
        return struct.pack("<H", len(entries)) + packed + struct.pack("<I", 0)

    first, second, third, content = 8, 200, 400, 600
    data = bytearray(content)
    data[:8] = b"II*\0" + struct.pack("<I", first)
    subs = struct.pack("<II", second, third)
    data[180:188] = subs
    main = [(254, 4, 1, 1), (256, 4, 1, 8), (257, 4, 1, 8), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    main += [(273, 4, 1, content), (274, 3, 1, orientation), (279, 4, 1, 64)]
    main.append((330, 4, 2, 180) if preview is not None else (330, 4, 1, second))
    if xmp:
        main.append((700, 1, len(xmp), content + 64 + len(preview or b"")))
    data[first : first + len(directory(first, main))] = directory(first, main)
    sensor = [(256, 4, 1, 4000), (257, 4, 1, 3000), (259, 3, 1, 7), (262, 3, 1, shape)]
    sensor += [(273, 4, 1, content), (279, 4, 1, 64)]
    data[second : second + len(directory(second, sensor))] = directory(second, sensor)
    if preview is not None:
        shown = [(254, 4, 1, 1), (259, 3, 1, 7), (262, 3, 1, 6), (273, 4, 1, content + 64), (279, 4, 1, len(preview))]
        data[third : third + len(directory(third, shown))] = directory(third, shown)
    return bytes(data) + bytes(64) + (preview or b"") + xmp


@pytest.mark.parametrize("shape", [32803, 34892])
def test_of_a_raw_picture_the_cameras_preview_is_read(shape: int) -> None:
    data = raw(encoded(picture(1200, 800), "JPEG"), shape=shape)
    assert may_be_picture(data[:64])
    assert kept(data).shape == (800, 1200, 3)
    assert corners(kept(data)) == ["r", "g", "b", "w"]


def test_a_raw_pictures_preview_is_turned_as_the_camera_was_held() -> None:
    lying = picture(1200, 800).transpose(Image.Transpose.ROTATE_90)
    assert corners(kept(raw(encoded(lying, "JPEG"), orientation=6))) == ["r", "g", "b", "w"]


def test_a_raw_picture_without_a_preview_or_with_a_thumbnail_only() -> None:
    for preview in (None, encoded(picture(160, 120), "JPEG")):
        with pytest.raises(PhotoError) as refused:
            upright_jpeg(raw(preview), FAMILY)
        assert refused.value.fault == "raw"


def test_a_broken_raw_picture_is_refused() -> None:
    data = bytearray(raw(encoded(picture(1200, 800), "JPEG")))
    data[180:188] = struct.pack("<II", 200, 8)  # directories in a circle
    for broken in (bytes(data), bytes(data[:150]), bytes(data[:620])):
        with pytest.raises(PhotoError):
            upright_jpeg(broken, FAMILY)


@pytest.mark.e2e
async def test_in_a_process_of_its_own() -> None:
    scan = encoded(picture(), "TIFF")
    async with Decoding.of_family_files(workers=1) as decoding:
        assert await decoding.upright_jpeg(scan) == upright_jpeg(scan, FAMILY)
        assert (await decoding.decode(scan)).pixels.shape == (80, 120, 3)
    async with Decoding(workers=1) as decoding:
        with pytest.raises(PhotoError, match="I can't read that file"):
            await decoding.upright_jpeg(scan)
