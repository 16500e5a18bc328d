"""The year in which a photo was taken, as its EXIF says; None where it doesn't, or where that can't be believed.

- A camera whose battery was empty starts at the first day it knows, often the 1st of January 2000, and counts on from
  there. It also writes by which edition of EXIF it writes, which is younger than such a day.
- What a scanner writes is the day of the scan, unless somebody has put an earlier one there: before 1995 nobody scanned
  family albums at home.
- When a file was changed, or made digital, is not when the picture was taken.
"""

import re
from pathlib import Path
from typing import Any, Final

from PIL import ExifTags, Image

from foundation.photo_dates import is_believable
from inference.decoding.formats import FAMILY_FORMATS

_WRITTEN: Final = re.compile(r"(\d{4})[:\-/.](\d\d)[:\-/.](\d\d)")
_CLOCKS_START: Final = frozenset({"1904-01-01", "1970-01-01", "1980-01-01", "2000-01-01"})
_SCANNERS: Final = re.compile("scan", re.IGNORECASE)
_SCANNED: Final = (1, 2)
"""Values of `FileSource`: a scanner of films, one of prints."""
_FIRST_SCANS: Final = 1995
_CAMERA: Final = 3
"""The value of `FileSource` that digital cameras write, and no scanner."""
_EDITIONS: Final = {"0220": 2002, "0221": 2003, "0230": 2010, "0231": 2016, "0232": 2019, "0300": 2023}
"""Of EXIF, and the years in which they came out."""


def year_taken(image: Image.Image) -> int | None:
    """Of an opened picture, no pixel of which need be decoded."""
    try:
        main = image.getexif()
        return _believed(main, main.get_ifd(ExifTags.IFD.Exif))
    except Exception:  # whatever a program may have written there, the picture itself is fine
        return None


def year_in_file(path: Path) -> int | None:
    """Of a file of the family's own, of which the header is read; None for what is no picture."""
    try:
        with Image.open(path, formats=FAMILY_FORMATS) as image:
            return year_taken(image)
    except Exception:  # it is told elsewhere that a file can't be read
        return None


def _believed(main: Any, exif: Any) -> int | None:
    tag = ExifTags.Base.DateTimeOriginal
    found = _WRITTEN.match(str(exif.get(tag) or main.get(tag, "")).strip())
    if found is None or "-".join(found.groups()) in _CLOCKS_START:
        return None
    year, source = int(found[1]), _file_source(exif)
    if not is_believable(year) or (year >= _FIRST_SCANS and (source in _SCANNED or _is_scanner(main))):
        return None
    edition = exif.get(ExifTags.Base.ExifVersion, b"")
    written = edition.decode("ascii", "replace") if isinstance(edition, bytes) else str(edition)
    return None if source == _CAMERA and year < _EDITIONS.get(written, 0) else year


def _file_source(exif: Any) -> object:
    source = exif.get(ExifTags.Base.FileSource)
    return source[0] if isinstance(source, bytes) and source else source


def _is_scanner(main: Any) -> bool:
    tags = (ExifTags.Base.Make, ExifTags.Base.Model, ExifTags.Base.Software)
    return any(_SCANNERS.search(str(main.get(tag, ""))) for tag in tags)
