"""Whom photos are of that came with a name below them, or with a command: a cousin, a question, or nobody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from telegram import Chat, Message, User
from telegram.ext import ExtBot

from actions.answers.newcomers import Doubt, doubt, key_to_propose
from actions.cousins import Cousins, Names
from actions.people.access import Access
from bot.answers.wishes import Wish
from bot.corrections import wording
from bot.transport.identity import is_shared
from data.lookup import Match
from data.names import typed_name
from data.store.guesses import Answer
from foundation.statement import Way

_COMMANDS: Final[dict[str, Way]] = {"/teach": "taught", "/iam": "self"}
_LIKELY: Final = 8
"""Cousins who are offered to whoever did not say who they are."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a wish means: a cousin, or a question with its choices, or words that say why nobody."""

    cousin: str | None = None
    words: str | None = None
    choices: Sequence[tuple[str, str, str]] = ()
    """What each button says and does, and the key or the name it does it with."""


class Meanings:
    """What captions and commands mean; nothing is noted here, and nothing sent."""

    def __init__(self, bot: ExtBot[int], access: Access, cousins: Cousins) -> None:
        self._bot = bot
        self._access = access
        self._cousins = cousins

    def wish(self, messages: Sequence[Message]) -> Wish | None:
        """What a caption wishes, in private: an admin's that is a name, or nearly, and whoever's with a command."""
        first = messages[0]
        if first.chat.type != Chat.PRIVATE or first.from_user is None or is_shared(first):
            return None
        wishes = [wish for message in messages if (wish := self._wish_of(message, first.from_user)) is not None]
        if not wishes or len({message.caption for message in messages if message.caption}) == 1:
            return wishes[0] if wishes else None
        own = {message.message_id: self._wish_of(message, first.from_user) for message in messages}
        return replace(wishes[0], own=own)

    def of(self, answer: Answer, wish: Wish) -> Meant:
        """Whom a wish means, and who may be meant by it, as the faces in the answer have it."""
        return self._taught(wish) if wish.way == "taught" else self._oneself(answer, wish)

    def _wish_of(self, message: Message, user: User) -> Wish | None:
        first, *rest = (message.caption or "").split() or [""]
        command, _, whose = first.lower().partition("@")
        is_admin, is_theirs = self._access.is_admin(user.id), message.forward_origin is None
        if command in _COMMANDS and whose in ("", self._bot.username.lower()):
            way = _COMMANDS[command]
            return Wish(way, " ".join(rest), user, is_theirs=is_theirs) if way == "self" or is_admin else None
        if not is_admin or not first:
            return None
        wish = Wish("taught", " ".join([first, *rest]), user, by_command=False, is_theirs=is_theirs)
        return wish if self._taught(wish) != Meant() else None

    def _taught(self, wish: Wish) -> Meant:
        names = self._cousins.now()
        if not wish.name:
            return Meant(words=wording.teach_how(names.example(to_admins=True)))
        try:
            name = typed_name(wish.name)
        except ValueError as error:
            return Meant(words=str(error) if wish.by_command else None)
        match = names.look_up(name, to_admins=True)
        if match.only is not None and wish.is_theirs:
            return Meant(match.only)
        if wish.by_command:
            doubtful = doubt(name, names)
            return _asked(doubtful) if doubtful else _is_new(name)
        meant = [cousin for cousin in match.cousins or match.near if _may_be_name(name, cousin, names)]
        if not meant:
            return Meant()
        its = [("is", wording.it_is(names.shown(one, to_admins=True)), one) for one in meant]
        question = wording.which_of_them(name) if len(match.cousins) > 1 else wording.is_it_they(name)
        return Meant(words=question, choices=[*its, ("no", wording.no_only_a_caption(), "")])

    def _oneself(self, answer: Answer, wish: Wish) -> Meant:
        """Who does not want to be named is not offered to guests, and known by their name all the same."""
        if not wish.is_theirs:
            return Meant(words=wording.not_your_photo())
        names, is_admin = self._cousins.now(), self._access.is_admin(wish.by.id)
        try:
            name = typed_name(wish.name or wish.by.full_name)
        except ValueError as error:
            if wish.name:
                return Meant(words=str(error))
            name = ""
        match = names.look_up(name, to_admins=is_admin) if name else Match()
        only = match.only or names.look_up(name, to_admins=True).only
        if only is not None:
            return Meant(only)
        if not match.all and wish.name:
            if is_admin:
                return Meant(words=wording.is_that_new(name), choices=[("new", wording.i_am_new(name), name)])
            try:
                return Meant(key_to_propose(name))
            except ValueError as error:
                return Meant(words=str(error))
        guesses = (candidate.cousin for guess in answer.guesses for candidate in guess.face.candidates)
        offered = match.all or names.likely(guesses, to_admins=is_admin)[:_LIKELY]
        new = [("new", wording.i_am_new(name), name)] if name and _makes_a_key(name) else []
        return Meant(
            words=wording.who_are_you(),
            choices=[*(("is", wording.i_am(names.shown(one, to_admins=is_admin)), one) for one in offered), *new],
        )


def _asked(doubtful: Doubt) -> Meant:
    """A name that was meant to be somebody's, and is more than one's, or nearly one's."""
    its = [("is", it_is, cousin) for cousin, it_is in doubtful.cousins]
    return Meant(words=doubtful.question, choices=[*its, ("new", doubtful.new, doubtful.name)])


def _is_new(name: str) -> Meant:
    if not _makes_a_key(name):
        return Meant(words=wording.no_name(name))
    return Meant(
        words=wording.is_that_new(name),
        choices=[("new", wording.yes_new(name), name), ("no", wording.no_not_new(), "")],
    )


def _makes_a_key(name: str) -> bool:
    try:
        key_to_propose(name)
    except ValueError:
        return False
    return True


def _may_be_name(text: str, cousin: str, names: Names) -> bool:
    """Not a remark in which somebody's name stands: "Maya at the beach"."""
    called = (names.shown(cousin, to_admins=True), *names.aliases(cousin), cousin.replace("_", " "))
    return len(text.split()) <= max(len(one.split()) for one in called) + 1
