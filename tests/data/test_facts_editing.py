"""facts.yaml when cousins are renamed, merged and taken apart again: all other lines stay as they were."""

from dataclasses import replace

import pytest

from data.facts.editing import rename_entry, restore_entry, write_sentences
from data.facts.parser import FactsError, parse_facts
from foundation.languages import IN_ENGLISH
from foundation.reader import translated

OTHERS = ("# ours\namelia: [She sings.]\n\n", "\n# and of Zoë much\nzoe:  # our eldest\n  - She sails.\n")


@pytest.mark.parametrize(
    ("entry", "new", "shown", "wanted"),
    [
        ("ben:\n  - He bakes. # bread\n", "benedict", None, "benedict:\n  - He bakes. # bread\n"),
        ("ben: [He bakes.]\n", "Big_Ben", "Big Ben", "Big_Ben: [He bakes.]\n"),
        ("ben:\n  name: Ben\n  facts: [He bakes.]\n", "jo", "Jo", "jo:\n  name: Jo\n  facts: [He bakes.]\n"),
        # A name that the family has chosen goes along, unless another is asked for.
        ("ben:\n  name: Uncle B\n  avoid: [x]\n", "benedict", None, "benedict:\n  name: Uncle B\n  avoid: [x]\n"),
        (
            "ben:\n  name: Uncle B\n  avoid: [x]\n",
            "benedict",
            "Benedict",
            "benedict:\n  name: Benedict\n  avoid: [x]\n",
        ),
        ('"ben": [He bakes.]\r\n', "benedict", None, "benedict: [He bakes.]\r\n"),
        ("ben:\n  born: 2014-05-03\n  facts: [x]\n", "jo", "Jo", "jo:\n  born: 2014-05-03\n  facts: [x]\n"),
        ("ben:\n  named: never\n  facts: [He bakes.]\n", "jo", "Jo", "jo:\n  named: never\n  facts: [He bakes.]\n"),
    ],
)
def test_a_renamed_entry_and_back(entry: str, new: str, shown: str | None, wanted: str) -> None:
    text = entry.join(OTHERS)
    edit = rename_entry(text, "ben", new, shown, "facts.yaml")
    assert edit is not None
    assert edit.text == wanted.join(OTHERS)
    assert restore_entry(edit.text, "ben", new, edit, "facts.yaml") == text


@pytest.mark.parametrize(
    ("into", "wanted"),
    [
        ("zoe:\n  - She sails.\n", "zoe:\n  facts:\n  - She sails.\n  - He bakes.  # bread\n  aliases:\n    - Benny\n"),
        ("zoe: [She sails.]\n", 'zoe: \n  facts: [She sails., "He bakes."]\n  aliases:\n    - Benny\n'),
        (
            "zoe:\n  name: Zoë\n  facts:\n    - She sails.\n  aliases: [Z]\n",
            'zoe:\n  name: Zoë\n  facts:\n    - She sails.\n    - He bakes.  # bread\n  aliases: [Z, "Benny"]\n',
        ),
    ],
)
def test_what_was_written_of_both_is_theirs_and_back(into: str, wanted: str) -> None:
    ben = "ben:\n  facts:\n    # ask him\n    - He bakes.  # bread\n  aliases: [Benny]\n"
    text = f"# ours\n{ben}\n# of Zoë\n{into}"
    edit = rename_entry(text, "ben", "zoe", None, "facts.yaml")
    assert edit is not None
    assert edit.text == f"# ours\n\n# of Zoë\n{wanted}  # ask him\n"
    assert parse_facts(edit.text, "facts.yaml").facts("zoe") == ("She sails.", "He bakes.")
    restored = restore_entry(edit.text, "ben", "zoe", edit, "facts.yaml")
    assert sorted(restored.splitlines()) == sorted(text.splitlines())
    assert parse_facts(restored, "facts.yaml").facts("ben") == ("He bakes.",)


def test_what_the_family_wrote_since_stays() -> None:
    edit = rename_entry("ben:\n  - He bakes.\n", "ben", "jo", None, "facts.yaml")
    assert edit is not None
    since = edit.text + "  - He runs.\n"
    assert restore_entry(since, "ben", "jo", edit, "facts.yaml") == "ben:\n  - He bakes.\n  - He runs.\n"
    both = rename_entry("ben: [He bakes.]\nzoe: [She sails.]\n", "ben", "zoe", None, "facts.yaml")
    assert both is not None
    restored = restore_entry(both.text + "amy: [She sings.]\n", "ben", "zoe", both, "facts.yaml")
    assert parse_facts(restored, "facts.yaml").cousins == ("zoe", "ben", "amy")


