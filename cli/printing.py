"""What commands print: progress, tables, what was left out."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from cli import wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foundation.progress import Progress
    from models.card import Skipped


def at_terminal() -> bool:
    """Whether somebody is there who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


@contextmanager
def progress_bars() -> Iterator[Progress]:
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


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table without lines, on stdout."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*header, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def say_left_out(photos: Sequence[Skipped]) -> None:
    """Name on stderr what could not be used, and why."""
    from training.reports.left_out import each_once

    told = each_once(photos)
    for photo in told:
        click.echo(wording.photo_left_out(photo.photo, photo.reason), err=True)
    if unclear := sum(photo.unclear is not None for photo in told):
        click.echo(wording.unclear_photos(unclear), err=True)
