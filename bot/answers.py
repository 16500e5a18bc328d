"""The words of an answer, as Telegram HTML."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Final

from data.labels import Verdict

MESSAGE_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024

# Calibrated confidence in words; a family reads "probably" more rightly than "71 %".
_WORDS: Final = ((0.95, "almost certainly"), (0.8, "very likely"), (0.6, "probably"), (0.0, "perhaps"))


@dataclass(frozen=True, slots=True)
class Line:
    """One face of an answer, in plain text. `verdict` and `said` are what an admin made of it, if anything."""

    number: int
    name: str | None
    confidence: float
    found: bool
    fact: str | None = None
    avoid: tuple[str, ...] = ()
    verdict: Verdict | None = None
    said: str | None = None


def in_words(confidence: float) -> str:
    return next(words for least, words in _WORDS if confidence >= least)


def per_cent(confidence: float) -> str:
    """Never 100 %: the bot is not that sure of anything."""
    return f"{min(99, max(1, round(100 * confidence)))} %"


def answer(lines: Sequence[Line], notes: Sequence[str] = (), limit: int = MESSAGE_LIMIT) -> str:
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
    if line.name is None:
        if not line.found:
            return (
                "I found no face, so I went by the whole picture, "
                f"and it reminds me of nobody I know ({per_cent(line.confidence)})."
            )
        return f"I don't think I know this person ({per_cent(line.confidence)})."
    who = f"this is {in_words(line.confidence)} {_bold(line.name)} ({per_cent(line.confidence)})."
    if not line.found:
        return f"I found no face, so I went by the whole picture: {who}"
    return who[0].upper() + who[1:]


def _short(line: Line) -> str:
    if line.verdict is not None:
        return _corrected(line)
    if line.name is None:
        who = f"nobody I know ({per_cent(line.confidence)})"
    else:
        who = f"{in_words(line.confidence)} {_bold(line.name)} ({per_cent(line.confidence)})"
    if not line.found:
        return f"no face found; by the whole picture {who}"
    return who[0].upper() + who[1:]


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
    return [
        *([escape(line.fact, quote=False)] if line.fact else []),
        *([avoid] if line.avoid else []),
    ]


def _plain(note: str) -> str:
    return escape(note, quote=False)


def _bold(name: str) -> str:
    return f"<b>{escape(name, quote=False)}</b>"
