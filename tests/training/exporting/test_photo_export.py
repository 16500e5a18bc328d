"""`photos export`: names beside the files that were imported, or beside copies."""

import asyncio
import io
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from actions.changes.renaming import Renamings
from actions.changes.undoing import Undoing
from actions.forgetting import find_traces, forget_cousin
from data.facts.facts_file import FactsFile
from data.tags.xmp import regions_in
from foundation.box import Box
from tests.training.exporting.exporting import Exporting, became, read
from tests.training.importing.sources.made import box_of, centred, find_faces, jpeg, put
from tests.training.importing.tags.packets import bag, mwg, packet
from training.errors import TrainingError
from training.exporting.telling import complaints, totals


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_beside_the_files_that_were_imported(exporting: Exporting, tmp_path: Path) -> None:
    there = tmp_path / "disk"
    content = await exporting.have(there / "deep" / "renamed.JPG", "Anna", "Bob")
    put(there / "other.jpg", jpeg(["Cleo"], seed=77))
    await exporting.have(tmp_path / "elsewhere" / "c.jpg", "Dan")
    exported = await exporting(there)
    assert became(exported) == {"renamed.JPG": "written", "other.jpg": "unknown"}
    assert (there / "deep" / "renamed.JPG").read_bytes() == content
    regions = read(there / "deep" / "renamed.JPG.xmp")
    assert regions.keys() == {"Anna", "Bob"}
    assert all((one.box or box_of("Dan")).overlap(box_of(name)) > 0.9 for name, one in regions.items())
    assert {one.size for one in regions.values()} == {(160, 120)}
    assert [str(one.photo) for one in exported.missing] == ["Dan/Dan_1.jpg"]
    lines = list(complaints(exported))
    assert lines[0].startswith(f"no match: {there / 'other.jpg'}: ")
    assert lines[1] == "not in this folder: Dan/Dan_1.jpg, which came as c.jpg"
    assert "1 sidecar was written." in totals(exported, there)
    faces = [face["name"] for file in exported.as_json()["files"] for face in file["faces"]]
    assert faces == ["Anna", "Bob"]


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_boxes_lie_on_the_faces_as_they_are_stored(
    exporting: Exporting, tmp_path: Path, orientation: int
) -> None:
    pixels, exif, file = Image.open(io.BytesIO(jpeg(["Anna", "Bob"]))), Image.Exif(), io.BytesIO()
    exif[ExifTags.Base.Orientation] = orientation
    pixels.save(file, "JPEG", quality=95, exif=exif)
    await stored(exporting, put(tmp_path / "in" / "Anna" / "a.jpg", file.getvalue()))


async def test_heic_as_its_decoder_has_it(exporting: Exporting, tmp_path: Path) -> None:
    pixels, exif, file = Image.open(io.BytesIO(jpeg(["Anna"]))), Image.Exif(), io.BytesIO()
    exif[ExifTags.Base.Orientation] = 6
    pixels.save(file, "HEIF", quality=95, exif=exif)
    await stored(exporting, put(tmp_path / "in" / "Anna" / "a.heic", file.getvalue()))


async def stored(exporting: Exporting, photo: Path) -> None:
    await exporting.importing(photo.parent, kind="folders")
    [kept] = await exporting.store.catalogue.files()
    [face, *_] = find_faces((exporting.library.folder / kept.file).read_bytes())
    await exporting.store.catalogue.label(kept.sha256, "Anna", "import", face)
    await exporting(photo.parent)
    anna = read(photo.with_name(photo.name + ".xmp"))["Anna"]
    content = await asyncio.to_thread(photo.read_bytes)
    assert anna.size == Image.open(io.BytesIO(content)).size  # as stored, whatever EXIF says
    assert anna.box is not None
    assert anna.box.overlap(find_faces(content)[0]) > 0.9
    # And the importer reads the very face that was exported.
    imported = await exporting.importing(photo.parent, kind="tags")
    assert imported.count("known") == 1


