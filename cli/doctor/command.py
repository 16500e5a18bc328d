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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.doctor.findings import Finding

_MARKS = {"well": "✓", "note": "•", "wrong": "✗"}


@main.command()
@JSON
def doctor(as_json: bool) -> None:
    """Look whether everything is as it should be, and say what to do where it is not. Changes nothing.

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
    yield checks.access(settings)
    yield from checks_telegram.token_and_clock(settings)
    yield from checks_telegram.files(settings)
    if not home.root.is_dir():
        yield wrong("home", wording.no_home(home.root))
        return
    yield checks.folder(home)
    yield checks.privacy(home)
    yield checks.disk(home)
    yield checks.running(home)
    yield from checks.database(home)
    yield checks.photos(home)
    yield checks.facts(settings)
    yield from checks_model.weights(home)
    device = checks_model.device(settings)
    yield device
    if device.state == "well":
        yield checks_model.model(home, settings)
