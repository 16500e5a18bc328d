"""`admin`: who the admins are, without editing files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from cli import wording
from cli.group import main
from cli.options import JSON
from cli.printing import print_table
from cli.resources import in_store, read_settings
from data.people.identities import MOST_DIGITS

if TYPE_CHECKING:
    from data.people.admins import Admin
    from data.store.store import Store

_COMMAND_LINE = 0
"""Who added them when nobody of Telegram's did; no person there has this number."""


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
@click.option("--name", help="The name to show; by default the one that the bot knows.")
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

    click.echo(wording.admin_added(user_id) if in_store(put) else wording.admin_already(user_id))


@admin.command(context_settings={"ignore_unknown_options": True})  # some numbers begin with a minus
@click.argument("who", metavar="ID")
def remove(who: str) -> None:
    """Let somebody be an admin no more. Those in COUSINBOT_ADMINS are removed there.

    \b
    cousinbot admin remove 123456789
    cousinbot admin remove Ada       who came by “cousinbot web link --admin”, and has no number on Telegram
    """
    if who in {str(user_id) for user_id in read_settings().admins}:
        raise click.ClickException(wording.admin_stays_in_settings(who))

    async def take_out(store: Store) -> bool:
        found = [one.user_id for one in await store.admins.all() if who in (str(one.user_id), one.name)]
        if len(found) > 1:
            raise click.UsageError(wording.several_of_that_name(who, [str(user_id) for user_id in found]))
        return bool(found) and await store.admins.remove(found[0])

    if not in_store(take_out):
        raise click.ClickException(wording.no_such_admin(who))
    click.echo(wording.admin_removed(who))


@admin.command("list")
@JSON
def list_admins(as_json: bool) -> None:
    """All admins, and where each of them stands."""

    async def read(store: Store) -> tuple[list[Admin], dict[int, str]]:
        return await store.admins.all(), {one.user_id: one.name for one in await store.people.known()}

    added, known = in_store(read)
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
