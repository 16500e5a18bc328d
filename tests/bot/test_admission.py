"""At the door, without the rest of the house: who is welcomed, who is told, and what is kept of them."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from telegram import ChatMember, Update
from telegram.error import Forbidden, NetworkError, TimedOut

from actions.people.access import Standing
from actions.people.admins import Admins
from actions.people.languages import ReadersLanguage
from bot.conversation.admission import Admission
from bot.conversation.membership import Membership
from bot.conversation.wording import (
    group_unlisted,
    invitation_closed,
    invitation_expired,
    invitation_unknown,
    left_the_group,
    many_guess,
    no_tries_left,
    outsider,
    owner,
    someone_guesses,
)
from bot.operations.alerts import Alerts
from data.people.tries import BY_ALL, BY_ONE
from data.store.store import Store
from tests.actions.people.test_access import ADMIN, BLOCKED, ELSEWHERE, FAMILY, GUEST, INVITE, NOBODY, SHORT, access


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        for user in (GUEST, BLOCKED):
            await store.people.welcome(user, "Gus")
        await store.people.block(BLOCKED)
        yield store


class Bot(SimpleNamespace):
    """Notes what it is asked to send; sends nothing to those who blocked it."""

    def __init__(self, *, blocked: bool = False) -> None:
        super().__init__(defaults=None)
        self.id, self.username = 77, "cousin_bot"
        self.status = "left"
        self.sent: list[tuple[int, str]] = []
        self.tapped: list[str] = []
        self.blocked = blocked
        self.down = False

    async def send_message(self, chat_id: int, text: str) -> None:
        if self.down:
            raise NetworkError("Bad Gateway")
        if self.blocked:
            raise Forbidden("bot was blocked by the user")
        self.sent.append((chat_id, text))

    async def get_chat_member(self, chat_id: int, user_id: int, **_: object) -> Any:
        if self.status == "silent":
            raise TimedOut
        user = {"id": user_id, "is_bot": False, "first_name": "Z"}
        return ChatMember.de_json({"status": self.status, "user": user, "is_anonymous": False})

    async def answer_callback_query(self, callback_query_id: str, **_: object) -> bool:
        self.tapped.append(callback_query_id)
        return True


def raw(user: int, text: str = "hello", chat: int | None = None) -> dict[str, Any]:
    where = {"id": user, "type": "private"} if chat is None else {"id": chat, "type": "group", "title": "Us"}
    sender = {"id": user, "is_bot": False, "first_name": "Zoë", "last_name": "Z"}
    date = int(datetime.now(UTC).timestamp())
    return {"update_id": 9, "message": {"message_id": 3, "date": date, "chat": where, "from": sender, "text": text}}


def tap(user: int, chat: int | None = None) -> dict[str, Any]:
    message = raw(user, chat=chat)["message"]
    query = {"id": "77", "from": message["from"], "chat_instance": "1", "data": "12", "message": message}
    return {"update_id": 9, "callback_query": query}


async def admit(
    store: Store, update: dict[str, Any], bot: Bot | None = None, *, has_admins: bool = True, invite: str = INVITE
) -> Standing:
    client: Any = bot or Bot()
    admins = frozenset({ADMIN} if has_admins else ())
    alerts = Alerts(client, Admins(admins, store.admins).ids, ReadersLanguage(store.languages, None))
    admission = Admission(client, access(store, Membership(client), invite, admins), store.journal, alerts)
    return await admission.admit([update], Update.de_json(update, client))


async def test_who_comes_with_the_invitation_is_a_guest_from_then_on(store: Store) -> None:
    for start in (f"/start {INVITE}", f"/start@cousin_bot {INVITE}"):
        assert await admit(store, raw(NOBODY, start)) is Standing.INVITED
        assert await store.people.role(NOBODY) == "guest"
        assert await store.people.name(NOBODY) == "Zoë Z"
        assert await admit(store, raw(NOBODY)) is Standing.GUEST
        await store.people._database.write("DELETE FROM people WHERE user_id = ?", (NOBODY,))


@pytest.mark.parametrize("text", [INVITE, f"/help {INVITE}", f"/start {INVITE} please", "/start", f"start {INVITE}"])
async def test_the_code_counts_where_a_link_puts_it(store: Store, text: str) -> None:
    assert await admit(store, raw(NOBODY, text)) is Standing.STRANGER


async def test_a_stranger_is_told_once_and_leaves_nothing_behind(store: Store) -> None:
    bot, update = Bot(), raw(NOBODY, "my secret")
    await store.journal.record({9: json.dumps(update), 10: "{}"})
    assert await admit(store, update, bot) is Standing.STRANGER
    assert bot.sent == [(NOBODY, outsider())]
    [kept, other] = await store.journal.unfinished()
    chat, sender = {"id": NOBODY, "type": "private"}, {"id": NOBODY, "is_bot": False, "first_name": ""}
    bare = {"update_id": 9, "message": {"message_id": 0, "date": 0, "chat": chat, "from": sender}}
    assert json.loads(kept.body) == bare
    assert Update.de_json(bare, None).effective_user  # it can still be handled
    assert other.body == "{}"
    assert await store.people.role(NOBODY) == "outsider"
    assert await store.people.name(NOBODY) is None
    assert await admit(store, raw(NOBODY), bot) is Standing.TURNED_AWAY
    assert len(bot.sent) == 1


async def test_a_stranger_who_blocked_the_bot_is_let_go(store: Store) -> None:
    assert await admit(store, raw(NOBODY), Bot(blocked=True)) is Standing.STRANGER
    assert await store.people.role(NOBODY) == "outsider"


async def test_where_nobody_is_an_admin_yet_the_owner_learns_their_number(store: Store) -> None:
    bot = Bot()
    await admit(store, raw(NOBODY), bot, has_admins=False)
    assert bot.sent == [(NOBODY, f"{outsider()}\n\n{owner(NOBODY)}")]


async def test_an_invitation_that_ran_out_is_explained(store: Store) -> None:
    late = await store.invites.make(ADMIN, 2, datetime.now(UTC) - timedelta(days=2), timedelta(days=1))
    bot, update = Bot(), raw(NOBODY, f"/start {late.code}")
    await store.journal.record({9: json.dumps(update)})
    for _ in range(2):
        assert await admit(store, update, bot) is Standing.LATE
    assert bot.sent == [(NOBODY, invitation_expired())] * 2
    assert await store.people.role(NOBODY) == "outsider"


@pytest.mark.parametrize(
    ("update", "standing"),
    [
        (raw(BLOCKED), Standing.BLOCKED),
        (raw(BLOCKED, f"/start {INVITE}"), Standing.BLOCKED),
        (raw(BLOCKED, chat=FAMILY), Standing.BLOCKED),
        (tap(BLOCKED, FAMILY), Standing.BLOCKED),
        (raw(NOBODY, chat=ELSEWHERE), Standing.ELSEWHERE),
        (raw(ADMIN, chat=ELSEWHERE), Standing.ELSEWHERE),
        (raw(NOBODY, "/start", chat=ELSEWHERE), Standing.ELSEWHERE),
    ],
)
async def test_blocked_people_ask_nothing_and_hear_nothing_in_groups_too(
    store: Store, update: dict[str, Any], standing: Standing
) -> None:
    bot = Bot()
    assert await admit(store, update, bot) is standing
    assert not standing.may_ask
    assert bot.sent == []
    assert await store.people.role(BLOCKED) == "blocked"
    assert await store.people.role(NOBODY) is None


async def test_whoever_may_ask_hears_nothing_at_the_door(store: Store) -> None:
    bot = Bot()
    for update, standing in (
        (raw(ADMIN), Standing.ADMIN),
        (raw(GUEST), Standing.GUEST),
        (tap(GUEST), Standing.GUEST),
        (raw(NOBODY, chat=FAMILY), Standing.INVITED),
        (raw(NOBODY), Standing.GUEST),
    ):
        assert await admit(store, update, bot) is standing
    assert (bot.sent, bot.tapped) == ([], [])


async def test_the_clock_on_a_button_ends_for_those_who_may_not_tap_it(store: Store) -> None:
    bot = Bot()
    assert await admit(store, tap(BLOCKED), bot) is Standing.BLOCKED
    assert bot.tapped == ["77"]


async def test_what_comes_from_nobody_or_from_nowhere_is_left_alone(store: Store) -> None:
    channel = {"id": -30, "type": "channel", "title": "News"}
    post = {"update_id": 9, "channel_post": {"message_id": 3, "date": 1, "chat": channel, "text": "x"}}
    inline = {
        "update_id": 9,
        "inline_query": {"id": "1", "from": raw(GUEST)["message"]["from"], "query": "", "offset": ""},
    }
    bot = Bot()
    for update in (post, inline, {"update_id": 9}):
        assert await admit(store, update, bot) is Standing.ELSEWHERE
    assert bot.sent == []


async def test_an_admin_hears_in_an_unlisted_group_why_nothing_happens(store: Store) -> None:
    bot = Bot()
    added = raw(ADMIN, chat=ELSEWHERE)
    added["message"]["new_chat_members"] = [{"id": bot.id, "is_bot": True, "first_name": "Cousinbot"}]
    del added["message"]["text"]
    for update in (raw(ADMIN, "/start", chat=ELSEWHERE), raw(ADMIN, "/who@cousin_bot", chat=ELSEWHERE), added):
        assert await admit(store, update, bot) is Standing.ELSEWHERE
    for text in ("hello", "/start@another_bot"):
        await admit(store, raw(ADMIN, text, chat=ELSEWHERE), bot)
    assert bot.sent == [(ELSEWHERE, group_unlisted(ELSEWHERE))] * 3


async def test_whoever_left_the_group_is_told_so_once(store: Store) -> None:
    bot = Bot()
    await admit(store, raw(NOBODY, chat=FAMILY), bot)
    await store.people.leave_question_open(NOBODY)
    for bot.status in ("silent", "member", "creator", "restricted", "nonsense"):
        assert await admit(store, raw(NOBODY), bot) is Standing.GUEST
        await store.people.leave_question_open(NOBODY)
    bot.status, bot.down = "left", True
    with pytest.raises(NetworkError):  # it is handled again
        await admit(store, tap(NOBODY), bot)
    bot.down, bot.tapped = False, []
    assert await admit(store, tap(NOBODY), bot) is Standing.LEFT
    assert await admit(store, raw(NOBODY), bot) is Standing.TURNED_AWAY
    assert bot.sent == [(NOBODY, left_the_group())]
    assert bot.tapped == ["77"]


def tries(person: int, number: int = BY_ONE) -> list[dict[str, Any]]:
    updates = [raw(person, f"/start guess-{number}") for number in range(number)]
    for number, update in enumerate(updates, 100):
        update["message"]["message_id"] = number
    return updates


async def test_who_guesses_is_told_when_it_is_over_and_so_are_the_admins(store: Store) -> None:
    bot = Bot()
    for update in tries(NOBODY, 3 * BY_ONE):
        assert await admit(store, update, bot) in (Standing.STRANGER, Standing.TURNED_AWAY)
    assert await admit(store, raw(NOBODY, f"/start {INVITE}"), bot) is Standing.TURNED_AWAY
    assert bot.sent == [
        (NOBODY, outsider()),
        *[(NOBODY, invitation_unknown())] * (BY_ONE - 2),
        (NOBODY, no_tries_left()),
        (ADMIN, someone_guesses(BY_ONE, NOBODY)),
    ]


async def test_a_link_that_was_copied_in_part_is_explained_also_to_whom_the_bot_knows(store: Store) -> None:
    """They were turned away before; the next one, whole, lets them in."""
    bot = Bot()
    for text in ("hello", f"/start {INVITE[:-1]}", "hello"):
        await admit(store, raw(NOBODY, text), bot)
    assert bot.sent == [(NOBODY, outsider()), (NOBODY, invitation_unknown())]
    assert await admit(store, raw(NOBODY, f"/start {INVITE}"), bot) is Standing.INVITED


@pytest.mark.parametrize(("invite", "words"), [(SHORT, invitation_closed(BY_ALL)), (INVITE, many_guess(BY_ALL))])
async def test_who_guesses_with_many_accounts_closes_a_short_code_and_admins_know(
    store: Store, invite: str, words: str
) -> None:
    bot = Bot()
    for person in range(100, 100 + BY_ALL + 3):
        await admit(store, tries(person, 1)[0], bot, invite=invite)
    assert [text for chat, text in bot.sent if chat == ADMIN] == [words]
    closed = invite == SHORT
    standing = await admit(store, raw(NOBODY, f"/start {invite}"), bot, invite=invite)
    assert standing is (Standing.STRANGER if closed else Standing.INVITED)


async def test_nobody_is_made_a_guest_under_an_account_that_many_write_under(store: Store) -> None:
    telegram_itself = raw(777000, chat=FAMILY)
    channel = raw(NOBODY, chat=FAMILY)
    channel["message"]["sender_chat"] = {"id": -77, "type": "channel", "title": "News"}
    for update in (telegram_itself, channel):
        assert await admit(store, update) is Standing.GUEST
    assert await store.people.role(777000) is None
    assert await store.people.role(NOBODY) is None


async def test_tries_count_while_telegram_takes_no_message(store: Store) -> None:
    """Else whoever guesses has as many as they like, until Telegram is back."""
    bot = Bot()
    bot.down = True
    for update in tries(NOBODY):
        with pytest.raises(NetworkError):
            await admit(store, update, bot, invite=SHORT)
    with pytest.raises(NetworkError):
        await admit(store, raw(NOBODY, f"/start {SHORT}"), bot, invite=SHORT)
    assert await store.people.role(NOBODY) is None
    bot.down = False
    for update in tries(NOBODY):  # as they are tried again
        await admit(store, update, bot, invite=SHORT)
    assert bot.sent == [
        (NOBODY, outsider()),
        *[(NOBODY, invitation_unknown())] * (BY_ONE - 2),
        (NOBODY, no_tries_left()),
        (ADMIN, someone_guesses(BY_ONE, NOBODY)),
    ]


async def test_an_old_invitation_is_no_guess(store: Store) -> None:
    """A guest for being in the group opens one that was taken back, again and again: no admin is alarmed."""
    made = await store.invites.make(ADMIN, 2, datetime.now(UTC), timedelta(days=1))
    await store.invites.revoke(made.id, datetime.now(UTC))
    bot = Bot()
    await admit(store, raw(NOBODY, chat=FAMILY), bot)
    for update in tries(NOBODY, 3 * BY_ONE):
        update["message"]["text"] = f"/start {made.code}"
        assert await admit(store, update, bot) is Standing.GUEST
    assert bot.sent == []