async def test_a_sidecar_that_is_there_is_merged(exporting: Exporting, tmp_path: Path) -> None:
    photo = tmp_path / "disk" / "a.jpg"
    await exporting.have(photo, "Anna", "Bob")
    others = packet(mwg(("bob", centred(box_of("Bob"))), ("Eve", centred(box_of("Eve")))))
    sidecar = put(photo.with_name("a.xmp"), others)
    sidecar.chmod(0o640)
    assert became(await exporting(photo.parent)) == {"a.jpg": "changed"}
    assert [one.name for one in regions_in(sidecar.read_bytes())] == ["bob", "Eve", "Anna"]
    assert sidecar.stat().st_mode & 0o777 == 0o640
    assert not photo.with_name("a.jpg.xmp").exists()
    once = sidecar.read_bytes()
    assert became(await exporting(photo.parent)) == {"a.jpg": "same"}
    assert sidecar.read_bytes() == once
    exporting.called["Anna"] = "Anne & Co"
    await exporting(photo.parent)
    assert [one.name for one in regions_in(sidecar.read_bytes())] == ["bob", "Eve", "Anne & Co"]
    exporting.never.add("Anna")
    await exporting(photo.parent)
    assert sidecar.read_bytes() == others


async def test_a_face_that_others_call_otherwise_is_theirs(exporting: Exporting, tmp_path: Path) -> None:
    photo = tmp_path / "disk" / "a.jpg"
    await exporting.have(photo, "Anna", "Bob")
    others = put(photo.with_name("a.jpg.xmp"), packet(mwg(("Robert", centred(box_of("Bob"))))))
    exported = await exporting(photo.parent)
    assert [one.name for one in regions_in(others.read_bytes())] == ["Robert", "Anna"]
    assert "another program calls the face of Bob “Robert”" in next(complaints(exported))


async def test_a_damaged_sidecar_is_left_alone(exporting: Exporting, tmp_path: Path) -> None:
    photo = tmp_path / "disk" / "a.jpg"
    await exporting.have(photo, "Anna")
    put(photo.with_name("a.jpg.xmp"), b"<x:xmpmeta")
    exported = await exporting(photo.parent)
    assert became(exported) == {"a.jpg": "failed"}
    assert photo.with_name("a.jpg.xmp").read_bytes() == b"<x:xmpmeta"
    assert await exporting.store.written_names.all() == []


async def test_a_sidecar_that_may_be_of_another_file_is_not_taken(exporting: Exporting, tmp_path: Path) -> None:
    photo = tmp_path / "disk" / "a.jpg"
    await exporting.have(photo, "Anna")
    put(photo.with_name("a.cr2"), b"raw")
    others = put(photo.with_name("a.xmp"), packet(bag("Iptc4xmpExt:PersonInImage", ["Eve"])))
    before = others.read_bytes()
    await exporting(photo.parent)
    assert others.read_bytes() == before
    assert read(photo.with_name("a.jpg.xmp")).keys() == {"Anna"}


async def test_what_is_known_of_faces(exporting: Exporting, tmp_path: Path) -> None:
    photo = tmp_path / "in" / "Anna" / "a.jpg"
    put(photo, jpeg(["Anna", "Bob"]))
    await exporting.importing(photo.parent, kind="folders")
    [kept] = await exporting.store.catalogue.files()
    sidecar = photo.with_name("a.jpg.xmp")
    await exporting(photo.parent)
    assert [(one.name, one.form) for one in regions_in(sidecar.read_bytes())] == [("Anna", "names")]
    await exporting(photo.parent, chosen={(kept.sha256, "Anna"): box_of("Bob")})
    assert [(one.name, one.form) for one in regions_in(sidecar.read_bytes())] == [("Anna", "mwg")]
    await exporting.store.pointed_faces.point(kept.sha256, "Anna", box_of("Anna"), 1)
    await exporting(photo.parent, chosen={(kept.sha256, "Anna"): box_of("Bob")})
    [anna] = regions_in(sidecar.read_bytes())
    assert anna.box is not None
    assert anna.box.overlap(box_of("Anna")) > 0.9
    await exporting.store.pointed_faces.point(kept.sha256, "Anna", None, 1)
    await exporting(photo.parent, chosen={(kept.sha256, "Anna"): box_of("Bob")})
    assert [(one.name, one.box) for one in regions_in(sidecar.read_bytes())] == [("Anna", None)]


