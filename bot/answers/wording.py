"""The words of an answer, as Telegram HTML."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Final

from bot.transport.photo_or_text import TEXT_LIMIT
from data.store.labels import Verdict

# Calibrated confidence in words; a family reads "probably" more rightly than "71 %".
_LIKELY: Final = 0.6
_WORDS: Final = ((0.95, "almost certainly"), (0.8, "very likely"), (_LIKELY, "probably"), (0.0, "maybe"))

_BETTER: Final = {
    "too_small": "Do you have one from nearer, or the photo at its full size?",
    "too_dark": "Do you have one with more light?",
    "too_blurred": "Do you have a sharper one?",
    "too_far_turned": "Do you have one that shows more of the face?",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One face of an answer, in plain text.

    `runners_up` are the names and probabilities of who else it may be; `verdict` and `said` are what an admin made of
    it, if anything; `flaw` is what kept the face from being told.
    """

    number: int
    name: str | None
    confidence: float
    found: bool
    fact: str | None = None
    avoid: tuple[str, ...] = ()
    verdict: Verdict | None = None
    said: str | None = None
    runners_up: tuple[tuple[str, float], ...] = ()
    flaw: str | None = None


def in_words(confidence: float) -> str:
    return next(words for least, words in _WORDS if confidence >= least)


def untellable(flaw: str) -> str:
    """Of `too_small`: “too small to tell”."""
    return f"{flaw.replace('_', ' ')} to tell"


def per_cent(confidence: float) -> str:
    """Never 100 %: the bot is not that sure of anything."""
    return f"{min(99, max(1, round(100 * confidence)))} %"


def answer(lines: Sequence[Line], notes: Sequence[str] = (), limit: int = TEXT_LIMIT) -> str:
    """The whole answer, at most `limit` characters: what to avoid goes first, then facts, then the last lines."""
    shorter = [replace(line, avoid=()) for line in lines]
    bare = [replace(line, fact=None) for line in shorter]
    for attempt in (lines, shorter, bare):
        text = _text(attempt, notes)
        if len(text) <= limit:
            return text
    kept: list[str] = []
    room = limit - 2
    for part in [*map(_numbered, bare), *map(_plain, notes)]:
        room -= len(part) + 1
        if room < 0:
            return "\n".join([*kept, "…"])
        kept.append(part)
    return "\n".join(kept)


def _text(lines: Sequence[Line], notes: Sequence[str]) -> str:
    if len(lines) == 1 and not notes:
        return _single(lines[0])
    return "\n".join([*map(_numbered, lines), *map(_plain, notes)])


def _single(line: Line) -> str:
    return "\n\n".join([_sentence(line), *_talk(line)])


def _numbered(line: Line) -> str:
    return "\n    ".join([f"{line.number}. {_short(line)}", *_talk(line)])


def _sentence(line: Line) -> str:
    if line.verdict is not None:
        return _corrected(line)
    if line.flaw is not None and not line.found:
        return f"I found no face, and the picture is {untellable(line.flaw)}. {_BETTER[line.flaw]}"
    if line.flaw is not None:
        return f"This face is {untellable(line.flaw)} who it is. {_BETTER[line.flaw]}"
    if line.name is None:
        if not line.found:
            return (
                "I found no face, so I went by the whole picture, "
                f"and it reminds me of nobody I know ({per_cent(line.confidence)})."
            )
        return f"I don't think I know this person ({per_cent(line.confidence)})."
    words, name = in_words(line.confidence), _bold(line.name)
    if line.runners_up:
        who = f"{_names(line)}."
    elif line.confidence < _LIKELY:
        who = f"{words} this is {name} ({per_cent(line.confidence)})."
    else:
        who = f"this is {words} {name} ({per_cent(line.confidence)})."
    if not line.found:
        return f"I found no face, so I went by the whole picture: {who}"
    return _capital(who)


def _short(line: Line) -> str:
    if line.verdict is not None:
        return _corrected(line)
    if line.flaw is not None:
        return _capital(untellable(line.flaw) if line.found else f"no face found, and {untellable(line.flaw)}")
    who = _names(line) if line.name is not None else f"nobody I know ({per_cent(line.confidence)})"
    return _capital(who if line.found else f"no face found; by the whole picture {who}")


def _names(line: Line) -> str:
    """The name with how sure it is; behind it, when it is close, who else it may be."""
    named = ((line.name or "", line.confidence), *line.runners_up)
    return f"{in_words(line.confidence)} " + ", or ".join(
        f"{_bold(name)} ({per_cent(probability)})" for name, probability in named
    )


def _corrected(line: Line) -> str:
    name = _bold(line.said or "")
    match line.verdict:
        case "is" if line.said == line.name:
            return f"This is {name}. ✓ Confirmed."
        case "is":
            return f"This is {name}. ✎ Corrected."
        case "not":
            return f"This is not {name}, and I don't know who it is. ✎ Corrected."
        case "stranger":
            return "This is nobody of the family. ✓ Noted."
        case _:
            return "This is not a face. ✓ Noted."


def _talk(line: Line) -> list[str]:
    avoid = f"<i>Better not bring up: {escape('; '.join(line.avoid), quote=False)}</i>"
    # Two names and one fact: it must be clear whose it is.
    whose = f"If it is {line.name}: " if line.runners_up and line.verdict is None else ""
    return [
        *([escape(whose + line.fact, quote=False)] if line.fact else []),
        *([avoid] if line.avoid else []),
    ]


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _plain(note: str) -> str:
    return escape(note, quote=False)


def _bold(name: str) -> str:
    return f"<b>{escape(name, quote=False)}</b>"
