"""Folders of files whose faces are made up: what is looked at, what is grouped, and what is said of the rest."""

import errno
import hashlib
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actions.groups.deciding import GroupDeciding
from actions.groups.groups import FaceGroup, sorted_now
from data.facts.factbook import FactBook
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.store.catalogue import IMPORTED
from data.store.store import Store
from foundation.box import Box
from foundation.face import Clarity
from foundation.progress import Progress, silent
from inference.decoding.photo import PhotoError
from inference.decoding.sandbox import Decoding
from inference.embedding.embedder import Features
from inference.faces.finding import Face, whole_picture
from inference.grouping.grouping import SHIPPED
from tests.actions.groups.made import face, picture
from training.dataset.extracted_faces import ExtractedFaces
from training.dataset.face_extractor import Extraction, PhotoPart
from training.errors import TrainingError
from training.sorting import sorting, wording
from training.sorting.border import ChosenBorder
from training.sorting.sorting import SortedPhotos, sort_photos

BOXES = Box(0.1, 0.2, 0.4, 0.6), Box(0.6, 0.2, 0.9, 0.6)


class Looking:
    """Sees who is on a file by its bytes; counts what it was asked for."""

    def __init__(self, people: dict[bytes, Sequence[int]]) -> None:
        self.people = {hashlib.sha256(data).hexdigest(): who for data, who in people.items()}
        self.asked: list[str] = []
        self.killed_after: int | None = None
        self.clarity = Clarity.CLEAR

    def extract(self, parts: Sequence[PhotoPart], _: Progress) -> Iterator[Extraction]:
        for part in parts:
            if self.killed_after is not None and len(self.asked) >= self.killed_after:
                raise KeyboardInterrupt
            assert part.sha256 is not None
            self.asked.append(part.path.name)
            if part.sha256 not in self.people:
                yield PhotoError("damaged")
                continue
            who = self.people[part.sha256]
            nudge = int(part.sha256[:4], 16) % 20
            features = np.stack([face(one, nudge) for one in who] or [np.ones(64, np.float32)])
            points = np.zeros((5, 2), np.float32)
            faces = [Face(box, points, "yunet", 0.9) for box in BOXES[: len(who)]] or [whole_picture()]
            scene = np.unpackbits(np.frombuffer(bytes.fromhex(part.sha256[:16]), np.uint8)).astype(np.bool_)
            clarity = [self.clarity] * len(faces)
            yield ExtractedFaces(part.sha256, None, scene, faces, clarity, Features(features, features))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "family").create()


@pytest.fixture
async def store(home: Home) -> AsyncIterator[Store]:
    async with Store.open(home.database) as store:
        yield store


@pytest.fixture
def heap(tmp_path: Path) -> Path:
    """Three photos of one person, two of another, one of both, one of nobody, and one that can't be read."""
    folder = tmp_path / "heap"
    (folder / "deep" / "er").mkdir(parents=True)
    for name in ("a1.jpg", "a2.jpg", "deep/a3.jpg", "deep/er/b1.jpg", "b2.jpg", "both.jpg", "nobody.jpg", "broken.jpg"):
        (folder / name).write_bytes(picture(name))
    (folder / "notes.txt").write_text("text")
    return folder


@pytest.fixture
def looking(heap: Path) -> Looking:
    people = {"a1": [1], "a2": [1], "a3": [1], "b1": [2], "b2": [2], "both": [1, 2], "nobody": []}
    return Looking({path.read_bytes(): people[path.stem] for path in heap.rglob("*.jpg") if path.stem in people})


