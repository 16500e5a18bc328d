"""`models`: the trained versions."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

import click

from cli import wording
from cli.group import main
from cli.options import JSON
from cli.printing import print_table
from cli.resources import device_of, names_of, open_home, read_settings
from foundation.formats import percent

if TYPE_CHECKING:
    from data.files.home import Home
    from models.card import Card


_ROWS: Final = 10
_PAIRS: Final = 3
"""Cousins, those named worst, and pairs that `show` has room for on a screen of 24 lines."""


@main.group()
def models() -> None:
    """The trained versions."""


@models.command("list")
@JSON
def list_models(as_json: bool) -> None:
    """All versions; ★ is the champion, the one that answers."""
    from models.registry import Registry, RegistryError

    registry = Registry(open_home(read_settings()).models)
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
        click.echo(wording.no_versions())
    else:
        rows = [
            (
                "★" if card.version == current else "",
                card.version,
                f"{card.created:%Y-%m-%d %H:%M}",
                card.architecture,
                str(len(card.cousins)),
                percent(card.metrics.named_correctly, 1) + ("*" if card.metrics.before_forgetting else ""),
            )
            for card in cards
        ]
        whole = next((card.crop == "whole" for card in cards if card.version == current), cards[-1].crop == "whole")
        print_table(wording.versions_header(whole=whole), rows)
        if any(card.metrics.before_forgetting for card in cards):
            click.echo(wording.some_before_forgetting())


VERSION = click.argument("version", callback=lambda context, parameter, typed: typed.strip().lower())


@models.command()
@VERSION
@JSON
def show(version: str, as_json: bool) -> None:
    """What a version learned from and how well it does; --json prints all of its card."""
    from models.registry import Registry

    settings = read_settings()
    registry = Registry(open_home(settings).models)
    card = registry.card(version)
    if as_json:
        click.echo(card.model_dump_json(indent=2))
        return
    shown = partial(names_of(card.cousins, settings).shown, to_admins=True)
    metrics, photos = card.metrics, Counter(sample.cousin for sample in card.samples)
    click.echo(wording.version_is(card.version, card.created, answers=registry.current() == version))
    click.echo(wording.learned(card.architecture, len(card.samples), len(card.cousins), len(card.corrections)))
    click.echo(wording.names_rightly(metrics.named_correctly, metrics.photos, *metrics.named_correctly_ci95))
    if metrics.asked_correctly:
        click.echo(wording.asks_rightly(metrics.asked_correctly))
    if metrics.before_forgetting:
        click.echo(wording.measured_before_forgetting())
    if metrics.look_alikes_refused is not None:
        refuses = wording.refuses_kinds if card.crop == "whole" else wording.refuses_relatives
        click.echo(refuses(metrics.look_alikes_refused))
    hardest = sorted(metrics.per_cousin.items(), key=lambda one: (one[1], one[0]))
    rows = [(shown(name), str(photos[name]), percent(share, 1)) for name, share in hardest[:_ROWS]]
    print_table(wording.shown_cousins_header(whole=card.crop == "whole"), rows)
    if len(hardest) > _ROWS:
        click.echo(wording.better_known(len(hardest) - _ROWS, whole=card.crop == "whole"))
    for one in metrics.confused[:_PAIRS]:
        click.echo(wording.mixed_up(shown(one.cousin), shown(one.named), one.photos))
    if card.skipped:
        click.echo(wording.left_out_of_version(len(card.skipped)))
    if (report := registry.path(version) / "report.html").exists():
        click.echo(wording.report(report))


@models.command()
@VERSION
def promote(version: str) -> None:
    """Let a version answer; a running bot follows at once."""
    from inference.loading import load_version
    from models.registry import Registry

    settings = read_settings()
    home = open_home(settings)
    registry = Registry(home.models)
    card, *_ = load_version(registry.path(version), device_of(settings))  # what can't be loaded answers nobody
    registry.promote(version)
    _note_use(home, card)
    click.echo(wording.answers_now(version))


@models.command()
def rollback() -> None:
    """Go back to the champion before this one; a running bot follows at once."""
    from inference.loading import VersionBroken, load_version
    from models.registry import Registry, RegistryError

    settings = read_settings()
    registry, device = Registry(open_home(settings).models), device_of(settings)

    def usable(version: str) -> bool:
        try:
            load_version(registry.path(version), device)
        except (RegistryError, VersionBroken) as error:
            click.echo(wording.passed_over(version, str(error)), err=True)
            return False
        return True

    click.echo(wording.answers_now(registry.rollback(usable)))


def _note_use(home: Home, card: Card) -> None:
    """A version that was kept back counts its corrections as used only now."""
    from data.store.store import Store

    async def note() -> None:
        async with Store.open(home.database) as store:
            await store.statements.mark_used(card.corrections, card.version)

    asyncio.run(note())
