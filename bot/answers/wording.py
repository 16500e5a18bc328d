"""The words of an answer, as Telegram HTML, and what is said where there is none."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final, Protocol

from bot.transport.photo_or_text import TEXT_LIMIT
from data.store.guesses import Guess
from foundation.face import Candidate, Flaw, RecognizedFace
from foundation.statement import Statement
from foundation.translation import _, ngettext, percent

# Calibrated confidence in words; a family reads "probably" more rightly than "71%".
_ALMOST_CERTAIN: Final = 0.95
_VERY_LIKELY: Final = 0.8
_PROBABLE: Final = 0.6


Face = tuple[Guess, Statement | None]
"""One face of an answer, and what was last accepted of it, if anything."""


class Names(Protocol):
    """How the family calls a cousin, and what not to bring up with them."""

    def shown(self, cousin: str, *, to_admins: bool = False) -> str: ...

    def avoid(self, cousin: str) -> Sequence[str]: ...

    def wants_no_name(self, cousin: str) -> bool: ...


def sure(confidence: float) -> str:
    """Never 100%: the bot is not that sure of anything."""
    return percent(min(0.99, max(0.01, confidence)))


def answer(
    faces: Sequence[Face],
    names: Names,
    notes: Sequence[str] = (),
    limit: int = TEXT_LIMIT,
    *,
    in_private: bool = True,
) -> str:
    """The whole answer, at most `limit` characters: what to avoid goes first, then facts, then the last lines.

    What not to bring up with somebody is not said where they may read it themselves.
    """
    for answer_text in (
        _Text(names, avoid=in_private),
        _Text(names, avoid=False),
        _Text(names, avoid=False, facts=False),
    ):
        text = answer_text.of(faces, notes)
        if len(text) <= limit:
            return text
    kept: list[str] = []
    room = limit - 2
    for part in [*(answer_text.numbered(*face) for face in faces), *map(_plain, notes)]:
        room -= len(part) + 1
        if room < 0:
            return "\n".join([*kept, "…"])
        kept.append(part)
    return "\n".join(kept)


class _Text:
    """An answer in words, with or without what there is to talk about."""

    def __init__(self, names: Names, *, avoid: bool = True, facts: bool = True) -> None:
        self._names = names
        self._with_avoid = avoid
        self._with_facts = facts

    def of(self, faces: Sequence[Face], notes: Sequence[str]) -> str:
        if len(faces) == 1 and not notes:
            return "\n\n".join([self._sentence(*faces[0]), *self._talk(*faces[0])])
        return "\n".join([*(self.numbered(*face) for face in faces), *map(_plain, notes)])

    def numbered(self, guess: Guess, said: Statement | None) -> str:
        return "\n    ".join([f"{guess.number}. {self._short(guess, said)}", *self._talk(guess, said)])

    def _sentence(self, guess: Guess, said: Statement | None) -> str:
        face = guess.face
        if said is not None:
            return self._stated(said, face.cousin)
        if face.flaw is not None:
            return _flawed_face(face.flaw) if face.found else _flawed_picture(face.flaw)
        if face.cousin is not None:
            sentence = _named(face.confidence, self._all_names(face))
        elif face.found:
            sentence = _("I don't think I know this person.")  # “don't think so (99%)” would say two things at once
        else:
            sentence = _("It doesn't remind me of anyone I know.")
        if face.found:
            return sentence
        return "{} {}".format(_("I found no face, so I went by the whole picture."), sentence)

    def _short(self, guess: Guess, said: Statement | None) -> str:
        face = guess.face
        if said is not None:
            return self._stated(said, face.cousin)
        if face.flaw is not None:
            line = flaw_title(face.flaw)
        elif face.cousin is not None:
            line = _named_shortly(face.confidence, self._all_names(face))
        else:
            line = _("Nobody I know ({sure})", sure=sure(face.confidence))
        return line if face.found else "{} {}".format(line, _("(I found no face: this goes by the whole picture)"))

    def _all_names(self, face: RecognizedFace) -> str:
        """The name with how sure it is; behind it, when it is close, who else it may be."""
        first, *others = [Candidate(face.cousin or "", face.confidence), *face.runners_up]
        text = self._likely(first)
        for other in others:
            text = _("{names}, or {another}", names=text, another=self._likely(other))
        return text

    def _likely(self, one: Candidate) -> str:
        return _("{name} ({sure})", name=self._bold(one.cousin), sure=sure(one.probability))

    def _stated(self, said: Statement, guessed: str | None) -> str:
        name = self._bold(said.cousin) if said.cousin else ""
        match said.says:
            case "is" if said.cousin == guessed:
                return _("This is {name}. ✓ Confirmed.", name=name)
            case "is":
                return _("This is {name}. ✎ Corrected.", name=name)
            case "not" if said.cousin and self._names.wants_no_name(said.cousin):
                return _("I don't know who this is. ✎ Corrected.")
            case "not":
                return _("This is not {name}, and I don't know who it is. ✎ Corrected.", name=name)
            case "stranger":
                return _("This is nobody from the family. ✓ Noted.")
            case "not_a_face":
                return _("This is not a face. ✓ Noted.")

    def _talk(self, guess: Guess, said: Statement | None) -> list[str]:
        cousin = guess.face.cousin if said is None else said.cousin if said.says == "is" else None
        if cousin is None or guess.fact is None or not self._with_facts or self._names.wants_no_name(cousin):
            return []
        fact = escape(guess.fact, quote=False)
        if guess.face.runners_up and said is None:  # two names and one fact: it must be clear whose it is
            fact = _("If it is {name}: {fact}", name=_plain(self._names.shown(cousin)), fact=fact)
        topics = self._names.avoid(cousin) if self._with_avoid else ()
        return [fact, *([avoid(topics)] if topics else [])]

    def _bold(self, cousin: str) -> str:
        return f"<b>{_plain(self._names.shown(cousin))}</b>"


def avoid(topics: Sequence[str]) -> str:
    return _("<i>Better not mention: {topics}</i>", topics=_plain("; ".join(topics)))


def waiting(face: int | None, what: str, *, in_private: bool) -> str:
    """What a guest said of a face and no admin has decided yet; the face's number where there are several."""
    if in_private:
        if face is None:
            return _("You said: {what}. An admin will take a look.", what=_plain(what))
        return _("You said of face {face}: {what}. An admin will take a look.", face=face, what=_plain(what))
    if face is None:
        return _("Somebody said: {what}. An admin will take a look.", what=_plain(what))
    return _("Somebody said of face {face}: {what}. An admin will take a look.", face=face, what=_plain(what))


