import os
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.facts.factbook import FactBook, Stray
from data.facts.facts_file import FactsError, FactsFile, parse_facts
from data.facts.parser import says_nothing
from foundation.languages import IN_ENGLISH
from foundation.reader import translated

FAMILY = """\
# what to talk about
charlie_brown:
  - Has a beagle called Snoopy
  - Manages a baseball team
Zoë O'Brien:
  facts:
    - 1987 was her best year
  avoid:
    - The lawn mower
  aliases: [Zozo, Aunt Zoe]
linus:
  name: Linus van Pelt
  facts:
    - "Plays the piano: badly"
"""


@pytest.fixture
def book() -> FactBook:
    return parse_facts(FAMILY, "facts.yaml")


def test_a_list_and_a_mapping_are_read(book: FactBook) -> None:
    assert book.cousins == ("charlie_brown", "Zoë O'Brien", "linus")
    assert book.facts("charlie_brown") == ("Has a beagle called Snoopy", "Manages a baseball team")
    assert book.facts("Zoë O'Brien") == ("1987 was her best year",)
    assert book.avoid("Zoë O'Brien") == ("The lawn mower",)
    assert book.facts("linus") == ("Plays the piano: badly",)
    assert book.avoid("linus") == ()


def test_names_are_shown_as_the_family_writes_them(book: FactBook) -> None:
    assert book.display_name("charlie_brown") == "Charlie Brown"
    assert book.display_name("Zoë O'Brien") == "Zoë O'Brien"
    assert book.display_name("linus") == "Linus van Pelt"
    assert book.called("Zoë O'Brien").aliases == ("Zozo", "Aunt Zoe")


def test_a_cousin_not_in_the_file_has_a_name_and_no_facts(book: FactBook) -> None:
    assert book.display_name("peppermint_patty") == "Peppermint Patty"
    assert book.facts("peppermint_patty") == book.avoid("peppermint_patty") == ()


@pytest.mark.parametrize(
    ("written", "folders", "key"),
    [
        ("charlie_brown", ["charlie_brown"], "charlie_brown"),
        ("Charlie Brown", ["charlie_brown", "ben"], "charlie_brown"),
        ("charlie brown", ["Charlie_Brown"], "Charlie_Brown"),
        ("Zoë O'Brien", ["Zoë_O'Brien"], "Zoë_O'Brien"),
        ("Zoe\u0308", ["Zo\u00eb"], "Zo\u00eb"),
        ("anna", ["anna", "Anna", "ann_a"], "anna"),  # exactly
        ("anna", ["ann_a"], "anna"),  # the bounds of words count
        ("Ann A", ["ann_a", "anna"], "ann_a"),
        ("ANNA", ["anna", "Anna"], "ANNA"),  # it could be either's
        ("José", ["jose"], "José"),  # accents count
    ],
)
def test_an_entry_is_that_of_the_cousin_it_names(written: str, folders: list[str], key: str) -> None:
    book = parse_facts(f'"{written}": [x]\n', "f").among(folders)
    assert book.cousins == (key,)
    for folder in folders:
        assert book.facts(folder) == (("x",) if folder == key else ())


def test_no_two_entries_are_one_cousins() -> None:
    book = parse_facts("Charlie Brown: [x]\nCHARLIE BROWN: [y]\n", "f").among(["charlie_brown"])
    assert book.facts("charlie_brown") == ()
    assert [stray.near for stray in book.strays(["charlie_brown"])] == [("charlie_brown",)] * 2


def test_ann_a_is_not_anna() -> None:
    book = parse_facts("anna:\n  name: Anna\n  facts: [She sings.]\n", "f").among(["anna", "ann_a"])
    assert (book.display_name("ann_a"), book.facts("ann_a")) == ("Ann A", ())


def test_entries_of_nobody_are_reported_with_who_may_be_meant() -> None:
    book = parse_facts("charly_brown: [x]\nJosé: [y]\nlinus:\n  name: Ben\n  facts: [z]\nxyzzy: [a]\n", "f")
    known = ["charlie_brown", "jose", "ben"]
    assert book.among(known).strays(known) == [
        Stray("charly_brown", ("charlie_brown",)),
        Stray("José", ("jose",)),
        Stray("linus", ("ben",)),
        Stray("xyzzy", ()),
    ]


