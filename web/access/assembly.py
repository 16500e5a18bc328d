"""The rooms in which people come in, leave, and see who else is let in."""

from starlette.routing import BaseRoute

from actions.cousins import Cousins
from actions.forgetting import GuestForgetting
from actions.people.admins import Admins
from actions.people.languages import ReadersLanguage
from data.store.store import Store
from foundation.leaky_buckets import LeakyBuckets
from web.access.account import AccountPages
from web.access.address import Address
from web.access.mini_app import MiniApp
from web.access.sign_in import SignInPages
from web.templating import Pages


def access_routes(
    pages: Pages,
    store: Store,
    cousins: Cousins,
    admins: Admins,
    languages: ReadersLanguage,
    forgetting: GuestForgetting,
    address: Address,
    tries: LeakyBuckets,
    bot_token: str | None,
) -> list[BaseRoute]:
    """Without a bot's token nobody comes from inside Telegram."""
    sign_ins, people = store.sign_ins, store.people
    account = AccountPages(
        pages,
        sign_ins,
        people,
        store.selves,
        cousins,
        admins,
        languages,
        store.records,
        forgetting,
        store.forgetting,
        address,
    )
    routes = [*SignInPages(pages, sign_ins, languages, address, tries).routes(), *account.routes()]
    if bot_token:
        routes += MiniApp(
            pages, sign_ins, people, admins, languages, tries=tries, address=address, token=bot_token
        ).routes()
    return [*routes]
