"""The drawn family's facts say the same of the same people in every language."""

import pytest

from data.facts.facts_file import parse_facts
from demo.family import COUSINS, FACTS, facts_in
from foundation.languages import codes


@pytest.mark.parametrize("code", codes()[1:])
def test_every_language_tells_of_everybody(code: str) -> None:
    english = parse_facts(FACTS.read_text("utf-8"), "facts.yaml")
    file = facts_in(code)
    assert file != FACTS
    book = parse_facts(file.read_text("utf-8"), str(file))
    assert book.cousins == english.cousins == COUSINS
    for cousin in COUSINS:
        assert len(book.facts(cousin)) == len(english.facts(cousin))
        assert len(book.avoid(cousin)) == len(english.avoid(cousin))
        assert set(book.facts(cousin)).isdisjoint(english.facts(cousin))
