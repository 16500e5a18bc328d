"""Cameras' raw pictures (DNG, NEF, CR2, ARW, PEF): the JPEG that the camera put beside the raw one.

They are TIFF files. What a raw picture looks like is a matter of taste and of libraries larger than the rest of
decoding; the preview is what the camera itself showed.
"""

import io
from collections.abc import Collection, Iterator
from typing import Any, Final

from PIL import ExifTags, Image, JpegImagePlugin, TiffImagePlugin

LEAST_SIDE: Final = 640
"""The longest side, in pixels, from which a preview is more than a thumbnail."""

_RAW: Final = (32803, 34892)
"""Values of `PhotometricInterpretation`: a colour filter array, and what was made of one without a camera's taste."""
_JPEG: Final = (6, 7)
"""Values of `Compression`."""
_XMP: Final = 700
"""The tag in which programs keep theirs."""
_MOST: Final = 32
"""Directories that are read of a file: a camera writes four or five, and a made-up file may chain them endlessly."""


class RawWithoutPreview(Exception):
    """It is a raw picture, and nothing that could be shown lies beside it."""


def camera_preview(data: bytes, formats: Collection[str]) -> Image.Image | None:
    """The largest preview in a raw picture, with the orientation and the date that the file names; None where it is no
    raw picture.

    Raises `RawWithoutPreview`, and what Pillow raises of files that are broken.
    """
    if TiffImagePlugin.TiffImageFile.format not in formats or not data.startswith(tuple(TiffImagePlugin.PREFIXES)):
        return None
    directories = list(_directories(data))
    canon = data[8:10] == b"CR"
    if not canon and not any(one.get(ExifTags.Base.PhotometricInterpretation) in _RAW for one in directories):
        return None
    previews = [jpeg for number, one in enumerate(directories) for jpeg in _jpegs(data, one, number == 0)]
    if not previews:
        raise RawWithoutPreview
    preview = Image.open(io.BytesIO(max(previews, key=len)), formats=(JpegImagePlugin.JpegImageFile.format,))
    if max(preview.size) < LEAST_SIDE:
        raise RawWithoutPreview
    if "xmp" not in preview.info and _XMP in directories[0]:
        preview.info["xmp"] = directories[0][_XMP]
    preview.getexif().setdefault(ExifTags.Base.Orientation, directories[0].get(ExifTags.Base.Orientation, 1))
    date = ExifTags.Base.DateTimeOriginal
    if taken := next((one[date] for one in directories if date in one), None):
        preview.getexif().setdefault(date, taken)
    return preview


def _directories(data: bytes) -> Iterator[Any]:
    """The file's directories (IFDs), those within others too."""
    file = io.BytesIO(data)
    seen: set[int] = set()
    head = data[: 16 if data[2] == 43 else 8]  # of a BigTIFF, as Pillow tells one
    waiting = [TiffImagePlugin.ImageFileDirectory_v2(head).next]
    while waiting and len(seen) < _MOST:
        offset = waiting.pop(0)
        if not offset or offset in seen:
            continue
        seen.add(offset)
        file.seek(offset)
        directory = TiffImagePlugin.ImageFileDirectory_v2(head)
        directory.load(file)
        yield directory
        within = directory.get(ExifTags.Base.SubIFDs, ())
        exif = directory.get(ExifTags.Base.ExifOffset)
        waiting += [directory.next, exif, *(within if isinstance(within, tuple) else (within,))]


def _jpegs(data: bytes, directory: Any, is_first: bool) -> Iterator[bytes]:
    """What may be a preview. Of Canon's files the first directory has one, and another the raw picture, a JPEG too."""
    tag = ExifTags.Base
    places = [(directory.get(tag.JpegIFOffset), directory.get(tag.JpegIFByteCount))]
    shown = directory.get(tag.PhotometricInterpretation, None if is_first else _RAW[0])
    if directory.get(tag.Compression) in _JPEG and shown not in _RAW:
        starts, sizes = directory.get(tag.StripOffsets, ()), directory.get(tag.StripByteCounts, ())
        if len(starts) == len(sizes) == 1:
            places.append((starts[0], sizes[0]))
    for start, size in places:
        if start and size and data.startswith(b"\xff\xd8\xff", start):
            yield data[start : start + size]
