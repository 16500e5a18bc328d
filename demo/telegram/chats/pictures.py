"""What a phone and the server do to a picture: recompressed JPEGs in several sizes, nothing of the EXIF left."""

import io

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

SIDES = (90, 320, 800, 1280)
ORDINARY = ("JPEG", "PNG", "WEBP", "GIF")


def jpeg_sizes(
    data: bytes, sides: tuple[int, ...] = SIDES, formats: tuple[str, ...] | None = None
) -> list[tuple[int, int, bytes]]:
    """(width, height, JPEG) for each side up to the picture's own, smallest first.

    The picture is turned upright before its metadata is dropped. Raises ValueError if it is no picture, or in
    none of these formats. CPU-bound: call it in a thread.
    """
    pillow_heif.register_heif_opener()  # phones turn HEIC into JPEG when a picture is sent as a photo
    try:
        with Image.open(io.BytesIO(data), formats=formats) as opened:
            opened.draft("RGB", (2 * sides[-1], 2 * sides[-1]))
            picture = _flattened(ImageOps.exif_transpose(opened))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("this is not a picture that can be opened") from error
    longest = max(picture.size)
    wanted = sorted({min(side, longest) for side in sides})
    return [_encoded(picture, side) for side in wanted]


def _flattened(picture: Image.Image) -> Image.Image:
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layers = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layers.size, "white"), layers).convert("RGB")


def _encoded(picture: Image.Image, side: int) -> tuple[int, int, bytes]:
    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=87)
    return small.width, small.height, buffer.getvalue()
