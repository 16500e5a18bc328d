"""`cousinbot`, the one command: what was typed in, the rooms at work, what is printed out.

Every command imports its room when it runs, so that `cousinbot --help` needs neither torch nor telegram.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import torch

    from data.corrections import Correction
    from data.home import Home
    from data.library import LabelledPhoto
    from data.settings import Settings
    from inference.faces import FaceDetector
    from models.architectures import Architecture
    from models.card import Skipped
    from training.dataset import LabelledFile
    from training.progress import Progress

# torch's threads would spin while they wait for each other: with another process at work on the same cores, such as
# training beside the bot, a face took 1 s instead of 30 ms. It must be said before torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
_PHOTOS = click.option("--photos", type=_FOLDER, help="A folder a cousin; default: photos/ in COUSINBOT_HOME.")
_ARCH = click.option(
    "--arch", default="face", show_default=True, help="face, resnet34, resnet50 or any torchvision one."
)
_CROP = click.option(
    "--crop", type=click.Choice(["aligned", "face", "whole"]), help="What the network sees of a photo."
)
_SCRATCH = click.option("--from-scratch", is_flag=True, help="Start from random weights instead of pretrained ones.")
_UNFROZEN = click.option("--unfrozen-epochs", type=click.IntRange(0), help="Epochs with everything unfrozen.")

_COMMAND_LINE = 0
"""Whose decision it is when nobody of Telegram's decided; no person there has this number."""
_ROOMS = {"bot", "data", "demo", "inference", "models", "training"}


class _Commands(click.Group):
    """Commands that fail in one sentence, with exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params["traceback"]:
                raise
            if type(error).__module__.partition(".")[0] in _ROOMS:  # the rooms' own errors are written for people
                _say_left_out(getattr(error, "skipped", ()))
                raise click.ClickException(str(error)) from None
            raise click.ClickException(
                f"Something went wrong that nobody foresaw ({type(error).__name__}: {error})."
                f" `cousinbot --traceback {ctx.invoked_subcommand} …` shows where; please report it."
            ) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cousinbot")
@click.option("--traceback", is_flag=True, help="Show where an error came from.")
def main(traceback: bool) -> None:
    """The bot that names the cousin in the photo, and tells you what to talk about.

    Try it with no token and no photos: cousinbot demo

    \b
    The real thing:
      cousinbot photos import ~/Pictures/reunion
      cousinbot photos check
      cousinbot train
      cousinbot guess photo.jpg
      cousinbot run
    """


@main.command()
@click.option("--once", is_flag=True, help="Play one scripted conversation, print it, and end.")
@click.option("--port", type=click.IntRange(0, 65535), default=8018, show_default=True, help="Of the chat page.")
def demo(once: bool, port: int) -> None:
    """Try everything: a drawn family, a local Telegram, and the bot, in your browser."""
    from demo.stage import play_once, stay_open

    if not once:
        stay_open(port, click.echo)
    elif not play_once(click.echo):
        raise click.ClickException("The conversation did not go as it should; the lines marked ✗ say where.")
    else:
        click.echo("\nEvery answer was right.")


@main.command()
def run() -> None:
    """Answer on Telegram until stopped."""
    from bot.app import run as answer

    settings = _settings()
    settings.bot_token()  # what is missing is said before anything is fetched
    _fetch_detector(_home(settings))
    answer(settings)


@main.group()
def photos() -> None:
    """The labelled photos: one folder a cousin."""


@photos.command("import")
@click.argument("folders", nargs=-1, required=True, type=_FOLDER)
def import_command(folders: tuple[Path, ...]) -> None:
    """Bring photos in: HEIC, PNG, WebP and JPEG become upright JPEGs without metadata.

    A folder may hold one cousin's photos, or a folder for each cousin: cousinbot photos import ~/Pictures/reunion
    """
    from data.library import PhotoLibrary
    from training.intake import import_photos

    with _progress() as progress:
        imported = import_photos(folders, PhotoLibrary(_home(_settings()).photos), progress)
    for cousin, count in sorted(imported.added.items()):
        click.echo(f"{cousin}: {_count(count, 'photo')} added")
    for path, reason in imported.refused:
        click.echo(f"left out: {path}: {reason}", err=True)
    click.echo(f"{_count(sum(imported.added.values()), 'photo')} added, {imported.already} were there already.")


@photos.command("list")
@_PHOTOS
@_JSON
def list_photos(photos: Path | None, as_json: bool) -> None:
    """Count each cousin's photos."""
    counts: dict[str, int] = {}
    for photo in _library(photos):
        counts[photo.cousin] = counts.get(photo.cousin, 0) + 1
    if as_json:
        click.echo(json.dumps(counts))
    else:
        _table(("cousin", "photos"), [(cousin, str(count)) for cousin, count in counts.items()])


