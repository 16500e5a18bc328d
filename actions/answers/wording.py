"""What is said of a face, whoever says it: the chat, a page, or a program."""

from collections.abc import Sequence
from typing import Final, Protocol

from foundation.face import Flaw
from foundation.formats import listed, number, percent
from foundation.statement import Statement
from foundation.translation import _, ngettext

# Calibrated confidence in words; a family reads "probably" more rightly than "71%".
_ALMOST_CERTAIN: Final = 0.95
_VERY_LIKELY: Final = 0.8
_PROBABLE: Final = 0.6


class Names(Protocol):
    """How the family calls a cousin, what to talk about with them, and what not to bring up."""

    def shown(self, cousin: str, *, to_admins: bool = False) -> str: ...

    def facts(self, cousin: str) -> Sequence[str]: ...

    def avoid(self, cousin: str) -> Sequence[str]: ...

    def wants_no_name(self, cousin: str) -> bool: ...


def sure(confidence: float) -> str:
    """Never 100%: the bot is not that sure of anything."""
    return percent(min(0.99, max(0.01, confidence)))


def said(statement: Statement, names: Names, *, to_admins: bool = False, is_picture: bool = False) -> str:
    """What somebody said of a face, or of a whole picture, in plain text as it stands behind a colon."""
    name = names.shown(statement.cousin, to_admins=to_admins) if statement.cousin else ""
    match statement.says:
        case "is":
            return name
        case "not":
            return _("not {name}", name=name)
        case "stranger" if is_picture:
            return _("none of those I know")
        case "stranger":
            return _("nobody from the family")
        case "not_a_face":
            return _("not a face")


def of_oneself(name: str) -> str:
    """What somebody says of a face that they say is their own; stands behind a colon, as `said`."""
    return _("this is me, {name}", name=name)


def someone_new(name: str) -> str:
    """The name of whom nobody knows yet."""
    return _("{name} (someone new)", name=name)


def someone_new_or_known(name: str, known: str) -> str:
    return _("{name} (someone new, or {known}?)", name=name, known=known)


def named(confidence: float, names: str) -> str:
    if confidence >= _ALMOST_CERTAIN:
        return _("This is almost certainly {names}.", names=names)
    if confidence >= _VERY_LIKELY:
        return _("This is very likely {names}.", names=names)
    if confidence >= _PROBABLE:
        return _("This is probably {names}.", names=names)
    return _("Maybe this is {names}.", names=names)


def named_shortly(confidence: float, names: str) -> str:
    if confidence >= _ALMOST_CERTAIN:
        return _("Almost certainly {names}", names=names)
    if confidence >= _VERY_LIKELY:
        return _("Very likely {names}", names=names)
    if confidence >= _PROBABLE:
        return _("Probably {names}", names=names)
    return _("Maybe {names}", names=names)


def maybe(name: str) -> str:
    return _("Maybe {name}?", name=name)


def either(name: str, another: str) -> str:
    return _("{name} or {another}?", name=name, another=another)


def flawed_face(flaw: Flaw) -> str:
    match flaw:
        case "too_small":
            return _(
                "This face is too small to tell who it is. Do you have a photo from closer up, or this one in full"
                " size?"
            )
        case "too_dark":
            return _("This face is too dark to tell who it is. Do you have a photo with more light?")
        case "too_blurred":
            return _("This face is too blurred to tell who it is. Do you have a sharper photo?")
        case "too_far_turned":
            return _("This face is turned too far away to tell who it is. Do you have a photo that shows more of it?")


def flawed_picture(flaw: Flaw) -> str:
    match flaw:
        case "too_small":
            return _("I found no face, and the picture is too small to tell who it is. Do you have a larger one?")
        case "too_dark":
            return _("I found no face, and the picture is too dark to tell who it is. Do you have one with more light?")
        case "too_blurred":
            return _("I found no face, and the picture is too blurred to tell who it is. Do you have a sharper one?")
        case "too_far_turned":
            return _("I found no face in this picture. Do you have one that shows more of it?")


def face_flaw(flaw: Flaw) -> str:
    """In a few words."""
    match flaw:
        case "too_small":
            return _("The face is too small to tell")
        case "too_dark":
            return _("The face is too dark to tell")
        case "too_blurred":
            return _("The face is too blurred to tell")
        case "too_far_turned":
            return _("The face is turned too far away to tell")


def picture_flaw(flaw: Flaw) -> str:
    """The same of a picture on which there is no face."""
    match flaw:
        case "too_small":
            return _("The picture is too small to tell")
        case "too_dark":
            return _("The picture is too dark to tell")
        case "too_blurred":
            return _("The picture is too blurred to tell")
        case "too_far_turned":
            return _("The picture shows no face")


