"""`models`: the trained versions."""

import json

import click

from cli.group import main
from cli.house import open_home, read_settings
from cli.options import JSON
from cli.printing import print_table


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
        print_table(("", "version", "trained", "architecture", "cousins", "named right"), rows)


@models.command()
@click.argument("version")
def show(version: str) -> None:
    """A version's card, as JSON."""
    from models.registry import Registry

    click.echo(Registry(open_home(read_settings()).models).card(version).model_dump_json(indent=2))


@models.command()
@click.argument("version")
def promote(version: str) -> None:
    """Let a version answer; a running bot follows at once."""
    from models.registry import Registry

    Registry(open_home(read_settings()).models).promote(version)
    click.echo(f"{version} answers now.")


@models.command()
def rollback() -> None:
    """Go back to the champion before this one; a running bot follows at once."""
    from models.registry import Registry

    click.echo(f"{Registry(open_home(read_settings()).models).rollback()} answers now.")
