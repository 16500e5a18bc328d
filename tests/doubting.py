"""A recogniser that asks: what it names is asked about, as the faces say that it does doubt."""

from collections.abc import Collection, Mapping
from dataclasses import replace

import pytest

from actions.teaching import Teaching
from foundation.box import Box
from foundation.face import Answer, Candidate, RecognizedFace
from inference.decoding.photo import Photo
from tests.faces import recognized


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

    async def recognize_and_doubt(
        self: Teaching, photo: Photo, unborn: Collection[str] = ()
    ) -> tuple[RecognizedFace, ...]:
        faces = await recognize(self, photo, unborn)
        return tuple(face if face.confidence == 1.0 else doubted(face, answers) for face in faces)

    monkeypatch.setattr(Teaching, "recognize", recognize_and_doubt)
    return answers


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> list[RecognizedFace]:
    """The faces that are found in every photo, of which nothing is learned: nothing is there."""
    faces: list[RecognizedFace] = []

    async def find(self: Teaching, photo: Photo, unborn: Collection[str] = ()) -> tuple[RecognizedFace, ...]:
        return tuple(faces)

    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(Teaching, "recognize", find)
    monkeypatch.setattr(Teaching, "_embedding", nothing)
    return faces


def in_four_rows(*cousins: str) -> list[RecognizedFace]:
    """Forty faces in rows of ten: some have one of these names, two are asked about, the others are nobody's."""
    faces = []
    for place in range(40):
        x, y = (place % 10 + 0.25 * (place // 10 % 2)) / 10.25, (place // 10) / 4 + 0.04
        answer: Answer = "nobody"
        if place % 3 == 1:
            answer = {4: "maybe", 7: "either"}.get(place, "named")  # type: ignore[assignment]
        face = recognized(
            None if answer == "nobody" else cousins[place % len(cousins)],
            0.9 if answer == "named" else 0.45,
            answer=answer,
            box=Box(x, y, x + 0.065, y + 0.13),
            candidates=[(cousin, 1 / len(cousins)) for cousin in cousins],
            runners_up=[(cousins[(place + 1) % len(cousins)], 0.4)] if answer == "either" else (),
        )
        faces.append(face)
    return faces
