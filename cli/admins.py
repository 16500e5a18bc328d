"""`admin`: who the admins are, without editing files."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli import wording
from cli.group import main
from cli.options import JSON
from cli.printing import print_table
from cli.resources import open_home, read_settings
from data.people.identities import MOST_DIGITS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from data.people.admins import Admin
    from data.store.store import Store

_COMMAND_LINE = 0
"""Who added them when nobody of Telegram's did; no person there has this number."""
Result = TypeVar("Result")


class _TelegramNumber(click.ParamType[int]):
    """Somebody's number on Telegram, which is above 0."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = int(value)
        except ValueError:
            number = 0
        if not 1 <= number < 10**MOST_DIGITS:
            self.fail(wording.not_a_telegram_number(str(value)), param, ctx)
        return number


_ID = _TelegramNumber()


@main.group()
def admin() -> None:
    """Admins beside those in COUSINBOT_ADMINS. A running bot follows at once.

    They are named by their number on Telegram. To find out yours, start the bot while it has no admins, and send it any
    message: it answers with your number.
    """


@admin.command()
@click.argument("user_id", metavar="ID", type=_ID)
@click.option("--name", help="How to show them; by default as the bot knows them.")
def add(user_id: int, name: str | None) -> None:
    """Make somebody an admin, by their number on Telegram.

    \b
    cousinbot admin add 123456789 --name Ada

    Whoever is no guest yet sends the bot any message after this.
    """
    from data.people.identities import SHARED
    from data.wording import not_one_person

    if user_id in SHARED:
        raise click.ClickException(not_one_person(user_id))
    if user_id in read_settings().admins:
        click.echo(wording.admin_in_settings(user_id))
        return

    async def put(store: Store) -> bool:
        return await store.admins.add(user_id, name, _COMMAND_LINE)

    click.echo(wording.admin_added(user_id) if _in_store(put) else wording.admin_already(user_id))


@admin.command()
@click.argument("user_id", metavar="ID", type=_ID)
def remove(user_id: int) -> None:
    """Let somebody be an admin no more. Those in COUSINBOT_ADMINS are removed there."""
    if user_id in read_settings().admins:
        raise click.ClickException(wording.admin_stays_in_settings(user_id))

    async def take_out(store: Store) -> bool:
        return await store.admins.remove(user_id)

    if not _in_store(take_out):
        raise click.ClickException(wording.no_such_admin(user_id))
    click.echo(wording.admin_removed(user_id))


@admin.command("list")
@JSON
def list_admins(as_json: bool) -> None:
    """All admins, and where each of them stands."""

    async def read(store: Store) -> tuple[list[Admin], dict[int, str]]:
        return await store.admins.all(), {one.user_id: one.name for one in await store.people.known()}

    added, known = _in_store(read)
    settled = read_settings().admins
    found = [(user_id, known.get(user_id), True) for user_id in sorted(settled)]
    found += [(one.user_id, one.name, False) for one in added if one.user_id not in settled]
    if as_json:
        rows = [{"id": user_id, "name": name, "in_settings": kept} for user_id, name, kept in found]
        click.echo(json.dumps({"admins": rows}))
    elif not found:
        click.echo(wording.no_admins())
    else:
        print_table(
            wording.admins_header(),
            [(str(user_id), name or "", wording.where_admin_stands(in_settings=kept)) for user_id, name, kept in found],
        )


def _in_store(ask: Callable[[Store], Awaitable[Result]]) -> Result:
    from data.store.store import Store

    async def answer() -> Result:
        async with Store.open(open_home(read_settings()).database) as store:
            return await ask(store)

    return asyncio.run(answer())
