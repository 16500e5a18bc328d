"""The words of an answer, as Telegram HTML, and what is said where there is none."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from telegram.constants import ParseMode

from actions.answers.sentences import Sentences, as_told
from actions.answers.several import MANY, summed_up
from actions.answers.wording import Names, if_it_is
from bot.transport.photo_or_text import TEXT_LIMIT, visible
from data.store.guesses import Guess
from foundation.statement import Statement
from foundation.translation import _, ngettext

Face = tuple[Guess, Statement | None]
"""One face of an answer, and what was last accepted of it, if anything; else what a guest said whom it asked."""


def answer(
    faces: Sequence[Face],
    names: Names,
    notes: Sequence[str] = (),
    limit: int = TEXT_LIMIT,
    *,
    in_private: bool = True,
) -> str:
    """The whole answer, of which at most `limit` characters are seen: what to avoid goes first, then facts, then the
    last faces; notes last, of which a few always have room.

    What not to bring up with somebody is not said where they may read it themselves.
    """
    for answer_text in (
        _Text(names, avoid=in_private),
        _Text(names, avoid=False),
        _Text(names, avoid=False, facts=False),
    ):
        text = answer_text.of(faces, notes)
        if visible(text, ParseMode.HTML) <= limit:
            return text
    behind = list(map(_plain, notes)) if sum(map(len, notes)) < limit / 2 else []
    kept: list[str] = []
    room = limit - 2 - sum(len(note) + 1 for note in behind)
    for part in answer_text.parts(faces, () if behind else notes):
        room -= len(part) + 1
        if room < 0:
            return "\n".join([*kept, "…", *behind])
        kept.append(part)
    return "\n".join([*kept, *behind])


class _Text:
    """An answer in words, with or without what there is to talk about."""

    def __init__(self, names: Names, *, avoid: bool = True, facts: bool = True) -> None:
        self._names = names
        self._sentences = Sentences(names, lambda name: f"<b>{_plain(name)}</b>")
        self._with_avoid = avoid
        self._with_facts = facts

    def of(self, faces: Sequence[Face], notes: Sequence[str]) -> str:
        if len(faces) == 1 and not notes:
            guess, said = faces[0]
            return "\n\n".join([self._sentences.whole(guess.face, said), *self._talk(guess, said)])
        return "\n".join(self.parts(faces, notes))

    def parts(self, faces: Sequence[Face], notes: Sequence[str]) -> list[str]:
        """A paragraph for each face. In a group known ones come first, and those nobody knows are summed up."""
        lines = list(map(_plain, notes))
        if len(faces) < MANY:
            return [*(self._numbered(*face) for face in faces), *lines]
        untold = [guess for guess, said in faces if said is None and self._is_nobody(guess)]
        told = [(guess, said) for guess, said in faces if guess not in untold]
        told.sort(key=lambda face: face[1] is not None and face[1].says != "is")
        return [
            *(self._numbered(*face) for face in told),
            *summed_up([(guess.number, guess.face.flaw) for guess in untold]),
            *lines,
        ]

    def _is_nobody(self, guess: Guess) -> bool:
        return guess.face.found and as_told(guess.face, self._names.wants_no_name).cousin is None

    def _numbered(self, guess: Guess, said: Statement | None) -> str:
        line = f"{guess.number}. {self._sentences.short(guess.face, said)}"
        return "\n    ".join([line, *self._talk(guess, said)])

    def _talk(self, guess: Guess, said: Statement | None) -> list[str]:
        cousin = guess.face.named if said is None else said.cousin if said.says == "is" else None
        if cousin is None or guess.fact is None or not self._with_facts or self._names.wants_no_name(cousin):
            return []
        if said is not None and said.accepted_by is None and guess.fact not in self._names.facts(cousin):
            return []  # another guest's, who said that it is somebody else
        fact = escape(guess.fact, quote=False)
        if said is None and as_told(guess.face, self._names.wants_no_name).runners_up:
            fact = if_it_is(_plain(self._names.shown(cousin)), fact)
        topics = self._names.avoid(cousin) if self._with_avoid else ()
        return [fact, *([avoid(topics)] if topics else [])]


def avoid(topics: Sequence[str]) -> str:
    return _("<i>Better not mention: {topics}</i>", topics=_plain("; ".join(topics)))


def waiting(number: int | None, what: str, *, is_picture: bool, in_private: bool) -> str:
    """What a guest said of a face, or of a picture, and no admin has decided yet; its number where there are
    several."""
    if in_private:
        if number is None:
            return _("You said: {what}. An admin will take a look.", what=_plain(what))
        if is_picture:
            return _(
                "You said of picture {number}: {what}. An admin will take a look.", number=number, what=_plain(what)
            )
        return _("You said of face {face}: {what}. An admin will take a look.", face=number, what=_plain(what))
    if number is None:
        return _("Somebody said: {what}. An admin will take a look.", what=_plain(what))
    if is_picture:
        return _(
            "Somebody said of picture {number}: {what}. An admin will take a look.", number=number, what=_plain(what)
        )
    return _("Somebody said of face {face}: {what}. An admin will take a look.", face=number, what=_plain(what))


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


def yes(name: str) -> str:
    """To a question with one name."""
    return _("Yes, {name}", name=name)


def no() -> str:
    return _("No")


def neither() -> str:
    """To a question with two names."""
    return _("Neither")


def all_right() -> str:
    """All who are named are."""
    return _("✓ All right")


def face(number: int) -> str:
    """In a grid of faces."""
    return str(number)


def face_asked_about(number: int) -> str:
    return _("{number}?", number=number)


def face_settled(number: int) -> str:
    return _("{number} ✓", number=number)


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
