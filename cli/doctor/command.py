"""`doctor`: is everything as it should be?"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli import wording
from cli.doctor.findings import wrong
from cli.group import main
from cli.options import JSON
from cli.resources import read_settings
from foundation.storage_errors import why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cli.doctor.findings import Finding

_MARKS = {"well": "✓", "note": "•", "wrong": "✗"}


@main.command()
@JSON
def doctor(as_json: bool) -> None:
    """Look whether all is well, and say what to do if it is not.

    Changes nothing.

    \b
    cousinbot doctor
    cousinbot doctor --json     for a monitoring program

    ✓ is well, • is for you to judge, ✗ has to be mended; with one of those the exit code is 1.
    """
    found = []
    for finding in _look():
        found.append(finding)
        if not as_json:  # as they come: Telegram and the model take seconds
            click.echo(f"{_MARKS[finding.state]} {finding.what:9} {finding.says}")
    is_well = all(finding.state != "wrong" for finding in found)
    if as_json:
        click.echo(json.dumps({"well": is_well, "checks": [asdict(finding) for finding in found]}))
    elif is_well:
        click.echo(wording.all_well())
    if not is_well:
        sys.exit(1)


def _look() -> Iterator[Finding]:
    from cli.doctor import checks, checks_model, checks_telegram
    from data.files.home import Home
    from data.settings import SettingsError

    try:
        settings = read_settings()
    except SettingsError as error:
        yield wrong("settings", wording.settings_wrong(str(error)))
        return
    home = Home(settings.home)
    yield from checks.access(settings, home)
    yield from checks.pages(settings, home)
    yield from checks_telegram.token_and_clock(settings, does_without=checks.came_by_pages(home))
    yield from checks_telegram.files(settings)
    try:
        is_there = home.root.is_dir()
    except OSError as error:  # it lies in a folder of somebody else's
        yield wrong("home", wording.not_looked_at(why(error)))
        return
    if not is_there:
        yield wrong("home", wording.no_home(home.root))
        return
    yield from _looked_at("home", lambda: [checks.folder(home)])
    yield from _looked_at("privacy", lambda: [checks.privacy(home)])
    yield from _looked_at("disk", lambda: [checks.disk(home)])
    yield from _looked_at("bot", lambda: [checks.running(home)])
    yield from _looked_at("database", lambda: checks.database(home))
    yield from _looked_at("photos", lambda: [checks.photos(home)])
    yield from _looked_at("corrections", lambda: [checks.corrections(home)])
    yield from _looked_at("facts", lambda: checks.facts(settings, checks.family(home)))
    yield from _looked_at("names", lambda: checks.names(settings, home, checks.family(home)))
    yield checks_model.decoders()
    yield from _looked_at("detector", lambda: checks_model.weights(home))
    device = checks_model.device(settings)
    yield device
    if device.state == "well":
        yield from _looked_at("model", lambda: [checks_model.model(home, settings)])


def _looked_at(what: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What a check finds, or why it could not look: in a home of another user, or on a disk that fails."""
    try:
        yield from look()
    except OSError as error:
        yield wrong(what, wording.not_looked_at(why(error)))
