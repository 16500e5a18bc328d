"""What was recognised as JSON, and in words for pages."""

from typing import Final

from actions.answers.face_json import face_json
from actions.answers.sentences import Sentences, as_told
from actions.answers.wording import if_it_is
from actions.cousins import Names
from foundation.face import RecognizedFace
from web.api.models import Spoken, WebAnswer
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
    web_faces = [face_json(place, face, names, to_admins=caller.is_admin) for place, face in enumerate(faces, 1)]
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
        faces_left_out=faces[best].left_out or None,
    ).with_words(tuple(spoken), size)


def _about(face: RecognizedFace, fact: str, names: Names) -> str:
    is_certain = face.named and not face.runners_up
    return fact if is_certain or not face.cousin else if_it_is(names.shown(face.cousin), fact)
