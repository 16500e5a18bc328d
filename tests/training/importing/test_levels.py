"""Whose photos a folder holds: told by where photos lie and by what folders are called, or asked."""

from pathlib import Path

import pytest

from training.importing.levels import Layout, UnclearFolder, peoples_folders
from training.importing.occasions import may_be_occasion, may_be_person
from training.importing.walking import Folder


def tree(*photos: str) -> Folder:
    """A folder `in` with these photos."""
    root = Folder(Path("in"))
    for photo in photos:
        folder = root
        for name in Path(photo).parts[:-1]:
            known = {inner.name: inner for inner in folder.folders}
            if name not in known:
                folder.folders.append(Folder(folder.path / name))
            folder = {inner.name: inner for inner in folder.folders}[name]
        folder.photos.append(folder.path / Path(photo).name)
    return root


def people(*photos: str, layout: Layout | None = None, cousins: tuple[str, ...] = ()) -> list[str]:
    return [str(one.path) for one in peoples_folders(tree(*photos), layout or Layout(), cousins)]


def test_a_folder_for_each_cousin() -> None:
    assert people("roger/1.jpg", "anna/1.jpg") == ["in/roger", "in/anna"]


@pytest.mark.parametrize(
    "name", ["2019", "2019-07", "2019-07 Spain", "Christmas", "Weihnachten 2004", "DCIM", "1", "May"]
)
def test_times_and_occasions_within_a_cousins_folder_are_theirs(name: str) -> None:
    assert people(f"roger/{name}/1.jpg", "anna/1.jpg") == ["in/roger", "in/anna"]
    assert people("roger/2.jpg", f"roger/{name}/1.jpg", "anna/1.jpg") == ["in/roger", "in/anna"]
    assert people(f"roger/2020/{name}/1.jpg", "anna/1.jpg") == ["in/roger", "in/anna"]


def test_a_single_other_folder_beside_their_own_photos_is_theirs() -> None:
    photos = ["roger/1.jpg", "roger/Disneyland/2.jpg", "roger/2019/3.jpg", "anna/1.jpg"]
    assert people(*photos) == ["in/roger", "in/anna"]
    with pytest.raises(UnclearFolder):
        people(*photos, cousins=("Disneyland",))


def test_one_cousins_folder_with_years_in_it() -> None:
    for photos in (["2019/1.jpg", "2020/2.jpg"], ["1.jpg", "2019/1.jpg"], ["1.jpg", "May/1.jpg"]):
        source = tree(*photos)
        source.path = Path("roger")
        assert peoples_folders(source, Layout(), ()) == [source]


@pytest.mark.parametrize(
    "photos",
    [
        ["family/roger/1.jpg", "family/anna/1.jpg"],  # one level too high
        ["family/roger/1.jpg"],
        ["family/everyone.jpg", "family/roger/1.jpg", "family/anna/1.jpg"],
        ["family/everyone.jpg", "family/roger/1.jpg", "roger/1.jpg"],  # Roger is a person, as his own folder says
        ["roger/2019/Anna/1.jpg"],
        ["everyone.jpg", "roger/1.jpg"],
        ["2019/roger/1.jpg", "2020/anna/1.jpg"],  # a year, and in it people
        ["roger/1.jpg", "anna/1.jpg", "Christmas/1.jpg"],
        ["May/1.jpg", "June/1.jpg"],  # months, or two cousins
        ["1/1.jpg", "2/1.jpg"],
    ],
)
def test_what_may_be_several_peoples_is_asked(photos: list[str]) -> None:
    with pytest.raises(UnclearFolder, match=r"add --person .*add --people"):
        people(*photos)


def test_a_folder_called_after_an_occasion_is_not_made_a_cousin() -> None:
    source = tree("1.jpg")
    source.path = Path("Pictures 2019")
    with pytest.raises(UnclearFolder, match="doesn't look like a cousin's name"):
        peoples_folders(source, Layout(), ())


def test_whoever_is_there_is_a_person() -> None:
    assert people("May/1.jpg", "June/1.jpg", cousins=("may", "june")) == ["in/May", "in/June"]
    with pytest.raises(UnclearFolder):
        people("roger/May/1.jpg", "anna/1.jpg", cousins=("May",))


