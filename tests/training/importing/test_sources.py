"""Sources that can't be imported, and names that may be one cousin's: a sentence each that says what to do."""

from pathlib import Path

import pytest

from actions.changes.wording import versions_know_one_person
from tests.training.importing.importing import Importing
from tests.training.importing.test_outcomes import photo, put
from training.errors import TrainingError
from training.exporting import wording as exporting
from training.importing import wording
from training.importing.cousins import Identities, UnclearNames
from training.importing.folders import Said
from training.importing.sources import wording as of_tags

SAME, DIFFERENT = Said(identities=Identities("same")), Said(identities=Identities("different"))


async def test_what_is_no_folder(importing: Importing, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"is a single file\. Please put it into a folder with the cousin's name"):
        await importing(photo(tmp_path / "ben.jpg"))
    for name, command in {
        "old photos.zip": "unzip '{0}/old photos.zip' -d '{0}/old photos'",
        "a.tar.gz": "mkdir {0}/a && tar -xf {0}/a.tar.gz -C {0}/a",
        "a.tgz": "tar -xf {0}/a.tgz",
        "a.7z": "7z x {0}/a.7z",
    }.items():
        with pytest.raises(TrainingError, match="is an archive") as refused:
            await importing(put(tmp_path / name, b"PK"))
        assert command.format(tmp_path) in str(refused.value)
    with pytest.raises(TrainingError, match="There is no folder"):
        await importing(tmp_path / "gone")


