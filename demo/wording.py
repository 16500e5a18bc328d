"""What the demo prints, what it prepares and what happens in the scripted conversation; and what the chat page says."""

from pathlib import Path

from foundation.translation import _, ngettext


def drawing(cousins: int, photos_each: int) -> str:
    return ngettext(
        "Drawing {count} cousin; photos of each: {photos} …",
        "Drawing {count} cousins; photos of each: {photos} …",
        cousins,
        photos=photos_each,
    )


def training() -> str:
    return _("Training on them, as on any photos: cousinbot train")


def training_failed() -> str:
    return _("The training did not finish: its last line says why.")


def open_page(url: str) -> str:
    return _("Open {url} and send Cousinbot a photo, as Robin, a guest, or as Alex, an admin.", url=url)


def open_pages(link: str, name: str) -> str:
    return _(
        "The same family has pages, too. This link lets {name} in, once, within ten minutes; the button beside the text"
        " field on the chat page always does:\n{link}",
        link=link,
        name=name,
    )


def no_link(last_words: str) -> str:
    return _("No link to the pages could be made: {last_words}", last_words=last_words)


def how_to_end(home: Path, heap: Path) -> str:
    return _(
        "Ctrl-C ends it. Everything is in {home}/ and {heap}/: delete both to start over; what the bot logs is in"
        " bot.log.",
        home=home,
        heap=heap,
    )


def sorting_heap(photos: int, heap: str) -> str:
    return ngettext(
        "Meanwhile {count} photo without a name is drawn into {heap}/, and sorted by who is on it: cousinbot photos"
        " sort",
        "Meanwhile {count} photos without names are drawn into {heap}/, and sorted by who is on them: cousinbot photos"
        " sort",
        photos,
        heap=heap,
    )


def heap_sorted(photos: int, heap: str, admin: str) -> str:
    return ngettext(
        "The faces on {count} photo in {heap}/ are sorted. Say who they are: as {admin}, send /sort, or open Cousins,"
        " then “Who is this?”, on the pages.",
        "The faces on {count} photos in {heap}/ are sorted. Say who they are: as {admin}, send /sort, or open Cousins,"
        " then “Who is this?”, on the pages.",
        photos,
        heap=heap,
        admin=admin,
    )


def heap_not_sorted(why: str) -> str:
    return _("The photos without names could not be sorted; all else works: {why}", why=why)


def port_unusable(port: int, matter: str) -> str:
    return _(
        "Port {port} can't be used ({matter}): choose another, as in `cousinbot demo --port {other}`.",
        port=port,
        matter=matter,
        other=port + 10,  # the pages have the next
    )


def bot_stopped(log: Path) -> str:
    return _("The bot stopped by itself: the end of {log} says why.", log=log)


def bot_not_started(last_words: str) -> str:
    return _("The bot did not start: {last_words}", last_words=last_words)


def no_answer() -> str:
    return _("no answer came")


def opens_invitation(code: str) -> str:
    return _("opens the invitation link (/start {code})", code=code)


def sends_photo_of(name: str) -> str:
    return _("sends a photo of {name}", name=name)


def sends_group(cousins: int) -> str:
    return ngettext("sends a photo of {count} cousin", "sends a photo of {count} cousins", cousins)


def sends_costume(name: str, dressed_as: str) -> str:
    return _(
        "sends {name}, dressed up as {dressed_as} for a costume party, and the bot is fooled",
        name=name,
        dressed_as=dressed_as,
    )


def sends_disguise(name: str, dressed_as: str) -> str:
    return _(
        "sends {name}, dressed up as {dressed_as}: the bot is not sure, and asks", name=name, dressed_as=dressed_as
    )


def taps_and_then(button: str, name: str) -> str:
    return _("taps {button}, and then {name}", button=button, name=name)


def taps_wrong(name: str) -> str:
    return _("taps ✗, and then {name}", name=name)


def is_told() -> str:
    return _("is told")


def reviews() -> str:
    return _("looks at it: /review")


def taps(button: str) -> str:
    return _("taps {button}", button=button)


def sees_corrected() -> str:
    return _("sees the answer corrected")


def sends_again() -> str:
    return _("sends the same photo again")


def sends_stranger() -> str:
    return _("sends a photo of a stranger")


def retrains() -> str:
    return _("lets the bot learn from all that: /retrain")


