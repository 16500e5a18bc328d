"""A photo's answer as its page has it: each face in words, what can be said of it, and where its number stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from actions.answers.several import MANY, summed_up
from actions.answers.wording import only_the_largest
from actions.cousins import Names
from actions.pictures.labels import Label, Numbered, labels
from foundation.box import Box
from web.api.models import WebAnswer
from web.caller import Caller
from web.pages import wording

_LIKELY: Final = 4  # names that are buttons; the others are in a list
_WIDE: Final = 480
"""Pixels of a picture as numbers are placed in it: between a phone's and a desk's, and they grow with it."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face in words, with what can be said of it.

    Attributes:
        sides: left, top, width, height in percent of the picture.
        replies: to a question: keys, and words for the buttons.
        denial: the words for the button that opens what else can be said.
        denied: keys and names of those who can be ruled out.
        likely: keys and names of those it may be, best first.
        others: keys and names of the rest.
        is_picture: it is no face, but a picture that may show anything.
    """

    number: int
    sides: tuple[float, float, float, float]
    sentence: str
    fact: str | None
    avoid: str | None
    cousin: str | None
    replies: Sequence[tuple[str, str]]
    denial: str
    denied: Sequence[tuple[str, str]]
    likely: Sequence[tuple[str, str]]
    others: Sequence[tuple[str, str]]
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A photo's answer, or what kept it from being answered: the trouble, its status, and after how many seconds the
    photo had better come again.

    Attributes:
        rest: in a group those whom nobody knows; `summary` says so in as few sentences as it takes.
        labels: in a group, where the faces' numbers stand in a picture of the size `canvas`.
        is_any_named: there is somebody whose name was said.
        note: what is to be said beside that.
    """

    title: str
    id: str = ""
    faces: Sequence[Face] = ()
    rest: Sequence[Face] = ()
    summary: Sequence[str] = ()
    labels: Sequence[Label] = ()
    canvas: tuple[int, int] = (_WIDE, _WIDE)
    is_any_named: bool = False
    note: str | None = None
    trouble: str | None = None
    status: int = HTTPStatus.OK
    again: int | None = None


def asked_of(title: str, answer: WebAnswer, names: Names, caller: Caller) -> Asked:
    faces, told = _faces(answer, names, caller), list(zip(answer.faces, answer.spoken, strict=True))
    if len(faces) < MANY:
        return Asked(title, answer.id, faces)
    unknown = {face.number for face in answer.faces if face.name is None}
    canvas = _WIDE, max(1, round(_WIDE * answer.size[1] / answer.size[0]))
    numbered = [Numbered(face.number, Box(*face.box)) for face in answer.faces]
    return Asked(
        title,
        answer.id,
        [face for face in faces if face.number not in unknown],
        [face for face in faces if face.number in unknown],
        summed_up([(face.number, spoken.flaw) for face, spoken in told if face.number in unknown]),
        labels(*canvas, numbered, _WIDE / 28),
        canvas,
        is_any_named=any(face.answer == "named" for face in answer.faces),
        note=only_the_largest(len(faces), answer.faces_left_out) if answer.faces_left_out else None,
    )


def _faces(answer: WebAnswer, names: Names, caller: Caller) -> list[Face]:
    faces = []
    is_group = len(answer.faces) >= MANY
    for face, spoken in zip(answer.faces, answer.spoken, strict=True):
        left, top, right, bottom = (100 * side for side in face.box)
        everybody = names.likely([one.cousin for one in face.candidates], to_admins=caller.is_admin)
        mine = spoken.asked_about or ((face.cousin,) if face.cousin else ())
        # The name that was just called wrong is no choice.
        choices = [(key, names.shown(key, to_admins=caller.is_admin)) for key in everybody if key not in mine]
        called = [(key, names.shown(key)) for key in mine]
        faces.append(
            Face(
                face.number,
                (round(left, 2), round(top, 2), round(right - left, 2), round(bottom - top, 2)),
                spoken.short if is_group else spoken.sentence,
                spoken.fact,
                "; ".join(spoken.avoid) or None,
                face.cousin,
                wording.replies(called) if spoken.asked_about else (),
                wording.denial(len(spoken.asked_about), is_named=face.cousin is not None, is_picture=spoken.is_picture),
                called,
                choices[:_LIKELY],
                sorted(choices[_LIKELY:], key=lambda one: one[1].casefold()),
                spoken.is_picture,
            )
        )
    return faces
