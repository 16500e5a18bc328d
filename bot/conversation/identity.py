"""Who writes: a person, or an account under which many do."""

from telegram import Message

from data.people.identities import SHARED


def is_shared(message: Message) -> bool:
    """Whether it was written as a group or a channel, so that nobody can tell who did."""
    return message.sender_chat is not None or (message.from_user is not None and message.from_user.id in SHARED)
