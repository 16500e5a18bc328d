"""Of whom a face is spoken, and what is left of that where not everybody may be spoken of."""

import pytest

from foundation.face import Answer
from tests.faces import recognized


@pytest.mark.parametrize(
    ("answer", "named", "asked_about"),
    [("named", "lucy", ()), ("maybe", None, ("lucy",)), ("either", None, ("lucy", "linus")), ("nobody", None, ())],
)
def test_a_name_is_said_or_asked_about(answer: Answer, named: str | None, asked_about: tuple[str, ...]) -> None:
    face = recognized(
        None if answer == "nobody" else "lucy", answer=answer, runners_up=[("linus", 0.3), ("sally", 0.2)]
    )
    assert (face.named, face.asked_about) == (named, asked_about)


@pytest.mark.parametrize(
    ("answer", "hidden", "left"),
    [
        ("named", "linus", ("lucy", "named", 0.5, ("sally",))),
        ("named", "lucy", (None, "nobody", 0.5, ())),
        ("maybe", "linus", ("lucy", "maybe", 0.5, ())),
        ("maybe", "lucy", (None, "nobody", 0.5, ())),
        ("either", "linus", ("lucy", "maybe", 0.5, ())),
        ("either", "lucy", ("linus", "maybe", 0.3, ())),
        ("either", "sally", ("lucy", "either", 0.5, ("linus",))),
        ("either", "lucy linus", (None, "nobody", 0.5, ())),
    ],
)
def test_who_may_not_be_spoken_of_is_in_no_question(
    answer: Answer, hidden: str, left: tuple[str | None, Answer, float, tuple[str, ...]]
) -> None:
    face = recognized("lucy", 0.5, answer=answer, runners_up=[("linus", 0.3), ("sally", 0.2)])
    told = face.among(lambda cousin: cousin not in hidden.split())
    assert (told.cousin, told.answer, told.confidence, tuple(one.cousin for one in told.runners_up)) == left
