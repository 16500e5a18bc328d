"""Many faces in one answer: in which order they are numbered, and how those of nobody are summed up."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Final

from actions.answers import wording
from foundation.face import Flaw, RecognizedFace

MANY: Final = 4
"""Faces from which an answer is about a group: known faces come first, and there are no buttons for each."""

_RANKS: Final = {"named": 0, "maybe": 1, "either": 1, "nobody": 2}


def known_first(
    faces: Sequence[RecognizedFace], as_told: Callable[[RecognizedFace], RecognizedFace]
) -> tuple[RecognizedFace, ...]:
    """A photo's faces in the order in which they are numbered.

    A few stay from left to right, as one would point at them. In a group whoever has a name has a low number: so the
    answer begins with names, its numbers run on, and they are those of the picture and of the buttons. Whoever is asked
    about comes next, as everybody may be told (`as_told`); among themselves all stay from left to right.
    """
    if len(faces) < MANY:
        return tuple(faces)
    return tuple(sorted(faces, key=lambda face: _RANKS[as_told(face).answer]))


def summed_up(nobodies: Sequence[tuple[int, Flaw | None]]) -> list[str]:
    """Faces of nobody, each by its number and what keeps it from being told: a sentence for those with nothing, and one
    for each flaw."""
    numbers: dict[Flaw | None, list[int]] = {None: []}
    for number, flaw in nobodies:
        numbers.setdefault(flaw, []).append(number)
    return [
        wording.all_unknown(runs(found)) if flaw is None else wording.all_flawed(flaw, runs(found), len(found))
        for flaw, found in numbers.items()
        if found
    ]


def runs(numbers: Iterable[int]) -> list[str]:
    """Numbers as people write them: three or more that follow one another as the first and the last."""
    written: list[str] = []
    for _, found in groupby(enumerate(sorted(numbers)), key=lambda one: one[1] - one[0]):
        run = [number for _, number in found]
        written += [f"{run[0]}–{run[-1]}"] if len(run) > 2 else map(str, run)
    return written
