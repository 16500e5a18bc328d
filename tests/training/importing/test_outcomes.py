"""Every file below a source becomes exactly one thing, and what is said adds up."""

import io
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from demo.family import draw_portrait
from tests.training.importing.importing import Importing, became, why
from training.importing.folders import Said
from training.importing.levels import Layout
from training.importing.outcome import Imported
from training.importing.telling import by_cousin, not_taken_in, totals


def photo(path: Path, seed: int = 0, kind: str = "JPEG") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draw_portrait("amelia", seed=seed, size=100).save(path, kind)
    return path


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def files_below(folder: Path) -> set[str]:
    return {str(Path(above, name)) for above, _, names in os.walk(folder) for name in names}


def adds_up(imported: Imported, source: Path) -> None:
    assert sorted(file["path"] for file in imported.as_json()["files"]) == sorted(files_below(source))
    said = [int(word.replace(",", "")) for word in totals(imported).split() if word.isdecimal()]
    assert sum(said) == len(imported.outcomes)
    assert all(outcome.why for outcome in imported.outcomes if outcome.became != "added")


@pytest.fixture
def attic(tmp_path: Path) -> Path:
    """A disk as it is found in an attic."""
    attic = tmp_path / "attic"
    photo(attic / "roger" / "1.jpg", 1)
    photo(attic / "roger" / "2019" / "2.jpg", 2)
    photo(attic / "roger" / "2019" / "07 Italien, Urlaub" / "3.jpg", 3)
    photo(attic / "roger" / "DCIM" / "100APPLE" / "IMG_4.jpg", 4)
    photo(attic / "🎉Ben" / "5.jpg", 5)
    photo(attic / "'Ndrea" / "6.jpg", 6)
    photo(attic / "[Clara]" / "7.jpg", 7)
    photo(attic / "_dora" / "8.jpg", 8)
    photo(attic / "\u200fEwa" / "9.jpg", 9)
    photo(attic / "CON" / "10.jpg", 10)
    photo(attic / "roger" / "no_suffix", 11)
    photo(attic / "roger" / "from_a_page.jpg_large", 12)
    photo(attic / "roger" / "scan.tif", 13, "TIFF")
    photo(attic / "roger" / "page.avif", 14, "AVIF")
    put(attic / "roger" / "new.jxl", b"\xff\x0a" + bytes(80))
    put(attic / "roger" / "sensor.dng", b"a raw picture of some kind" + bytes(80))
    put(attic / "roger" / "beach.mov", b"\0\0\0\x14ftypqt  " + bytes(80))
    put(attic / "roger" / "clip", b"\0\0\0\x20ftypisom" + bytes(80))
    put(attic / "roger" / "old.zip", b"PK\3\4" + bytes(80))
    put(attic / "roger" / "notes.txt", "Tante Käthe, links".encode())
    put(attic / "roger" / "letter.docx", b"PK\3\4" + bytes(80))
    put(attic / "roger" / "song.mp3", b"ID3" + bytes(80))
    put(attic / "roger" / "drawing.psd", b"8BPS" + bytes(80))
    put(attic / "roger" / "words.jpg", b"this is text")
    put(attic / "roger" / "empty.jpg", b"")
    put(attic / "roger" / "empty", b"")
    put(attic / "roger" / "torn.jpg", (attic / "roger" / "1.jpg").read_bytes()[:700])
    for system in (".DS_Store", "Thumbs.db", "desktop.ini", "@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg", "._1.jpg"):
        photo(attic / "roger" / system)
    shutil.copy(attic / "roger" / "1.jpg", attic / "roger" / "copy of 1.jpg")
    shutil.copy(attic / "roger" / "1.jpg", attic / "_dora" / "with roger.jpg")
    return attic


async def test_every_file_becomes_one_thing(attic: Path, importing: Importing) -> None:
    imported = await importing(attic)
    adds_up(imported, attic)
    of = became(imported, attic)
    added = [name for name, what in of.items() if what == "added"]
    assert {name.split("/")[0] for name in added} == {"roger", "🎉Ben", "'Ndrea", "[Clara]", "_dora", "\u200fEwa"}
    assert imported.cousins("added")["roger"] == 7
    for name in ("2019/2.jpg", "2019/07 Italien, Urlaub/3.jpg", "DCIM/100APPLE/IMG_4.jpg", "no_suffix"):
        assert of[f"roger/{name}"] == "added"
    for name in ("from_a_page.jpg_large", "scan.tif", "page.avif"):
        assert of[f"roger/{name}"] == "added"
    left_out = {name for name, what in of.items() if what == "left_out"}
    kinds = {"new.jxl", "sensor.dng", "beach.mov", "clip", "old.zip", "notes.txt", "letter.docx", "song.mp3"}
    kinds |= {"drawing.psd", "empty", ".DS_Store", "Thumbs.db", "desktop.ini", "._1.jpg"}
    kinds |= {"@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg"}
    assert left_out == {f"roger/{name}" for name in kinds} | {"CON/10.jpg"}
    unreadable = {name for name, what in of.items() if what == "unreadable"}
    assert unreadable == {"roger/words.jpg", "roger/empty.jpg", "roger/torn.jpg"}
    shared = {name for name, what in of.items() if what == "shared"}
    assert shared == {"roger/1.jpg"}  # _dora comes before
    assert {name for name, what in of.items() if what == "known"} == {"roger/copy of 1.jpg"}