def test_who_does_not_want_to_be_named_is_not_named_after_a_merge() -> None:
    edit = rename_entry("ben:\n  named: never\n  avoid: [x]\nzoe: [She sails.]\n", "ben", "zoe", None, "facts.yaml")
    assert edit is not None
    assert parse_facts(edit.text, "facts.yaml").wants_no_name("zoe")


@pytest.mark.parametrize(
    ("ben", "zoe", "born"),
    [
        ("ben:\n  born: 2014-05-03\n  facts: [x]\n", "zoe: [y]\n", "2014-05-03"),
        ("ben:\n  born: 2014\n  facts: [x]\n", "zoe:\n  facts: [y]\n", "2014"),
        ("ben:\n  born: 2014\n  facts: [x]\n", "zoe:\n  born: 1950\n  facts: [y]\n", "1950"),
    ],
)
def test_the_birth_of_who_stays_counts_after_a_merge_and_both_are_back_after_it_is_undone(
    ben: str, zoe: str, born: str
) -> None:
    edit = rename_entry(ben + zoe, "ben", "zoe", None, "facts.yaml")
    assert edit is not None
    entry = parse_facts(edit.text, "facts.yaml").entry("zoe")
    assert entry is not None
    assert entry.born == born
    restored = restore_entry(edit.text, "ben", "zoe", edit, "facts.yaml")
    assert sorted(restored.splitlines()) == sorted((ben + zoe).splitlines())


def test_of_whom_nothing_is_written_nothing_changes() -> None:
    assert rename_entry("zoe: [She sails.]\n", "ben", "jo", "Jo", "facts.yaml") is None
    assert rename_entry("# nobody yet\n", "ben", "jo", "Jo", "facts.yaml") is None


@pytest.mark.parametrize("text", ["{ben: [He bakes.], zoe: [She sails.]}\n", "ben: {facts: [x]}\nzoe: {facts: [y]}\n"])
def test_what_only_a_person_can_change_is_said(text: str) -> None:
    with pytest.raises(FactsError, match="by hand"):
        rename_entry(text, "ben", "zoe", None, "facts.yaml")


def test_languages_of_both_are_merged_each_in_its_own() -> None:
    ben = "ben:\n  facts:\n    de: [Er backt.]\n    pl:\n      - Piecze.\n  avoid: {he: [x]}\n"
    zoe = "zoe:\n  facts:\n    de:\n      - Sie segelt.\n"
    edit = rename_entry(ben + zoe, "ben", "zoe", None, "facts.yaml")
    assert edit is not None
    assert edit.text == (
        "zoe:\n  facts:\n    de:\n      - Sie segelt.\n      - Er backt.\n    pl:\n      - Piecze.\n"
        "  avoid:\n    he:\n      - x\n"
    )
    assert sorted(restore_entry(edit.text, "ben", "zoe", edit, "facts.yaml").splitlines()) == sorted(
        (ben + zoe).splitlines()
    )


@pytest.mark.parametrize("zoe", ["zoe: [She sails.]\n", "zoe:\n  facts: [She sails.]\n", "zoe:\n  facts: {en: [x]}\n"])
def test_a_list_for_everybody_and_one_for_some_are_for_a_person_to_merge(zoe: str) -> None:
    with pytest.raises(FactsError, match="by hand"):
        rename_entry("ben:\n  facts:\n    de: [Er backt.]\n" + zoe, "ben", "zoe", None, "facts.yaml")


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        (["Er bäckt.", "Er singt."], "de:\n      - Er bäckt.\n      - Er singt.\n    en: [He bakes.]"),
        ([], "en: [He bakes.]"),
    ],
)
def test_whoever_edits_facts_edits_those_in_their_language(facts: list[str], wanted: str) -> None:
    text = "ben:\n  facts:\n    de:\n      - Er backt.\n    en: [He bakes.]\n"
    with translated(replace(IN_ENGLISH, code="de")):
        edited = write_sentences(text, "ben", facts, ["ben"], "facts.yaml")
    assert edited == f"ben:\n  facts:\n    {wanted}\n"
    edited = write_sentences(text, "ben", [], ["ben"], "facts.yaml")
    assert edited == "ben:\n  facts:\n    de:\n      - Er backt.\n"
    assert write_sentences(edited, "ben", [], ["ben"], "facts.yaml") == "ben:\n  name: Ben\n"
