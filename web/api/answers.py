"""What was recognised as JSON, and in words for pages."""

from typing import Final

from actions.answers.sentences import Sentences, as_told
from actions.answers.wording import if_it_is
from actions.cousins import Names
from foundation.face import RecognizedFace
from web.api.models import Spoken, WebAnswer, WebCandidate, WebFace
from web.caller import Caller

_RANKS: Final = {"named": 2, "maybe": 1, "either": 1, "nobody": 0}
"""Of several faces the answer is about one that is named, else about one that is asked about."""


def web_answer(
    number: str,
    faces: tuple[RecognizedFace, ...],
    told: dict[str, str | None],
    names: Names,
    caller: Caller,
    size: tuple[int, int],
) -> WebAnswer:
    """The answer of this id about a photo of this width and height, with the fact that is `told` of each cousin."""
    faces = tuple(as_told(face, names.wants_no_name) for face in faces)
    sentences = Sentences(names)
    told = dict(told)  # who is on a photo twice is talked about once
    web_faces = [_web_face(place, face, names, caller) for place, face in enumerate(faces, 1)]
    best = max(range(len(faces)), key=lambda place: (_RANKS[web_faces[place].answer], faces[place].confidence))
    fact = told.get(faces[best].cousin or "")
    hint = _about(faces[best], fact, names) if fact else sentences.whole(faces[best])
    spoken = []
    for face in faces:
        fact = told.pop(face.named, None) if face.named else None
        spoken.append(
            Spoken(
                sentence=sentences.whole(face),
                short=sentences.short(face),
                fact=_about(face, fact, names) if fact else None,
                avoid=names.avoid(face.named) if fact and face.named else (),
                is_picture=face.is_picture,
                asked_about=face.asked_about,
                flaw=face.flaw,
            )
        )
    return WebAnswer(
        id=number,
        guess=web_faces[best].cousin,
        hint=hint,
        answer=web_faces[best].answer,
        name=web_faces[best].name,
        confidence=web_faces[best].confidence,
        faces=web_faces,
        version=faces[best].version,
    ).with_words(tuple(spoken), size)


def _about(face: RecognizedFace, fact: str, names: Names) -> str:
    is_certain = face.named and not face.runners_up
    return fact if is_certain or not face.cousin else if_it_is(names.shown(face.cousin), fact)


def _web_face(number: int, face: RecognizedFace, names: Names, caller: Caller) -> WebFace:
    """Of who does not want to be named the key is nobody's to know but the admins', who may have to choose it."""
    cousin = face.cousin if face.cousin and not names.wants_no_name(face.cousin) else None
    left, top, right, bottom = face.box.sides
    return WebFace(
        number=number,
        box=(_share(left), _share(top), _share(right), _share(bottom)),
        cousin=cousin,
        name=names.shown(face.cousin) if face.cousin else None,
        answer=face.answer if cousin else "nobody",
        confidence=_share(face.confidence),
        candidates=[
            WebCandidate(
                cousin=one.cousin,
                name=names.shown(one.cousin, to_admins=caller.is_admin),
                confidence=_share(one.probability),
            )
            for one in face.candidates
            if caller.is_admin or not names.wants_no_name(one.cousin)
        ],
    )


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, float(value))), 4)