@photos.command()
@_PHOTOS
@click.option("--sheet", type=_FILE, help="Where the contact sheet goes; default: check.html in COUSINBOT_HOME.")
@_JSON
def check(photos: Path | None, sheet: Path | None, as_json: bool) -> None:
    """Find broken files, copies, bursts, photos with no or several faces, and likely wrong labels. Changes nothing.

    A contact sheet, a page to open in a browser, shows the faces, why they are there, and what to do.
    """
    from training.check import check_photos
    from training.contact_sheet import write_contact_sheet

    with _progress() as progress:
        settings = _settings()
        detector, device = _detector(settings, progress), _device(settings)
        findings = check_photos(_labelled(_library(photos)), detector, device, progress)
    page = sheet or _home(settings).root / "check.html"
    try:
        write_contact_sheet(page, findings)
    except OSError as error:
        raise click.ClickException(
            f"The contact sheet can't be written to {page} ({error.strerror}): name another file with --sheet."
        ) from error
    if as_json:
        click.echo(json.dumps(findings.as_json() | {"sheet": str(page)}))
        return
    _table(("cousin", "usable photos"), [(cousin, str(count)) for cousin, count in sorted(findings.usable.items())])
    _say_left_out(findings.left_out)
    for group in findings.alike:
        click.echo(f"{group.kind}: " + ", ".join(path.name for path in group.photos))
    for doubt in findings.doubtful:
        click.echo(f"wrong label? {doubt.cousin}/{doubt.photo.name} looks more like {doubt.looks_like}")
    for doubt in findings.mixed_up:
        click.echo(f"mixed-up face? the one chosen in {doubt.cousin}/{doubt.photo.name} looks like {doubt.looks_like}")
    click.echo(f"The faces are shown in {page}: open it in a browser.")
    click.echo(
        f"{_count(findings.several_faces, 'photo')} with several faces; {_count(len(findings.left_out), 'line')} left"
        f" out, {_count(len(findings.alike), 'group')} of copies and bursts,"
        f" {_count(len(findings.doubtful), 'doubtful label')}, {_count(len(findings.mixed_up), 'mixed-up face')}."
        " Nothing was changed."
    )


@main.command()
@_PHOTOS
@_ARCH
@_CROP
@_SCRATCH
@click.option("--head-epochs", type=click.IntRange(1), help="Epochs of the head on the frozen body.")
@_UNFROZEN
@_JSON
def train(
    photos: Path | None,
    arch: str,
    crop: Any,
    from_scratch: bool,
    head_epochs: int | None,
    unfrozen_epochs: int | None,
    as_json: bool,
) -> None:
    """Train a version from the photos and the accepted corrections; promote it if it is no worse.

    \b
    cousinbot train
    cousinbot train --photos ~/Pictures/reunion --arch resnet34     the tutorial's way
    """
    from models.architectures import architecture
    from models.registry import Registry
    from training.feedback import corrected_faces, fail_run, record, start_run
    from training.run import train as train_version

    settings = _settings()
    home = _home(settings)
    shape = architecture(arch, crop)
    library = _labelled(_library(photos))
    corrected = asyncio.run(corrected_faces(home))
    number = asyncio.run(start_run(home, os.getpid()))
    try:
        with _progress() as progress:
            outcome = train_version(
                [*library, *corrected],
                Registry(home.models),
                shape,
                _detector(settings, progress),
                _device(settings),
                progress,
                pretrained=not from_scratch,
                head_epochs=head_epochs,
                unfrozen_epochs=_epochs(shape, unfrozen_epochs),
            )
    except BaseException as error:
        asyncio.run(fail_run(home, number, str(error) or type(error).__name__))
        raise
    asyncio.run(record(home, number, outcome))
    card = outcome.card
    if as_json:
        summary = {"promoted": outcome.verdict.promote, "reason": outcome.verdict.reason}
        click.echo(json.dumps(summary | card.model_dump(mode="json", exclude={"samples"})))
        return
    _say_left_out(card.skipped)
    low, high = card.metrics.accuracy_ci95
    click.echo(
        f"{card.version}: {card.metrics.accuracy:.1%} of {card.metrics.photos} held-out photos named right"
        f" (95 % interval {low:.1%} to {high:.1%}); {_count(len(card.corrections), 'correction')} taken in;"
        f" {card.seconds:.0f} s."
    )
    click.echo(("Promoted: " if outcome.verdict.promote else "Not promoted: ") + outcome.verdict.reason + ".")
    click.echo(f"Report: {outcome.folder / 'report.html'}")


