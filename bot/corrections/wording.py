"""What is said about what people say of a face, and the buttons to say it with."""

from pathlib import Path

from foundation.translation import _, ngettext

# Menus


def wrong_how() -> str:
    return _("Please send /wrong as a reply to the answer that is wrong.")


def who_is_it() -> str:
    return _("Who is it?")


def what_is_it() -> str:
    return _("What is it?")


def none_of_these() -> str:
    return _("None of these")


def something_new() -> str:
    return _("Something new")


def not_this(name: str) -> str:
    return _("Not {name}, but I don't know what", name=name)


def name_of_picture() -> str:
    return _("What is this called? Please reply to this message with its name.")


def who_is_face(number: int) -> str:
    return _("Who is face {number}?", number=number)


def which_face() -> str:
    return _("Which face is wrong?")


def which_picture() -> str:
    return _("Which picture did I get wrong?")


def not_them(name: str) -> str:
    return _("Not {name}, but I don't know who", name=name)


def no_idea() -> str:
    return _("I don't know")


def back() -> str:
    return _("« Back")


def nothing_changed() -> str:
    return _("Nothing was changed.")


# Thanks


def thanks() -> str:
    return _("Thank you!")


def admin_will_look() -> str:
    return _("Thank you! An admin will take a look.")


def will_remember(what: str) -> str:
    return _("Thank you, I'll remember: {what}.", what=what)


def answer_corrected(name: str) -> str:
    return _("{name} corrected one of my answers. Send /review to take a look.", name=name)


# Someone new


def name_of_face(number: int) -> str:
    return _("What is the name of face {number}? Please reply to this message with it.", number=number)


def name_of_person() -> str:
    return _("What is this person's name? Please reply to this message with it.")


def example_of_a_name() -> str:
    return _("Charlie Brown")


def example_of_a_things_name() -> str:
    return _("Turducken")


def asked_in_private() -> str:
    return _(
        "I have a question about that, and asked you in our private chat. If you don't find it there, send me /start"
        " there first, and then the name here again."
    )


def misspelt() -> str:
    return _("If that is misspelt: /rename")


def new_here(name: str) -> str:
    return _("{name} is new here.", name=name)


def photos_go_into(folder: Path) -> str:
    return _("You can put more photos into {folder}.", folder=folder)


def facts_go_into(file: Path) -> str:
    return _("You can write what to talk about into {file}.", file=file)


def facts_not_added(why: str, stub: str) -> str:
    return _("I could not add them to the facts. {why} Please add this yourself:\n\n{stub}", why=why, stub=stub)


# /review


def nothing_to_review() -> str:
    return _("There is nothing to review. 👍")


def gone() -> str:
    return _("This photo was deleted, or somebody changed their mind.")


def accepted(what: str) -> str:
    return _("✓ Accepted: {what}.", what=what)


def corrected(what: str) -> str:
    return _("✎ Corrected: {what}.", what=what)


def dismissed() -> str:
    return _("✗ Dismissed.")


def waiting(corrections: int) -> str:
    return ngettext("{count} correction is waiting.", "{count} corrections are waiting.", corrections)


def photos_gone(photos: int) -> str:
    return ngettext("(The photo is gone.)", "(The photos are gone.)", photos)


def says(who: str, what: str) -> str:
    """Telegram HTML, as are those that hold it."""
    return _("{who} says: <b>{what}</b>", who=who, what=what)


def says_unlike_others(who: str, what: str, others: str) -> str:
    return _("{who} says: <b>{what}</b> (others: {others})", who=who, what=what, others=others)


def proposal(says: str, mine: str) -> str:
    return _("{says}.\nI said: {mine}.", says=says, mine=mine)


def numbered_proposal(number: int, says: str, mine: str) -> str:
    return _("{number}. {says}; I said: {mine}", number=number, says=says, mine=mine)


def accept(what: str) -> str:
    return _("✓ Accept: {what}", what=what)


def choose_another() -> str:
    return _("Choose someone else")


def choose_another_thing() -> str:
    return _("Choose another")


def dismiss() -> str:
    return _("✗ Dismiss")


def accept_all(corrections: int) -> str:
    return ngettext("✓ Accept {count}", "✓ Accept all {count}", corrections)


def accept_others(corrections: int) -> str:
    return ngettext("✓ Accept the other {count}", "✓ Accept the other {count}", corrections)


def later() -> str:
    return _("Later ›")


# /faces


def which_of_these(name: str, waiting: int) -> str:
    return ngettext(
        "Which of these faces is {name}? I could not tell, and so I have not learned from this photo.\n\n{count} photo"
        " is waiting.",
        "Which of these faces is {name}? I could not tell, and so I have not learned from this photo.\n\n{count} photos"
        " are waiting.",
        waiting,
        name=name,
    )


def none_of_them() -> str:
    return _("None of them")


def face_is(number: int, name: str) -> str:
    return _("✓ Face {number} is {name}.", number=number, name=name)


def no_face_is(name: str) -> str:
    return _("✗ None of these faces is {name}.", name=name)


def undo() -> str:
    return _("↩ Undo")


def no_photo_waits() -> str:
    return _("There is no photo in which I need you to show me the right face. 👍")


def all_pointed_at() -> str:
    return _("That was the last photo. I'll learn from what you showed me at the next training: /retrain")


# Toasts of the review


def accepted_just_now(what: str) -> str:
    return _("Accepted: {what}.", what=what)


def dismissed_just_now() -> str:
    return _("Dismissed.")


def decided_already() -> str:
    return _("That has already been decided.")


def says_another() -> str:
    return _("What was said is about somebody else by now. Please look at it again.")


def page_left() -> str:
    return _("That page is no longer open. Send /review to see what is waiting now.")
