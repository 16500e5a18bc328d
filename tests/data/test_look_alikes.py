import pytest

from data.look_alikes import Clash, LookAlikes, clashes, look_alikes
from data.lookup import Called, plain


@pytest.mark.parametrize(
    ("folders", "cousins", "asked"),
    [
        (["José", "Jose", "jose"], [], [LookAlikes(("José", "Jose", "jose"), ())]),
        (["Ann A", "Anna", "Ben"], [], [LookAlikes(("Ann A", "Anna"), ())]),
        (["Jose\u0301", "Jos\u00e9"], [], [LookAlikes(("Jose\u0301", "Jos\u00e9"), ())]),  # two normal forms
        (["José"], ["jose", "ben"], [LookAlikes(("José",), ("jose",))]),
        (["Charlie Brown"], ["charlie_brown"], [LookAlikes(("Charlie Brown",), ("charlie_brown",))]),
        (["[Anna]", "Anna"], [], [LookAlikes(("[Anna]", "Anna"), ())]),  # they would become one
        (["Jose\u0301"], ["Jos\u00e9"], []),  # exactly, after NFC
        (["Charlie Brown"], ["Charlie_Brown"], []),  # brought in before
        (["Anna"], ["Anna", "anna"], []),
        (["Anna", "anna"], ["Anna", "anna"], []),
        (["Anna", "anna"], ["Anna"], [LookAlikes(("Anna", "anna"), ("Anna",))]),
        (["Anna", "Hannah", "Ben"], ["Otto"], []),
        (["小明", "小红"], [], []),
    ],
)
def test_folders_that_look_alike_are_asked_about(
    folders: list[str], cousins: list[str], asked: list[LookAlikes]
) -> None:
    assert look_alikes(folders, cousins) == asked


def test_a_name_that_makes_no_key_is_said() -> None:
    with pytest.raises(ValueError, match="second name"):
        look_alikes(["con"], [])


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (plain("anna"), plain("ann_a"), Clash("anna", "ann_a", "anna", keys=True)),
        (plain("jose"), plain("José"), Clash("jose", "José", "jose", keys=True)),
        (Called("a", "Eva"), Called("b", "eva"), Clash("a", "b", "Eva")),
        (Called("patty", "Patty"), Called("pp", "Peppermint", ("Patty",)), Clash("patty", "pp", "Patty")),
        (Called("ben", "Ben"), Called("otto", "Otto", ("BEN",)), Clash("ben", "otto", "Ben")),
    ],
)
def test_every_clash_is_found(one: Called, other: Called, clash: Clash) -> None:
    assert clashes([one, other]) == [clash]


def test_different_names_are_no_clash() -> None:
    assert clashes([plain("anna"), plain("hannah"), Called("ben", "Ben", ("Benny",))]) == []