@main.command()
@click.argument("files", metavar="PHOTO…", nargs=-1, required=True, type=_FILE)
@_JSON
def guess(files: tuple[Path, ...], as_json: bool) -> None:
    """Name the faces in photos: cousinbot guess reunion.jpg

    The trained version answers alone, without the corrections that it has not learned from yet.
    """
    from data.facts import FactsFile
    from inference.faces import load_detector
    from inference.photo import PhotoError, decode
    from inference.recognizer import Recognizer
    from models.registry import Registry, RegistryError

    settings = _settings()
    home = _home(settings)
    registry = Registry(home.models)
    champion = registry.current()
    if champion is None:
        raise RegistryError("Nothing is trained yet: run `cousinbot train` first.")
    recognizer = Recognizer.load(registry.path(champion), load_detector(home.weights), _device(settings))
    facts = FactsFile(settings.facts)
    book = facts.book()
    if facts.error:
        click.echo(facts.error, err=True)
    answers: list[dict[str, Any]] = []
    failed = False
    for file in files:
        try:
            guess = recognizer.recognize([decode(file.read_bytes())])[0]
        except (PhotoError, OSError) as error:
            failed = True
            reason = f"the file can't be opened ({error.strerror})" if isinstance(error, OSError) else str(error)
            answers.append({"photo": click.format_filename(file), "error": reason, "faces": []})
            continue
        faces = [
            {
                "cousin": face.cousin,
                "name": book.display_name(face.cousin) if face.cousin else None,
                "confidence": round(face.confidence, 4),
                "fact": next(iter(book.facts(face.cousin)), None) if face.cousin else None,
                "found": face.found,
                "box": [round(side, 4) for side in (face.box.left, face.box.top, face.box.right, face.box.bottom)],
                "similarity": round(face.similarity, 4),
                "runners_up": [
                    {"cousin": c.cousin, "name": book.display_name(c.cousin), "confidence": round(c.probability, 4)}
                    for c in face.runners_up
                ],
                "candidates": {c.cousin: round(c.probability, 4) for c in face.candidates[:3]},
            }
            for face in guess.faces
        ]
        answers.append({"photo": click.format_filename(file), "error": None, "faces": faces})
    if as_json:
        click.echo(json.dumps({"version": champion, "photos": answers}))
    else:
        for answer in answers:
            _print_answer(answer)
    if failed:
        sys.exit(1)


def _print_answer(answer: dict[str, Any]) -> None:
    if answer["error"]:
        click.echo(f"{answer['photo']}: {answer['error']}", err=True)
    for number, face in enumerate(answer["faces"], 1):
        place = f" face {number}" if len(answer["faces"]) > 1 else ""
        whole = "" if face["found"] else " (no face found: the whole picture was tried)"
        who = face["name"] or "nobody we know"
        others = "".join(f", or {other['name']}, {other['confidence']:.0%}" for other in face["runners_up"])
        click.echo(f"{answer['photo']}:{place} {who}, {min(face['confidence'], 0.99):.0%} sure{others}{whole}")
        if face["fact"]:
            click.echo(f"  {face['fact']}")


