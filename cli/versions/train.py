"""`train`: photos in, a version out."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from cli import wording
from cli.group import Interrupted, main
from cli.options import ARCH, CROP, JSON, PHOTOS, SCRATCH, UNFROZEN
from cli.printing import progress_bars, say_left_out
from cli.resources import (
    births_of,
    device_of,
    labelled_files,
    labelled_photos,
    load_face_detector,
    names_of,
    open_home,
    read_settings,
)
from cli.versions.networks import going_on, network_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from data.files.home import Home
    from foundation.progress import Progress
    from training.run import Outcome

_BESIDE_THE_BOT: Final = 15
"""Niceness of a run that the bot started: on Linux, the bot then gets 28 times its share of a core that both want."""
_ENDING: Final = (signal.SIGINT, signal.SIGTERM)


@main.command()
@PHOTOS
@ARCH
@CROP
@SCRATCH
@click.option("--head-epochs", type=click.IntRange(1), help="Epochs of the head on the frozen body.")
@UNFROZEN
@JSON
@click.option("--run", "number", type=int, hidden=True, help="A run that was noted, and locked, by the bot.")
def train(
    photos: Path | None,
    arch: str | None,
    crop: Any,
    from_scratch: bool,
    head_epochs: int | None,
    unfrozen_epochs: int | None,
    as_json: bool,
    number: int | None,
) -> None:
    """Train a version from the photos and accepted corrections.

    It answers from then on if it is no worse than the one before. If that one's network was chosen by --arch or --crop,
    it is taken again, also by the runs that the bot starts; --arch fused goes back to the default.

    --json prints its card. Of its figures, named_correctly is the one that people are told: the share of photos that
    get their right name. closed_set_accuracy would be that share if the bot had to name everybody.

    \b
    cousinbot train
    cousinbot train --photos ~/Pictures/reunion --arch resnet34     the tutorial's way
    cousinbot train --arch resnet34 --crop whole                    things, not people: no face is looked for
    cousinbot train --arch onnx:$HOME/Downloads/glintr100.onnx      a face network of your own
    """
    if number is not None:
        os.nice(_BESIDE_THE_BOT)
    from actions.changes.left_behind import left_behind

    settings = read_settings()
    home = open_home(settings)
    with _noted_run(home, number) as run, progress_bars() as bars, run.progress(bars) as progress:
        library = labelled_photos(photos)  # before the slow imports: without photos nothing is waited for
        if left := left_behind(home, photos or home.photos):
            raise click.ClickException(wording.left_behind(left))

        from data.files.face_cache import FaceCache
        from models.own_network.keeping import kept_networks
        from models.registry import Registry
        from training.dataset.corrections import corrected_faces
        from training.hyperparameters import Hyperparameters
        from training.run import train as train_version

        registry = Registry(home.models)
        before = going_on(settings, arch, crop)
        if before is not None:
            told = wording.goes_on_with_pictures if before.crop == "whole" else wording.goes_on
            click.echo(told(before.name), err=True)
        files = [*labelled_files(library), *asyncio.run(corrected_faces(home))]
        names = names_of((file.cousin for file in files if file.cousin), settings)
        detector = load_face_detector(settings, progress, whole=(before.crop if before else crop) == "whole")
        as_it_is = not from_scratch and not unfrozen_epochs
        kept = kept_networks(home.weights)
        outcome = train_version(
            files,
            registry,
            network_of(settings, before, arch, crop, files, detector, progress, as_it_is=as_it_is, for_good=True),
            detector,
            device_of(settings),
            progress,
            pretrained=not from_scratch,
            hyper=Hyperparameters(head_epochs=head_epochs, unfrozen_epochs=unfrozen_epochs),
            cache=FaceCache(home.face_cache, spared=asyncio.run(_sorted_files(home))),
            shown=partial(names.shown, to_admins=True),
            births=births_of(files, settings),
            chosen=arch is not None or before is not None,
        )
        run.record(outcome)
    for gone in sorted(kept - kept_networks(home.weights)):
        click.echo(wording.own_network_dropped(gone), err=True)
    card = outcome.card
    if as_json:
        summary = {"promoted": outcome.decision.promote, "reason": outcome.decision.reason}
        click.echo(json.dumps(summary | card.model_dump(mode="json", exclude={"samples"})))
        return
    say_left_out(card.skipped)
    click.echo(
        wording.trained(
            card.version, card.metrics.named_correctly, card.metrics.photos, *card.metrics.named_correctly_ci95
        )
    )
    if card.metrics.asked_correctly:
        click.echo(wording.asks_rightly(card.metrics.asked_correctly))
    click.echo(wording.learned_from(len(card.corrections), card.seconds))
    verdict = wording.promoted if outcome.decision.promote else wording.not_promoted
    click.echo(verdict(card.version, outcome.decision.reason))
    click.echo(wording.report(outcome.folder / "report.html"))


async def _sorted_files(home: Home) -> Collection[str]:
    """The photos that `photos sort` has looked at: once somebody on them is named, training need not look again."""
    from data.store.store import Store

    async with Store.open(home.database) as store:
        return await store.sorted_faces.files()


class _NotedRun:
    """This process's row in the table of runs."""

    def __init__(self, home: Home, number: int) -> None:
        self._home = home
        self._number = number

    @contextmanager
    def progress(self, bars: Progress) -> Iterator[Progress]:
        """The same progress on the bars and in the row, where the bot reads it."""
        from data.store.runs import ProgressNote

        with ProgressNote(self._home.database, self._number) as note:

            def both(doing: str, done: int, total: int) -> None:
                bars(doing, done, total)
                note(doing, done, total)

            yield both

    def record(self, outcome: Outcome) -> None:
        from training.record import record

        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # too late to stop: it may answer already
        asyncio.run(record(self._home, self._number, outcome))

    async def fail(self, reason: str) -> None:
        from data.store.store import Store

        async with Store.open(self._home.database) as store:
            await store.runs.finish(self._number, "failed", None, reason)