async def test_why_says_what_to_do(attic: Path, importing: Importing) -> None:
    imported = await importing(attic)
    assert "save it as JPEG" in why(imported, "new.jxl")
    assert "export it as JPEG" in why(imported, "sensor.dng")
    assert why(imported, "beach.mov") == why(imported, "clip") == "a video: only photos are read"
    assert f"unpack it first with “unzip {attic}/roger/old.zip -d {attic}/roger/old”" in why(imported, "old.zip")
    assert why(imported, "notes.txt") == "a text: only photos are read"
    assert "holds text" in why(imported, "words.jpg")
    assert why(imported, "torn.jpg") == "the picture is damaged"
    assert why(imported, "copy of 1.jpg") == f"the same picture as {attic}/roger/1.jpg"
    assert "can't have a folder called" in why(imported, "10.jpg")
    assert "Rename the folder" in why(imported, "10.jpg")


async def test_a_second_time_all_are_known(attic: Path, importing: Importing) -> None:
    first = await importing(attic)
    again = await importing(attic)
    adds_up(again, attic)
    assert again.count("added") == again.count("shared") == 0
    assert again.count("known") == first.count("added") + first.count("shared") + first.count("known")


async def test_a_rehearsal_says_the_same_and_changes_nothing(attic: Path, importing: Importing) -> None:
    rehearsed = await importing(attic, rehearsal=True)
    assert not importing.library.folder.exists()
    assert await importing.catalogue.known() == {}
    assert await importing.catalogue.labels() == set()
    done = await importing(attic)
    assert rehearsed.as_json() == done.as_json()
    assert list(by_cousin(rehearsed)) == list(by_cousin(done))
    assert len(await importing.catalogue.files()) == done.count("added")
    assert len(await importing.catalogue.labels()) == done.count("shared")
    assert (await importing(attic, rehearsal=True)).as_json() == (await importing(attic)).as_json()


async def test_both_hear_of_a_photo_of_two_by_its_own_names(importing: Importing, tmp_path: Path) -> None:
    first = photo(tmp_path / "in" / "amelia" / "beach.jpg")
    second = tmp_path / "in" / "ben" / "IMG_7.jpg"
    second.parent.mkdir()
    shutil.copy(first, second)
    imported = await importing(tmp_path / "in")
    assert became(imported, tmp_path / "in") == {"amelia/beach.jpg": "added", "ben/IMG_7.jpg": "shared"}
    assert why(imported, "beach.jpg") == f"also a photo of ben ({second}): it counts for both if it shows both"
    assert why(imported, "IMG_7.jpg") == f"also a photo of amelia ({first}): it counts for both if it shows both"
    told = "\n".join(by_cousin(imported))
    assert f"amelia: {first} is also in the folder of ben" in told
    assert f"ben: {second} is also in the folder of amelia" in told


async def test_of_an_earlier_import_the_name_it_had_is_said(importing: Importing, tmp_path: Path) -> None:
    first = photo(tmp_path / "1" / "amelia" / "beach.jpg")
    await importing(tmp_path / "1")
    (tmp_path / "2" / "ben").mkdir(parents=True)
    shutil.copy(first, tmp_path / "2" / "ben" / "x.jpg")
    imported = await importing(tmp_path / "2")
    assert why(imported, "x.jpg") == "also a photo of amelia (beach.jpg): it counts for both if it shows both"
    assert "amelia: beach.jpg is also in the folder of ben: it counts for both if it shows both" in list(
        by_cousin(imported)
    )


