"""`web`: the pages served alone, and the links that let people in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from cli import wording
from cli.group import main
from cli.options import JSON
from cli.printing import print_table
from cli.resources import fetch_weights, in_store, open_home, read_settings

if TYPE_CHECKING:
    from data.people.sign_ins import SignedIn
    from data.settings import Settings
    from data.store.store import Store


@main.group(invoke_without_command=True)
@click.pass_context
def web(ctx: click.Context) -> None:
    """The family's pages in a browser, with no Telegram.

    \b
    cousinbot web                  serves them, until stopped
    cousinbot web link --admin     prints a link that lets you in

    “cousinbot run” serves the same pages beside the bot, once COUSINBOT_WEB_PORT is set. What is below works while
    either runs.
    """
    if ctx.invoked_subcommand is not None:
        return
    from web.serving import run

    settings = read_settings()
    fetch_weights(open_home(settings))
    run(settings)


@web.command()
@click.option("--admin", is_flag=True, help="Whoever opens the link becomes an admin.")
@click.option("--person", metavar="NAME", help="Make a link for somebody who has been there, by their name or number.")
def link(admin: bool, person: str | None) -> None:
    """Print a link that lets one person in: once, within ten minutes.

    \b
    cousinbot web link --admin           for yourself, the first time
    cousinbot web link                   for a guest
    cousinbot web link --person Ada      for Ada, on another device or after 30 days
    """
    from web.access.address import address_of
    from web.access.sign_in import path_of

    if admin and person:
        raise click.UsageError(wording.admin_or_person())
    settings = read_settings()

    async def make(store: Store) -> str:
        now = datetime.now(UTC)
        if person is None:
            return await store.sign_ins.make_link_for_newcomer(now, is_admin=admin)
        number, name = await _one_person(store, settings, person)
        return await store.sign_ins.make_link(number, name, now)

    click.echo(address_of(settings).link(path_of(in_store(make))))
    click.echo(wording.link_lasts(), err=True)
    _say_where_it_opens(settings)


@web.command()
def invite() -> None:
    """Print a link that lets several people in, for a week. They give their name and need no Telegram."""
    from web.access.address import address_of
    from web.access.sign_in import path_of

    settings = read_settings()

    async def make(store: Store) -> str:
        return await store.sign_ins.make_invitation(datetime.now(UTC))

    click.echo(address_of(settings).link(path_of(in_store(make))))
    click.echo(wording.invitation_lasts(), err=True)
    _say_where_it_opens(settings)


@web.command()
@JSON
def people(as_json: bool) -> None:
    """Who is signed in on the pages, and how many invitations are open."""

    async def read(store: Store) -> tuple[list[SignedIn], list[datetime]]:
        now = datetime.now(UTC)
        return await store.sign_ins.signed_in(now), await store.sign_ins.invitations(now)

    signed_in, invitations = in_store(read)
    if as_json:
        rows = [
            {"id": one.person, "name": one.name, "devices": one.devices, "until": one.until.isoformat()}
            for one in signed_in
        ]
        click.echo(json.dumps({"people": rows, "invitations": [until.isoformat() for until in invitations]}))
        return
    if signed_in:
        rows_ = [(one.name, str(one.person), str(one.devices), f"{one.until:%Y-%m-%d}") for one in signed_in]
        print_table(wording.people_header(), rows_)
    else:
        click.echo(wording.nobody_signed_in())
    if invitations:
        click.echo(wording.open_invitations(len(invitations)))


@web.command(context_settings={"ignore_unknown_options": True})  # people of the pages have numbers with a minus
@click.argument("person", metavar="NAME", required=False)
@click.option("--links", is_flag=True, help="Take back all links and invitations that still let people in.")
def revoke(person: str | None, links: bool) -> None:
    """Sign somebody out everywhere, by their name or number; or take back all links.

    \b
    cousinbot web revoke Ada
    cousinbot web revoke --links

    Whoever has an invitation can come in again: “/block”, or the page “Who is let in”, keeps somebody out.
    """
    if links == (person is not None):
        raise click.UsageError(wording.person_or_links())
    settings = read_settings()

    async def take_back(store: Store) -> str:
        if person is None:
            return wording.links_taken_back(await store.sign_ins.revoke_links(datetime.now(UTC)))
        number, name = await _one_person(store, settings, person)
        await store.sign_ins.end_all(number)
        return wording.signed_out_everywhere(name)

    click.echo(in_store(take_back))


async def _one_person(store: Store, settings: Settings, wanted: str) -> tuple[int, str]:
    """The number and name of the one whom `wanted`, a name or a number, means. Raises `ClickException` for none, and
    for several."""
    from actions.people.admins import Admins

    known = {one.user_id: one.name for one in await store.people.known() if one.role == "guest"}
    for admin in await store.admins.all():
        known[admin.user_id] = admin.name or known.get(admin.user_id) or str(admin.user_id)
    for number in await Admins(settings.admins, store.admins).ids():
        known.setdefault(number, str(number))
    found = [
        (number, name)
        for number, name in known.items()
        if wanted == str(number) or wanted.casefold() == name.casefold()
    ]
    if not found:
        raise click.ClickException(wording.nobody_of_that_name(wanted, sorted(known.values())))
    if len(found) > 1:
        raise click.UsageError(wording.several_of_that_name(wanted, [str(number) for number, _ in found]))
    return found[0]


def _say_where_it_opens(settings: Settings) -> None:
    if settings.web_url is None:
        click.echo(wording.opens_here_only(), err=True)