def all_flawed(flaw: Flaw, numbers: Sequence[str], faces: int) -> str:
    """Of faces by their numbers, of which several may be written as one: “3–7”."""
    match flaw:
        case "too_small":
            return ngettext(
                "{numbers}: this face is too small to tell",
                "{numbers}: these faces are too small to tell",
                faces,
                numbers=listed(numbers),
            )
        case "too_dark":
            return ngettext(
                "{numbers}: this face is too dark to tell",
                "{numbers}: these faces are too dark to tell",
                faces,
                numbers=listed(numbers),
            )
        case "too_blurred":
            return ngettext(
                "{numbers}: this face is too blurred to tell",
                "{numbers}: these faces are too blurred to tell",
                faces,
                numbers=listed(numbers),
            )
        case "too_far_turned":
            return ngettext(
                "{numbers}: this face is turned too far away to tell",
                "{numbers}: these faces are turned too far away to tell",
                faces,
                numbers=listed(numbers),
            )


def all_unknown(numbers: Sequence[str]) -> str:
    return _("{numbers}: nobody I know", numbers=listed(numbers))


def only_the_largest(faces: int, left_out: int) -> str:
    return ngettext(
        "I see {count} face in this picture, and looked only at the largest ones ({faces}). For the others, please"
        " send me a part of it, cut out.",
        "I see {count} faces in this picture, and looked only at the largest ones ({faces}). For the others, please"
        " send me a part of it, cut out.",
        faces + left_out,
        faces=number(faces),
    )


def unknown_person() -> str:
    return _("I don't think I know this person.")  # “don't think so (99%)” would say two things at once


def unknown_picture() -> str:
    return _("I don't recognise this.")


def reminds_of_nobody() -> str:
    return _("It doesn't remind me of anyone I know.")


def by_the_whole_picture(sentence: str) -> str:
    return "{} {}".format(_("I found no face, so I went by the whole picture."), sentence)


def nobody_known(confidence: float) -> str:
    return _("Nobody I know ({sure})", sure=sure(confidence))


def nothing_known(confidence: float) -> str:
    return _("Nothing I know ({sure})", sure=sure(confidence))


def nobody(confidence: float) -> str:
    return _("nobody I know ({sure})", sure=sure(confidence))


def nothing(confidence: float) -> str:
    return _("nothing I know ({sure})", sure=sure(confidence))


def perhaps(name: str, confidence: float) -> str:
    return _("maybe {name} ({sure})", name=name, sure=sure(confidence))


def one_of_two(name: str, another: str) -> str:
    return _("{name} or {another}", name=name, another=another)


def no_face_behind(line: str) -> str:
    return "{} {}".format(line, _("(I found no face: this goes by the whole picture)"))


def likely(name: str, confidence: float) -> str:
    return _("{name} ({sure})", name=name, sure=sure(confidence))


def if_it_is(name: str, fact: str) -> str:
    """Of two names and one fact it must be clear whose it is."""
    return _("If it is {name}: {fact}", name=name, fact=fact)


def answered(name: str) -> str:
    """A question was answered by a guest, whose word waits for an admin."""
    return _("Then this is {name}.", name=name)


def confirmed(name: str) -> str:
    return _("This is {name}. ✓ Confirmed.", name=name)


def corrected(name: str) -> str:
    return _("This is {name}. ✎ Corrected.", name=name)


def unknown_corrected(*, is_picture: bool) -> str:
    return _("I don't know what this is. ✎ Corrected.") if is_picture else _("I don't know who this is. ✎ Corrected.")


def not_them(name: str) -> str:
    return _("This is not {name}, and I don't know who it is. ✎ Corrected.", name=name)


def no_such_picture(name: str) -> str:
    return _("This is not {name}, and I don't know what it is. ✎ Corrected.", name=name)


def nothing_noted() -> str:
    return _("This is none of those I know. ✓ Noted.")


def nobody_noted() -> str:
    return _("This is nobody from the family. ✓ Noted.")


def no_face_noted() -> str:
    return _("This is not a face. ✓ Noted.")


def known_already(name: str) -> str:
    return _("I already know “{name}”. Is that the one you mean?", name=name)


def unknown_name(name: str) -> str:
    return _("I don't know “{name}”. Do you mean one of these?", name=name)


def it_is(name: str) -> str:
    return _("It is {name}", name=name)


def no_they_are_new(name: str) -> str:
    return _("No, a new name: {name}", name=name)
