"""Who a command or a button is for: declared where it is registered, and asked here alone."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, ContextTypes

from bot.conversation import wording
from data.store.buttons import Button

Handler = BaseHandler[Update, ContextTypes.DEFAULT_TYPE, Any]


class Permission(Enum):
    EVERYBODY = auto()
    """Whoever may ask the bot at all."""
    IN_PRIVATE = auto()
    """The same, but it is about whoever sends it, and nobody else's business."""
    ADMIN = auto()
    ADMIN_IN_PRIVATE = auto()
    """What it shows is not for a group, not even the family's."""
    PERSON = auto()
    """Whom the button is about."""


@dataclass(frozen=True, slots=True)
class Route:
    """A handler of messages, and whose."""

    handler: Handler
    permission: Permission

    def is_for(self, *, admin: bool, shared: bool = False) -> bool:
        """Whether it exists for this person: an admin's command is none for others.

        Behind an account that many write under there may be an admin, who is to hear how to do it.
        """
        return admin or shared or self.permission in (Permission.EVERYBODY, Permission.IN_PRIVATE, Permission.PERSON)

    def refusal(self, *, in_private: bool, shared: bool = False) -> str | None:
        """Why it is not carried out in this chat, in words; None where it is."""
        if not in_private and self.permission in (Permission.IN_PRIVATE, Permission.ADMIN_IN_PRIVATE):
            return wording.in_private(" ".join(getattr(self.handler, "commands", ())))
        return wording.as_yourself() if shared and self.permission is Permission.ADMIN else None


def refusal_of_tap(permission: Permission, button: Button, user_id: int, *, admin: bool) -> str | None:
    """Why a tap is not carried out, in words; None where it is. A button may have been made for somebody else."""
    if permission is Permission.PERSON:
        return None if user_id == button.person else wording.only_they()
    # A button about a proposal stands in the review, whatever it does.
    is_admins = permission not in (Permission.EVERYBODY, Permission.IN_PRIVATE) or button.statement_id is not None
    return wording.admins_only() if is_admins and not admin else None
