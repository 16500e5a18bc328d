"""What people say of groups counts at once, is kept for good, and is taken back by `photos undo`."""

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from actions.changes.pending import finish_interrupted
from actions.changes.renaming import Renamings
from actions.changes.undoing import Undoing
from actions.forgetting import find_traces, forget_cousin
from actions.groups.deciding import GroupDeciding, NoSuchGroup
from actions.groups.groups import find_group, likely_names, near_pairs, sorted_now
from actions.groups.pictures import GroupPictures
from data.facts.facts_file import FactsFile
from data.files.face_cache import FaceCache
from data.files.home import Home
from data.files.library import LibraryError, PhotoLibrary
from data.store.store import Store
from foundation.box import Box
from inference.decoding.sandbox import Decoding
from tests.actions.groups.made import LEFT, RIGHT, by_name, group, names_in, picture, put

PHOTOS = {
    "a.jpg": [(1, LEFT), (2, RIGHT)],
    "b.jpg": [(1, LEFT)],
    "c.jpg": [(1, LEFT)],
    "d.jpg": [(3, LEFT)],
    "e.jpg": [(3, LEFT)],
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "family").create()


@pytest.fixture
async def store(home: Home) -> AsyncIterator[Store]:
    async with Store.open(home.database) as store:
        yield store


@pytest.fixture
async def groups(home: Home, store: Store, tmp_path: Path) -> AsyncIterator[GroupDeciding]:
    """Group 1 is a, b and c; group 2 is d and e."""
    await put(store, tmp_path / "heap", PHOTOS)
    assert await group(store, ["a.jpg", "b.jpg", "c.jpg"], ["d.jpg", "e.jpg"]) == [1, 2]
    async with Decoding() as decoding:
        yield GroupDeciding(home, store, decoding)


async def undo(home: Home, store: Store) -> None:
    undoing = Undoing(home, store, FactsFile(home.root / "facts.yaml"))
    change = await store.changes.newest()
    assert change is not None
    assert await undoing.carry_out(await undoing.plan(change)) == []


async def labelled(home: Home, store: Store) -> list[tuple[str, object]]:
    with suppress(LibraryError):  # there are no photos
        return sorted((one.cousin, one.box) for one in await store.catalogue.photos(PhotoLibrary(home.photos)))
    return []


async def test_a_named_group_is_taken_in_and_taken_back(home: Home, store: Store, groups: GroupDeciding) -> None:
    taken = await groups.name(1, "lucy", 0)
    assert (taken.added, taken.known, taken.missing) == (3, 0, [])
    assert await labelled(home, store) == [("lucy", LEFT)] * 3
    found = await find_group(store, 1)
    assert found is not None
    assert (found.cousin, found.named, found.is_settled) == ("lucy", 3, True)
    assert [one.id for one in (await sorted_now(store)).waiting()] == [2]
    assert [one.kind for one in await store.changes.latest()] == ["naming"]

    await undo(home, store)
    assert await labelled(home, store) == []
    assert not (home.photos / "lucy").exists()
    found = await find_group(store, 1)
    assert found is not None
    assert (found.cousin, found.named) == (None, 0)


async def test_a_photo_of_two_is_kept_once_and_shows_both(home: Home, store: Store, groups: GroupDeciding) -> None:
    await groups.name(1, "lucy", 0)
    faces = await store.sorted_faces.all()
    [right] = [one.id for one in faces if one.box == RIGHT]
    numbers = await store.sorted_faces.groups()
    assert await store.sorted_faces.assign(
        [[face for face, number in numbers.items() if number == 1], [right]],
        [1, None],
        {},
        {},
        await store.group_decisions.last(),
    )
    number = (await store.sorted_faces.groups())[right]
    taken = await groups.name(number, "linus", 0)
    assert (taken.added, taken.known) == (0, 1)
    assert await labelled(home, store) == [("linus", RIGHT), *[("lucy", LEFT)] * 3]
    assert not list((home.photos / "linus").iterdir())
    again = await groups.name(number, "linus", 0)
    assert (again.added, again.known) == (0, 1)


async def test_two_groups_of_one_cousin_become_one(home: Home, store: Store, groups: GroupDeciding) -> None:
    await groups.name(1, "lucy", 0)
    await groups.name(2, "lucy", 0)
    assert len((await sorted_now(store)).groups) == 1
    assert await names_in(store, 2) == await names_in(store, 1) == ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"]
    await undo(home, store)
    assert await names_in(store, 2) == ["d.jpg", "e.jpg"]