def test_two_may_share_a_name_and_an_alias() -> None:
    text = "eva_1:\n  name: Eva\n  aliases: [Evi]\neva_2:\n  name: Eva\n  aliases: [eva_1, evi]\nEva: [x]\n"
    book = parse_facts(text, "f")
    assert [book.display_name(key) for key in book.cousins] == ["Eva"] * 3


def test_who_does_not_want_to_be_named_has_nothing_told_of_them() -> None:
    book = parse_facts("eva:\n  named: never\n  facts: [She sings.]\n  avoid: [x]\nben: [He bakes.]\n", "f")
    assert (book.wants_no_name("eva"), book.wants_no_name("ben"), book.wants_no_name("otto")) == (True, False, False)
    assert book.facts("eva") == book.avoid("eva") == ()
    assert book.facts("ben") == ("He bakes.",)


def test_a_year_and_a_day_of_birth_are_read_as_they_are_written() -> None:
    text = "ann:\n  born: 2014\nben:\n  born: 2014-5-03\ncleo:\n  born: '1950'\ndora: [x]\n"
    book = parse_facts(text, "f").among(["Ann", "ben", "cleo", "dora"])
    assert book.births() == {"Ann": 2014, "ben": 2014, "cleo": 1950}
    entry = book.entry("ben")
    assert entry is not None
    assert entry.born == "2014-05-03"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("about 1950", "“about 1950” as a birth. Please write the year"),
        ("3.5.2014", "Please write the year, as in 2014, or the day, as in 2014-05-03"),
        ("14", "as in 2014"),
        ("1014", "as in 2014"),
        ("2014-02-30", "There is no day 2014-02-30"),
        ("2999", "can't lie in the future"),
        ("[2014]", "line 2"),
    ],
)
def test_a_slip_in_a_birth_is_said_and_the_file_that_was_right_counts(tmp_path: Path, written: str, says: str) -> None:
    path = tmp_path / "facts.yaml"
    write(path, "ann:\n  born: 2014\n", 1)
    file = FactsFile(path)
    assert file.book().births() == {"ann": 2014}
    write(path, f"ann:\n  born: {written}\n", 2)
    assert file.book().births() == {"ann": 2014}
    assert file.error
    assert file.error.startswith(f"{path}, line 2: ")
    assert says in file.error


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("- Has a beagle\n", 1, "There is no cousin's name here"),
        ("a:\n", 1, "a needs a list of facts"),
        ("a: Has a beagle\n", 1, "a needs a list of facts"),
        ("a: []\n", 1, "empty list"),
        ("a:\n  -\n", 2, "Something is missing here"),
        ("a:\n  - [x]\n", 2, "not a list"),
        ("a:\n  facts:\n    - x\n  avoid: the war\n", 4, "“avoid” of a must be a list"),
        ("a:\n  facts: []\n", 2, "empty list"),
        ("a:\n  fact: [x]\n", 2, "Did you mean “facts”?"),
        ("a:\n  colour: red\n", 2, "Use one of these: name, facts, avoid, aliases, born, named"),
        ("a:\n  named: no\n", 2, "“named” can only be “never”"),
        ("a: {facts: [x], facts: [y]}\n", 1, "“facts” twice"),
        ("a:\n  - x\na:\n  - y\n", 3, "“a” is already on line 1"),
        ("a:\n  - x\n  - y\n  - x\n", 4, "already has this on line 2"),
        ("a:\n  aliases: ['🐶']\n", 2, "no letters"),
        ("con:\n  - x\n", 1, "second name"),
        ("../b:\n  - x\n", 1, "slashes"),
        ("a:\n\t- x\n", 2, "tab"),
        ("a:\n  - Likes: chess\n", 2, 'Please put it in quotes: "Likes: chess"'),
        ('a:\n  - Says "hi": often: yes\n', 2, "Please put the whole sentence in quotes: - \"Says 'hi': often: yes\""),
        ("a:\n  - x\n  - @home\n", 3, 'Please put the whole sentence in quotes: - "@home"'),
        ("a:\n  - !Bang\n", 2, "quotes"),
        ("a:\n  - Loves #1 songs\n", 2, 'Please put it in quotes: "Loves #1 songs"'),
        ('a:\n  - "open\n  - x\n', 2, "never closed"),
        ("a:\n  - x\n    - y\n", 2, "right below"),
        ("a:\n  - x\nb\n  - y\nc:\n  - z\n", 3, "can't be read"),
        ("a:\n  - x\n---\nb:\n  - y\n", 3, "---"),
        ("a:\n  - x\x07\n", 2, "invisible"),
        ("a:\n\u00a0\u00a0- x\n", 2, "special space"),
        ("a:\n  - x\n  -\u00a0y\n", 3, "special space"),  # else it would be one fact
        ("a:\n\u3000- x\n", 2, "special space"),
        ("a:\u00a0\n  - x\n", 1, "special space"),
        ("a:\n  name:\u00a0Ada\n", 2, "special space"),
        ("a:\n  - &joy to the world\n", 2, 'Please put it in quotes: "&joy to the world"'),
        ("a:\n  - x\n  - &\n", 3, "quotes"),
        ("&joy:\n  - x\n", 1, "quotes"),
        (f"a:\n  - {'x' * 301}\n", 2, "301 characters long, but only 300"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(FactsError) as caught:
        parse_facts(text, "our/facts.yaml")
    assert str(caught.value).startswith(f"our/facts.yaml, line {line}: ")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "{}", "[" * 5000])
