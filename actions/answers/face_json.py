"""A face as JSON: one shape for programs that ask over HTTP and for those that read the command's output."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from actions.cousins import Names
from foundation.face import Answer, RecognizedFace

Share = Annotated[float, Field(ge=0, le=1)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CandidateJson(_Model):
    """A cousin, and how probable it is that this is them."""

    cousin: str
    name: str
    confidence: Share


class FaceJson(_Model):
    """A face; `box` is left, top, right and bottom in shares of the upright picture. `answer` says whether `cousin` is
    said (`named`), asked about (`maybe`), or one of two who are asked about (`either`)."""

    number: Annotated[int, Field(ge=1)]
    box: tuple[Share, Share, Share, Share]
    cousin: str | None
    name: str | None
    answer: Answer
    confidence: Share
    candidates: list[CandidateJson]


def face_json(number: int, face: RecognizedFace, names: Names, *, to_admins: bool) -> FaceJson:
    """A face as everybody may hear of it (`as_told`), by its number.

    Of who does not want to be named the key is nobody's to know but the admins', who may have to choose it.
    """
    cousin = face.cousin if face.cousin and not names.wants_no_name(face.cousin) else None
    left, top, right, bottom = map(share, face.box.sides)
    return FaceJson(
        number=number,
        box=(left, top, right, bottom),
        cousin=cousin,
        name=names.shown(face.cousin) if face.cousin else None,
        answer=face.answer if cousin else "nobody",
        confidence=share(face.confidence),
        candidates=[
            CandidateJson(
                cousin=one.cousin,
                name=names.shown(one.cousin, to_admins=to_admins),
                confidence=share(one.probability),
            )
            for one in face.candidates
            if to_admins or not names.wants_no_name(one.cousin)
        ],
    )


def share(value: float) -> float:
    return round(min(1.0, max(0.0, float(value))), 4)