def jpegs(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.jpg"))


async def sort(
    home: Home, store: Store, looking: Looking, *folders: Path, network: str = "made", progress: Progress = silent
) -> SortedPhotos:
    border, book = ChosenBorder(SHIPPED, 0), FactBook({})
    return await sort_photos(folders, home, store, looking, network, border, book, progress)  # type: ignore[arg-type]


def names(groups: Sequence[FaceGroup]) -> dict[int, list[str]]:
    return {group.id: sorted(one.path.name for one in group.faces) for group in groups}


async def test_everybody_is_looked_at_once_and_grouped(home: Home, store: Store, heap: Path, looking: Looking) -> None:
    done = await sort(home, store, looking, heap)
    expected = {1: ["a1.jpg", "a2.jpg", "a3.jpg", "both.jpg"], 2: ["b1.jpg", "b2.jpg", "both.jpg"]}
    assert names(done.groups.groups) == expected
    assert (done.looked_at, done.known, done.without_face, done.groups.apart) == (8, 0, 1, ())
    left_out = {path.name: why for path, why in done.left_out}
    assert left_out.keys() == {"notes.txt", "broken.jpg"}
    assert sorted(looking.asked) == sorted(path.name for path in jpegs(heap))
    assert not list(home.photos.iterdir())  # nothing is copied

    looking.asked.clear()
    again = await sort(home, store, looking, heap)
    assert looking.asked == ["broken.jpg"]
    assert names(again.groups.groups) == expected


async def test_what_an_older_program_saw_is_looked_at_once_more(
    home: Home, store: Store, heap: Path, looking: Looking
) -> None:
    """It noted neither how clear a face is nor by what to ask who it is; groups and ids stay."""
    before = await sort(home, store, looking, heap)
    faces = {one.id: one.clarity for one in await store.sorted_faces.all()}
    with closing(sqlite3.connect(home.database)) as db, db:
        db.execute("UPDATE sorted_faces SET probe = NULL, clarity = 2")
    assert {one.clarity for one in await store.sorted_faces.all()} == {Clarity.HOPELESS}
    looking.asked.clear()
    told: list[str] = []
    done = await sort(home, store, looking, heap, progress=lambda doing, *_: told.append(doing))
    # Where nobody was seen there is nothing to see more of.
    assert sorted(looking.asked) == sorted(path.name for path in jpegs(heap) if path.stem != "nobody")
    assert wording.looking_once_more() in told
    assert (done.looked_at, done.known) == (1, 7)  # the broken one
    assert names(done.groups.groups) == names(before.groups.groups)
    assert {one.id: one.clarity for one in await store.sorted_faces.all()} == faces
    looking.asked.clear()
    told.clear()
    await sort(home, store, looking, heap, progress=lambda doing, *_: told.append(doing))
    assert looking.asked == ["broken.jpg"]
    assert wording.looking_once_more() not in told


async def test_poor_faces_are_sorted_last(home: Home, store: Store, heap: Path, looking: Looking) -> None:
    looking.clarity = Clarity.POOR
    done = await sort(home, store, looking, heap)
    assert done.groups.groups == ()
    assert len(done.groups.apart) == 7


async def test_whoever_is_killed_goes_on(
    home: Home, store: Store, heap: Path, looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "AT_ONCE", 2)
    looking.killed_after = 5
    with pytest.raises(KeyboardInterrupt):
        await sort(home, store, looking, heap)
    seen, looking.killed_after = looking.asked[:4], None
    looking.asked.clear()
    done = await sort(home, store, looking, heap)
    assert not set(seen) & set(looking.asked) - {"broken.jpg"}
    assert len(done.groups.groups) == 2


async def test_names_and_order_of_files_change_nothing(home: Home, store: Store, heap: Path, looking: Looking) -> None:
    before = names((await sort(home, store, looking, heap)).groups.groups)
    renamed = {path.name: f"{number:02}.jpg" for number, path in enumerate(jpegs(heap)[::-1])}
    for path in jpegs(heap):
        path.rename(heap / f"z{renamed[path.name]}")
    looking.asked.clear()
    done = await sort(home, store, looking, heap)
    assert len(looking.asked) == 1  # the broken one
    assert names(done.groups.groups) == {
        number: sorted(f"z{renamed[name]}" for name in files) for number, files in before.items()
    }
    async with Store.open(home.root / "other.db") as other:
        fresh = await sort(home, other, looking, heap)
        assert names(fresh.groups.groups) == names(done.groups.groups)


async def test_what_is_gone_is_forgotten_and_numbers_stay(
    home: Home, store: Store, heap: Path, looking: Looking
) -> None:
    await sort(home, store, looking, heap)
    for name in ("a1.jpg", "a2.jpg", "deep/a3.jpg"):
        (heap / name).unlink()
    done = await sort(home, store, looking, heap)
    assert names(done.groups.groups) == {2: ["b1.jpg", "b2.jpg", "both.jpg"], 1: ["both.jpg"]}
    assert len(await store.sorted_faces.files()) == 4


async def test_a_disk_that_is_not_there_changes_nothing(
    home: Home, store: Store, heap: Path, looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names((await sort(home, store, looking, heap)).groups.groups)
    monkeypatch.setattr(Path, "iterdir", lambda _: iter(()))
    with pytest.raises(TrainingError, match="please connect it"):
        await sort(home, store, looking, heap)
    assert names((await sorted_now(store)).groups) == before


async def test_what_cannot_be_read_now_is_not_forgotten(
    home: Home, store: Store, heap: Path, looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names((await sort(home, store, looking, heap)).groups.groups)
    listed, read = Path.iterdir, sorting._read

    def iterdir(path: Path) -> Any:
        if path.name == "deep":
            raise PermissionError(errno.EACCES, "Permission denied")
        return listed(path)

    def read_some(paths: Sequence[Path], *rest: Any) -> Any:
        found, unreadable = read([path for path in paths if path.name != "a1.jpg"], *rest)
        return found, [*unreadable, (heap / "a1.jpg", "Input/output error")]

    monkeypatch.setattr(Path, "iterdir", iterdir)
    monkeypatch.setattr(sorting, "_read", read_some)
    done = await sort(home, store, looking, heap)
    assert {"deep", "a1.jpg"} <= {path.name for path, _ in done.left_out}
    assert names(done.groups.groups) == before


async def test_copies_are_one_photo(home: Home, store: Store, heap: Path, looking: Looking) -> None:
    (heap / "copy.jpg").write_bytes((heap / "a1.jpg").read_bytes())
    done = await sort(home, store, looking, heap)
    assert ("copy.jpg", True) in [(path.name, "a1.jpg" in why) for path, why in done.left_out]


async def test_no_later_run_breaks_what_a_person_said(home: Home, store: Store, heap: Path, looking: Looking) -> None:
    await sort(home, store, looking, heap)
    async with Decoding() as decoding:
        groups = GroupDeciding(home, store, decoding)
        faces = {one.path.name: one.id for one in await store.sorted_faces.of(1)}
        made = await groups.split(1, {faces["a2.jpg"]}, 0)
        await groups.name(2, "linus", 0)
    (heap / "a4.jpg").write_bytes(picture("a4.jpg"))
    looking.people[hashlib.sha256(picture("a4.jpg")).hexdigest()] = [1]
    done = await sort(home, store, looking, heap)
    now = names(done.groups.groups)
    assert "a2.jpg" in now[made]
    assert not set(now[made]) & {"a1.jpg", "a3.jpg", "both.jpg"}
    assert [group.cousin for group in done.groups.groups if group.id == 2] == ["linus"]


async def test_photos_that_are_filed_already_say_whose_their_faces_are(
    home: Home, store: Store, heap: Path, looking: Looking
) -> None:
    for name, cousin in (("a1.jpg", "lucy"), ("both.jpg", "linus")):
        data = (heap / name).read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        await store.catalogue.add(PhotoLibrary(home.photos), cousin, data, sha256, name)
        if name == "both.jpg":
            await store.catalogue.label(sha256, cousin, IMPORTED, BOXES[1])
    done = await sort(home, store, looking, heap)
    assert {group.cousin: len(group.faces) for group in done.groups.groups} == {"lucy": 4, "linus": 3}
    assert [group.named for group in done.groups.groups] == [0, 0]


async def test_what_was_skipped_is_not_asked_about_again(
    home: Home, store: Store, heap: Path, looking: Looking
) -> None:
    await sort(home, store, looking, heap)
    async with Decoding() as decoding:
        await GroupDeciding(home, store, decoding).skip(1, 0)
    looking.asked.clear()
    done = await sort(home, store, looking, heap, network="another network")
    assert len(looking.asked) == 8
    assert names(done.groups.groups) == {2: ["b1.jpg", "b2.jpg", "both.jpg"]}
    # Taken back, the files are looked at once more.
    change = await store.changes.newest()
    assert change is not None
    await store.changes.take_back_grouping(change.id)
    done = await sort(home, store, looking, heap, network="another network")
    assert sorted(map(len, names(done.groups.groups).values())) == [3, 4]


async def test_what_is_no_folder_is_said(home: Home, store: Store, heap: Path, looking: Looking) -> None:
    for wrong in (heap / "nowhere", heap / "a1.jpg"):
        with pytest.raises(TrainingError, match=r"There is no folder .* that the photos lie in\."):
            await sort(home, store, looking, wrong)
    with pytest.raises(TrainingError):
        await sort(home, store, looking, home.photos)
    assert (await sorted_now(store)).groups == ()