async def test_copies_where_the_folder_is_empty(exporting: Exporting, tmp_path: Path) -> None:
    for name, who in (("x/a.jpg", "Anna"), ("y/bb.jpg", "Bob"), ("z/ccc.jpg", "Cleo")):
        await exporting.have(tmp_path / name, who)
    exporting.never.add("Cleo")
    there = tmp_path / "new"
    rehearsed = await exporting(there, rehearsal=True)
    assert not there.exists()
    exported = await exporting(there)
    assert became(exported) == became(rehearsed) == {"a.jpg": "copied", "bb.jpg": "copied"}
    assert sorted(path.name for path in there.iterdir()) == ["a.jpg", "a.jpg.xmp", "bb.jpg", "bb.jpg.xmp"]
    assert read(there / "a.jpg.xmp").keys() == {"Anna"}
    # A copy that is killed is gone on with, and what has come since is copied too.
    (there / "a.jpg").unlink()
    (there / "a.jpg.xmp").unlink()
    await exporting.have(tmp_path / "elsewhere" / "bb.jpg", "Dan")
    assert became(await exporting(there)) == {"bb.jpg": "same", "a.jpg": "copied", "bb_2.jpg": "copied"}
    assert became(await exporting(there)) == {"bb.jpg": "same", "a.jpg": "same", "bb_2.jpg": "same"}


async def test_a_rehearsal_changes_nothing(exporting: Exporting, tmp_path: Path) -> None:
    await exporting.have(tmp_path / "disk" / "a.jpg", "Anna")
    assert became(await exporting(tmp_path / "disk", rehearsal=True)) == {"a.jpg": "written"}
    assert files(tmp_path / "disk") == ["a.jpg"]
    assert await exporting.store.written_names.all() == []


async def test_names_follow_where_the_folder_was_moved(exporting: Exporting, tmp_path: Path) -> None:
    await exporting.have(tmp_path / "disk" / "a.jpg", "Anna")
    await exporting(tmp_path / "disk")
    moved = (tmp_path / "disk").rename(tmp_path / "moved")
    exporting.called["Anna"] = "Anne"
    await exporting(moved)
    assert read(moved / "a.jpg.xmp").keys() == {"Anne"}
    exporting.never.add("Anna")
    assert became(await exporting(moved)) == {"a.jpg": "removed"}
    assert files(moved) == ["a.jpg"]


async def test_who_is_on_a_photo_no_more_is_taken_out(exporting: Exporting, tmp_path: Path) -> None:
    await exporting.have(tmp_path / "disk" / "a.jpg", "Anna", "Bob")
    await exporting(tmp_path / "disk")
    [kept] = await exporting.store.catalogue.files()
    await exporting.store.catalogue.unshare(kept.sha256, "Bob")
    await exporting(tmp_path / "disk")
    assert read(tmp_path / "disk" / "a.jpg.xmp").keys() == {"Anna"}
    (exporting.library.folder / kept.file).unlink()
    assert became(await exporting(tmp_path / "disk")) == {"a.jpg": "removed"}
    assert await exporting.store.written_names.all() == []


