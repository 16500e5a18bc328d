"""A home opened by the one process that answers for it, and what recognises the faces in its photos."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from actions.changes.pending import finish_interrupted
from actions.cousins import Cousins, Family
from actions.inbox import Inbox
from actions.running import wording
from actions.running.home_upgrade import bring_up_to_date
from actions.teaching import Teaching
from data.backup.restore import finish_restoring
from data.facts.facts_file import FactsFile
from data.files.home import Home, HomeError
from data.files.home_lock import alone_in, using
from data.files.library import PhotoLibrary
from data.people.invites import UNGUESSABLE, new_code
from data.settings import Settings
from data.store.store import Store
from inference.service import RecognitionService


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Home]:
    """The home, held for this process alone, brought up to date, and with nothing left that was interrupted.

    Raises:
        HomeError: it can't be used, or another process answers for it; the message is one sentence.
    """
    home = Home(settings.home).create()
    async with alone_in(home):
        finish_restoring(home, settings.facts)
        _refuse_weak_invitation(settings, home)  # a home whose restoring was killed is no new one
        with using(home):
            bring_up_to_date(home)
            finish_interrupted(home)
            yield home


@asynccontextmanager
async def recognition(home: Home, device: str) -> AsyncIterator[RecognitionService]:
    """Raises `HomeError` where no version can be used."""
    async with AsyncExitStack() as stack:
        try:
            service = await stack.enter_async_context(RecognitionService(home.models, home.weights, device))
        except (OSError, RuntimeError, ValueError) as error:
            raise HomeError(wording.version_unusable(home.models, str(error))) from error
        yield service


async def family_of(
    settings: Settings, home: Home, store: Store, service: RecognitionService
) -> tuple[Inbox, Teaching, FactsFile, Cousins]:
    """What people sent, what they taught, what there is to talk about, and who they are; nothing is left of answers
    that were never given."""
    inbox, library = Inbox(home.inbox, home.face_cache), PhotoLibrary(home.photos)
    inbox.sweep()
    await inbox.delete(await store.guesses.forget_unsaid())
    teaching = Teaching(store, service, inbox)
    family = Family(library, service, teaching)
    facts = FactsFile(settings.facts, family.cousins, home.last_facts)
    return inbox, teaching, facts, Cousins(facts, library, family)


def _refuse_weak_invitation(settings: Settings, home: Home) -> None:
    """In a new home; where people have come with a short one it goes on, with few tries."""
    code = settings.standing_code or ""
    if 0 < len(code) < UNGUESSABLE and not home.database.exists():
        raise HomeError(wording.invitation_too_short(UNGUESSABLE, new_code()))