async def test_a_group_is_named_anew(home: Home, store: Store, groups: GroupDeciding) -> None:
    await groups.name(1, "lucy", 0)
    taken = await groups.name(1, "linus", 0)
    assert taken.added == 3
    assert await labelled(home, store) == [("linus", LEFT)] * 3
    assert [folder.name for folder in home.photos.iterdir()] == ["linus"]
    assert [(one.id, one.cousin) for one in (await sorted_now(store)).groups] == [(1, "linus"), (2, None)]
    await groups.name(1, "sally", 0)
    await undo(home, store)
    await undo(home, store)  # as it was before: Lucy's
    assert await labelled(home, store) == [("lucy", LEFT)] * 3
    assert not (home.photos / "linus").exists()
    assert [(one.id, one.cousin) for one in (await sorted_now(store)).groups] == [(1, "lucy"), (2, None)]
    await undo(home, store)
    assert await labelled(home, store) == []
    assert not (home.photos / "lucy").exists()
    assert [(one.id, one.cousin) for one in (await sorted_now(store)).groups] == [(1, None), (2, None)]


async def test_whose_a_face_was_before_is_forgotten_with_them(home: Home, store: Store, groups: GroupDeciding) -> None:
    await groups.name(1, "lucy", 0)
    await groups.name(1, "linus", 0)
    await forget_cousin(home, await find_traces(home, "lucy"), ["Lucy"])
    await undo(home, store)
    assert await labelled(home, store) == []
    assert [(one.id, one.cousin) for one in (await sorted_now(store)).groups] == [(1, None), (2, None)]


async def test_a_photo_that_stays_for_another_is_labelled_again(
    home: Home, store: Store, groups: GroupDeciding
) -> None:
    [photo] = [one for one in await store.sorted_faces.of(1) if one.path.name == "b.jpg"]
    await store.catalogue.add(PhotoLibrary(home.photos), "ben", photo.path.read_bytes(), photo.sha256, "b.jpg")
    await groups.name(1, "lucy", 0)
    await groups.name(1, "linus", 0)
    await undo(home, store)
    assert await labelled(home, store) == [("ben", None), *[("lucy", LEFT)] * 3]


async def test_a_photo_that_was_a_cousins_before_stays_theirs(home: Home, store: Store, groups: GroupDeciding) -> None:
    [photo] = [one for one in await store.sorted_faces.of(1) if one.path.name == "b.jpg"]
    await store.catalogue.add(PhotoLibrary(home.photos), "lucy", photo.path.read_bytes(), photo.sha256, "b.jpg")
    await groups.name(1, "lucy", 0)
    await groups.name(1, "linus", 0)
    assert [who for who, _ in await labelled(home, store)] == ["linus"] * 3 + ["lucy"]


async def test_only_some_of_the_faces(home: Home, store: Store, groups: GroupDeciding) -> None:
    faces = await store.sorted_faces.of(1)
    await groups.name(1, "lucy", 0, by_name(faces, "b.jpg"))
    assert await labelled(home, store) == [("lucy", LEFT)]
    with pytest.raises(NoSuchGroup, match="not in group 2"):
        await groups.name(2, "lucy", 0, by_name(faces, "b.jpg"))
    with pytest.raises(NoSuchGroup, match="no group 99"):
        await groups.name(99, "lucy", 0)


async def test_those_that_were_not_spoken_of_stay_a_group(home: Home, store: Store, groups: GroupDeciding) -> None:
    faces = await store.sorted_faces.of(1)
    await groups.name(1, "lucy", 0, by_name(faces, "b.jpg"))
    rest = await find_group(store, 1)
    assert rest is not None
    assert (rest.cousin, rest.named, len(rest.faces)) == (None, 0, 2)
    assert await store.sorted_faces.groups_waiting() == 2
    await groups.name(1, "linus", 0)  # whoever names the rest says nothing of her
    assert await labelled(home, store) == [*[("linus", LEFT)] * 2, ("lucy", LEFT)]
    await undo(home, store)
    await undo(home, store)
    assert await names_in(store, 1) == ["a.jpg", "b.jpg", "c.jpg"]


async def test_several_groups_are_one_change(home: Home, store: Store, groups: GroupDeciding) -> None:
    before = (await sorted_now(store)).groups
    taken = await groups.name_all([1, 2], "lucy", 0)
    assert (taken.added, await store.sorted_faces.groups_waiting()) == (5, 0)
    await undo(home, store)
    assert await labelled(home, store) == []
    assert await groups.merge_all([1, 2], 2, 7) == 2
    assert len(await names_in(store, 1)) == 5
    await undo(home, store)
    assert [one.state for one in (await sorted_now(store)).groups] == [one.state for one in before]
    await groups.skip_all([1, 2], 7)
    assert (await sorted_now(store)).groups == ()
    assert [one.said for one in await store.group_decisions.all()] == ["skipped"]