def test_the_answers() -> None:
    photos = ["family/roger/2019/1.jpg", "family/anna/1.jpg", "otto/1.jpg"]
    layout = Layout(people=frozenset({Path("in/family")}))
    assert people(*photos, layout=layout) == ["in/family/roger", "in/family/anna", "in/otto"]
    assert people(*photos, layout=Layout(person=frozenset({Path("in/family")}))) == ["in/family", "in/otto"]
    assert people("everyone.jpg", "x/1.jpg", layout=Layout(person=frozenset({Path("in")}))) == ["in"]
    assert people("2019/x/1.jpg", layout=Layout(people=frozenset({Path("in"), Path("in/2019")}))) == ["in/2019/x"]


def test_the_question_names_folders_and_options() -> None:
    with pytest.raises(UnclearFolder) as asked:
        people("the family/roger/1.jpg", "the family/anna/1.jpg", "otto/1.jpg")
    assert asked.value.within == ["roger", "anna"]
    assert "--person 'in/the family'" in str(asked.value)
    assert "--people 'in/the family'" in str(asked.value)


def test_the_question_says_how_many_folders_it_does_not_name() -> None:
    with pytest.raises(UnclearFolder, match=r"\(roger 0, roger 1, roger 2 and 6 more\)"):
        people(*(f"family/roger {n}/1.jpg" for n in range(9)), "otto/1.jpg")


def test_the_question_stays_on_its_line() -> None:
    with pytest.raises(UnclearFolder) as asked:
        people("fam\nily/ro\nger/1.jpg", "fam\nily/an\nna/1.jpg", "otto/1.jpg")
    assert asked.value.within == ["ro\ufffdger", "an\ufffdna"]
    assert str(asked.value).count("\n") == 2, "only the options, which are to be typed as they stand"


def test_names() -> None:
    for name in ("2019", "IMG 2019-08", "Summer holidays", "100CANON", "Scans", "Ferien mit Oma", "2008 Anna"):
        assert may_be_occasion(name), name
    for name in ("roger", "Anna Winter", "Ben 2019", "Zoë O'Brien", "李小龙", "🎉", "7", "April"):
        assert may_be_person(name), name
    for name in ("roger", "Zoë O'Brien", "李小龙", "s1", "_dora"):
        assert not may_be_occasion(name), name
    for name in ("2019", "Christmas", "DCIM", "2008 Anna"):
        assert not may_be_person(name), name


@pytest.mark.parametrize(
    "names",
    [
        ("Hochzeit", "Jänner", "Fruehling", "Sommerferien", "Geburtstagsfeier", "Familienfest", "Ausflüge", "SORTIERT"),
        ("Cumpleaños", "Bodas", "Semana", "Excursión", "Nochebuena", "setiembre", "Selección", "copia de seguridad"),
        ("Mariages", "Baptême", "réveillon", "Fêtes", "Année", "Août", "Soirée", "Photos triées"),
        ("Ślub", "ślub", "Święta", "Wakacje", "październik", "Stycznia", "Lato", "Zdjęcia", "URODZINY", "Szkoła"),
        ("חתונה", "טיולים", "יום הולדת", "חנוכה", "נובמבר", "תמונות", "חַג", "קיץ"),
    ],
)
def test_occasions_in_other_languages(names: tuple[str, ...]) -> None:
    for name in names:
        assert may_be_occasion(name), name
        assert not may_be_person(name), name


def test_names_that_are_no_occasions_in_any_language() -> None:
    for name in (
        "Maja",
        "Pascal",
        "Silvana",
        "Reyes",
        "Cara",
        "Lata",
        "Klaus",
        "Nikolaus",
        "Sylwester",
        "סתיו",
        "אביב",
    ):
        assert may_be_person(name), name
        assert not may_be_occasion(name), name
    for name in ("Jan", "Juli", "Julio", "Mai", "יוני"):  # months, and names
        assert may_be_person(name), name
        assert may_be_occasion(name), name
