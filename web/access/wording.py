"""What is said to whoever comes in, leaves, or may not."""

from foundation.translation import _, ngettext


def from_elsewhere() -> str:
    return _("That came from another site, so I did nothing.")


def form_too_old() -> str:
    return _("This page was open for too long. Please go back, load it again, and try once more.")


def too_large(most: int) -> str:
    if most < 2**20:
        return _("That's too much for somebody who is not signed in. Please sign in first.")
    return _("That's more than {megabytes} MB at once. Please send fewer photos at a time.", megabytes=most // 2**20)


def too_much_at_once() -> str:
    return _("Very many photos are on their way here. Please try again in a few seconds.")


def too_many_tries(seconds: int) -> str:
    return ngettext(
        "Too many wrong links or keys came from here. Please try again in {count} second.",
        "Too many wrong links or keys came from here. Please try again in {count} seconds.",
        seconds,
    )


def this_computer() -> str:
    return _("this computer")


def say_your_name() -> str:
    return _("Please say who you are, so that the family knows whose photos these are.")


def signed_out() -> str:
    return _("You are signed out")


def come_back() -> str:
    return _(
        "To come back you need a new link. An admin of the family gives you one; where the family has a bot in"
        " Telegram, so does /web; and on the computer that I run on, “cousinbot web link” makes one."
    )


def link_not_good() -> str:
    return _("This link doesn't work")


def link_unknown() -> str:
    return _("I don't know this link. Perhaps a piece of it is missing.")


def link_used() -> str:
    return _("This link has been used already; each works once.")


def link_late() -> str:
    return _("This link has run out.")


def invitation_taken_back() -> str:
    return _("This invitation has been taken back.")


def how_to_come_in() -> str:
    return _("An admin of the family gives you a new link; where the family has a bot in Telegram, so does /web.")


def not_from_telegram() -> tuple[str, str]:
    """The heading, and what to do."""
    why = _("I could not check with Telegram who you are. Please close this and open it again from the chat.")
    return _("That did not work"), why


def blocked() -> tuple[str, str]:
    return _("You can't come in"), _("An admin of the family has blocked you.")


def unknown_to_the_bot() -> tuple[str, str]:
    first = _("Please write to the bot first, with the link that the family gave you. Then open this again.")
    return _("I don't know you yet"), first


def language_is_yours() -> str:
    return _("Noted: from now on this is your language.")


def language_is_the_browsers() -> str:
    return _("Noted: from now on I go by your browser.")


def forgotten() -> str:
    return _("Done, you are forgotten")


def all_gone(photos: int, *, for_good: bool) -> str:
    gone = ngettext(
        "Your {count} photo and all that came of it are deleted, and you are signed out.",
        "Your {count} photos and all that came of them are deleted, and you are signed out.",
        photos,
    )
    if not photos:
        gone = _("There were no photos of yours. You are signed out.")
    if for_good:
        return gone
    return f"{gone} " + _("A last trace on the disk goes as soon as another program lets go of the database.")


def is_blocked(name: str, *, invitations: int) -> str:
    if not invitations:
        return _("{name} is blocked.", name=name)
    return _(
        "{name} is blocked. The invitations that were open are taken back, for they would let {name} in again: please"
        " make a new one for the others.",
        name=name,
    )


def is_an_admin() -> str:
    return _(
        "This person is an admin. To block them, first remove them from the admins: with /admins in the chat, or with"
        " “cousinbot admin remove”."
    )
