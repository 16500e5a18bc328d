"""The words of an answer, as Telegram HTML."""

from collections.abc import Sequence
from html import escape
from typing import Final, Protocol

from data.store.guesses import Guess
from foundation.face import Candidate, RecognizedFace
from foundation.statement import Statement

MESSAGE_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024

# Calibrated confidence in words; a family reads "probably" more rightly than "71 %".
_LIKELY: Final = 0.6
_WORDS: Final = ((0.95, "almost certainly"), (0.8, "very likely"), (_LIKELY, "probably"), (0.0, "maybe"))

_BETTER: Final = {
    "too_small": "Do you have one from nearer, or the photo at its full size?",
    "too_dark": "Do you have one with more light?",
    "too_blurred": "Do you have a sharper one?",
    "too_far_turned": "Do you have one that shows more of the face?",
}


Face = tuple[Guess, Statement | None]
"""One face of an answer, and what was last accepted of it, if anything."""


class Names(Protocol):
    """How the family calls a cousin, and what not to bring up with them."""

    def shown(self, cousin: str) -> str: ...

    def avoid(self, cousin: str) -> Sequence[str]: ...


def in_words(confidence: float) -> str:
    return next(words for least, words in _WORDS if confidence >= least)


def untellable(flaw: str) -> str:
    """Of `too_small`: “too small to tell”."""
    return f"{flaw.replace('_', ' ')} to tell"


def per_cent(confidence: float) -> str:
    """Never 100 %: the bot is not that sure of anything."""
    return f"{min(99, max(1, round(100 * confidence)))} %"


def answer(faces: Sequence[Face], names: Names, notes: Sequence[str] = (), limit: int = MESSAGE_LIMIT) -> str:
    """The whole answer, at most `limit` characters: what to avoid goes first, then facts, then the last lines."""
    for answer_text in (_Text(names), _Text(names, avoid=False), _Text(names, avoid=False, facts=False)):
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
        if face.flaw is not None and not face.found:
            return f"I found no face, and the picture is {untellable(face.flaw)}. {_BETTER[face.flaw]}"
        if face.flaw is not None:
            return f"This face is {untellable(face.flaw)} who it is. {_BETTER[face.flaw]}"
        if face.cousin is None:
            if not face.found:
                return (
                    "I found no face, so I went by the whole picture, "
                    f"and it reminds me of nobody I know ({per_cent(face.confidence)})."
                )
            return f"I don't think I know this person ({per_cent(face.confidence)})."
        words, name = in_words(face.confidence), self._bold(face.cousin)
        if face.runners_up:
            who = f"{self._all_names(face)}."
        elif face.confidence < _LIKELY:
            who = f"{words} this is {name} ({per_cent(face.confidence)})."
        else:
            who = f"this is {words} {name} ({per_cent(face.confidence)})."
        if not face.found:
            return f"I found no face, so I went by the whole picture: {who}"
        return _capital(who)

    def _short(self, guess: Guess, said: Statement | None) -> str:
        face = guess.face
        if said is not None:
            return self._stated(said, face.cousin)
        if face.flaw is not None:
            return _capital(untellable(face.flaw) if face.found else f"no face found, and {untellable(face.flaw)}")
        who = self._all_names(face) if face.cousin is not None else f"nobody I know ({per_cent(face.confidence)})"
        return _capital(who if face.found else f"no face found; by the whole picture {who}")

    def _all_names(self, face: RecognizedFace) -> str:
        """The name with how sure it is; behind it, when it is close, who else it may be."""
        named = (Candidate(face.cousin or "", face.confidence), *face.runners_up)
        return f"{in_words(face.confidence)} " + ", or ".join(
            f"{self._bold(one.cousin)} ({per_cent(one.probability)})" for one in named
        )

    def _stated(self, said: Statement, guessed: str | None) -> str:
        name = self._bold(said.cousin) if said.cousin else ""
        match said.says:
            case "is" if said.cousin == guessed:
                return f"This is {name}. ✓ Confirmed."
            case "is":
                return f"This is {name}. ✎ Corrected."
            case "not":
                return f"This is not {name}, and I don't know who it is. ✎ Corrected."
            case "stranger":
                return "This is nobody of the family. ✓ Noted."
            case _:
                return "This is not a face. ✓ Noted."

    def _talk(self, guess: Guess, said: Statement | None) -> list[str]:
        cousin = guess.face.cousin if said is None else said.cousin if said.says == "is" else None
        if cousin is None or guess.fact is None or not self._with_facts:
            return []
        # Two names and one fact: it must be clear whose it is.
        whose = f"If it is {self._names.shown(cousin)}: " if guess.face.runners_up and said is None else ""
        avoid = self._names.avoid(cousin) if self._with_avoid else ()
        return [
            escape(whose + guess.fact, quote=False),
            *([f"<i>Better not bring up: {escape('; '.join(avoid), quote=False)}</i>"] if avoid else []),
        ]

    def _bold(self, cousin: str) -> str:
        return f"<b>{escape(self._names.shown(cousin), quote=False)}</b>"


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _plain(note: str) -> str:
    return escape(note, quote=False)
