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


def page(number: int, pages: int) -> str:
    return _("Page {number} of {pages}", number=number, pages=pages)


def page_before() -> str:
    return _("‹ Back")


def page_after() -> str:
    return _("More ›")


def in_private(command: str) -> str:
    return _("Please send me /{command} in our private chat.", command=command)


def as_yourself() -> str:
    return _(
        "I can't tell who you are, because you write as the group. Please turn off “Remain anonymous” in your admin"
        " rights, and send that again."
    )


def outsider() -> str:
    return _(
        "Hello! This is a family's private bot, so I can't help you. If you are part of the family, ask for the"
        " invitation link."
    )


def owner(user_id: int) -> str:
    return _("If this is your bot: set COUSINBOT_ADMINS={user_id} and start it again.", user_id=user_id)


def invitation_expired() -> str:
    return _("This invitation has expired. Please ask whoever gave it to you for a new one.")


def invitation_unknown() -> str:
    return _(
        "I don't know this invitation. Please open the link once more just as you got it, or ask whoever gave it to you"
        " for a new one."
    )


def left_the_group() -> str:
    return _(
        "You are no longer in the family's group, so I can't help you any more. If that is a mistake, ask the family"
        " for an invitation link."
    )


def no_tries_left() -> str:
    return _(
        "That invitation doesn't work, and it was not the first one today. Please ask whoever gave it to you for a new"
        " link, and open it tomorrow."
    )


def someone_guesses(tries: int, user_id: int) -> str:
    return ngettext(
        "Somebody whom I don't know (number {user_id}) tried {count} invitation code that doesn't work. I won't look at"
        " any more of theirs today.",
        "Somebody whom I don't know (number {user_id}) tried {count} invitation codes that don't work. I won't look at"
        " any more of theirs today.",
        tries,
        user_id=user_id,
    )


def invitation_closed(tries: int) -> str:
    return ngettext(
        "Somebody seems to be guessing your invitation code: {count} code today did not work. COUSINBOT_INVITE is"
        " short enough to be guessed, so it lets nobody in until tomorrow. Links from /invite go on working. Please"
        " make COUSINBOT_INVITE longer, or take it out.",
        "Somebody seems to be guessing your invitation code: {count} codes today did not work. COUSINBOT_INVITE is"
        " short enough to be guessed, so it lets nobody in until tomorrow. Links from /invite go on working. Please"
        " make COUSINBOT_INVITE longer, or take it out.",
        tries,
    )


def many_guess(tries: int) -> str:
    return ngettext(
        "Somebody seems to be guessing invitation codes: {count} code today did not work. Yours are too long to be"
        " guessed, so there is nothing to do.",
        "Somebody seems to be guessing invitation codes: {count} codes today did not work. Yours are too long to be"
        " guessed, so there is nothing to do.",
        tries,
    )


def group_unlisted(chat_id: int) -> str:
    unlisted = _(
        "I don't answer in this group, because it is not in COUSINBOT_CHATS. To let everyone here ask me, add its"
        " number there, {chat_id}, and start me again.",
        chat_id=chat_id,
    )
    return f"{unlisted}\n\n{_reactions_in_groups()}"


def _reactions_in_groups() -> str:
    return _("If you want 👍 and 👎 on my answers to count in a group, make me an admin of it.")


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
