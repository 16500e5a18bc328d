"""`photos point`: which face of a photo is the cousin's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from cli import wording
from cli.options import FILE
from cli.photos.command import photos
from cli.printing import progress_bars
from cli.resources import device_of, face_network, labelled_photos, load_face_detector, open_home, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from data.files.library import LabelledPhoto
    from foundation.box import Box


@photos.command()
@click.argument("cousin")
@click.argument("file", metavar="PHOTO", type=FILE)
@click.argument("face")
def point(cousin: str, file: Path, face: str) -> None:
    """Say which face of a photo is COUSIN's, where training can't tell.

    \b
    cousinbot photos point ben clara/clara_7.jpg 2
    cousinbot photos point ben clara/clara_7.jpg none      none of its faces is Ben's
    cousinbot photos point ben clara/clara_7.jpg undo      take back what was said of it

    FACE is its number on the page that “photos check” writes. The next training goes by it. The page Review, and
    /faces in the chat, do the same with a tap.

    COUSIN is exactly the name of their folder; PHOTO is a file in the photos' folder, as “photos check” and “train”
    print it.
    """
    home = open_home(read_settings())
    path = (file if file.exists() else home.photos / file).resolve()
    found = [one for one in labelled_photos(None) if one.cousin == cousin and one.path.resolve() == path]
    if not found or found[0].sha256 is None:
        raise click.UsageError(wording.not_filed_under(cousin, file))
    [photo, *_] = found
    if face == "undo":
        asyncio.run(_note(photo, None, undo=True))
        click.echo(wording.pointing_taken_back(cousin, file))
    elif face == "none":
        asyncio.run(_note(photo, None))
        click.echo(wording.none_is(cousin, file))
    else:
        asyncio.run(_note(photo, _face(photo, face)))
        click.echo(wording.pointed_at(cousin, file, face))


def _face(photo: LabelledPhoto, number: str) -> Box:
    """The face of this number, as training counts them."""
    from data.files.face_cache import FaceCache
    from foundation.progress import silent
    from training.dataset.extracted_faces import ExtractedFaces
    from training.dataset.face_extractor import FaceExtractor, PhotoPart

    settings = read_settings()
    with progress_bars() as progress:
        detector = load_face_detector(settings, progress)
    cache = FaceCache(open_home(settings).face_cache)
    extractor = FaceExtractor(face_network(settings), detector, device_of(settings), cache)
    [faces] = extractor.extract([PhotoPart(photo.path, sha256=photo.sha256)], silent)
    boxes = [face.box for face in faces.faces if face.found] if isinstance(faces, ExtractedFaces) else []
    if not number.isdecimal() or not 0 < int(number) <= len(boxes):
        raise click.UsageError(wording.no_such_face(photo.path, len(boxes)))
    return boxes[int(number) - 1]


async def _note(photo: LabelledPhoto, box: Box | None, *, undo: bool = False) -> None:
    from data.store.store import Store

    async with Store.open(open_home(read_settings()).database) as store:
        if undo:
            await store.pointed_faces.take_back(photo.sha256 or "", photo.cousin)
        else:
            await store.pointed_faces.point(photo.sha256 or "", photo.cousin, box, 0)
