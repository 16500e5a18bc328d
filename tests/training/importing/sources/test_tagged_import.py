"""Photos that say themselves who is on them, from the file to what training is given."""

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from data.files.library import PhotoLibrary
from data.lookup import Called
from data.store.store import Store
from tests.training.importing.importing import Importing, became, why
from tests.training.importing.sources.heap import described, export, tagged
from tests.training.importing.sources.made import box_of, centred, find_faces, jpeg, put
from tests.training.importing.tags.packets import bag, microsoft, mwg, packet
from training.errors import TrainingError
from training.importing.cousins import UnclearNames
from training.importing.folders import Said
from training.importing.levels import Layout
from training.importing.outcome import Imported
from training.importing.sources.people import UnclearPeople

FIVE = ("Anna", "Bob", "Cleo", "Dan", "Eve")


def faces(imported: Imported) -> list[tuple[str, str, bool]]:
    return [(face.cousin, face.form, face.box is not None) for one in imported.outcomes for face in one.faces]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as opened:
        yield opened


@pytest.fixture
def importing(tmp_path: Path, store: Store) -> Importing:
    return Importing(PhotoLibrary(tmp_path / "family" / "photos"), store.catalogue, find_faces=find_faces)


async def test_a_photo_of_five_is_kept_once_and_teaches_five(importing: Importing, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.jpg", jpeg(FIVE, xmp=tagged(*FIVE)))
    imported = await importing(tmp_path / "in")
    assert sorted(faces(imported)) == [(name, "mwg", True) for name in FIVE]
    photos = await importing.catalogue.photos(importing.library)
    assert len({photo.path for photo in photos}) == len(importing.library.photos()) == 1
    assert [photo.cousin for photo in photos] == list(FIVE)
    for photo in photos:
        assert photo.box is not None
        assert photo.box.overlap(box_of(photo.cousin)) > 0.9
    again = await importing(tmp_path / "in")
    assert (faces(again), again.count("known")) == ([], 1)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("turned", [True, False], ids=["as stored", "as shown"])
async def test_turned_photos(importing: Importing, tmp_path: Path, orientation: int, turned: bool) -> None:
    said = tagged("Anna", "Eve", orientation=orientation if turned else 1)
    put(tmp_path / "in" / "a.jpg", jpeg(["Anna", "Eve"], orientation=orientation, xmp=said))
    await importing(tmp_path / "in")
    for photo in await importing.catalogue.photos(importing.library):
        assert photo.box is not None
        assert photo.box.overlap(box_of(photo.cousin)) > 0.8


@pytest.mark.parametrize("turned", [True, False], ids=["as stored", "as shown"])
async def test_heic_which_its_decoder_turns(importing: Importing, tmp_path: Path, turned: bool) -> None:
    said, file = tagged("Anna", "Eve", orientation=6 if turned else 1), io.BytesIO()
    stored = Image.open(io.BytesIO(jpeg(["Anna", "Eve"], orientation=6)))
    stored.save(file, "HEIF", quality=90, exif=stored.info["exif"], xmp=said)
    put(tmp_path / "in" / "a.heic", file.getvalue())
    await importing(tmp_path / "in")
    for photo in await importing.catalogue.photos(importing.library):
        assert photo.box is not None
        assert photo.box.overlap(box_of(photo.cousin)) > 0.8


async def test_tags_of_another_picture(importing: Importing, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.jpg", jpeg(["Anna"], xmp=tagged("Eve")))
    imported = await importing(tmp_path / "in")
    assert imported.count("left_out") == 1
    assert why(imported, "a.jpg").startswith("tags do not fit the picture")
    assert not importing.library.folder.exists()


async def test_a_sidecar_is_believed_before_the_photo(importing: Importing, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.jpg", jpeg(["Anna"], 1, xmp=packet(mwg(("Uncle", centred(box_of("Anna")))))))
    put(tmp_path / "in" / "A.JPG.XMP", tagged("Anna"))
    put(tmp_path / "in" / "a.xmp", packet(bag("Iptc4xmpExt:PersonInImage", ["Zoe"])))
    put(tmp_path / "in" / "b.jpg", jpeg(["Bob"], 2))
    put(tmp_path / "in" / "b.xmp", tagged("Bob"))
    put(tmp_path / "in" / "c.xmp", tagged("Bob"))
    put(tmp_path / "in" / "d.jpg", jpeg(["Bob"], 3))
    put(tmp_path / "in" / "d.xmp", b"<x:xmpmeta")
    put(tmp_path / "in" / "e.mov", b"\0\0\0\x14ftypqt  ")
    put(tmp_path / "in" / "e.mov.xmp", tagged("Bob"))
    put(tmp_path / "in" / "._a.jpg.xmp", b"of the system")
    imported = await importing(tmp_path / "in")
    assert faces(imported) == [("Anna", "mwg", True), ("Bob", "mwg", True)]
    (anna,) = next(one.faces for one in imported.outcomes if one.path.name == "a.jpg")
    assert anna.stands_in == str(tmp_path / "in" / "A.JPG.XMP")
    assert became(imported, tmp_path / "in") == {
        "a.jpg": "added",
        "a.xmp": "left_out",
        "b.jpg": "added",
        "c.xmp": "left_out",
        "d.jpg": "left_out",
        "d.xmp": "unreadable",
        "e.mov": "left_out",
        "._a.jpg.xmp": "left_out",
    }
    assert why(imported, "c.xmp") == "it belongs to c, which is not here"
    assert why(imported, "d.xmp") == "the tags are damaged and can't be read"
    assert why(imported, "d.jpg") == "no name; photos sort reads them"


async def test_auto_between_tags_and_folders(importing: Importing, tmp_path: Path) -> None:
    """A file's own tag wins; a folder counts where it is called like somebody there is."""
    source = tmp_path / "in"
    put(source / "2019" / "a.jpg", jpeg(["Anna"], 1, xmp=tagged("Anna")))
    put(source / "2019" / "b.jpg", jpeg(["Bob"], 2))
    put(source / "Lena" / "2020" / "c.jpg", jpeg(["Cleo"], 3))
    put(source / "Lena" / "d.jpg", jpeg(["Anna"], 4, xmp=tagged("Anna")))
    put(source / "Lena" / "e.jpg", jpeg([], 5, xmp=b"<x:xmpmeta"))
    family = [Called("lena_k", "Lena Kraus", ("Lena",))]
    imported = await importing(source, family=family)
    assert became(imported, source) == {
        "2019/a.jpg": "added",
        "2019/b.jpg": "left_out",
        "Lena/2020/c.jpg": "added",
        "Lena/d.jpg": "added",
        "Lena/e.jpg": "added",
    }
    assert sorted(faces(imported)) == [("Anna", "mwg", True)] * 2 + [("lena_k", "folder", False)] * 2
    assert next(face.name for one in imported.outcomes for face in one.faces if face.cousin == "lena_k") == "Lena Kraus"
    assert why(imported, "b.jpg") == "no name; photos sort reads them"


async def test_folders_of_which_it_is_said_whose_they_are(importing: Importing, tmp_path: Path) -> None:
    source = tmp_path / "in"
    put(source / "a.jpg", jpeg(["Anna"], 1, xmp=tagged("Anna")))
    put(source / "grandpa" / "b.jpg", jpeg(["Bob"], 2))
    put(source / "aunts" / "Mia" / "c.jpg", jpeg(["Cleo"], 3))
    said = Said(Layout(frozenset({source / "grandpa"}), frozenset({source / "aunts"})))
    imported = await importing(source, said=said)
    assert faces(imported) == [("Anna", "mwg", True), ("Mia", "folder", False), ("grandpa", "folder", False)]


async def test_where_nothing_is_tagged_folders_say_it(importing: Importing, tmp_path: Path) -> None:
    put(tmp_path / "in" / "anna" / "a.jpg", jpeg(["Anna"], 1))
    put(tmp_path / "in" / "bob" / "b.jpg", jpeg(["Bob"], 2))
    assert faces(await importing(tmp_path / "in")) == [("anna", "folder", False), ("bob", "folder", False)]
    imported = await importing(tmp_path / "in", kind="tags")
    assert imported.count("left_out") == 2


async def test_tags_place_whom_a_folder_has_named(importing: Importing, tmp_path: Path) -> None:
    source = tmp_path / "in"
    photo = put(source / "Anna" / "a.jpg", jpeg(["Anna", "Bob"], 1, xmp=tagged("Anna", "Bob")))
    assert faces(await importing(source, kind="folders")) == [("Anna", "folder", False)]
    imported = await importing(source)
    assert imported.outcomes[0].became == "shared"
    assert faces(imported) == [("Anna", "mwg", True), ("Bob", "mwg", True)]
    assert (await importing(photo.parent.parent)).outcomes[0].became == "known"


async def test_names_without_a_place(importing: Importing, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.jpg", jpeg(["Anna"], 1, xmp=packet(bag("lr:hierarchicalSubject", ["People|Anna"]))))
    put(tmp_path / "in" / "b.jpg", jpeg(["Anna", "Bob"], 2, xmp=packet(bag("Iptc4xmpExt:PersonInImage", ["Bob"]))))
    assert faces(await importing(tmp_path / "in")) == [("Anna", "names", True), ("Bob", "names", False)]
    assert faces(await importing(tmp_path / "in")) == []


async def test_the_only_face_may_be_that_of_somebody_who_is_not_wanted(importing: Importing, tmp_path: Path) -> None:
    said = packet(bag("Iptc4xmpExt:PersonInImage", ["Anna", "Bob"]))
    put(tmp_path / "in" / "a.jpg", jpeg(["Bob"], 1, xmp=said))
    put(tmp_path / "in" / "b.jpg", jpeg(["Bob"], 2, xmp=packet(mwg(("Bob", centred(box_of("Bob")))))))
    put(tmp_path / "in" / "b.jpg.xmp", packet(bag("Iptc4xmpExt:PersonInImage", ["Anna"])))
    imported = await importing(tmp_path / "in", said=Said(names=frozenset({"Anna"})))
    assert faces(imported) == [("Anna", "names", False)] * 2


async def test_microsofts(importing: Importing, tmp_path: Path) -> None:
    box = box_of("Anna")
    said = packet(microsoft(("Anna", f"{box.left}, {box.top}, {box.right - box.left}, {box.bottom - box.top}")))
    put(tmp_path / "in" / "a.jpg", jpeg(["Anna"], 1, xmp=said))
    assert faces(await importing(tmp_path / "in")) == [("Anna", "mp", True)]


async def test_picasa(importing: Importing, tmp_path: Path) -> None:
    def rect(name: str) -> str:
        return "".join(f"{round(side * 0xFFFF):04x}" for side in box_of(name).sides).lstrip("0")

    put(tmp_path / "in" / "x" / "a.jpg", jpeg(["Anna", "Bob"], 1))
    put(tmp_path / "in" / "x" / "b.jpg", jpeg(["Bob"], 2))
    ini = f"[Contacts2]\n12=Anna;;\n[a.jpg]\nfaces=rect64({rect('Anna')}),12;rect64({rect('Bob')}),34\n"
    put(tmp_path / "in" / "x" / ".picasa.ini", f"{ini}[b.jpg]\nfaces=rect64({rect('Bob')}),ffffffffffffffff")
    put(tmp_path / "picasa" / "contacts.xml", '<contacts><contact id="34" name="Bob"/></contacts>')
    imported = await importing(tmp_path / "in", tmp_path / "picasa" / "contacts.xml", kind="picasa")
    assert faces(imported) == [("Anna", "picasa", True), ("Bob", "picasa", True)]
    assert {outcome.path.name: outcome.became for outcome in imported.outcomes} == {
        "a.jpg": "added",
        "b.jpg": "left_out",
    }
    again = await importing(tmp_path / "in", tmp_path / "picasa")
    assert (faces(again), len(again.outcomes)) == ([], 2)


async def test_googles_export_in_parts(importing: Importing, tmp_path: Path) -> None:
    """The JSON of a photo may lie in another part; nothing is unpacked, wherever a name leads."""
    album = "Takeout/Google Photos/Photos from 2019"
    one = export(
        tmp_path / "takeout-1.zip",
        {
            f"{album}/a.jpg": jpeg(["Anna"], 1),
            f"{album}/a(1).jpg": jpeg(["Bob"], 2),
            f"{album}/a.jpg.supplemental-metadata.json": described("a.jpg", "Anna"),
            f"{album}/metadata.json": b'{"title": "Photos from 2019"}',
            "../../../evil.jpg": jpeg(["Cleo"], 3),
            "/evil2.jpg": jpeg(["Cleo"], 4),
        },
    )
    two = export(
        tmp_path / "takeout-2.zip",
        {
            f"{album}/a.jpg.supplemental-metadata(1).json": described("a.jpg", "Bob", "Dan"),
            f"{album}/gone.jpg.json": described("gone.jpg", "Anna"),
            f"{album}/torn.jpg.json": b"{",
            f"{album}/clip.mov": b"\0\0\0\x14ftypqt  ",
            f"{album}/clip.mov.json": described("clip.mov", "Anna"),
        },
    )
    imported = await importing(one, two)
    assert faces(imported) == [("Bob", "takeout", False), ("Dan", "takeout", False), ("Anna", "takeout", True)]
    said = {str(outcome.path.relative_to(tmp_path)): outcome for outcome in imported.outcomes}
    assert said[f"takeout-1.zip/{album}/a.jpg"].became == "added"
    assert said["takeout-1.zip/evil.jpg"].why == "no name; photos sort reads them"
    assert said[f"takeout-2.zip/{album}/gone.jpg.json"].why == "it belongs to gone.jpg, which is not here"
    assert said[f"takeout-2.zip/{album}/torn.jpg.json"].became == "unreadable"
    assert f"takeout-1.zip/{album}/a.jpg.supplemental-metadata.json" not in said
    assert f"takeout-2.zip/{album}/clip.mov.json" not in said
    assert not list(tmp_path.rglob("evil*"))  # noqa: ASYNC240
    (tmp_path / "downloads").mkdir()
    for archive in (one, two):
        archive.rename(tmp_path / "downloads" / archive.name)
    assert faces(await importing(tmp_path / "downloads")) == []


async def test_an_export_in_which_nobody_is_named(importing: Importing, tmp_path: Path) -> None:
    """Its folders are albums; those that somebody has made of it are people."""
    for folder in ("Takeout/Google Photos/Anna's birthday", "made/anna"):
        put(tmp_path / folder / "a.jpg", jpeg(["Anna"], 1))
        put(tmp_path / folder / "a.jpg.supplemental-metadata.json", described("a.jpg"))
    imported = await importing(tmp_path / "Takeout")
    assert [one.why for one in imported.outcomes] == ["no name; photos sort reads them"]
    assert faces(await importing(tmp_path / "made")) == [("anna", "folder", False)]


async def test_archives_that_are_traps(importing: Importing, tmp_path: Path) -> None:
    put(tmp_path / "torn.zip", b"PK\3\4 and no more")
    with pytest.raises(TrainingError, match=r"can't be opened as a zip archive\. Please download it once more\."):
        await importing(tmp_path / "torn.zip", kind="takeout")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Takeout/a.jpg", jpeg(["Anna"], 1))
        archive.writestr("Takeout/a.jpg.json", described("a.jpg", "Anna"))
        archive.writestr("Takeout/b.jpg", jpeg(["Anna"], 2) + bytes(60 * 2**20))
        archive.writestr("Takeout/b.jpg.json", described("b.jpg", "Anna"))
        archive.writestr("Takeout/c.jpg.json", b" " * (2**24 + 1))
        archive.writestr("Takeout/d.jpg", jpeg(["Anna"], 3))
    damaged = bytearray(bomb.getvalue())
    place = damaged.rindex(b"Takeout/d.jpg", 0, damaged.rindex(b"PK\1\2")) + 60
    damaged[place : place + 40] = bytes(40)
    imported = await importing(put(tmp_path / "a.zip", bytes(damaged)))
    assert became(imported, tmp_path / "a.zip" / "Takeout") == {
        "a.jpg": "added",
        "b.jpg": "unreadable",
        "c.jpg.json": "unreadable",
        "d.jpg": "unreadable",
    }
    assert "damaged in the archive" in why(imported, "d.jpg")


async def test_people_are_chosen(importing: Importing, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.jpg", jpeg(["Anna", "Bob"], 1, xmp=tagged("Anna", "Bob")))
    put(tmp_path / "in" / "b.jpg", jpeg(["Bob"], 2, xmp=packet(mwg(("BOB", centred(box_of("Bob")))))))
    put(tmp_path / "in" / "c.jpg", jpeg(["Cleo"], 3, xmp=packet(mwg(("Uncle?", centred(box_of("Cleo")))))))
    with pytest.raises(UnclearPeople) as asked:
        await importing(tmp_path / "in", ask=True)
    assert list(asked.value.names.items()) == [("Bob", 2), ("Anna", 1), ("Uncle?", 1)]
    with pytest.raises(TrainingError, match=r"Nobody called Zoe is named .* Bob 2, Anna 1, Uncle\? 1\."):
        await importing(tmp_path / "in", said=Said(names=frozenset({"Zoe", "Anna"})))
    for seed, name in enumerate(("Zoë", "Zoe")):  # nobody asks about those who are not wanted
        put(tmp_path / "in" / f"z{seed}.jpg", jpeg(["Eve"], 7 + seed, xmp=packet(mwg((name, centred(box_of("Eve")))))))
    imported = await importing(tmp_path / "in", said=Said(names=frozenset({"anna", "uncle?"})))
    assert faces(imported) == [("Anna", "mwg", True), ("Uncle", "mwg", True)]
    assert why(imported, "b.jpg") == "it shows nobody whom you asked for (BOB)"
    for seed in range(2):
        (tmp_path / "in" / f"z{seed}.jpg").unlink()
    assert sorted(faces(await importing(tmp_path / "in"))) == [("Bob", "mwg", True)] * 2  # the rest, later
    put(tmp_path / "folders" / "zoe" / "d.jpg", jpeg([], 4))
    put(tmp_path / "folders" / "yan" / "e.jpg", jpeg([], 5))
    assert faces(await importing(tmp_path / "folders", said=Said(names=frozenset({"Zoe"})))) == [
        ("zoe", "folder", False)
    ]


async def test_whom_names_mean(importing: Importing, tmp_path: Path) -> None:
    put(
        tmp_path / "in" / "a.jpg",
        jpeg(["Anna", "Bob"], 1, xmp=packet(mwg(("Mum", centred(box_of("Anna"))), ("BOB", centred(box_of("Bob")))))),
    )
    put(tmp_path / "in" / "b.jpg", jpeg(["Cleo"], 2, xmp=packet(mwg(("Jo", centred(box_of("Cleo")))))))
    put(tmp_path / "in" / "c.jpg", jpeg(["Cleo"], 3, xmp=packet(mwg(("…", centred(box_of("Cleo")))))))
    family = [Called("anna_k", "Anna", ("Mum",)), Called("bob", "Bob"), Called("jo_a", "Jo"), Called("jo_b", "Jo")]
    imported = await importing(tmp_path / "in", family=family)
    assert faces(imported) == [("anna_k", "mwg", True), ("bob", "mwg", True)]
    assert (
        why(imported, "b.jpg")
        == "Jo may be any of jo_a, jo_b: give each a name of their own in facts.yaml, and import it again"
    )
    assert "can't be a cousin's name" in why(imported, "c.jpg")


async def test_a_name_that_is_a_whole_story_is_cut_short(importing: Importing, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.jpg", jpeg(["Cleo"], 1, xmp=packet(mwg(("long " * 60, centred(box_of("Cleo")))))))
    assert len(why(await importing(tmp_path / "in"), "a.jpg")) < 250
    with pytest.raises(TrainingError) as error:
        await importing(tmp_path / "in", said=Said(names=frozenset({"Zoe"})))
    assert len(str(error.value)) < 200


async def test_names_that_differ_by_an_accent_are_a_question(importing: Importing, tmp_path: Path) -> None:
    for seed, name in enumerate(("Zoë", "Zoe")):
        put(tmp_path / "in" / f"{seed}.jpg", jpeg(["Anna"], seed, xmp=packet(mwg((name, centred(box_of("Anna")))))))
    with pytest.raises(UnclearNames, match=r"These names in tags are nearly the same: .*--alike same"):
        await importing(tmp_path / "in")


async def test_after_a_rename_and_a_merge(importing: Importing, store: Store, tmp_path: Path) -> None:
    """The photos keep the old names."""
    put(tmp_path / "in" / "a.jpg", jpeg(["Anna", "Bob"], 1, xmp=tagged("Anna", "Bob")))
    await importing(tmp_path / "in")
    for old, new, kind in (("Anna", "Annika", "rename"), ("Bob", "Annika", "merge")):
        importing.library.add_cousin(new)
        await store.changes.rename(old, kind, old, new, 1, {}, ())  # type: ignore[arg-type]
        for photo in (importing.library.folder / old).glob("*"):
            photo.rename(importing.library.folder / new / photo.name)
        (importing.library.folder / old).rmdir()
        again = await importing(tmp_path / "in", successors=await store.changes.successors())
        assert faces(again) == []
        assert old not in importing.library.cousins()
    put(tmp_path / "in" / "Anna" / "b.jpg", jpeg(["Anna"], 9))  # called so still, beside tagged ones
    later = await importing(
        tmp_path / "in", successors=await store.changes.successors(), said=Said(names=frozenset({"Annika"}))
    )
    assert faces(later) == [("Annika", "folder", False)]
    # Also where nobody remembers that any more: the faces have names.
    forgotten = await importing(tmp_path / "in")
    assert faces(forgotten) == []
    assert forgotten.outcomes[0].why == "the face is Annika's already"


async def test_a_rehearsal_says_the_same(importing: Importing, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.jpg", jpeg(FIVE, 1, xmp=tagged(*FIVE)))
    put(tmp_path / "in" / "b.jpg", jpeg(["Anna"], 2, xmp=tagged("Eve")))
    rehearsed = await importing(tmp_path / "in", rehearsal=True)
    assert not importing.library.folder.exists()
    assert rehearsed.as_json() == (await importing(tmp_path / "in")).as_json()


async def test_long_tags_of_which_a_part_is_gone(importing: Importing, tmp_path: Path) -> None:
    main = packet("").replace(b"<rdf:Description", b"<rdf:Description note:HasExtendedXMP='" + b"A" * 32 + b"'", 1)
    main = main.replace(b"<rdf:RDF", b"<rdf:RDF xmlns:note='http://ns.adobe.com/xmp/note/'", 1)
    put(tmp_path / "in" / "a.jpg", jpeg(["Anna"], 1, xmp=main))
    put(tmp_path / "in" / "b.jpg", jpeg(["Anna"], 2, xmp=packet(mwg(("Anna", centred(box_of("Anna")))))))
    imported = await importing(tmp_path / "in")
    assert became(imported, tmp_path / "in") == {"a.jpg": "left_out", "b.jpg": "added"}
    assert why(imported, "a.jpg") == "a part of the tags is missing or damaged, and the rest names nobody"
