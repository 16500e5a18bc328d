"""facts.yaml when a page writes a cousin's facts: every comment and every other line stays."""

import pytest

from data.facts.editing import write_sentences
from data.facts.parser import FactsError, parse_facts

FILE = """\
# The family, alphabetically
anna:
  # ask her first
  facts:
    - She sings.  # alto
    - She bakes.
  # and what not to
  avoid: [the boat]
ben: [He runs., He reads.]  # since 2019
charlie:
  - He flies kites.  # red ones
  - >
    He plays
    baseball.
# the end
dora:
  name: Dora D.
"""
KEYS = frozenset({"anna", "ben", "charlie", "dora"})


def written(cousin: str, *facts: str, text: str = FILE) -> str:
    after = write_sentences(text, cousin, facts, KEYS, "facts.yaml")
    book = parse_facts(after, "facts.yaml")
    assert book.facts(cousin) == facts
    before = parse_facts(text, "facts.yaml")
    assert all(book.entry(one) == before.entry(one) for one in before.cousins if one != cousin)
    assert [line for line in text.splitlines() if line.strip().startswith("#")] == [
        line for line in after.splitlines() if line.strip().startswith("#")
    ]
    return after


def test_a_fact_changed_added_moved_and_taken_out() -> None:
    changed = written("anna", "She sings.", "She cooks: soup.")
    assert changed == FILE.replace("- She bakes.", '- "She cooks: soup."')
    assert "    - She sings.  # alto\n    - She swims.\n    - She bakes.\n" in written(
        "anna", "She sings.", "She swims.", "She bakes."
    )
    assert written("anna", "She bakes.") == FILE.replace("    - She sings.  # alto\n", "")
    assert "    - First of all.\n    - She sings.  # alto\n" in written("anna", "First of all.", "She sings.")


def test_the_last_fact_taken_out() -> None:
    assert written("anna") == FILE.replace("  facts:\n    - She sings.  # alto\n    - She bakes.\n", "")
    assert "charlie:\n  name: Charlie\n" in written("charlie")
    assert "ben:" in written("ben")


def test_lists_in_brackets_and_texts_of_several_lines() -> None:
    assert 'ben: ["He runs.", "He swims."]  # since 2019\n' in written("ben", "He runs.", "He swims.")
    assert "  - He flies kites.  # red ones\n  - He knits.\n# the end\n" in written(
        "charlie", "He flies kites.", "He knits."
    )
    assert written("charlie", "He flies kites.").count("baseball") == 0


def test_the_first_fact_of_an_entry_with_a_name() -> None:
    assert written("dora", "She dives.").endswith("dora:\n  name: Dora D.\n  facts:\n    - She dives.\n")


def test_line_ends_of_windows_stay() -> None:
    text = FILE.replace("\n", "\r\n")
    after = write_sentences(text, "anna", ["She sings.", "She dives."], KEYS, "facts.yaml")
    assert after == FILE.replace("She bakes.", "She dives.").replace("\n", "\r\n")


def test_nothing_to_change_and_what_only_a_person_can() -> None:
    assert write_sentences(FILE, "ben", ["He runs.", "He reads."], KEYS, "facts.yaml") == FILE
    with pytest.raises(FactsError, match=r"facts\.yaml"):
        write_sentences("{anna: {facts: [a b]}}\n", "anna", [], {"anna"}, "facts.yaml")
