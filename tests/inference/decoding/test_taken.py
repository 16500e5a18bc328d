"""The year in which a photo was taken: what a camera writes is believed, what a clock or a scanner made up is not."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from inference.decoding.limits import FAMILY
from inference.decoding.photo import PhotoError, decode, upright_jpeg, year_of
from inference.decoding.sandbox import Decoding
from inference.decoding.taken import year_in_file
from tests.inference.decoding.test_family_files import raw


def dated(taken: Any, kind: str = "JPEG", size: tuple[int, int] = (40, 30), **others: Any) -> bytes:
    """A picture whose camera says that it was taken then; `others` are further EXIF tags."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 1  # without any of these Pillow writes none of those
    within = exif.get_ifd(ExifTags.IFD.Exif)
    if taken is not None:
        within[ExifTags.Base.DateTimeOriginal] = taken
    for name, value in others.items():
        (exif if name in ("Make", "Model", "Software", "DateTime") else within)[ExifTags.Base[name].value] = value
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, exif=exif)
    return file.getvalue()


def with_date(jpeg: bytes, taken: str) -> bytes:
    """The same JPEG as from a camera."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    file = io.BytesIO()
    with Image.open(io.BytesIO(jpeg)) as image:
        image.save(file, "JPEG", quality="keep", exif=exif)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_of_every_kind_of_picture(kind: str, tmp_path: Path) -> None:
    data = dated("2014:05:03 10:00:00", kind)
    (tmp_path / "photo").write_bytes(data)
    assert decode(data, FAMILY).year == year_of(data, FAMILY) == year_in_file(tmp_path / "photo") == 2014
    assert decode(upright_jpeg(data, FAMILY)).year is None  # in what is kept there is no date


@pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")
@pytest.mark.parametrize(
    ("data", "year"),
    [
        (dated(None), None),
        (dated("2014-05-03T10:00:00"), 2014),
        (dated("1962:01:01 00:00:00"), 1962),  # by hand, of an old print
        (dated("0000:00:00 00:00:00"), None),
        (dated("    :  :     :  :  "), None),
        (dated("2999:05:03 10:00:00"), None),
        (dated("1014:05:03 10:00:00"), None),
        (dated("2000:01:01 00:03:12"), None),  # a clock that was never set
        (dated("1970:01:01 00:00:00"), None),
        (dated("2015:01:01 00:03:12"), 2015),  # a good New Year
        (dated(None, DateTime="2014:05:03 10:00:00"), None),  # when it was last changed
        (dated(None, DateTimeDigitized="2014:05:03 10:00:00"), None),  # when it was scanned
        (dated("2014:05:03 10:00:00", Make="EPSON", Model="Epson Scan"), None),
        (dated("2014:05:03 10:00:00", Software="VueScan 9"), None),
        (dated("1962:05:03 10:00:00", Software="VueScan 9"), 1962),  # corrected by hand since
        (dated("2014:05:03 10:00:00", FileSource=b"\x02"), None),
        (dated("2014:05:03 10:00:00", FileSource=b"\x03"), 2014),
        (dated("2014:05:03 10:00:00", FileSource=b"\x03", ExifVersion=b"0230"), 2014),
        # Weeks after its battery was empty: in 2000 nobody wrote so. A print that was dated by hand is no camera's.
        (dated("2000:03:14 10:00:00", FileSource=b"\x03", ExifVersion=b"0230"), None),
        (dated("1962:03:14 10:00:00", ExifVersion=b"0231"), 1962),
        (dated(7), None),
    ],
)
def test_what_is_believed(data: bytes, year: int | None) -> None:
    assert year_of(data) == decode(data).year == year


def test_of_a_raw_picture_by_its_preview() -> None:
    preview = dated("2014:05:03 10:00:00", size=(1200, 800))
    assert year_of(raw(preview), FAMILY) == 2014


def test_a_file_that_is_no_picture_has_no_year(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"Dear cousin")
    assert year_in_file(tmp_path / "photo.jpg") is year_in_file(tmp_path / "gone.jpg") is None


@pytest.mark.e2e
async def test_a_decoder_apart_says_the_same() -> None:
    async with Decoding(workers=1) as decoding:
        for data, year in ((dated("2014:05:03 10:00:00"), 2014), (dated(None), None)):
            assert (await decoding.decode(data)).year == await decoding.year_of(data) == year
        with pytest.raises(PhotoError):
            await decoding.year_of(b"Dear cousin")
