"""What is said about what people say of a face, and the buttons to say it with."""

from collections.abc import Sequence
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


def says_who_they_are(name: str) -> str:
    return _("{name} has told me which cousin they are. Send /review to take a look.", name=name)


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
    return _("That is a new name for me: {name}.", name=name)


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
    return ngettext("✓ Accept {count} correction", "✓ Accept all {count} corrections", corrections)


def accept_others(corrections: int) -> str:
    return ngettext("✓ Accept {count} other correction", "✓ Accept {count} other corrections", corrections)


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


# Photos that are shown with a name


def teach_how(name: str | None) -> str:
    """`name` is of one of the family, for an example."""
    example = name or example_of_a_name()
    return _(
        "Show me whom you want me to learn:\n"
        "• send a photo, or several, and write just the name below: {name}\n"
        "• or answer a photo that is here already with /teach {name}\n"
        "• a new cousin: /teach and the name, below the photo\n\n"
        "I know them from the next photo on, and learn them for good at the next training.",
        name=example,
    )


def several_captions() -> str:
    return _(
        "These photos have different captions, so I have only looked at them. To teach me, please send the photos of"
        " one person together, with one name."
    )


def no_sure_name(photos: int) -> str:
    return ngettext(
        "Below {count} photo there is no name that I'm sure of, so I have only looked at it.",
        "Below {count} photos there is no name that I'm sure of, so I have only looked at them.",
        photos,
    )


def which_of_them(name: str) -> str:
    return _("More than one cousin is called “{name}”. Whose photo is it?", name=name)


def is_it_they(name: str) -> str:
    return _("You wrote “{name}”. Shall I remember whose photo this is?", name=name)


def it_is(name: str) -> str:
    return _("Yes, it's {name}", name=name)


def no_only_a_caption() -> str:
    return _("No, leave it")


def is_that_new(name: str) -> str:
    return _("I don't know anybody called “{name}”. Is that someone new?", name=name)


def yes_new(name: str) -> str:
    return _("Yes, someone new: {name}", name=name)


def no_not_new() -> str:
    return _("No, leave it")


def no_name(name: str) -> str:
    return _(
        "“{name}” can't be a name, because there are no letters in it that I can use. Please write it another way.",
        name=name,
    )


def nothing_learned(name: str) -> str:
    return _("So I have learned nothing about {name}.", name=name)


def no_face_of(name: str) -> str:
    return _(
        "I found no face in this photo, so I can't learn from it what {name} looks like. Do you have one that shows"
        " more of the face?",
        name=name,
    )


def photos_of(name: str, sure: int, unclear: int) -> str:
    """`sure` are remembered; on the `unclear` ones there are several faces. Nothing where there are none of both."""
    remembered = ngettext(
        "I'll remember {count} photo of {name}.", "I'll remember {count} photos of {name}.", sure, name=name
    )
    asked = ngettext(
        "On {count} photo I need to know which face is {name}.",
        "On {count} photos I need to know which face is {name}.",
        unclear,
        name=name,
    )
    return " ".join([*([remembered] if sure else []), *([asked] if unclear else [])])


def no_face_on(numbers: Sequence[int]) -> str:
    """The numbers they have in the answer."""
    return ngettext(
        "I found no face on {count} photo, and learn nothing from it: {numbers}.",
        "I found no face on {count} photos, and learn nothing from them: {numbers}.",
        len(numbers),
        numbers=", ".join(map(str, numbers)),
    )


def not_opened(photos: int) -> str:
    return ngettext(
        "I could not open {count} photo, as I said above.", "I could not open {count} photos, as I said above.", photos
    )


def taken_back() -> str:
    return _("All right, I've taken that back.")


def which_is(name: str) -> str:
    return _("Which of these faces is {name}?", name=name)


# /iam


def iam_how() -> str:
    return _(
        "Would you like me to know who you are? Send me a photo of yourself and write /iam below it, or /iam with your"
        " name. An admin will take a look, and then I know you. You can take it back at any time, with /iam."
    )


def not_your_photo() -> str:
    return _("Please send /iam as a reply to a photo that you sent yourself, or below a new one.")


def who_are_you() -> str:
    return _("Who in the family are you?")


def i_am(name: str) -> str:
    return _("I'm {name}", name=name)


def i_am_new(name: str) -> str:
    return _("I'm someone new: {name}", name=name)


def no_face_of_you() -> str:
    return _("I found no face in this photo. Do you have one that shows more of you?")


def photos_of_you(sure: int, unclear: int) -> str:
    """As `photos_of`."""
    thanked = ngettext(
        "Thank you! An admin will look at {count} photo of you.",
        "Thank you! An admin will look at {count} photos of you.",
        sure,
    )
    asked = ngettext(
        "On {count} photo I need to know which face is you.",
        "On {count} photos I need to know which face is you.",
        unclear,
    )
    return " ".join([*([thanked] if sure else []), *([asked] if unclear else [])])


def which_is_you() -> str:
    return _("Which of these faces is you?")


def face_is_you(number: int) -> str:
    return _("✓ Face {number} is you. An admin will take a look.", number=number)


def no_face_is_you() -> str:
    return _("✗ None of these faces is you.")


def you_are(name: str) -> str:
    return _("I know who you are now: {name}. You can take that back at any time, with /iam.", name=name)


def you_are_unnamed() -> str:
    return _(
        "I know who you are now, and that you don't want to be named. You can take that back at any time, with /iam."
    )


def not_me() -> str:
    return _("That's not me")


def nobody_again() -> str:
    return _("All right, I no longer know who you are. What I learned from your photo stays; /forgetme deletes it too.")


def who_you_are_waits() -> str:
    return _("You have told me who you are, and an admin will take a look.")


def others_known() -> str:
    return _("I also know who these are. Tap one to take it back.")


def person_is(name: str, cousin: str) -> str:
    return _("• {name} is {cousin}", name=name, cousin=cousin)


def is_not(name: str, cousin: str) -> str:
    return _("✗ {name} is not {cousin}", name=name, cousin=cousin)


def nobody_else_known() -> str:
    return _("I know of nobody else who they are.")