@main.command()
@click.option("--photos", type=_FOLDER, required=True, help="A folder a cousin.")
@click.option("--strangers", type=_FOLDER, help="Photos of people who should be refused.")
@click.option("--folds", type=click.IntRange(2, 20), default=5, show_default=True)
@click.option("--shots", type=click.IntRange(1), help="Learn from this many photos a cousin only.")
@_ARCH
@_CROP
@_SCRATCH
@_UNFROZEN
@_JSON
def evaluate(
    photos: Path,
    strangers: Path | None,
    folds: int,
    shots: int | None,
    arch: str,
    crop: Any,
    from_scratch: bool,
    unfrozen_epochs: int | None,
    as_json: bool,
) -> None:
    """Measure by cross-validation how well a family is told apart, through the whole pipeline.

    cousinbot evaluate --photos family/photos --strangers ~/Pictures/strangers
    """
    from models.architectures import architecture
    from training.evaluation import evaluate as measure
    from training.evaluation import stranger_photos

    settings = _settings()
    shape = architecture(arch, crop)
    unknown = stranger_photos(strangers) if strangers else []
    with _progress() as progress:
        figures = measure(
            _labelled(_library(photos)),
            unknown,
            shape,
            _detector(settings, progress),
            _device(settings),
            progress,
            folds=folds,
            shots=shots,
            pretrained=not from_scratch,
            unfrozen_epochs=_epochs(shape, unfrozen_epochs),
        )
    if as_json:
        click.echo(figures.model_dump_json())
        return
    low, high = figures.accuracy_ci95
    click.echo(
        f"named right: {figures.accuracy:.1%} of {figures.photos} photos (95 % interval {low:.1%} to {high:.1%})"
    )
    _table(("cousin", "named right"), [(name, f"{share:.1%}") for name, share in figures.per_cousin.items()])
    click.echo(f"named right and accepted, at the threshold fitted: {figures.tpir_at_threshold:.1%}")
    click.echo(f"a cousin nobody was shown, refused: {figures.look_alikes_refused:.1%}")
    if figures.tpir_at_far1 is not None and figures.far_at_threshold is not None:
        click.echo(f"strangers let through at that threshold: {figures.far_at_threshold:.1%} of {figures.strangers}")
        click.echo(f"named right and accepted when 1 % of strangers pass (TPIR at 1 % FAR): {figures.tpir_at_far1:.1%}")
    click.echo(f"calibration error (ECE): {figures.ece:.3f}")
    click.echo(f"left out: {_count(len(figures.skipped), 'photo')} (--json names them); {figures.seconds:.0f} s")


@main.group()
def models() -> None:
    """The trained versions."""


@models.command("list")
@_JSON
def list_models(as_json: bool) -> None:
    """All versions; ★ is the champion, the one that answers."""
    from models.registry import Registry, RegistryError

    registry = Registry(_home(_settings()).models)
    cards = []
    for version in registry.versions():
        try:
            cards.append(registry.card(version))
        except RegistryError as error:  # one broken version hides no other
            click.echo(str(error), err=True)
    current = registry.current()
    if as_json:
        versions = [card.model_dump(mode="json", exclude={"samples", "skipped"}) for card in cards]
        click.echo(json.dumps({"current": current, "versions": versions}))
    elif not cards:
        click.echo("No version yet: train one with `cousinbot train`.")
    else:
        rows = [
            (
                "★" if card.version == current else "",
                card.version,
                f"{card.created:%Y-%m-%d %H:%M}",
                card.architecture,
                str(len(card.cousins)),
                f"{card.metrics.accuracy:.1%}",
            )
            for card in cards
        ]
        _table(("", "version", "trained", "architecture", "cousins", "named right"), rows)


@models.command()
@click.argument("version")
def show(version: str) -> None:
    """A version's card, as JSON."""
    from models.registry import Registry

    click.echo(Registry(_home(_settings()).models).card(version).model_dump_json(indent=2))


@models.command()
@click.argument("version")
def promote(version: str) -> None:
    """Let a version answer; a running bot follows at once."""
    from models.registry import Registry

    Registry(_home(_settings()).models).promote(version)
    click.echo(f"{version} answers now.")


@models.command()
def rollback() -> None:
    """Go back to the champion before this one; a running bot follows at once."""
    from models.registry import Registry

    click.echo(f"{Registry(_home(_settings()).models).rollback()} answers now.")


@main.group()
def corrections() -> None:
    """What guests and admins said of the guesses."""


