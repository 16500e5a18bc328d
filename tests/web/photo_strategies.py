"""For schemathesis: what it sends as a picture is one, mostly."""

import io

import schemathesis
from hypothesis import strategies as st
from PIL import Image

import inference.decoding.formats  # noqa: F401  which lets Pillow write HEIC


def encoded(kind: str) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((90, 60)).save(file, kind)
    return file.getvalue()


KINDS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
    "image/heif": "HEIF",
    "image/avif": "AVIF",
    "image/gif": "GIF",
}
for media_type, kind in KINDS.items():
    schemathesis.openapi.media_type(media_type, st.just(encoded(kind)))