def test_what_has_no_line_is_named_with_the_file(text: str) -> None:
    with pytest.raises(FactsError, match=r"^facts\.yaml .* Write a cousin's name with a colon"):
        parse_facts(text, "facts.yaml")


@pytest.mark.parametrize("text", ["", " \n", "# a\n\n  # b\r\n", "{}\n# nobody yet\n", "# a: [x]"])
def test_a_file_may_say_nothing_yet(text: str) -> None:
    assert says_nothing(text)
    with pytest.raises(FactsError, match="is empty"):
        parse_facts(text, "facts.yaml")
    assert not says_nothing(f"{text}\rb: [x]")


def test_words_stay_as_written_and_comments_are_comments() -> None:
    book = parse_facts("no:\n  - yes\n  - 3.10\n  - 2001-02-03  # a date\n  - >\n    two\n    lines\n", "f")
    assert book.facts("no") == ("yes", "3.10", "2001-02-03", "two lines")


def test_special_spaces_in_a_sentence_and_marks_that_are_used_are_fine() -> None:
    book = parse_facts("a:\n  - Owes 5\u00a0€\n  - Says:\u00a0hi\n  - \u3000x\nb: &same [y]\nc: *same\n", "f")
    assert book.facts("a") == ("Owes 5 €", "Says: hi", "x")
    assert book.facts("b") == book.facts("c") == ("y",)


@given(st.text(alphabet="ab:-# \n\t[]{}\"'!&*|>?%@,", max_size=60))
def test_whatever_is_in_the_file_ends_in_a_book_or_in_one_sentence(text: str) -> None:
    try:
        book = parse_facts(text, "facts.yaml")
    except FactsError as error:
        complaint = str(error)
    else:
        complaint = ""
    if complaint:
        assert re.match(r"facts\.yaml(, line \d+:| is| has) ", complaint)
        return
    # Whoever stands in the book stands in the text, and has something to be said.
    assert book.cousins
    for cousin in book.cousins:
        assert set(cousin) <= set("ab_")
        assert all(fact.strip() for fact in book.facts(cousin))


@given(
    st.dictionaries(
        st.text("ab", min_size=1, max_size=4),
        st.lists(
            st.text("ab c", min_size=1, max_size=9).map(lambda text: " ".join(text.split())).filter(bool),
            min_size=1,
            max_size=3,
            unique=True,
        ),
        min_size=1,
    )
)
def test_what_is_written_as_it_should_be_is_read(told: dict[str, list[str]]) -> None:
    text = "".join(f"{name}:\n" + "".join(f"  - {fact}\n" for fact in facts) for name, facts in told.items())
    book = parse_facts(text, "facts.yaml")
    assert {cousin: list(book.facts(cousin)) for cousin in told} == told


def write(path: Path, text: str, when: int) -> None:
    path.write_text(text)
    os.utime(path, ns=(when, when))  # two writes within one tick of the clock must still differ


def test_the_file_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    write(path, "a:\n  - x\n", 1)
    file = FactsFile(path)
    first = file.book()
    assert first.facts("a") == ("x",)
    assert file.book() is first
    write(path, "a:\n  - y\n", 2)
    assert file.book().facts("a") == ("y",)


