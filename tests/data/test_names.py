import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.names import MAX_KEY_LENGTH, cousin_key, folded, shown_name


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Charlie Brown", "charlie_brown"),
        ("charlie_brown", "charlie_brown"),
        ("  Charlie--Brown. ", "charlie_brown"),
        ("Zoë O’Brien", "zoe_obrien"),
        ("Zoe\u0308", "zoe"),
        ("Łukasz Đorđe Øystein", "lukasz_dorde_oystein"),
        ("Strauß", "strauss"),
        ("ＣＨＡＲＬＩＥ", "charlie"),
        ("Ch\u0430rlie", "charlie"),  # a Cyrillic а
        ("Char\u200blie\u202e", "charlie"),  # invisible marks
        ("Анна", "анна"),
        ("小明", "小明"),
        ("प्रिया", "प्रिया"),
        ("Snoopy 🐶", "snoopy"),
        ("..charlie", "charlie"),
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
        ("../etc", "slashes"),
        ("a\\b", "slashes"),
        ("a\0b", "line breaks"),
        ("a\nb", "line breaks"),
        ("CON", "second name"),
        ("lpt1", "second name"),
        ("x" * (MAX_KEY_LENGTH + 1), "too long"),
        ("Annж", "alphabets"),
    ],
)
def test_a_name_that_makes_no_folder_is_refused_with_the_reason(typed: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        cousin_key(typed)


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
    assert not set(key) & set("/\\.\0 :*?\"<>|'")
    assert len(f"{key}_123456.jpg".encode()) <= 255
    assert cousin_key(key) == key


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(typed: str) -> None:
    assert folded(folded(typed)) == folded(typed)


def test_a_key_is_shown_as_people_write_it() -> None:
    assert shown_name("charlie_brown") == "Charlie Brown"
    assert shown_name("mcDonald") == "McDonald"
