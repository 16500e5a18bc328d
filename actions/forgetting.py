"""Forgetting: a guest with all the photos they sent, a cousin with everything there is of them."""

import shutil
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from actions import wording
from actions.answers.recent import RecentAnswers
from actions.inbox import Inbox
from actions.sidecars import forget_in_sidecars, logged
from actions.teaching import Teaching
from actions.training_runs import Trainer
from data.files.face_cache import delete_face_cache
from data.files.home import Home
from data.files.library import LibraryError, PhotoLibrary
from data.people.identities import is_on_telegram
from data.store.forgetting import Asked
from data.store.store import Store
from foundation.whole_file import write_whole
from inference.service import RecognitionService
from models.forgetting import Forgotten
from models.forgetting import forget as forget_in_versions
from models.registry import Registry


@dataclass(frozen=True, slots=True)
class Erased:
    """What was asked for and done; not yet `for_good` while another program reads the database as it was before."""

    asked: Asked
    for_good: bool


class GuestForgetting:
    """Forgets guests while the bot answers everybody else."""

    def __init__(
        self,
        store: Store,
        inbox: Inbox,
        service: RecognitionService,
        teaching: Teaching,
        trainer: Trainer,
        recent: RecentAnswers,
    ) -> None:
        self._store = store
        self._inbox = inbox
        self._service = service
        self._teaching = teaching
        self._trainer = trainer
        self._recent = recent

    async def forget(self, user_id: int, asked_in: int, by_message: int) -> Erased:
        """Delete what this person sent and all that was made of it, as asked for by a tap on this chat's message."""
        store = self._store
        asked = await store.forgetting.begin(asked_in, by_message, await store.guesses.count_photos(user_id))
        await self._recent.forget(user_id)  # else what is in memory could be kept behind our back
        # The trained versions first: once the rows are gone, nobody could say which faces were theirs.
        theirs = await store.guesses.only_from(user_id)
        # A run that is learning from them right now would bring their faces back with its version.
        learning = await self._teach(theirs) and await self._trainer.end(user_id)
        await self._service.forget(theirs)
        nobodys = await store.guesses.forget_sender(user_id)
        await self._inbox.delete(nobodys)
        self._trainer.delete_log()
        await store.journal.forget(user_id)
        await store.tries.forget(user_id, datetime.now(UTC))
        await store.albums.forget(user_id)
        await store.told.forget(user_id)  # a private chat has its person's id
        await store.selves.take_back(user_id)
        await store.languages.forget(user_id)
        await store.reactions.forget(user_id)
        await store.sign_ins.end_all(user_id)
        if not is_on_telegram(user_id):
            await store.people.forget(user_id)
        await self._teaching.teach()
        if learning:
            await self._trainer.start(wording.photos_were_deleted())
        return Erased(asked, await store.forgetting.for_good())

    async def _teach(self, photos: list[str]) -> bool:
        """Whether training learns anything from these photos: without a correction it does not see them."""
        return any(one.statement.photo in photos for one in await self._store.statements.accepted())


@dataclass(frozen=True, slots=True)
class Traces:
    """What there is of a cousin.

    Attributes:
        folders: of their photos.
        shared: sha256 of the photos in those that show others too.
        also_on: sha256 of the photos in the folders of others that they are on.
        sent: sha256 of the photos of them that guests sent.
        versions: trained ones that know them.
        sidecars: files outside the home in which we have named them.
    """

    cousin: str
    folders: Sequence[Path]
    shared: frozenset[str]
    also_on: frozenset[str]
    sent: Sequence[str]
    versions: Sequence[str]
    sidecars: frozenset[Path] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.folders or self.also_on or self.sent or self.versions or self.sidecars)

    @property
    def files(self) -> int:
        own = [folder for folder in self.folders if not folder.is_symlink()]
        return sum(1 for folder in own for path in folder.rglob("*") if path.is_file())

    @property
    def outside(self) -> list[Path]:
        """Where the photos lie to which a folder is only a link."""
        return [folder.resolve() for folder in self.folders if folder.is_symlink()]


async def find_traces(home: Home, cousin: str) -> Traces:
    library, registry = PhotoLibrary(home.photos), Registry(home.models)
    registry.delete(())  # what an interrupted command left of versions is no trace that could be named
    async with Store.open(home.database) as store:
        with suppress(LibraryError):  # there are no photos
            await store.catalogue.photos(library)
        return Traces(
            cousin,
            library.folders_of(cousin),
            frozenset(kept.sha256 for kept in await store.catalogue.shared(library, cousin)),
            await store.catalogue.also_on(cousin),
            await store.forgetting.photos_of(cousin),
            registry.knowing(cousin),
            frozenset(one.file for one in await store.written_names.all() if one.cousin == cousin),
        )