def test_a_broken_file_leaves_the_last_good_one(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    write(path, "a:\n  - x\n", 1)
    file = FactsFile(path)
    file.book()
    write(path, "a:\n", 2)
    assert file.book().facts("a") == ("x",)
    assert file.error
    assert file.error.startswith(f"{path}, line 1: ")
    write(path, "a:\n  - z\n", 3)
    assert file.book().facts("a") == ("z",)
    assert file.error is None


def test_a_missing_file_is_an_empty_book_until_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    file = FactsFile(path)
    assert file.book().cousins == ()
    assert file.error
    assert "There is no file" in file.error
    write(path, "a:\n  - x\n", 1)
    assert file.book().cousins == ("a",)
    path.unlink()
    assert file.book().cousins == ("a",)
    assert file.error


def test_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes("a:\n  - Café\n".encode("latin-1"))
    file = FactsFile(path)
    file.book()
    assert file.error == f"{path}, line 2: This is not UTF-8. Please save the file with that encoding."


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes(b"\xef\xbb\xbfa:\r\n  - x\r\n")
    file = FactsFile(path)
    assert file.book().facts("a") == ("x",)
    assert file.error is None


def test_who_is_forgotten_leaves_the_rest_to_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes(b"\xef\xbb\xbflucy:\r\n  - x\r\nlinus:\r\n  - y\r\n")
    assert FactsFile(path).forget("lucy")
    assert path.read_bytes() == b"\xef\xbb\xbflinus:\r\n  - y\r\n"


def test_who_is_forgotten_leaves_the_file_that_a_link_leads_to(tmp_path: Path) -> None:
    shared = tmp_path / "shared.yaml"
    shared.write_text("lucy:\n  - She gives advice.\nlinus:\n  - He has a blanket.\n")
    shared.chmod(0o640)
    link = tmp_path / "facts.yaml"
    link.symlink_to(shared)
    assert FactsFile(link).forget("lucy")
    assert link.is_symlink()
    assert "advice" not in shared.read_text()
    assert stat.S_IMODE(shared.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts.yaml", "shared.yaml"]


BY_LANGUAGE = """\
maya:
  facts:
    de: [Spielt Cello., Isst keinen Fisch.]
    pt-br:
      - Toca violoncelo.
    en: [Plays the cello.]
  avoid:
    de: [Die Prüfung]
ben:
  - Has a dog.
lucy:
  facts: {de: [Taucht.]}
"""


@pytest.mark.parametrize(
    ("reader", "told"),
    [
        ("de", "Spielt Cello."),
        ("de_AT", "Spielt Cello."),
        ("pt_BR", "Toca violoncelo."),
        ("pt", "Toca violoncelo."),
        ("pl", "Plays the cello."),
        ("en", "Plays the cello."),
    ],
)
def test_everyone_is_told_in_their_language_or_what_there_is(reader: str, told: str) -> None:
    book = parse_facts(BY_LANGUAGE, "facts.yaml")
    with translated(replace(IN_ENGLISH, code=reader)):
        assert book.facts("maya")[0] == told
        assert book.avoid("maya") == ("Die Prüfung",)
        assert book.facts("ben") == ("Has a dog.",)
        assert book.facts("lucy") == ("Taucht.",)


def test_what_is_missing_is_known_of_languages_that_are_begun() -> None:
    book = parse_facts(BY_LANGUAGE, "facts.yaml")
    assert book.missing_in() == {"de": ["ben"], "pt_BR": ["maya", "ben", "lucy"], "en": ["maya", "ben", "lucy"]}
    assert parse_facts(FAMILY, "facts.yaml").missing_in() == {}


@pytest.mark.parametrize(
    ("facts", "complaint"),
    [
        ("{german: [Spielt Cello.]}", "“german” is no language"),
        ("{de: Spielt Cello.}", "must be a list"),
        ("{de: []}", "is an empty list"),
        ("{de: [a], DE: [b]}", "has “DE” twice"),
        ("{}", "is an empty list"),
        ("{de: [Spielt Cello., Spielt Cello.]}", "already has this on line 1"),
    ],
)
def test_a_slip_in_a_language_is_said(facts: str, complaint: str) -> None:
    with pytest.raises(FactsError, match=re.escape(complaint)):
        parse_facts(f"maya: {{facts: {facts}}}\n", "facts.yaml")
