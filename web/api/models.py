"""What is asked and answered, as JSON: the OpenAPI document describes these."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr

from actions.answers.face_json import FaceJson, Share
from foundation.face import Answer as AnswerKind
from foundation.face import Flaw


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WebAnswer(_Model):
    """Who is in a photo. `guess` is the key of the face told best, null for nobody, and `answer` says how sure that is;
    `hint` is something to talk about. Of a picture with very many faces only the largest are told, and
    `faces_left_out` says how many are not; else it is not there."""

    id: str
    guess: str | None
    hint: str
    answer: AnswerKind
    name: str | None
    confidence: Share
    faces: list[FaceJson]
    version: str
    faces_left_out: Annotated[int, Field(ge=1)] | None = Field(default=None, exclude_if=lambda count: count is None)
    _spoken: tuple["Spoken", ...] = PrivateAttr(default=())
    _size: tuple[int, int] = PrivateAttr(default=(1, 1))

    @property
    def spoken(self) -> tuple["Spoken", ...]:
        """For pages: each face in words, as the chat says it."""
        return self._spoken

    @property
    def size(self) -> tuple[int, int]:
        """For pages: the picture's width and height in pixels."""
        return self._size

    def with_words(self, spoken: tuple["Spoken", ...], size: tuple[int, int]) -> "WebAnswer":
        self._spoken, self._size = spoken, size
        return self


class Spoken(_Model):
    """A face in a sentence, or after its number where there are several; a fact, and what not to bring up; whether it
    is no face, but a picture that may show anything; where the sentence is a question, the keys of whom it asks about;
    why it can't be told, where that is the picture's fault."""

    sentence: str
    short: str
    fact: str | None
    avoid: tuple[str, ...]
    is_picture: bool
    asked_about: tuple[str, ...] = ()
    flaw: Flaw | None = None


def _whole(value: object) -> object:
    """In JSON 1.0 is the integer 1."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _boolean(value: object) -> object:
    """In Python 1 is True."""
    if not isinstance(value, bool):
        raise ValueError
    return value


_True = Annotated[Literal[True], BeforeValidator(_boolean)]


class _Correction(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Annotated[str, Field(min_length=1, max_length=100)]
    face: Annotated[int, Field(ge=1, le=10_000), BeforeValidator(_whole)]


class SaysCousin(_Correction):
    """The face is this cousin's, whose exact key it is."""

    cousin: Annotated[str, Field(min_length=1, max_length=200)]


class SaysStranger(_Correction):
    """The face is nobody's of the family."""

    stranger: _True


class SaysNotAFace(_Correction):
    """It is no face."""

    not_a_face: _True


Correction = SaysCousin | SaysStranger | SaysNotAFace


class Taken(_Model):
    """What became of a correction: an admin's is `accepted`, a guest's `proposed`; `thanked` where nothing changes."""

    id: str
    face: int
    outcome: Literal["accepted", "proposed", "thanked"]
    message: str
    _spoken: Spoken | None = PrivateAttr(default=None)

    @property
    def spoken(self) -> Spoken | None:
        """For pages: the face in words by now, where it has a name."""
        return self._spoken

    def with_words(self, spoken: Spoken | None) -> "Taken":
        self._spoken = spoken
        return self


class WebCousin(_Model):
    """What a cousin is called, what to talk about with them, and what better not."""

    cousin: str
    name: str
    aliases: list[str]
    facts: list[str]
    avoid: list[str]


class WebCousins(_Model):
    """Everybody who may be listed, by name."""

    cousins: list[WebCousin]


class FactsOf(_Model):
    """What to talk about with one cousin."""

    cousin: str
    name: str
    facts: list[str]


class WebFacts(_Model):
    """What to talk about, with all of whom there is something."""

    facts: list[FactsOf]


class Problem(_Model):
    """Why it did not work, in a sentence that says what to do."""

    error: str
