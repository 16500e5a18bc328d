"""What programs and pages are told where there is no answer."""

from foundation.formats import number
from foundation.translation import _, ngettext
from inference.decoding.limits import MAX_BYTES, MAX_PIXELS, MAX_SIDE
from inference.faults import Fault
from inference.wording import photo_refused as refused_in_chat


def photo_refused(fault: Fault) -> str:
    match fault:
        case "too_big":
            return too_large()
        case "too_slow":
            return _("That picture takes too long to open. Please send a smaller one.")
        case _:
            return refused_in_chat(fault, MAX_BYTES, MAX_PIXELS, MAX_SIDE)


def too_large() -> str:
    return _("That picture is larger than {size} MB. Please send a smaller one.", size=number(MAX_BYTES / 2**20))


def no_photo() -> str:
    return _("There is no photo in this request. Please send one as the form field “file”, or as the body itself.")


def several_photos() -> str:
    return _("There is more than one photo in this request. Please send them one by one.")


def form_unreadable() -> str:
    return _("This form can't be read. Please send the photo as the body itself, or as the field “file” of a form.")


def too_many(seconds: int) -> str:
    return ngettext(
        "That's a lot of photos at once! Please send the next one in {count} second.",
        "That's a lot of photos at once! Please send the next one in {count} seconds.",
        seconds,
    )


def busy() -> str:
    return _("I'm getting a lot of photos right now. Please send yours again in a few seconds.")


def still_learning() -> str:
    return _("I'm still getting to know the family. Please send your photo again a little later!")


def sign_in() -> str:
    return _("I don't know who is asking. Please sign in, or send a key as “Authorization: Bearer” and the key.")


def admins_only() -> str:
    return _("Only admins may do this.")


def trouble() -> str:
    return _("Something went wrong on my side. Please try again; if it stays like this, tell an admin.")


def refused() -> str:
    return _("This request can't be answered. Please check its address and its method.")


def unknown_answer() -> str:
    return _("I don't know that answer. Please send the photo again, and use the id you get.")


def answer_gone() -> str:
    return _("That answer is too old to be corrected. Please send the photo again.")


def unknown_face(number: int) -> str:
    return _("There is no face {number} in that photo.", number=number)


def unknown_cousin(cousin: str) -> str:
    return _("I know nobody by the key “{cousin}”. The list of cousins has all keys.", cousin=cousin)


def correction_unreadable() -> str:
    return _(
        "I can't read that correction. Please send the id, the number of the face, and one of: the key of a cousin,"
        " “stranger”: true, or “not_a_face”: true."
    )


def will_remember(what: str) -> str:
    return _("Thank you, I'll remember: {what}.", what=what)


def admin_will_look() -> str:
    return _("Thank you! An admin will take a look.")


def thanks() -> str:
    return _("Thank you!")
