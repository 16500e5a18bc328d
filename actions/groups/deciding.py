"""What people say of groups: whose a group is, that two are one person or are not, that one is not one person, that
nobody need ask again. Each is kept for good, and is what `photos undo` takes back.
"""

import asyncio
import os
from collections.abc import Collection, Sequence
from contextlib import suppress

import numpy as np

from actions.changes.carrying_out import keeping_others_away
from actions.changes.imports import noted_import
from actions.changes.unsharing import take_out
from actions.groups import wording
from actions.groups.groups import FaceGroup, find_group
from actions.groups.standing import standing
from actions.groups.taking_in import TakenIn, take_in
from data.files.face_cache import forget_faces
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.sorting.sorted_faces import SortedFace
from data.store.store import Store
from inference.decoding.sandbox import Decoding


class NoSuchGroup(ValueError):
    """There is no group of this number, or not the faces that were spoken of; the message says what to do."""


class GroupDeciding:
    """`by` is the number of who decides; 0 at the command line. By `token` the change is known, to whoever may ask for
    it once more after a restart: `ChangeLog.of` has it then.

    All but `name` only write to the database. None waits for a sorting that is under way: it sees what was decided.
    """

    def __init__(self, home: Home, store: Store, decoding: Decoding) -> None:
        self._home = home
        self._store = store
        self._decoding = decoding

    async def name(
        self, number: int, cousin: str, by: int, only: Collection[int] = (), token: str | None = None
    ) -> TakenIn:
        """The group is this cousin's, by key: all its faces, or `only` these. Their photos are taken into the library,
        each once, with where the face is; those whose files are gone are named in what is returned.

        What was named otherwise before is that cousin's no more: what only that naming filed under them is taken out.
        Named so once more only what is missing is taken in.

        Raises:
            NoSuchGroup: there is none.
            HomeError: a training run, or another command, is at work.
            LibraryError, OSError: a photo can't be written.
        """
        return await self.name_all([number], cousin, by, only, token)

    async def name_all(
        self, numbers: Sequence[int], cousin: str, by: int, only: Collection[int] = (), token: str | None = None
    ) -> TakenIn:
        """The same of several groups, as one change."""
        async with keeping_others_away(self._home), noted_import(self._home, self._store, cousin, token) as change:
            faces = [face for group in await self._groups(numbers) for face in _chosen(group, only)]
            said = standing(await self._store.group_decisions.all(), faces).names
            if any(said.get(face.id) != cousin for face in faces):
                await self._take_out(faces, cousin)
                await self._store.group_changes.name(change, faces, cousin, by)
            taken = await take_in(self._home, self._store, self._decoding, faces, cousin)
            for former in sorted({*said.values()} - {cousin}):
                await self._drop_emptied(former)
            return taken

    async def merge(self, number: int, into: int, by: int, token: str | None = None) -> int:
        """Both groups are one person: the number of the group that they are now. Raises `NoSuchGroup`, also where they
        were given the names of two cousins."""
        return await self.merge_all([number], into, by, token)

    async def merge_all(self, numbers: Sequence[int], into: int, by: int, token: str | None = None) -> int:
        """The same of several groups, as one change."""
        target, *others = await self._groups([into, *numbers])
        if not others:
            return target.id
        names = list(dict.fromkeys(str(group.cousin) for group in (*others, target) if group.named))
        if len(names) > 1:
            raise NoSuchGroup(wording.two_cousins(*names[:2]))
        faces = [face for group in (target, *others) for face in group.faces]
        await self._store.group_changes.same(token or _token(), faces, target.id, by)
        return target.id

    async def not_same(self, number: int, other: int, by: int, token: str | None = None) -> None:
        """They are two people, and nobody is asked again. Raises `NoSuchGroup`."""
        one, another = await self._group(number), await self._group(other)
        if one.id == another.id:
            raise NoSuchGroup(wording.one_group(one.id))
        await self._store.group_changes.apart(token or _token(), one.faces, another.faces, by)

    async def split(self, number: int, faces: Collection[int], by: int, token: str | None = None) -> int:
        """These faces of the group are another person's: the number of their new group. Raises `NoSuchGroup`, also for
        none of the faces, or all."""
        group = await self._group(number)
        chosen = [face for face in group.faces if face.id in faces]
        rest = [face for face in group.faces if face.id not in faces]
        if not chosen or not rest:
            raise NoSuchGroup(wording.nothing_to_split(group.id))
        made = await self._store.group_changes.apart(token or _token(), chosen, rest, by, split=True)
        assert made is not None
        return made

    async def not_one_person(self, number: int, by: int, token: str | None = None) -> tuple[int, int]:
        """The group is taken apart where its faces are least alike: the numbers of both halves. Raises `NoSuchGroup`,
        also for a group of one face."""
        group = await self._group(number)
        if len(group.faces) < 2:
            raise NoSuchGroup(wording.nothing_to_split(group.id))
        lesser = await asyncio.to_thread(_lesser_half, group.faces)
        return group.id, await self.split(group.id, lesser, by, token)

    async def skip(self, number: int, by: int, token: str | None = None) -> None:
        """Nobody asks about these faces again; nothing is kept of them but that. Raises `NoSuchGroup`."""
        await self.skip_all([number], by, token)

    async def skip_all(self, numbers: Sequence[int], by: int, token: str | None = None) -> None:
        """The same of several groups, as one change."""
        faces = [face for group in await self._groups(numbers) for face in group.faces]
        await self._store.group_changes.skip(token or _token(), faces, by)
        await asyncio.to_thread(forget_faces, self._home.face_cache, sorted({face.sha256 for face in faces}))
        self._home.groups_page.unlink(missing_ok=True)  # it shows them
        await self._store.forgetting.for_good()

    async def _groups(self, numbers: Sequence[int]) -> list[FaceGroup]:
        """Each once, whatever number of its it is called by."""
        return list({group.id: group for group in [await self._group(number) for number in numbers]}.values())

    async def _take_out(self, faces: Sequence[SortedFace], cousin: str) -> None:
        """Take the photos of faces that were said to be somebody else's from them, where they can be read once more."""
        catalogue = self._store.catalogue
        said = standing(await self._store.group_decisions.all(), faces).names
        by_sorting = await catalogue.by_sorting()
        for face in faces:
            former = said.get(face.id, cousin)
            there = await asyncio.to_thread(face.path.is_file)
            if former != cousin and there and (face.sha256, former) in by_sorting:
                others = sorted({one for sha256, one in await catalogue.shown() if sha256 == face.sha256} - {former})
                await take_out(self._home, self._store, face.sha256, former, others)

    async def _drop_emptied(self, cousin: str) -> None:
        """Delete the folder of somebody who was given one with photos that are all another's now."""
        store = self._store
        if (
            await store.changes.made_folder(cousin)
            and not await store.statements.count_of(cousin)
            and cousin not in {one for _, one in await store.catalogue.shown()}
        ):
            for folder in PhotoLibrary(self._home.photos).folders_of(cousin):
                with suppress(OSError):  # something else is in it
                    await asyncio.to_thread(folder.rmdir)

    async def _group(self, number: int) -> FaceGroup:
        if (group := await find_group(self._store, number)) is None:
            raise NoSuchGroup(wording.no_such_group(number))
        return group


def _chosen(group: FaceGroup, only: Collection[int]) -> list[SortedFace]:
    faces = [face for face in group.faces if not only or face.id in only]
    if not faces:
        raise NoSuchGroup(wording.no_such_faces(group.id))
    return faces


def _lesser_half(faces: Sequence[SortedFace]) -> set[int]:
    """The smaller of the two groups that average linkage puts together last."""
    from scipy.cluster.hierarchy import fcluster, linkage

    ordered = sorted(faces, key=lambda face: face.id)
    halves = fcluster(linkage(np.stack([face.embedding for face in ordered]), "average", "cosine"), 2, "maxclust")
    lesser = min((1, 2), key=lambda half: (int((halves == half).sum()) or len(faces), half))
    chosen = {face.id for face, half in zip(ordered, halves.tolist(), strict=True) if half == lesser}
    return chosen if len(chosen) < len(faces) else {ordered[0].id}  # all faces are the very same


def _token() -> str:
    return os.urandom(8).hex()
