"""Who a command or a button is for."""

from typing import Any

import pytest
from telegram.ext import CommandHandler

from bot.conversation.permissions import Permission, Route, refusal_of_tap
from bot.conversation.wording import admins_only, as_yourself, only_they
from data.store.buttons import Button

ME, ANOTHER = 7, 8


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("admin", [False, True])
def test_taps(permission: Permission, admin: bool) -> None:
    refused = {
        Permission.EVERYBODY: None,
        Permission.IN_PRIVATE: None,
        Permission.ADMIN: admins_only(),
        Permission.ADMIN_IN_PRIVATE: admins_only(),
        Permission.PERSON: None,
    }[permission]
    assert refusal_of_tap(permission, Button(1, "x", person=ME), ME, admin=admin) == (None if admin else refused)


@pytest.mark.parametrize("admin", [False, True])
def test_nobody_taps_what_is_about_another(admin: bool) -> None:
    assert refusal_of_tap(Permission.PERSON, Button(1, "forget", person=ANOTHER), ME, admin=admin) == only_they()
    assert refusal_of_tap(Permission.PERSON, Button(1, "forget"), ME, admin=admin) == only_they()


def test_what_is_said_of_a_proposal_is_said_in_the_review() -> None:
    button = Button(1, "is", guess_id=1, statement_id=1, cousin="ben")
    assert refusal_of_tap(Permission.EVERYBODY, button, ME, admin=False) == admins_only()
    assert refusal_of_tap(Permission.EVERYBODY, button, ME, admin=True) is None


async def nothing(*_: Any) -> None:
    pass


@pytest.mark.parametrize("permission", Permission)
def test_commands(permission: Permission) -> None:
    route = Route(CommandHandler("invite", nothing), permission)
    assert route.is_for(admin=True)
    assert route.is_for(admin=False) is (permission in (Permission.EVERYBODY, Permission.IN_PRIVATE, Permission.PERSON))
    assert route.is_for(admin=False, shared=True)
    assert route.refusal(in_private=True) is None
    in_group = route.refusal(in_private=False)
    anonymous = route.refusal(in_private=False, shared=True)
    if permission in (Permission.IN_PRIVATE, Permission.ADMIN_IN_PRIVATE):
        assert in_group == anonymous == "Please send me /invite in our private chat."
    else:
        assert in_group is None
        assert anonymous == (as_yourself() if permission is Permission.ADMIN else None)