@contextmanager
def _noted_run(home: Home, number: int | None) -> Iterator[_NotedRun]:
    """The one run under way, noted from its start to its end; `number` is that of a run which the bot has prepared.

    SIGTERM ends it as Ctrl-C does: no half-made version is left behind.
    """
    from actions.wording import stopped
    from data.files.training_lock import TrainingLock

    lock: int | None = None  # of a prepared run the bot has locked it, and handed the lock down at this process's birth
    # What interrupts while the run is being noted is heard when it is: half a note could not say how the run ended.
    heard: list[int] = []
    usual = {one: signal.signal(one, lambda number, _: heard.append(number)) for one in _ENDING}
    try:
        if number is None:
            training = TrainingLock(home.training_lock)
            lock = training.acquire()
            if lock is None:
                command = training.holder()
                raise click.ClickException(wording.run_kept_away(command) if command else wording.another_run())
        run = _NotedRun(home, asyncio.run(_begin(home, number)))
        try:
            for one in _ENDING:
                signal.signal(one, signal.default_int_handler)
            if heard:
                raise KeyboardInterrupt
            yield run
        except (KeyboardInterrupt, SystemExit):
            asyncio.run(run.fail(stopped()))
            raise Interrupted(wording.training_stopped()) from None
        except BaseException as error:
            asyncio.run(run.fail(str(error) or type(error).__name__))
            raise
    finally:
        for one, handler in usual.items():
            signal.signal(one, handler)
        if lock is not None:
            os.close(lock)


async def _begin(home: Home, number: int | None) -> int:
    """Note that this process is at work, and return its run's number."""
    from actions.wording import asked_at_command_line
    from data.store.store import Store

    async with Store.open(home.database) as store:
        if number is None:
            return await store.runs.start(os.getpid(), asked_at_command_line())
        if not await store.runs.take(number, os.getpid()):
            raise click.UsageError(wording.no_such_run(number))
        return number