def sends_what_it_learned_from(one: str, other: str) -> str:
    return _("sends every photo of {one} and of {other} that it has learned from", one=one, other=other)


def are_named(right: int, photos: int, name: str) -> str:
    return ngettext(
        "{right} of {count} photo is named {name}",
        "{right} of {count} photos are named {name}",
        photos,
        right=right,
        name=name,
    )


def chat_page() -> dict[str, str]:
    """By the names that the page's scripts know. What stands in braces is filled in there."""
    return _frame() | _messages() | _phones() | _first_steps()


def _frame() -> dict[str, str]:
    return {
        "title": _("Cousinbot: try it here"),
        "heading": _("Which cousin is that?"),
        "about": _("Two phones at the family reunion: a guest asks, an admin corrects. Nothing leaves this computer."),
        "whose_phone": _("Whose phone"),
        "needs_javascript": _("This page needs JavaScript to play the two phones."),
        "full_size": _("The photo in full size"),
        "ok": _("OK"),
    }


def _messages() -> dict[str, str]:
    return {
        "messages": _("Messages"),
        "edited": _("edited {time}", time="{time}"),
        "photo": _("Photo"),
        "file": _("File"),
        "reply": _("Reply"),
        "reply_to_message": _("Reply to this message"),
        "thumbs_up": _("Thumbs up"),
        "thumbs_down": _("Thumbs down"),
        "group_created": _("{name} created the group", name="{name}"),
        "joined": _("{names} joined", names="{names}"),
        "supergroup": _("The group became a supergroup"),
    }


def _phones() -> dict[str, str]:
    return {
        "phone": _("The phone of {name}", name="{name}"),
        "guest": _("guest"),
        "admin": _("admin"),
        "owner_guest": _("{name}, guest", name="{name}"),
        "owner_admin": _("{name}, admin", name="{name}"),
        "group_title": _("Family reunion"),
        "bot": _("bot"),
        "whole_family": _("the whole family"),
        "connecting": _("connecting…"),
        "typing": _("typing…"),
        "sending_photo": _("sending a photo…"),
        "sending_file": _("sending a file…"),
        "swap": _("Switch between the private chat and the family group"),
        "opens_pages": _("Opens the pages in a new tab, as {name}", name="{name}"),
        "in_new_tab": _("(in a new tab)"),
        "write": _("Message"),
        "write_as": _("Message from {name}", name="{name}"),
        "send": _("Send"),
        "send_photo": _("Send a photo"),
        "send_example": _("Send the example {name}", name="{name}"),
        "photos": _("Photos"),
        "as_file": _("As a file"),
        "photos_to_send": _("Photos to send"),
        "files_to_send": _("Files to send"),
        "drop_here": _("Drop the photos here"),
        "replying": _("Reply to: {text}", text="{text}"),
        "replying_to_photo": _("Reply to the photo"),
        "no_reply": _("Do not reply"),
        "commands": _("What the bot understands"),
        "command_start": _("begin"),
        "command_help": _("what it can do"),
        "failed": _("That did not work: {why}.", why="{why}"),
        "nobody_answers": _("Nobody answers here any more. Is the demo still running in the terminal?"),
        "too_long": _("This text is too long for one message."),
        "button_gone": _("This button is not there any more."),
        "no_photo": _("This can't be sent as a photo: send it as a file instead."),
    }


def _first_steps() -> dict[str, str]:
    """What an empty chat says."""
    return {
        "welcome_guest": _("You met someone. Who was that?"),
        "welcome_admin": _("You know everyone here."),
        "welcome_group": _("The family group"),
        "start": _("Start"),
        "press_start": _("Press Start, so that the bot may write to you."),
        "guest_sends": _("Send a photo of a cousin."),
        "guest_corrects": _("Wrong name? Tap ✗ and say so."),
        "guest_shows": _("Write /iam and your name, then pick a photo: that's you."),
        "admin_corrects": _("Correct it: tap ✗ under a wrong guess, then the right name."),
        "admin_teaches": _("Teach it: write a cousin's name, then pick a photo."),
        "admin_reviews": _("/review shows what guests reported."),
        "admin_sorts": _("/sort asks who is on a heap of photos."),
        "group_reads": _("In groups the bot only reads commands and replies."),
        "group_asks": _("Send a photo, then reply to it with /who."),
        "or_send": _("or send one of these"),
    }
