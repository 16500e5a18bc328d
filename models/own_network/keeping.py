"""The files of networks of one's own, each kept once in `weights/`, for as long as a version needs it."""

import contextlib
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from foundation.whole_file import whole_file
from models import wording
from models.own_network.network import FEEDINGS, OwnNetwork, UnusableNetwork, digest_of

_CHUNK: Final = 2**20

_JUST_COME: Final = 24 * 3600
"""Seconds for which a file stays that no version names: the first training with it may be under way."""


def keep(file: Path, weights: Path) -> OwnNetwork:
    """Try the network in `file` out and copy it into `weights`, where it is not there yet.

    It is looked at in its own place there: what it may need beside it is then missing.

    Raises:
        UnusableNetwork: it is no face network, or there is no such file.
        OSError: it can't be copied.
    """
    from models.own_network.graph import require_usable  # OpenVINO: whoever only lists versions need not wait for it

    try:
        if not file.is_file() or file.suffix.lower() != ".onnx":
            raise UnusableNetwork(wording.no_onnx_file())
        own = OwnNetwork(digest_of(file), FEEDINGS[0], weights)
        kept = weights / own.file_name
        fresh = not kept.exists() or digest_of(kept) != own.digest
        if fresh:
            _copy(file, kept)
        else:
            kept.touch()
        try:
            require_usable(kept)
        except BaseException:
            if fresh:
                kept.unlink(missing_ok=True)
            raise
    except UnusableNetwork as error:
        raise UnusableNetwork(wording.network_unusable(file, str(error))) from None
    return own


def kept_networks(weights: Path) -> set[str]:
    """The names of the files in `weights` that are networks of one's own."""
    return {file.name for file in weights.glob("onnx-*.onnx")}


def drop_unneeded(weights: Path, architectures: Iterable[str]) -> list[str]:
    """Delete the files of networks that none of these architectures is; returns their names."""
    needed = {own.file_name for name in architectures if (own := OwnNetwork.named(name)) is not None}
    dropped = []
    for name in sorted(kept_networks(weights) - needed):
        with contextlib.suppress(OSError):
            if time.time() - (weights / name).stat().st_mtime > _JUST_COME:
                (weights / name).unlink()
                dropped.append(name)
    return dropped


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as content, whole_file(target) as out:
        while chunk := content.read(_CHUNK):
            out.write(chunk)
