"""What a file is that holds no picture: told by its first bytes, then by its name."""

import mimetypes
import shlex
from pathlib import Path
from typing import Final

from data.files.library import SUFFIXES
from inference.decoding.formats import HEAD, may_be_picture
from inference.wording import raw_picture
from training.importing import wording
from training.importing.outcome import Refused

_TYPES: Final = mimetypes.MimeTypes()  # Python's own: what each system knows besides would differ
_VIDEOS: Final = frozenset({".3gp", ".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpg", ".mts", ".vob"})
_RAW: Final = frozenset(
    {".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos", ".mrw", ".nef", ".nrw"}
    | {".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f"}
)
_OTHER_PICTURES: Final = frozenset({".ai", ".eps", ".ico", ".jp2", ".pcx", ".psd", ".svg", ".tga", ".xcf"})
_UNPACKING: Final = {
    ".zip": "unzip {file} -d {folder}",
    ".tar": "mkdir {folder} && tar -xf {file} -C {folder}",
    ".7z": "7z x {file} -o{folder}",
    ".rar": "unrar x {file} {folder}/",
}
_TARRED: Final = (".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst")
_RAW_HEADS: Final = (b"FUJIFILMCCD-RAW", b"IIU\0", b"IIRO", b"IIRS", b"MMOR", b"FOVb")
_VIDEO_HEADS: Final = (b"\x1aE\xdf\xa3", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"FLV", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11")
_JPEG_XL_HEADS: Final = (b"\xff\x0a", b"\0\0\0\x0cJXL \x0d\x0a\x87\x0a")
_TEXT: Final = bytes({7, 8, 9, 10, 12, 13, 27} | set(range(32, 256)))


def refusal(path: Path) -> Refused | None:
    """Why a file is not tried; None for one that may be a picture, which the decoder will tell."""
    if not path.exists() and path.is_symlink():
        return Refused("unreadable", wording.dead_link())
    if path.exists() and not path.is_file():
        return Refused("left_out", wording.special_file())  # a pipe would keep its reader waiting for ever
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        return Refused("unreadable", wording.file_unreadable(error.strerror or str(error)))
    return refusal_by(path, head)


def refusal_by(path: Path, head: bytes) -> Refused | None:
    """The same of a file that is called so and begins so."""
    return None if may_be_picture(head) else _no_picture(path, head)


def unpacking(path: Path) -> str | None:
    """The command that unpacks an archive, into a folder beside it; None for what is called otherwise."""
    name = path.name.casefold()
    suffix = ".tar" if name.endswith(_TARRED) else path.suffix.casefold()
    if suffix not in _UNPACKING:
        return None
    folder = path.with_name(path.name[: name.rfind(".tar")] if ".tar" in name else path.stem)
    return _UNPACKING[suffix].format(file=shlex.quote(str(path)), folder=shlex.quote(str(folder)))


def _no_picture(path: Path, head: bytes) -> Refused | None:
    suffix = path.suffix.casefold()
    mime = _TYPES.guess_type(path.name)[0] or ""
    if suffix == ".jxl" or head.startswith(_JPEG_XL_HEADS):
        return Refused("left_out", wording.jpeg_xl())
    if suffix in _RAW or head.startswith(_RAW_HEADS) or head[4:12] == b"ftypcrx ":
        return Refused("left_out", raw_picture())
    if suffix in SUFFIXES:
        return None if not head or head.translate(None, _TEXT) else Refused("unreadable", wording.text_called_picture())
    if not head:
        return Refused("left_out", wording.empty_file())
    if command := unpacking(path):
        return Refused("left_out", wording.archive(command))
    if suffix in _VIDEOS or mime.startswith("video/") or _is_video(head):
        return Refused("left_out", wording.video())
    if mime.startswith("audio/"):
        return Refused("left_out", wording.sound())
    if suffix in _OTHER_PICTURES or mime.startswith("image/"):
        return Refused("left_out", wording.other_picture())
    if not head.translate(None, _TEXT):
        return Refused("left_out", wording.text())
    return Refused("left_out", wording.no_picture())


def _is_video(head: bytes) -> bool:
    return head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide") or head[8:12] == b"AVI " or head.startswith(_VIDEO_HEADS)
