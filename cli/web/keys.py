"""`web key`: with what programs ask."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from cli import wording
from cli.options import JSON
from cli.printing import print_table
from cli.resources import in_store
from cli.web.command import web

if TYPE_CHECKING:
    from data.people.program_keys import ProgramKey
    from data.store.store import Store


@web.group()
def key() -> None:
    """Keys with which programs ask, as “Authorization: Bearer …”. docs/web_api.md has examples."""


@key.command()
@click.argument("name")
@click.option("--admin", is_flag=True, help="What the program corrects counts at once; else an admin looks at it.")
def add(name: str, admin: bool) -> None:
    """Make a key for a program, and print it. It is shown this once; what is kept is a hash.

    \b
    cousinbot web key add robot > robot.key
    """
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not any(map(str.isalnum, name)):
        raise click.UsageError(wording.key_needs_name())

    async def make(store: Store) -> str | None:
        return await store.program_keys.add(name, datetime.now(UTC), is_admin=admin)

    made = in_store(make)
    if made is None:
        raise click.ClickException(wording.key_there_already(name))
    click.echo(made)


@key.command("list")
@JSON
def list_keys(as_json: bool) -> None:
    """The names of all keys."""

    async def read(store: Store) -> list[ProgramKey]:
        return await store.program_keys.all()

    keys = in_store(read)
    if as_json:
        rows = [{"name": one.name, "admin": one.is_admin, "made_at": one.made_at.isoformat()} for one in keys]
        click.echo(json.dumps({"keys": rows}))
    elif not keys:
        click.echo(wording.no_keys())
    else:
        print_table(
            wording.keys_header(),
            [(one.name, wording.role_of_key(is_admin=one.is_admin), f"{one.made_at:%Y-%m-%d}") for one in keys],
        )


@key.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Take a key back: the program gets no answer any more."""
    name = " ".join(unicodedata.normalize("NFC", name).split())

    async def take_back(store: Store) -> bool:
        return await store.program_keys.revoke(name)

    if not in_store(take_back):
        raise click.ClickException(wording.no_such_key(name))
    click.echo(wording.key_taken_back(name))