@corrections.command("list")
@_JSON
def list_corrections(as_json: bool) -> None:
    """Every correction, oldest first: who said what, and which version learned from it."""
    from data.store import Store

    async def read() -> list[Correction]:
        async with Store.open(_home(_settings()).database) as store:
            return await store.corrections.all()

    found = asyncio.run(read())
    if as_json:
        click.echo(json.dumps({"corrections": [asdict(correction) for correction in found]}, default=str))
    elif not found:
        click.echo("No corrections yet: they come from ✗ under the bot's answers.")
    else:
        rows = [
            (
                str(correction.id),
                correction.status,
                " ".join(filter(None, (correction.verdict.replace("_", " "), correction.cousin))),
                str(correction.by),
                f"{correction.at:%Y-%m-%d %H:%M}",
                correction.first_used_by or "",
            )
            for correction in found
        ]
        _table(("number", "status", "what", "said by", "when", "first used by"), rows)


@corrections.command()
@click.argument("numbers", metavar="NUMBER…", nargs=-1, required=True, type=int)
def accept(numbers: tuple[int, ...]) -> None:
    """Accept what guests proposed; a running bot takes it in when it next starts, training in its next run."""
    asyncio.run(_decide(numbers, accepted=True))


@corrections.command()
@click.argument("numbers", metavar="NUMBER…", nargs=-1, required=True, type=int)
def reject(numbers: tuple[int, ...]) -> None:
    """Reject proposals, or take back what was accepted: it is not learned from again."""
    asyncio.run(_decide(numbers, accepted=False))


async def _decide(numbers: Sequence[int], *, accepted: bool) -> None:
    from data.store import Store

    async with Store.open(_home(_settings()).database) as store:
        decide = store.corrections.accept if accepted else store.corrections.reject
        for number in numbers:
            if not await decide(number, _COMMAND_LINE):
                raise click.ClickException(f"There is no correction {number} to decide: see `corrections list`.")
            click.echo(f"{number} {'accepted' if accepted else 'rejected'}.")


@corrections.command()
@click.argument("folder", type=_FOLDER)
def export(folder: Path) -> None:
    """Copy the photos that accepted corrections name into FOLDER, a folder a cousin, as `photos import` takes them."""
    from data.library import PhotoLibrary
    from training.feedback import corrected_faces

    faces = asyncio.run(corrected_faces(_home(_settings())))
    library = PhotoLibrary(folder)
    for face in faces:
        library.add(face.cousin, face.path.read_bytes())
    click.echo(f"{_count(len(faces), 'photo')} copied to {folder}.")


def _settings() -> Settings:
    from data.settings import load_settings

    return load_settings()


def _home(settings: Settings) -> Home:
    from data.home import Home

    return Home(settings.home).create()


def _library(folder: Path | None) -> list[LabelledPhoto]:
    from data.library import PhotoLibrary

    library = PhotoLibrary(folder or _home(_settings()).photos)
    found = library.photos()
    for cousin in sorted(set(library.cousins()) - {photo.cousin for photo in found}):
        click.echo(f"left out: {cousin}: the folder holds no photos", err=True)
    return found


def _labelled(photos: Sequence[LabelledPhoto]) -> list[LabelledFile]:
    from training.dataset import LabelledFile

    return [LabelledFile(photo.path, photo.cousin) for photo in photos]


def _epochs(shape: Architecture, asked: int | None) -> int:
    return shape.unfrozen_epochs if asked is None else asked


def _device(settings: Settings) -> torch.device:
    from inference.recognizer import choose_device

    return choose_device(settings.device)


def _fetch_detector(home: Home, progress: Progress | None = None) -> None:
    from models.dlib_face import WeightsMissing
    from models.yunet import fetch_yunet

    try:
        fetch_yunet(home.weights, progress or (lambda doing, done, total: None))
    except WeightsMissing as error:
        click.echo(str(error), err=True)


def _detector(settings: Settings, progress: Progress) -> FaceDetector:
    from inference.faces import load_detector

    home = _home(settings)
    _fetch_detector(home, progress)
    return load_detector(home.weights)


@contextmanager
def _progress() -> Iterator[Progress]:
    """One bar a step, on the terminal's error stream, so that standard output stays clean."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True)) as bars:
        steps: dict[str, Any] = {}

        def progress(doing: str, done: int, total: int) -> None:
            if doing not in steps:
                steps[doing] = bars.add_task(doing, total=total)
            bars.update(steps[doing], completed=done, total=total)

        yield progress


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*header, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _say_left_out(photos: Sequence[Skipped]) -> None:
    for photo in photos:
        click.echo(f"left out: {photo.photo}: {photo.reason}", err=True)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


if __name__ == "__main__":
    main()
