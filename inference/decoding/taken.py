"""The year in which a photo was taken, as its EXIF says; None where it doesn't, or where that can't be believed.

- A camera whose battery was empty starts at the first day it knows, often the 1st of January 2000.
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
    year = int(found[1])
    if not is_believable(year) or (year >= _FIRST_SCANS and _is_scan(main, exif)):
        return None
    return year


def _is_scan(main: Any, exif: Any) -> bool:
    source = exif.get(ExifTags.Base.FileSource)
    number = source[0] if isinstance(source, bytes) and source else source
    made = (str(main.get(tag, "")) for tag in (ExifTags.Base.Make, ExifTags.Base.Model, ExifTags.Base.Software))
    return number in _SCANNED or any(map(_SCANNERS.search, made))
