"""A recogniser that asks: what it names is asked about, as the faces say that it does doubt."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from actions.teaching import Teaching
from foundation.face import Answer, Candidate, RecognizedFace
from inference.decoding.photo import Photo


def doubted(face: RecognizedFace, answers: Mapping[str, tuple[Answer, str | None]]) -> RecognizedFace:
    """The face as it is answered where its name has one of these `answers`: the kind, and of `either` the other one."""
    answer, other = answers.get(face.named or "", (None, None))
    if answer is None:
        return face
    if answer == "nobody":
        return replace(face, cousin=None, answer="nobody", runners_up=(), confidence=0.8)
    runners_up = (Candidate(other, 0.4),) if other else ()
    return replace(face, answer=answer, confidence=0.45, runners_up=runners_up)


@pytest.fixture
def doubts(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Answer, str | None]]:
    """Whoever stands here is asked about, until people have said who it is."""
    answers: dict[str, tuple[Answer, str | None]] = {}
    recognize = Teaching.recognize

    async def recognize_and_doubt(self: Teaching, photo: Photo) -> tuple[RecognizedFace, ...]:
        faces = await recognize(self, photo)
        return tuple(face if face.confidence == 1.0 else doubted(face, answers) for face in faces)

    monkeypatch.setattr(Teaching, "recognize", recognize_and_doubt)
    return answers
