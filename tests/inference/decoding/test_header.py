import io

import pytest
from PIL import ExifTags, Image, PngImagePlugin, TiffImagePlugin

from inference.decoding.header import MOST_XMP, Header, header_of
from inference.decoding.limits import FAMILY
from tests.inference.decoding.test_family_files import raw

pytestmark = pytest.mark.unit

XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"


def picture(kind: str, orientation: int = 1, **more: object) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    file = io.BytesIO()
    Image.new("RGB", (32, 24)).save(file, kind, exif=exif.tobytes() if kind == "HEIF" else exif, **more)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "HEIF", "AVIF"])
@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_what_a_picture_carries(kind: str, orientation: int) -> None:
    header = header_of(picture(kind, orientation, xmp=XMP), FAMILY)
    size = (24, 32) if orientation == 6 else (32, 24)
    assert header == Header(*size, orientation, header.xmp)
    assert header.xmp.rstrip(b"\0") == XMP
    assert Header.from_bytes(header.to_bytes()) == header


def test_png_and_tiff() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    png = picture("PNG", pnginfo=info)
    assert header_of(png, FAMILY).xmp == XMP
    pixels, text = png.index(b"IDAT") - 4, png.index(b"iTXt") - 4
    behind = png[:text] + png[pixels : png.index(b"IEND") - 4] + png[text:pixels] + png[png.index(b"IEND") - 4 :]
    assert header_of(behind, FAMILY).xmp == XMP
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[700] = XMP
    tags[ExifTags.Base.Orientation] = 6
    file = io.BytesIO()
    Image.new("RGB", (32, 24)).save(file, "TIFF", tiffinfo=tags)
    assert header_of(file.getvalue(), FAMILY) == Header(24, 32, 6, XMP)


def test_what_programs_write_into_a_raw_file() -> None:
    file = io.BytesIO()
    Image.new("RGB", (1200, 800)).save(file, "JPEG")
    assert header_of(raw(file.getvalue(), 6, xmp=XMP), FAMILY) == Header(800, 1200, 6, XMP)


def test_none_and_too_much() -> None:
    assert header_of(picture("JPEG")).xmp == b""
    assert header_of(picture("WEBP", xmp=b"x" * (MOST_XMP + 1))).xmp == b""
    assert header_of(picture("JPEG", 77)).orientation == 1
