"""What the demo prints: what it prepares, and what happens in the scripted conversation."""

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
