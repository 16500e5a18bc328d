"""`guess`: who is in a photo."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import click

from cli import wording
from cli.group import main
from cli.options import FILE, JSON
from cli.resources import device_of, open_home, read_settings
from foundation.file_names import readable
from foundation.formats import percent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.facts.factbook import FactBook
    from foundation.face import RecognizedFace
    from inference.decoding.photo import Photo
    from inference.decoding.sandbox import Decoding
    from inference.recognizer import Recognizer

_AT_ONCE = 16
_MOST_PIXELS = 300 * 2**20  # bytes; with more in memory they are looked at before others are read


@main.command()
@click.argument("files", metavar="PHOTO…", nargs=-1, required=True, type=FILE)
@JSON
def guess(files: tuple[Path, ...], as_json: bool) -> None:
    """Name the faces in photos: cousinbot guess reunion.jpg

    The trained version answers alone, without the corrections that it has not learned from yet.
    """
    from actions.answers.face_json import face_json, share
    from actions.answers.sentences import as_told
    from actions.cousins import Names
    from data.facts.facts_file import FactsFile
    from data.files.library import PhotoLibrary
    from inference.champion import load_who_answers
    from inference.faces.detectors import load_detector
    from models.registry import Registry, RegistryError

    settings = read_settings()
    home = open_home(settings)
    answering = load_who_answers(Registry(home.models), load_detector(home.weights), device_of(settings))
    if answering is None:
        raise RegistryError(wording.nothing_trained())
    recognizer = answering.recognizer
    if answering.trouble:
        click.echo(answering.trouble, err=True)
    family = {*recognizer.cousins, *PhotoLibrary(home.photos).cousins_there()}
    facts = FactsFile(settings.facts, lambda: family)
    names = Names(facts.book(), family)
    if facts.error:
        click.echo(facts.error, err=True)
    answers: list[dict[str, Any]] = []
    failed = False
    for file, found in asyncio.run(_recognized(recognizer, files, facts.book())):
        if isinstance(found, str):
            failed = True
            answers.append({"photo": click.format_filename(file), "error": found, "faces": []})
            continue
        told = [as_told(face, names.wants_no_name) for face in found]
        faces = [
            face_json(number, face, names, to_admins=True).model_dump(mode="json")
            | {
                "fact": next(iter(names.facts(face.named)), None) if face.named else None,
                "found": face.found,
                "flaw": face.flaw,
                "similarity": round(face.similarity, 4),
                "runners_up": [
                    {"cousin": c.cousin, "name": names.shown(c.cousin), "confidence": share(c.probability)}
                    for c in face.runners_up
                ],
            }
            for number, face in enumerate(told, 1)
        ]
        left_out = {"faces_left_out": found[0].left_out} if found[0].left_out else {}
        answers.append({"photo": click.format_filename(file), "error": None, "faces": faces} | left_out)
    if as_json:
        click.echo(json.dumps({"version": recognizer.version, "photos": answers}))
    else:
        for answer in answers:
            _print_answer(answer, is_picture=recognizer.sees_pictures)
    if failed:
        sys.exit(1)


async def _recognized(
    recognizer: Recognizer, files: Sequence[Path], book: FactBook
) -> list[tuple[Path, tuple[RecognizedFace, ...] | str]]:
    """Each file's faces, or why it can't be read; some at a time, which is faster than one by one."""
    from inference.decoding.photo import Photo
    from inference.decoding.sandbox import Decoding
    from models.graph import cores

    recognized: list[tuple[Path, tuple[RecognizedFace, ...] | str]] = []
    async with Decoding.of_family_files(min(cores(), len(files))) as decoding:
        waiting: list[tuple[Path, Photo | str]] = []
        for start in range(0, len(files), cores()):
            together = files[start : start + cores()]
            waiting += zip(together, await asyncio.gather(*(_read(decoding, file) for file in together)), strict=True)
            photos = [photo for _, photo in waiting if isinstance(photo, Photo)]
            size = sum(photo.pixels.nbytes for photo in photos)
            if len(waiting) < _AT_ONCE and size < _MOST_PIXELS and start + cores() < len(files):
                continue
            unborn = [book.unborn(photo.year) for photo in photos]
            found = iter(recognizer.recognize(photos, unborn=unborn) if photos else [])
            recognized += [(file, photo if isinstance(photo, str) else next(found)) for file, photo in waiting]
            waiting.clear()
    return recognized


async def _read(decoding: Decoding, file: Path) -> Photo | str:
    from inference.decoding.photo import PhotoError, family_file

    try:
        if why := await asyncio.to_thread(_no_file, file):
            return why
        return await decoding.decode(await asyncio.to_thread(family_file, file))
    except PhotoError as error:
        return str(error)
    except FileNotFoundError:
        return wording.no_such_file()
    except OSError as error:
        return wording.file_unreadable(error.strerror or str(error))


def _no_file(path: Path) -> str | None:
    if path.is_dir():
        return wording.photos_of_folder(path)
    if path.exists() and not path.is_file():  # a pipe would keep its reader waiting for ever
        return wording.no_ordinary_file()
    return None


def _print_answer(answer: dict[str, Any], *, is_picture: bool) -> None:
    photo, faces = readable(answer["photo"]), answer["faces"]
    if answer["error"]:
        click.echo(f"{photo}: {answer['error']}", err=True)
    for face in faces:
        place = wording.face_number(photo, face["number"]) if len(faces) > 1 else photo
        click.echo(_sentence(place, face, is_picture=is_picture))
        if not face["found"] and not face["flaw"] and not is_picture:
            click.echo(wording.whole_picture())
        if face["fact"]:
            click.echo(f"  {face['fact']}")
    if left_out := answer.get("faces_left_out"):
        click.echo(wording.faces_left_out(photo, len(faces), left_out))


def _sentence(place: str, face: dict[str, Any], *, is_picture: bool) -> str:
    match face["flaw"]:
        case "too_small":
            return (wording.face_too_small if face["found"] else wording.picture_too_small)(place)
        case "too_dark":
            return (wording.face_too_dark if face["found"] else wording.picture_too_dark)(place)
        case "too_blurred":
            return (wording.face_too_blurred if face["found"] else wording.picture_too_blurred)(place)
        case "too_far_turned":
            return (wording.face_too_far_turned if face["found"] else wording.picture_without_face)(place)
    sure = percent(min(face["confidence"], 0.99))
    if face["name"] is None:
        return (wording.picture_is_unknown if is_picture else wording.face_is_unknown)(place, sure)
    if face["answer"] == "either":
        return wording.face_is_either(place, face["name"], face["runners_up"][0]["name"])
    if face["answer"] == "maybe":
        return wording.face_may_be(place, face["name"])
    if not face["runners_up"]:
        return wording.face_is(place, face["name"], sure)
    others = [wording.other_name(other["name"], percent(other["confidence"])) for other in face["runners_up"]]
    return wording.face_is_one_of(place, face["name"], sure, others)