async def test_empty_and_own_folders(importing: Importing, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(TrainingError, match=r"There are no photos in .*empty\. It should hold"):
        await importing(tmp_path / "empty")
    photo(tmp_path / "home" / "photos" / "ben" / "1.jpg")
    for own in ("home", "home/photos", "home/photos/ben"):
        with pytest.raises(TrainingError, match="is in the bot's own folder, so its photos are there already"):
            await importing(tmp_path / own, home=tmp_path / "home")


async def test_a_closed_folder(importing: Importing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo(tmp_path / "in" / "ben" / "1.jpg")
    (tmp_path / "in" / "ben" / "2019").mkdir()
    listed = Path.iterdir

    def closed(self: Path) -> object:
        if self.name == "2019":
            raise PermissionError(13, "Permission denied", str(self))
        return listed(self)

    monkeypatch.setattr(Path, "iterdir", closed)
    (outcome,) = (await importing(tmp_path / "in")).of("unreadable")
    assert outcome.path == tmp_path / "in" / "ben" / "2019"
    assert outcome.why == "the folder can't be opened (Permission denied): let this user read it, and import it again"


async def test_a_folder_that_can_only_be_listed(
    importing: Importing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo(tmp_path / "in" / "ben" / "1.jpg")
    photo(tmp_path / "in" / "ben" / "2019" / "2.jpg")
    status = Path.stat

    def closed(self: Path, **more: bool) -> object:
        if self.parent.name == "2019":
            raise PermissionError(13, "Permission denied", str(self))
        return status(self, **more)

    monkeypatch.setattr(Path, "stat", closed)
    imported = await importing(tmp_path / "in")
    assert imported.count("added") == 1
    (outcome,) = imported.of("unreadable")
    assert outcome.path == tmp_path / "in" / "ben" / "2019" / "2.jpg"
    assert outcome.why == "the folder can't be opened (Permission denied): let this user read it, and import it again"


async def test_nothing_is_brought_in_before_every_source_is_clear(importing: Importing, tmp_path: Path) -> None:
    photo(tmp_path / "ben" / "1.jpg")
    with pytest.raises(TrainingError, match="There is no folder"):
        await importing(tmp_path / "ben", tmp_path / "gone")
    assert not importing.library.folder.exists()


@pytest.mark.parametrize("names", [("José", "Jose"), ("Jose", "jose"), ("Ann A", "Ann_A"), ("Jos\u00e9", "Jose\u0301")])
async def test_folders_that_look_alike_are_asked_about(
    importing: Importing, tmp_path: Path, names: tuple[str, str]
) -> None:
    for seed, name in enumerate(names):
        photo(tmp_path / "in" / name / "1.jpg", seed)
    with pytest.raises(UnclearNames, match=r"--alike same.*--alike different"):
        await importing(tmp_path / "in")
    assert not importing.library.folder.exists()
    imported = await importing(tmp_path / "in", said=SAME)
    assert len(imported.cousins("added")) == 1
    assert len(importing.library.cousins()) == 1


async def test_two_people_who_differ_by_an_accent(importing: Importing, tmp_path: Path) -> None:
    for seed, name in enumerate(("José", "Jose")):
        photo(tmp_path / "in" / name / "1.jpg", seed)
    await importing(tmp_path / "in", said=DIFFERENT)
    assert importing.library.cousins() == ["Jose", "José"]
    assert (await importing(tmp_path / "in")).count("known") == 2  # they are known now: no question


async def test_two_people_whom_a_disk_may_take_for_one(importing: Importing, tmp_path: Path) -> None:
    for seed, name in enumerate(("Jose", "jose")):
        photo(tmp_path / "in" / name / "1.jpg", seed)
    with pytest.raises(TrainingError, match="too much alike for different people"):
        await importing(tmp_path / "in", said=DIFFERENT)


async def test_a_folder_that_may_be_somebody_who_is_there(importing: Importing, tmp_path: Path) -> None:
    photo(tmp_path / "1" / "ben" / "1.jpg", 1)
    photo(tmp_path / "2" / "Ben" / "2.jpg", 2)
    await importing(tmp_path / "1")
    with pytest.raises(UnclearNames, match="may be the cousin ben, who is there already"):
        await importing(tmp_path / "2")
    await importing(tmp_path / "2", said=SAME)
    assert importing.library.cousins() == ["ben"]


async def test_one_answer_for_all_is_asked_for_of_all(importing: Importing, tmp_path: Path) -> None:
    """Otherwise José and Jose become one by what was said of Ann A and Anna."""
    photo(tmp_path / "before" / "ben" / "1.jpg", 9)
    await importing(tmp_path / "before")
    for seed, name in enumerate(("Ann A", "Anna", "José", "Jose", "Ben", "Clara")):
        photo(tmp_path / "in" / name / "1.jpg", seed)
    with pytest.raises(UnclearNames) as unclear:
        await importing(tmp_path / "in")
    assert all(name in str(unclear.value) for name in ("Ann A, Anna", "Jose, José", "folder Ben may be the cousin ben"))
    assert "Clara" not in str(unclear.value)
    assert "Otherwise import some of the folders on their own." in str(unclear.value)


async def test_a_source_keeps_the_names_that_cousins_had_before(importing: Importing, tmp_path: Path) -> None:
    """Otherwise Ben is back beside Benno, and all his photos teach both."""
    photo(tmp_path / "1" / "Benno" / "1.jpg", 1)
    photo(tmp_path / "2" / "ben" / "1.jpg", 1)
    await importing(tmp_path / "1")
    with pytest.raises(UnclearNames, match="folder ben may be the cousin Benno"):
        await importing(tmp_path / "2", successors={"ben": "Benno", "otto": "Ida"})
    imported = await importing(tmp_path / "2", said=SAME, successors={"ben": "Benno"})
    assert [outcome.became for outcome in imported.outcomes] == ["known"]
    assert importing.library.cousins() == ["Benno"]
    await importing(tmp_path / "2", said=DIFFERENT, successors={"ben": "Benno"})
    assert importing.library.cousins() == ["Benno", "ben"]
    await importing(tmp_path / "2", successors={"ben": "Benno"})  # he is known now: no question


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (wording.unclear_names([(["Jo", "Joe"], [])]), "These folders have nearly the same name: Jo, Joe. If they are"),
        (
            wording.unclear_names([(["Jo"], ["joe"])], tagged=True),
            "The name Jo may be the cousin joe, who is there alr",
        ),
        (
            wording.unclear_names([(["Jo"], ["joe"]), (["A", "a"], [])], tagged=True),
            "The name Jo may be the cousin joe",
        ),
        (of_tags.now_shows(["Jo", "Ann"]), "it was there already, and now shows all of these too: Jo, Ann"),
        (of_tags.nobody_called(["Jo", "Ann"], {}), "None of Jo, Ann is named in these photos, nor is anybody else."),
        (versions_know_one_person(["v1", "v2"], "a", "b"), "v1, v2 were made since, and know a and b as one person"),
        (exporting.changed(2), "2 sidecars that were there were changed."),
        (exporting.same(1), "1 sidecar said it all already."),
    ],
)
def test_sentences_are_whole_and_know_how_many(said: str, sentence: str) -> None:
    assert said.startswith(sentence)
    assert not said.startswith("The name") or "--alike same" in said
