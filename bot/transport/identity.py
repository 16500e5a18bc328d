"""Who writes: a person, or an account under which many do."""

from telegram import Message

from data.people.identities import SHARED


def is_shared(message: Message) -> bool:
    """Whether it was written as a group or a channel, so that nobody can tell who did."""
    return message.sender_chat is not None or (message.from_user is not None and message.from_user.id in SHARED)


def person_in(message: Message) -> int | None:
    """The number of the person who wrote it; None where nobody can tell."""
    return message.from_user.id if message.from_user and not is_shared(message) else None
