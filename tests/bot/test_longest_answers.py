"""The longest names and facts that facts.yaml takes, in answers in every language: they fit, and say what counts."""

import pytest
from telegram.constants import ParseMode

from bot.answers import wording
from bot.commands import wording as commands
from bot.transport.photo_or_text import CAPTION_LIMIT, TEXT_LIMIT, visible
from data.facts.parser import MAX_FACT, MAX_NAME
from data.store.guesses import Guess
from foundation.face import Answer
from foundation.languages import codes
from foundation.reader import in_language
from tests.faces import recognized

NAME, FACT = "M" * MAX_NAME, "F" * MAX_FACT


class Names:
    def shown(self, cousin: str, *, to_admins: bool = False) -> str:
        return NAME

    def facts(self, cousin: str) -> list[str]:
        return [FACT]

    def avoid(self, cousin: str) -> list[str]:
        return [FACT] * 3

    def wants_no_name(self, cousin: str) -> bool:
        return False


@pytest.mark.parametrize("code", codes())
@pytest.mark.parametrize("answer", ["named", "maybe", "either", "nobody"])
def test_the_longest_answers(code: str, answer: Answer) -> None:
    with in_language(code):
        notes = [wording.waiting(10, NAME, is_picture=False, in_private=in_private) for in_private in (True, False)]
        for count in (1, 2, 5, 60):
            face = recognized("a", runners_up=[("b", 0.2)], answer=answer)
            faces = [(Guess(number, number, "aa", number, face, FACT), None) for number in range(1, count + 1)]
            for limit in (CAPTION_LIMIT, TEXT_LIMIT):
                for said in ([], notes[:1], notes * 10):
                    text = wording.answer(faces, Names(), said, limit)
                    assert 0 < visible(text, ParseMode.HTML) <= limit
                    assert text.count("<b>") == text.count("</b>")
                    if answer == "named" and count == 1 and len(said) < 2:
                        assert NAME in text
                        assert FACT in text, "of one person there is room for a fact in every language"


@pytest.mark.parametrize("code", codes())
@pytest.mark.parametrize("of_things", [False, True])
def test_the_help_fits(code: str, of_things: bool) -> None:
    with in_language(code):
        help_ = [commands.guests_help(NAME, of_things=of_things), commands.admins_help(of_things=of_things)]
        assert len(commands.hello(NAME, "\n\n".join(help_))) < TEXT_LIMIT
