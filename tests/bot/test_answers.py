from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import pytest

from actions.answers.wording import sure
from bot.answers import wording
from bot.transport.photo_or_text import CAPTION_LIMIT, TEXT_LIMIT
from data.store.guesses import Guess
from foundation.face import Answer, Flaw
from foundation.statement import Says, Statement
from tests.faces import recognized, said


@dataclass(frozen=True)
class Line:
    """One face of an answer, and what not to bring up with whom it shows."""

    guess: Guess
    statement: Statement | None
    avoid: tuple[str, ...]


def line(
    number: int = 1,
    name: str | None = "Lucy",
    confidence: float = 0.97,
    *,
    fact: str | None = None,
    found: bool = True,
    flaw: Flaw | None = None,
    answer: Answer | None = None,
    runners_up: Sequence[tuple[str, float]] = (),
    statement: Statement | None = None,
    avoid: tuple[str, ...] = (),
) -> Line:
    face = recognized(name, confidence, found=found, flaw=flaw, runners_up=runners_up, answer=answer)
    return Line(Guess(number, 1, "aa", number, face, fact), statement, avoid)


class Names:
    """Cousins whose keys are what the family calls them."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._avoid = {line.guess.face.cousin: line.avoid for line in lines}

    def shown(self, cousin: str, *, to_admins: bool = False) -> str:
        return cousin

    def facts(self, cousin: str) -> tuple[str, ...]:
        return tuple(line.guess.fact for line in self._lines if line.guess.fact)

    def avoid(self, cousin: str) -> tuple[str, ...]:
        return self._avoid.get(cousin, ())

    def wants_no_name(self, cousin: str) -> bool:
        return False


def answer(lines: Sequence[Line], notes: Sequence[str] = (), limit: int = TEXT_LIMIT) -> str:
    return wording.answer([(line.guess, line.statement) for line in lines], Names(lines), notes, limit)


def test_one_face_is_a_sentence_with_a_fact() -> None:
    text = answer([line(fact="She gives advice for 5 ¢.", avoid=("footballs", "Schroeder"))])
    assert text == (
        "This is almost certainly <b>Lucy</b> (97%).\n\nShe gives advice for 5 ¢.\n\n"
        "<i>Better not mention: footballs; Schroeder</i>"
    )


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(0.99, "almost certainly"), (0.95, "almost certainly"), (0.9, "very likely"), (0.7, "probably"), (0.2, "maybe")],
)
def test_confidence_in_words(confidence: float, words: str) -> None:
    assert words in answer([line(confidence=confidence)]).lower()
    assert words in answer([line(1, confidence=confidence), line(2)]).splitlines()[0].lower()


def test_bot_is_never_quite_sure() -> None:
    assert (sure(1.0), sure(0.714), sure(0.0)) == ("99%", "71%", "1%")


def test_stranger_gets_no_name() -> None:
    assert answer([line(name=None, confidence=0.8)]) == "I don't think I know this person."


def test_no_face_is_said() -> None:
    assert answer([line(found=False)]).startswith("I found no face, so I went by the whole picture. This is")
    assert "no face" in answer([line(name=None, found=False)])
    assert answer([line(1), line(2, found=False)]).endswith("(I found no face: this goes by the whole picture)")


@pytest.mark.parametrize("flaw", get_args(Flaw))
def test_what_can_not_be_told_is_said(flaw: Flaw) -> None:
    words = {"too_far_turned": "turned too far away"}.get(flaw, flaw.replace("_", " "))
    alone = answer([line(name=None, flaw=flaw)])
    assert alone.startswith(f"This face is {words} to tell who it is. Do you have")
    assert answer([line(1), line(2, name=None, flaw=flaw)]).endswith(f"2. The face is {words} to tell")
    whole = answer([line(name=None, flaw=flaw, found=False)])
    assert whole.startswith("I found no face")
    assert "Do you have" in whole
    assert words in whole or flaw == "too_far_turned"
    assert answer([line(name=None, flaw=flaw, statement=said("is", "Jack"))]) == "This is <b>Jack</b>. ✎ Corrected."


def test_when_it_is_close_both_are_named() -> None:
    close = line(name="Charlie", confidence=0.52, runners_up=(("Jack", 0.31),), fact="Plays ball.")
    assert (
        answer([close]) == "Maybe this is <b>Charlie</b> (52%) or <b>Jack</b> (31%).\n\nIf it is Charlie: Plays ball."
    )
    assert answer([close, line(2)]).startswith("1. Maybe <b>Charlie</b> (52%) or <b>Jack</b> (31%)\n    If it is")
    assert answer([line(name="Charlie", confidence=0.72, runners_up=(("Jack", 0.2),))]) == (
        "This is probably <b>Charlie</b> (72%) or <b>Jack</b> (20%)."
    )


def test_a_question_has_no_share_and_no_fact() -> None:
    maybe = line(confidence=0.55, answer="maybe", fact="Sings.")
    either = line(confidence=0.45, answer="either", runners_up=(("Jack", 0.4),), fact="Sings.")
    assert answer([maybe]) == "Maybe <b>Lucy</b>?"
    assert answer([either]) == "<b>Lucy</b> or <b>Jack</b>?"
    assert answer([maybe, line(2, name=None, confidence=0.6)]) == "1. Maybe <b>Lucy</b>?\n2. Nobody I know (60%)"
    assert answer([line(answer="maybe", found=False)]) == (
        "I found no face, so I went by the whole picture. Maybe <b>Lucy</b>?"
    )


def test_a_guests_answer_is_said_with_its_fact_alone() -> None:
    either = line(
        answer="either", runners_up=(("Jack", 0.4),), fact="Sings.", statement=said("is", "Jack", accepted_by=None)
    )
    assert answer([either]) == "Then this is <b>Jack</b>.\n\nSings."


def test_all_who_are_plausible_are_named() -> None:
    text = answer([line(name="A", confidence=0.4, runners_up=(("B <3", 0.3), ("C", 0.2)))])
    assert text == "Maybe this is <b>A</b> (40%), <b>B &lt;3</b> (30%) or <b>C</b> (20%)."


def test_one_name_of_little_confidence() -> None:
    assert answer([line(confidence=0.55)]) == "Maybe this is <b>Lucy</b> (55%)."


def test_after_a_correction_nobody_runs_up() -> None:
    close = line(confidence=0.5, runners_up=(("Jack", 0.4),), statement=said("is", "Jack"), fact="Sings.")
    assert answer([close]) == "This is <b>Jack</b>. ✎ Corrected.\n\nSings."


def test_several_faces_have_a_line_each() -> None:
    text = answer([line(1, fact="Fact."), line(2, name=None, confidence=0.6), line(3, "Linus", 0.7)])
    assert text.splitlines() == [
        "1. Almost certainly <b>Lucy</b> (97%)",
        "    Fact.",
        "2. Nobody I know (60%)",
        "3. Probably <b>Linus</b> (70%)",
    ]


def test_unreadable_photo_of_an_album_is_named() -> None:
    assert answer([line()], ["Photo 2: The picture is damaged."]).endswith("\nPhoto 2: The picture is damaged.")


@pytest.mark.parametrize(
    ("says", "cousin", "text"),
    [
        ("is", "Lucy", "This is <b>Lucy</b>. ✓ Confirmed."),
        ("is", "Sally", "This is <b>Sally</b>. ✎ Corrected."),
        ("not", "Lucy", "This is not <b>Lucy</b>, and I don't know who it is. ✎ Corrected."),
        ("stranger", None, "This is nobody from the family. ✓ Noted."),
        ("not_a_face", None, "This is not a face. ✓ Noted."),
    ],
)
def test_what_an_admin_said_replaces_the_guess(says: Says, cousin: str | None, text: str) -> None:
    assert answer([line(statement=said(says, cousin))]) == text


def test_names_and_facts_are_escaped() -> None:
    text = answer([line(name="<Lucy> & Co", fact="1 < 2", avoid=("a & b",))], ["x < y"])
    assert "&lt;Lucy&gt; &amp; Co" in text
    assert "1 &lt; 2" in text
    assert "a &amp; b" in text
    assert "x &lt; y" in text


def test_only_what_people_see_takes_room() -> None:
    lines = [line(number, f"A & {number}", fact="f" * 20) for number in range(1, 4)]
    text = answer(lines)
    seen = text.replace("<b>", "").replace("</b>", "").replace("&amp;", "&")
    assert answer(lines, limit=len(seen)) == text


def test_long_answer_drops_the_least_important_first() -> None:
    lines = [line(number, f"Cousin {number}", fact="f" * 40, avoid=("a" * 40,)) for number in range(1, 11)]
    text = answer(lines, limit=CAPTION_LIMIT)
    assert len(text) <= CAPTION_LIMIT
    assert "f" * 40 in text
    assert "Better not" not in text
    bare = answer(lines, limit=500)
    assert len(bare) <= 500
    assert "ffff" not in bare
    assert "Cousin 10" in bare
    cut = answer(lines, limit=200)
    assert len(cut) <= 200
    assert cut.endswith("…")
