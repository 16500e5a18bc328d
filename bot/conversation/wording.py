"""Sentences that several handlers say, and what is said at the door."""

from foundation.translation import _, ngettext


def forgotten() -> str:
    return _("That photo has been deleted, so there is nothing left to correct.")


def old_button() -> str:
    return _("This button no longer works.")


def gone_button() -> str:
    return _("This answer is too old, or I was asked to forget it. Please send me the photo or the command again.")


def admins_only() -> str:
    return _("Only an admin can do that.")


def only_they() -> str:
    return _("This button is for someone else.")


def in_private(command: str) -> str:
    return _("Please send me /{command} in our private chat.", command=command)


def outsider() -> str:
    return _(
        "Hello! This is a family's private bot, so I can't help you. If you are part of the family, ask for the"
        " invitation link."
    )


def owner(user_id: int) -> str:
    return _("If this is your bot: set COUSINBOT_ADMINS={user_id} and start it again.", user_id=user_id)


def invitation_expired() -> str:
    return _("This invitation has expired. Please ask whoever gave it to you for a new one.")


def sorry() -> str:
    return _("Something went wrong with your message, sorry. The admins have been told; please try again later.")


def too_quick(a_minute: int) -> str:
    return ngettext(
        "You write faster than I can answer! I answer {count} message a minute for each of you. I have all of yours,"
        " and will answer them one after the other.",
        "You write faster than I can answer! I answer {count} messages a minute for each of you. I have all of yours,"
        " and will answer them one after the other.",
        a_minute,
    )


def group_moved(group: str, new: int, old: int) -> str:
    return _(
        "The group “{group}” has a new id. I have noted it, so there is nothing to do now. When you next change"
        " COUSINBOT_CHATS, write {new} instead of {old}.",
        group=group,
        new=new,
        old=old,
    )


def could_not_handle(messages: int, reasons: str) -> str:
    return ngettext(
        "I could not handle {count} message ({reasons}). The log says more.",
        "I could not handle {count} messages ({reasons}). The log says more.",
        messages,
        reasons=reasons,
    )
