"""The groups are put in order once more where anything was written, by whomever, and only there."""

from pathlib import Path

from actions.groups.current import CurrentGroups
from data.files.home import Home
from data.store.store import Store
from tests.actions.groups.made import LEFT, group, put


async def test_what_anybody_writes_is_seen(tmp_path: Path) -> None:
    home = Home(tmp_path / "family").create()
    async with Store.open(home.database) as store, Store.open(home.database) as command:
        await put(store, tmp_path / "heap", {"a.jpg": [(1, LEFT)], "b.jpg": [(1, LEFT)], "c.jpg": [(2, LEFT)]})
        await group(store, ["a.jpg", "b.jpg"], ["c.jpg"])
        current = CurrentGroups(store)
        seen = await current.all()
        assert await current.all() is seen
        one, other = seen.groups
        await store.group_changes.same("here", [*one.faces, *other.faces], one.id, 0)
        [united] = (await current.all()).groups
        assert (await current.find(other.id)) is united
        await command.group_changes.name("elsewhere", united.faces, "lucy", 0)
        assert [group.cousin for group in (await current.all()).groups] == ["lucy"]
        assert await current.find(99) is None
