import pytest

from data.lookup import Called, Match, look_up, plain

FAMILY = [
    plain("anna"),
    plain("ann_a"),
    Called("charlie_brown", "Charlie Brown", ("Chuck",)),
    plain("José"),
    plain("jose"),
    plain("patty"),
    Called("peppermint_patty", "Peppermint Patty", ("Patty", "Sir")),
    Called("zoe_obrien", "Zoë O'Brien", ("Zozo", "Aunt Zoë")),
    Called("maya_1", "Maya"),
    Called("maya_2", "Maya"),
]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ann_a", "ann_a"),
        ("anna", "anna"),
        ("Ann A", "ann_a"),
        ("ANN  a", "ann_a"),
        ("Anna", "anna"),
        ("charlie_brown", "charlie_brown"),
        ("CHARLIE BROWN", "charlie_brown"),
        ("chuck", "charlie_brown"),
        ("Jose\u0301", "José"),
        ("JOSÉ", "José"),
        ("jose", "jose"),
        ("patty", "patty"),
        ("Patty", "patty"),  # a shown name goes before an alias
        ("sir", "peppermint_patty"),
        ("zoe obrien", "zoe_obrien"),
        ("Zoë_O'Brien", "zoe_obrien"),
        ("aunt zoë", "zoe_obrien"),
        ("maya_2", "maya_2"),
    ],
)
def test_who_is_called_exactly_that(typed: str, key: str) -> None:
    assert look_up(typed, FAMILY).only == key


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("charliebrown", "charlie_brown"),
        ("charly brwn", "charlie_brown"),
        ("Zoe O'Brien", "zoe_obrien"),  # accents count
        ("aunt zoe", "zoe_obrien"),
        ("Anná", "anna"),
        ("annaa", "anna"),
        ("pepermint", "peppermint_patty"),
    ],
)
def test_an_accent_or_a_slip_of_the_fingers_is_a_question(typed: str, near: str) -> None:
    match = look_up(typed, FAMILY)
    assert match.cousins == ()
    assert match.only is None
    assert match.near[0] == near


def test_a_name_of_two_is_a_question() -> None:
    match = look_up("maya", FAMILY)
    assert match.cousins == ("maya_1", "maya_2")
    assert match.only is None


@pytest.mark.parametrize("typed", ["", "  ", "?", "🐶", "xyzzy"])
def test_nobody_is_meant(typed: str) -> None:
    assert look_up(typed, FAMILY) == Match()


def test_everybody_is_reached_by_the_key() -> None:
    for one in FAMILY:
        assert look_up(one.key, FAMILY).only == one.key


def test_the_likeliest_comes_first() -> None:
    assert look_up("hanna", [plain("anna"), plain("hannah"), plain("hans")]).near[:2] == ("hannah", "anna")


def test_two_letters_of_a_short_name_changed_places() -> None:
    assert look_up("bne", [plain("ben"), plain("clara")]).near == ("ben",)