async def forget_cousin(
    home: Home,
    traces: Traces,
    names: Collection[str],
    alone: Collection[str] = frozenset(),
    unreached: Callable[[Path], None] = logged,
) -> Forgotten:
    """Delete a cousin's traces, and each of their `names` wherever else it stands in the database.

    `alone`: sha256 of photos that are filed under others too, and show nobody but this cousin: they go everywhere.
    `unreached` is called with each sidecar that may name them still.

    For a process of its own, which it holds up. A running bot follows.
    """
    # What says which faces are theirs goes last, so that an interrupted command can be given once more.
    sent = frozenset(traces.sent)
    outcome = forget_in_versions(
        Registry(home.models),
        lambda face: face.cousin == traces.cousin or face.sha256 in alone or (face.was_sent and face.sha256 in sent),
        sent,
        traces.cousin,
    )
    async with Store.open(home.database) as store:
        theirs = traces.shared | traces.also_on
        for file in await forget_in_sidecars(store, traces.cousin, lambda photo: photo in alone or photo not in theirs):
            unreached(file)
    await _forget_rows(home, traces.cousin, names)
    # The first two show faces, the third names photos, the last says what facts.yaml did.
    for page in (home.root / "check.html", home.groups_page, home.training_log, home.last_facts):
        page.unlink(missing_ok=True)
    delete_face_cache(home.face_cache)  # all of it: they may be in anybody's photos
    await _forget_photos(home, traces, alone)
    return outcome


async def _forget_rows(home: Home, cousin: str, names: Collection[str]) -> None:
    async with Store.open(home.database) as store:
        # The files before the rows that name them; and once more those that came meanwhile.
        for sha256 in await store.forgetting.photos_of(cousin):
            (home.inbox / f"{sha256}.jpg").unlink(missing_ok=True)
        for sha256 in await store.forgetting.cousin(cousin, names):
            (home.inbox / f"{sha256}.jpg").unlink(missing_ok=True)


async def _forget_photos(home: Home, traces: Traces, alone: Collection[str]) -> None:
    """Delete their folders, and the photos of them alone in others', but for the photos that show others, which go to
    the next cousin on each.

    Where a folder is a link, the link goes; what lies outside the home is not the bot's.
    """
    library = PhotoLibrary(home.photos)
    async with Store.open(home.database) as store:
        for kept in await store.catalogue.files():
            if kept.sha256 in alone:
                (home.photos / kept.file).unlink(missing_ok=True)
        await store.catalogue.forget_photos(alone)
        for kept, other in (await store.catalogue.shared(library, traces.cousin)).items():
            await store.catalogue.hand_over(library, kept, other)
        _keep_what_links_lead_to(library, traces)
        for folder in traces.folders:
            if folder.is_symlink():
                folder.unlink()
            else:
                shutil.rmtree(folder)
        await store.catalogue.forget(traces.cousin)


async def photos_that_stayed(home: Home, traces: Traces) -> list[Path]:
    """Where the photos lie, after a forgetting, that were in somebody else's folder too."""
    async with Store.open(home.database) as store:
        files = await store.catalogue.files()
    return sorted(home.photos / one.file for one in files if one.sha256 in traces.shared | traces.also_on)


async def wait_until_gone(home: Home, waits: Callable[[], None]) -> None:
    """Return once nothing of what was deleted is in the database's log any more.

    `waits` is called, once, where another program reads the database as it was before, and has to end first.
    """
    async with Store.open(home.database) as store:
        if not await store.forgetting.for_good():
            waits()
            while not await store.forgetting.for_good():
                pass  # it has waited a second between two looks


def _keep_what_links_lead_to(library: PhotoLibrary, traces: Traces) -> None:
    """Let links in others' folders to photos that are about to be deleted become those photos."""
    doomed = [folder.resolve() for folder in traces.folders if not folder.is_symlink()]
    with suppress(LibraryError):  # there are no photos
        for photo in library.photos():
            leads_to = photo.path.resolve()
            if photo.path.is_symlink() and photo.cousin != traces.cousin and any(map(leads_to.is_relative_to, doomed)):
                write_whole(photo.path, photo.path.read_bytes())
