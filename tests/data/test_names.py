import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.names import MAX_KEY_LENGTH, compared, cousin_key, folded, folder_key, free_key, shown_name, typed_name


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Charlie Brown", "Charlie_Brown"),
        ("charlie_brown", "charlie_brown"),
        ("  Charlie   Brown. ", "Charlie_Brown"),
        ("Zoë O’Brien", "Zoë_O’Brien"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("José", "José"),
        ("Łukasz Đorđe Øystein", "Łukasz_Đorđe_Øystein"),
        ("Strauß", "Strauß"),
        ("Anne-Marie", "Anne-Marie"),
        ("'t Hart", "'t_Hart"),
        ("Ch\u0430rlie", "Charlie"),  # a Cyrillic а
        ("Char\u200blie\u202e", "Charlie"),  # invisible marks
        ("\u200fيوسف", "يوسف"),
        ("Анна", "Анна"),
        ("小明", "小明"),
        ("प्रिया", "प्रिया"),
        ("Snoopy 🐶", "Snoopy"),
        ("❤️ Oma", "Oma"),
        ("[Anna] (Berlin)", "Anna_Berlin"),
        ("_anna", "anna"),
        ('Who: "Me"?', "Who_Me"),
        ("..charlie", "charlie"),
        ("-rf", "rf"),
        ("cousin 7", "cousin_7"),
        ("con smith", "con_smith"),
    ],
)
def test_key(typed: str, key: str) -> None:
    assert cousin_key(typed) == key


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "letters"),
        ("..", "letters"),
        ("🐶", "letters"),
        ("'", "letters"),
        ("../etc", "slashes"),
        ("a\\b", "slashes"),
        ("a\0b", "line breaks"),
        ("a\nb", "line breaks"),
        ("CON", "second name"),
        ("lpt1", "second name"),
        ("aux.jpg", "second name"),
        ("x" * (MAX_KEY_LENGTH + 1), "too long"),
        ("Annж", "alphabets"),
    ],
)
def test_a_name_that_makes_no_folder_is_refused_with_the_reason(typed: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        cousin_key(typed)


@pytest.mark.parametrize(
    ("folder", "key"),
    [
        ("zoe_obrien", "zoe_obrien"),
        ("Charlie Brown", "Charlie Brown"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("'t Hart", "'t Hart"),
        ("Ann (Berlin)", "Ann (Berlin)"),
        ("@eaDir", None),
        ("#recycle", None),
        ("__MACOSX", None),
        (".trash", None),
        ("🐶 Snoopy", None),
    ],
)
def test_a_folders_name_is_the_key_as_it_is(folder: str, key: str | None) -> None:
    assert folder_key(folder) == key


def test_someone_new_gets_a_key_that_is_nobodys() -> None:
    assert free_key("Anna", ["ben"]) == "Anna"
    assert free_key("Anna", ["anna"]) == "Anna_2"  # not every disk tells the two apart
    assert free_key("Anna", ["anna", "Anna_2"]) == "Anna_3"
    assert free_key("Ann A", ["anna"]) == "Ann_A"
    assert free_key("José", ["jose"]) == "José"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Charlie Brown", "charlie_brown", True),
        ("Zo\u00eb", "ZOE\u0308", True),
        ("Ann  A", "ann\u00a0a", True),
        ("Ann A", "Anna", False),
        ("José", "Jose", False),
        ("Strauß", "STRAUSS", True),
        ("An\u200bna", "Anna", True),
    ],
)
def test_names_are_the_same_but_for_case_spaces_and_normal_form(one: str, other: str, same: bool) -> None:
    assert (compared(one) == compared(other)) is same


REFUSALS = (
    "for example Charlie Brown",
    f"can have {MAX_KEY_LENGTH} letters at most",
    "Please add a second name",
    "Please use only one of them",
)
"""How each reason for which a name is refused ends: with what to do."""


@given(st.lists(st.text("abcxyzABCäéßñ", min_size=3, max_size=8), min_size=2, max_size=4))
def test_a_name_of_letters_is_never_refused(words: list[str]) -> None:
    assert cousin_key(" ".join(words))


@given(st.text(max_size=80))
def test_whatever_is_typed_the_key_stays_inside_the_folder(typed: str) -> None:
    refusal: ValueError | None = None
    try:
        key = cousin_key(typed)
    except ValueError as error:
        refusal = error
    if refusal:
        assert type(refusal) is ValueError  # ours, in words, and no accident
        assert str(refusal).rstrip(".").endswith(REFUSALS)
        return
    assert key
    assert not set(key) & set('/\\\0 :*?"<>|')
    assert not key.startswith((".", "-"))
    assert not key.endswith((".", "_"))
    assert len(f"{key}_123456.jpg".encode()) <= 255
    assert cousin_key(key) == key


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(typed: str) -> None:
    assert folded(folded(typed)) == folded(typed)


def test_a_key_is_shown_as_people_write_it() -> None:
    assert shown_name("charlie_brown") == "Charlie Brown"
    assert shown_name("mcDonald") == "McDonald"
    assert shown_name("Linus_van_Pelt") == "Linus van Pelt"
    assert shown_name("'t_Hart") == "'t Hart"


@pytest.mark.parametrize("typed", ["\u0412en", "\u0412\u0435n", "B\u0395N"])
def test_capitals_of_another_alphabet_look_alike_too(typed: str) -> None:
    assert folded(typed) == folded(cousin_key(typed)) == "ben"


def test_a_typed_name_keeps_the_joiners_of_its_script_and_nothing_else_unseen() -> None:
    assert typed_name("علی\u200cرضا") == "علی\u200cرضا"
    assert typed_name("\u202ebe\u200bn\u2069") == "ben"