async def test_who_is_forgotten_is_taken_out(exporting: Exporting, tmp_path: Path) -> None:
    theirs, shared, gone, copies = (tmp_path / name for name in ("theirs", "shared", "gone", "copies"))
    await exporting.have(theirs / "a.jpg", "Anna")
    await exporting.have(shared / "bb.jpg", "Anna", "Bob")
    await exporting.have(gone / "ccc.jpg", "Anna")
    others = packet(mwg(("Eve", centred(box_of("Eve")))))
    put(shared / "bb.jpg.xmp", others)
    for folder in (theirs, shared, gone, copies):
        await exporting(folder)
    (theirs / "a.jpg.xmp").with_name("of others.txt").write_text("Anna")
    gone.rename(tmp_path / "unplugged")
    traces = await find_traces(exporting.home, "Anna")
    assert len(traces.sidecars) == 6
    unreached: list[Path] = []
    await forget_cousin(exporting.home, traces, ["Anna"], set(), unreached.append)
    assert unreached == [gone / "ccc.jpg.xmp"]
    assert files(theirs) == ["a.jpg", "of others.txt"]
    assert [one.name for one in regions_in((shared / "bb.jpg.xmp").read_bytes())] == ["Eve", "Bob"]
    assert files(copies) == ["bb.jpg", "bb.jpg.xmp"]
    assert read(copies / "bb.jpg.xmp").keys() == {"Bob"}
    assert {one.cousin for one in await exporting.store.written_names.all()} == {"Bob"}


async def test_renamed_merged_and_taken_back(exporting: Exporting, tmp_path: Path) -> None:
    folder, store = tmp_path / "disk", exporting.store
    await exporting.have(folder / "a.jpg", "Anna", "Bob")
    facts = FactsFile(tmp_path / "facts.yaml", exporting.library.cousins_there)
    renamings, undoing = Renamings(exporting.home, store, facts), Undoing(exporting.home, store, facts)

    async def named() -> list[str]:
        await exporting(folder)
        of_both = [one.cousin for one in await store.written_names.all() if one.file == folder / "a.jpg.xmp"]
        assert set(of_both) == set(read(folder / "a.jpg.xmp"))
        return [one.name for one in regions_in((folder / "a.jpg.xmp").read_bytes())]

    async def taken_back() -> None:
        change = await store.changes.newest()
        assert change is not None
        await undoing.carry_out(await undoing.plan(change))

    assert await named() == ["Anna", "Bob"]
    await renamings.carry_out(await renamings.plan_rename("Anna", "Hana"))
    assert {one.cousin for one in await store.written_names.all()} == {"Hana", "Bob"}  # by whom they are forgotten
    assert sorted(await named()) == ["Bob", "Hana"]
    await taken_back()
    assert sorted(await named()) == ["Anna", "Bob"]
    await renamings.carry_out(await renamings.plan_merge("Bob", "Anna"))
    assert {one.cousin for one in await store.written_names.all()} == {"Anna"}
    await taken_back()
    assert {one.cousin for one in await store.written_names.all()} == {"Anna", "Bob"}
    assert sorted(await named()) == ["Anna", "Bob"]  # he has no photo in a folder of his own
    await renamings.carry_out(await renamings.plan_merge("Bob", "Anna"))
    assert await named() == ["Anna"]


async def test_not_into_the_home(exporting: Exporting, tmp_path: Path) -> None:
    await exporting.have(tmp_path / "disk" / "a.jpg", "Anna")
    with pytest.raises(TrainingError, match="own folder"):
        await exporting(exporting.home.photos)
    with pytest.raises(TrainingError, match="can't be made"):
        await exporting(tmp_path / "no" / "disk")


async def test_two_on_one_face(exporting: Exporting, tmp_path: Path) -> None:
    for name in ("Anna", "Bob"):
        put(tmp_path / "in" / name / "a.jpg", jpeg(["Anna"]))
    await exporting.importing(tmp_path / "in", kind="folders")
    kept, *_ = await exporting.store.catalogue.files()
    same = {(kept.sha256, name): Box(0, 0, 0.2, 0.3) for name in ("Anna", "Bob")}
    await exporting(tmp_path / "in" / "Anna", chosen=same)
    regions = read(tmp_path / "in" / "Anna" / "a.jpg.xmp")
    assert (regions["Anna"].form, regions["Bob"].form) == ("mwg", "names")