async def test_a_photo_of_three_tells_each_of_the_others(importing: Importing, tmp_path: Path) -> None:
    first = photo(tmp_path / "in" / "amelia" / "all.jpg")
    for other in ("ben", "clara"):
        (tmp_path / "in" / other).mkdir()
        shutil.copy(first, tmp_path / "in" / other / f"{other}.jpg")
    imported = await importing(tmp_path / "in")
    assert "ben" in why(imported, "all.jpg")
    assert "clara" in why(imported, "all.jpg")
    told = list(by_cousin(imported))
    for one in ("amelia", "ben", "clara"):
        for other in {"amelia", "ben", "clara"} - {one}:
            assert any(line.startswith(f"{one}: ") and f"in the folder of {other}" in line for line in told)


async def test_many_of_a_kind_are_told_together_and_rubbish_does_not_drown_the_rest(
    importing: Importing, tmp_path: Path
) -> None:
    photo(tmp_path / "ben" / "1.jpg")
    for n in range(300):
        put(tmp_path / "ben" / f"clip{n:03}.mov", b"\0\0\0\x14ftypqt  ")
        put(tmp_path / "ben" / "@eaDir" / f"{n}.jpg", b"")
    put(tmp_path / "ben" / "words.jpg", b"words")
    imported = await importing(tmp_path / "ben")
    adds_up(imported, tmp_path / "ben")
    lines = list(not_taken_in(imported))
    assert len(lines) == 3
    assert "words.jpg" in lines[0]
    assert "clip000.mov" in lines[1]
    assert "and 297 more: a video" in lines[1]
    assert "hidden, or left behind by the system" in lines[2]


async def test_links_pipes_and_what_leads_in_circles(importing: Importing, tmp_path: Path) -> None:
    ben = tmp_path / "ben"
    photo(ben / "1.jpg")
    (ben / "dead.jpg").symlink_to(tmp_path / "gone.jpg")
    (ben / "2019").symlink_to(ben)
    os.mkfifo(ben / "pipe.jpg")
    of = became(await importing(ben), ben)
    assert of == {"1.jpg": "added", "2019": "left_out", "dead.jpg": "unreadable", "pipe.jpg": "left_out"}


async def test_a_link_to_where_the_source_lies_leads_in_circles_too(importing: Importing, tmp_path: Path) -> None:
    """Otherwise everybody's photos become those of the one whose folder was given."""
    photo(tmp_path / "in" / "ben" / "1.jpg", 1)
    photo(tmp_path / "in" / "clara" / "1.jpg", 2)
    (tmp_path / "in" / "ben" / "2019").symlink_to(tmp_path / "in")
    imported = await importing(tmp_path / "in" / "ben")
    assert became(imported, tmp_path / "in" / "ben") == {"1.jpg": "added", "2019": "left_out"}


async def test_the_bots_own_folder_below_a_source_is_left_out(importing: Importing, tmp_path: Path) -> None:
    photo(tmp_path / "all" / "ben" / "1.jpg", 1)
    photo(tmp_path / "all" / "family" / "photos" / "clara" / "2.jpg", 2)
    of = became(await importing(tmp_path / "all", home=tmp_path / "all" / "family"), tmp_path / "all")
    assert of == {"ben/1.jpg": "added", "family/photos/clara/2.jpg": "left_out"}


async def test_a_file_name_in_no_encoding(importing: Importing, tmp_path: Path) -> None:
    content = photo(tmp_path / "x.jpg").read_bytes()
    put(Path(os.fsdecode(os.fsencode(tmp_path) + b"/in/ben/Z\xfcrich.jpg")), content)
    imported = await importing(tmp_path / "in")
    assert imported.count("added") == 1
    "\n".join([*by_cousin(imported), *not_taken_in(imported), str(imported.as_json())]).encode()


async def test_photos_beside_peoples_folders_are_left_out_if_that_was_said(
    importing: Importing, tmp_path: Path
) -> None:
    photo(tmp_path / "in" / "everyone.jpg", 1)
    photo(tmp_path / "in" / "ben" / "1.jpg", 2)
    imported = await importing(tmp_path / "in", said=Said(Layout(people=frozenset({tmp_path / "in"}))))
    assert became(imported, tmp_path / "in") == {"everyone.jpg": "left_out", "ben/1.jpg": "added"}
    assert "move it into the folder of whom it shows" in why(imported, "everyone.jpg")


async def test_what_is_kept_of_a_large_scan_can_be_decoded(importing: Importing, tmp_path: Path) -> None:
    scan = io.BytesIO()
    Image.new("L", (9_000, 6_000), "white").save(scan, "TIFF", compression="tiff_lzw")
    put(tmp_path / "ben" / "album page.tiff", scan.getvalue())
    assert (await importing(tmp_path / "ben")).count("added") == 1
    (kept,) = importing.library.photos()
    with Image.open(kept.path) as image:
        width, height = image.size
    assert width * height <= 50_000_000