def said(statement: Statement, names: Names, *, to_admins: bool = False) -> str:
    """What somebody said of a face, in plain text as it stands behind a colon."""
    name = names.shown(statement.cousin, to_admins=to_admins) if statement.cousin else ""
    match statement.says:
        case "is":
            return name
        case "not":
            return _("not {name}", name=name)
        case "stranger":
            return _("nobody from the family")
        case "not_a_face":
            return _("not a face")


def _named(confidence: float, names: str) -> str:
    if confidence >= _ALMOST_CERTAIN:
        return _("This is almost certainly {names}.", names=names)
    if confidence >= _VERY_LIKELY:
        return _("This is very likely {names}.", names=names)
    if confidence >= _PROBABLE:
        return _("This is probably {names}.", names=names)
    return _("Maybe this is {names}.", names=names)


def _named_shortly(confidence: float, names: str) -> str:
    if confidence >= _ALMOST_CERTAIN:
        return _("Almost certainly {names}", names=names)
    if confidence >= _VERY_LIKELY:
        return _("Very likely {names}", names=names)
    if confidence >= _PROBABLE:
        return _("Probably {names}", names=names)
    return _("Maybe {names}", names=names)


def _flawed_face(flaw: Flaw) -> str:
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


def _flawed_picture(flaw: Flaw) -> str:
    match flaw:
        case "too_small":
            return _("I found no face, and the picture is too small to tell who it is. Do you have a larger one?")
        case "too_dark":
            return _("I found no face, and the picture is too dark to tell who it is. Do you have one with more light?")
        case "too_blurred":
            return _("I found no face, and the picture is too blurred to tell who it is. Do you have a sharper one?")
        case "too_far_turned":
            return _("I found no face in this picture. Do you have one that shows more of it?")


def flaw_title(flaw: Flaw) -> str:
    match flaw:
        case "too_small":
            return _("Too small to tell")
        case "too_dark":
            return _("Too dark to tell")
        case "too_blurred":
            return _("Too blurred to tell")
        case "too_far_turned":
            return _("Turned too far away to tell")


def _plain(note: str) -> str:
    return escape(note, quote=False)


# Buttons


def change() -> str:
    return _("✎ Change")


def i_know_who() -> str:
    return _("✎ I know who")


def right() -> str:
    return _("✓ Right")


def wrong() -> str:
    return _("✗ Wrong")


# Where there is no answer, or not yet


def still_learning() -> str:
    return _("I'm still getting to know the family. Please send your photo again a little later!")


def not_trained(photos: Path) -> str:
    return _(
        "I haven't been trained yet. Put each cousin's photos into a folder with their name in {photos}, then run:"
        " cousinbot train",
        photos=photos,
    )


def no_picture() -> str:
    return _("I can only look at pictures. Please send me a photo, or a picture as a file.")


def too_quick(a_minute: int) -> str:
    return ngettext(
        "That's a lot of photos at once! I answer {count} photo a minute for each of you. I have all of yours, and"
        " will answer them one after the other.",
        "That's a lot of photos at once! I answer {count} photos a minute for each of you. I have all of yours, and"
        " will answer them one after the other.",
        a_minute,
    )


def busy(number: int, seconds: int) -> str:
    return ngettext(
        "I'm getting a lot of photos right now. Yours is number {number} in line: the answer will be here in about"
        " {count} second.",
        "I'm getting a lot of photos right now. Yours is number {number} in line: the answer will be here in about"
        " {count} seconds.",
        seconds,
        number=number,
    )


def who_how() -> str:
    return _("Please send /who as a reply to the photo you mean.")


def who_from_elsewhere() -> str:
    return _("I can't see what you quote from another chat. Please send the photo here, and write /who below it.")


def no_moving_picture() -> str:
    return _("I can't look at videos. Please send me a photo, or a screenshot of the moment you mean.")


def picture_out_of_reach() -> str:
    return _("I can't get at that picture. Please tell an admin: my log says what is missing.")


def photo_of_several(number: int, what: str) -> str:
    return _("Photo {number}: {what}", number=number, what=what)