async def test_a_file_that_is_gone_is_named(home: Home, store: Store, groups: GroupDeciding, tmp_path: Path) -> None:
    (tmp_path / "heap" / "b.jpg").unlink()
    (tmp_path / "heap" / "c.jpg").write_bytes(b"something else")
    taken = await groups.name(1, "lucy", 0)
    assert (taken.added, [path.name for path, _ in taken.missing]) == (1, ["b.jpg", "c.jpg"])


async def test_killed_while_photos_are_taken_in(
    home: Home, store: Store, groups: GroupDeciding, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    async def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("actions.changes.imports._Before.note_what_came", killed)
        with pytest.raises(Killed):
            await groups.name(1, "lucy", 0)
    assert await store.changes.latest() == []
    finish_interrupted(home)
    assert [(one.kind, one.new, one.photos) for one in await store.changes.latest()] == [("naming", "lucy", 3)]
    await undo(home, store)
    assert await labelled(home, store) == []
    assert await store.group_decisions.all() == []


async def test_merged_and_taken_back(home: Home, store: Store, groups: GroupDeciding) -> None:
    assert await groups.merge(2, 1, 7) == 1
    assert await names_in(store, 2) == await names_in(store, 1)
    assert len((await sorted_now(store)).groups) == 1
    await undo(home, store)
    assert (await names_in(store, 1), await names_in(store, 2)) == (["a.jpg", "b.jpg", "c.jpg"], ["d.jpg", "e.jpg"])
    await groups.name(1, "lucy", 0)
    await groups.name(2, "linus", 0)
    with pytest.raises(NoSuchGroup, match="merge the cousins"):
        await groups.merge(2, 1, 7)


async def test_split_and_taken_back(home: Home, store: Store, groups: GroupDeciding) -> None:
    faces = await store.sorted_faces.of(1)
    made = await groups.split(1, by_name(faces, "b.jpg"), 7)
    assert made == 3
    assert (await names_in(store, 1), await names_in(store, 3)) == (["a.jpg", "c.jpg"], ["b.jpg"])
    for chosen in (set[int](), by_name(faces, "a.jpg", "c.jpg")):
        with pytest.raises(NoSuchGroup, match="leave at least one"):
            await groups.split(1, chosen, 7)
    await undo(home, store)
    assert await names_in(store, 1) == ["a.jpg", "b.jpg", "c.jpg"]
    assert sorted(await groups.not_one_person(1, 7)) == [1, 4]  # no number is given twice
    assert len(await names_in(store, 1)) + len(await names_in(store, 4)) == 3


async def test_near_pairs_are_asked_about_until_somebody_says_no(
    home: Home, store: Store, groups: GroupDeciding
) -> None:
    async def pairs() -> list[tuple[int, int]]:
        decisions = await store.group_decisions.all()
        return [(one.one.id, one.other.id) for one in near_pairs((await sorted_now(store)).groups, decisions)]

    assert await pairs() == []  # they are not alike
    await put(store, home.root.parent / "heap", {"f.jpg": [(1, LEFT)]})
    faces = {one.path.name: one.id for one in await store.sorted_faces.all() if one.box == LEFT}
    two = [[faces["a.jpg"], faces["b.jpg"]], [faces["c.jpg"], faces["f.jpg"]]]
    await store.sorted_faces.assign(two, [None, None], {}, {}, await last(store))
    [(one, other)] = await pairs()
    await groups.not_same(one, other, 7)
    assert await pairs() == []
    await undo(home, store)
    assert await pairs() == [(one, other)]
    await groups.name(one, "lucy", 0)
    everybody = (await sorted_now(store)).groups
    unnamed = next(group for group in everybody if group.id == other)
    assert likely_names(unnamed, everybody) == ["lucy"]


async def last(store: Store) -> int:
    return await store.group_decisions.last()


async def test_decisions_follow_a_rename_and_a_merge(home: Home, store: Store, groups: GroupDeciding) -> None:
    await groups.name(1, "lucy", 0)
    await groups.name(2, "linus", 0)
    renamings = Renamings(home, store, FactsFile(home.root / "facts.yaml"))
    await renamings.carry_out(await renamings.plan_rename("lucy", "Lulu"))
    assert [one.cousin for one in (await sorted_now(store)).groups] == ["Lulu", "linus"]
    await renamings.carry_out(await renamings.plan_merge("linus", "Lulu"))
    assert {one.cousin for one in (await sorted_now(store)).groups} == {"Lulu"}
    await undo(home, store)
    assert [one.cousin for one in (await sorted_now(store)).groups] == ["Lulu", "linus"]


async def test_of_what_is_skipped_nothing_stays_but_that(home: Home, store: Store, groups: GroupDeciding) -> None:
    home.groups_page.write_text("faces")
    await groups.skip(2, 7)
    assert await find_group(store, 2) is None
    assert not [one for one in await store.sorted_faces.all() if one.path.name in ("d.jpg", "e.jpg")]
    assert [one.said for one in await store.group_decisions.all()] == ["skipped"]
    assert not home.groups_page.exists()
    await undo(home, store)
    files = await store.sorted_faces.files()
    assert sorted(one.path.name for one in files.values() if one.network == "") == ["d.jpg", "e.jpg"]


async def test_what_was_skipped_a_moment_ago_is_there_again_at_once(
    home: Home, store: Store, groups: GroupDeciding
) -> None:
    before = [(one.id, [face.id for face in one.faces]) for one in (await sorted_now(store)).groups]
    await groups.skip(2, 7)
    await groups.skip(1, 7)
    await undo(home, store)
    await undo(home, store)
    assert [(one.id, [face.id for face in one.faces]) for one in (await sorted_now(store)).groups] == before
    await groups.skip(2, 7)
    async with Store.open(home.database) as other:  # as after a restart
        await undo(home, other)
        assert await find_group(other, 2) is None


async def test_a_folder_that_was_there_before_stays(home: Home, store: Store, groups: GroupDeciding) -> None:
    PhotoLibrary(home.photos).add_cousin("lucy")
    await groups.name(1, "lucy", 0)
    await groups.name(1, "linus", 0)
    assert (home.photos / "lucy").is_dir()


async def test_a_sorting_does_not_overwrite_what_was_said_meanwhile(store: Store, groups: GroupDeciding) -> None:
    before = await last(store)
    await groups.merge(2, 1, 7)
    assert not await store.sorted_faces.assign([], [], {}, {}, before)
    assert len(await names_in(store, 1)) == 5


async def test_a_forgotten_cousin_leaves_neither_faces_nor_decisions(
    home: Home, store: Store, groups: GroupDeciding
) -> None:
    await groups.name(1, "lucy", 0)
    await groups.name(2, "linus", 0)
    await forget_cousin(home, await find_traces(home, "lucy"), ["Lucy"])
    assert [one.cousin for one in await store.group_decisions.all()] == ["linus"]
    assert sorted(one.path.name for one in await store.sorted_faces.all() if one.box == LEFT) == ["d.jpg", "e.jpg"]


async def test_what_was_said_of_a_face_that_is_found_anew_is_forgotten_too(
    home: Home, store: Store, groups: GroupDeciding, tmp_path: Path
) -> None:
    await groups.split(1, by_name(await store.sorted_faces.of(1), "c.jpg"), 0)
    moved = Box(LEFT.left + 0.01, LEFT.top, LEFT.right, LEFT.bottom)  # by another network
    await put(store, tmp_path / "heap", {name: [(1, moved)] for name in ("a.jpg", "b.jpg", "c.jpg")})
    await groups.name(1, "lucy", 0)
    await forget_cousin(home, await find_traces(home, "lucy"), ["Lucy"])
    said = [place for one in await store.group_decisions.all() for side in one.sides for place in side]
    there = {one.path.name: one.sha256 for one in await store.sorted_faces.all()}
    assert {place.sha256 for place in said} <= {there["c.jpg"]}


async def test_a_file_called_after_who_is_forgotten_is_not_remembered(home: Home, store: Store, tmp_path: Path) -> None:
    await put(store, tmp_path / "heap", {"lucy and me.jpg": [(5, LEFT)], "me.jpg": [(5, LEFT)]})
    await store.forgetting.cousin("lucy", ["Lucy"])
    assert [one.path.name for one in (await store.sorted_faces.files()).values()] == ["me.jpg"]


async def test_pictures(home: Home, groups: GroupDeciding, store: Store, tmp_path: Path) -> None:
    async with Decoding() as decoding:
        pictures = GroupPictures(home, decoding)
        faces = await store.sorted_faces.of(1)
        gone = next(one for one in faces if one.path.name == "b.jpg")
        assert (await pictures.portrait(gone)).startswith(b"\xff\xd8")
        (tmp_path / "heap" / "b.jpg").unlink()
        assert (await pictures.sheet(faces)).startswith(b"\xff\xd8")
        with pytest.raises(FileNotFoundError):
            await pictures.portrait(gone)
        seen = FaceCache(home.face_cache)
        seen.keep("made", [(gone.sha256, "", b"", [picture("seen")])])
        seen.close()
        assert (await pictures.portrait(gone)).startswith(b"\xff\xd8")
