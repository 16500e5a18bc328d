"""The cousins: a card each, and a page each with their photos and facts, and all that an admin may change of them."""

import asyncio
import hashlib
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.ages.bands import BANDS, CousinAges
from actions.ages.learned import LearnedAges
from actions.ages.wording import band, missing
from actions.changes.carrying_out import CousinChanges
from actions.changes.renaming import RenamingError
from actions.changes.undoing import NotUndoable
from actions.cousins import Cousins, Names
from actions.pictures.library import CousinPhotos, Outcome
from actions.pictures.unclear import UnclearPhotos
from data.changes.log import Change
from data.facts.parser import FactsError
from data.facts.stub import StubError
from data.files.home import HomeError
from data.files.library import LibraryError
from data.store.catalogue import KeptFile
from data.store.store import Store
from foundation.box import Box
from foundation.storage_errors import why
from inference.decoding.photo import PhotoError
from models.card import LIBRARY
from models.card import Card as ModelCard
from models.registry import Registry
from web.caller import admin, guest
from web.pages import wording
from web.templating import PRIVATE, Pages

MOST_FILES: Final = 200  # in one form
_CANNOT: Final = (RenamingError, NotUndoable, HomeError, FactsError, StubError, LibraryError)


@dataclass(frozen=True, slots=True)
class Card:
    """A cousin on the list.

    Attributes:
        portrait: where a picture of them is; None without one.
        known: the share of their photos, unseen in training, that are named right; None where that is not known.
    """

    key: str
    name: str
    url: str
    portrait: str | None
    photos: int
    known: float | None


class CousinPages:
    def __init__(
        self,
        pages: Pages,
        cousins: Cousins,
        learned: LearnedAges,
        photos: CousinPhotos,
        changes: CousinChanges,
        store: Store,
        registry: Registry,
        unclear: UnclearPhotos,
    ) -> None:
        self._pages = pages
        self._cousins = cousins
        self._learned = learned
        self._photos = photos
        self._changes = changes
        self._log = store.changes
        self._sorted_faces = store.sorted_faces
        self._registry = registry
        self._unclear = unclear

    def routes(self) -> list[Route]:
        cousin = "/cousins/{cousin}"
        return [
            Route("/cousins", self._list),
            Route("/cousins/undo", self._undo, methods=["POST"]),
            Route(cousin, self._cousin),
            Route(f"{cousin}/portrait.jpg", self._portrait),
            Route(f"{cousin}/facts", self._facts, methods=["POST"]),
            Route(f"{cousin}/photos", self._add, methods=["POST"]),
            Route(f"{cousin}/rename", self._rename, methods=["POST"]),
            Route(f"{cousin}/merge", self._merge, methods=["POST"]),
            Route(f"{cousin}/forget", self._forget, methods=["POST"]),
            Route(f"{cousin}/photos/{{sha256}}", self._photo),
            Route(f"{cousin}/photos/{{sha256}}/small.jpg", self._small),
            Route(f"{cousin}/photos/{{sha256}}/large.jpg", self._large),
            Route(f"{cousin}/photos/{{sha256}}/remove", self._remove, methods=["POST"]),
        ]

    async def _list(self, request: Request, told: str | None = None, status: int = 200) -> Response:
        caller = guest(request)
        names, photos, model = self._cousins.now(), await self._photos.all(), self._model()
        cards = []
        for key in names.listed(to_admins=caller.is_admin):
            own = photos.get(key, [])
            portrait = _url(key, "/portrait.jpg") if own else None
            known = model.metrics.per_cousin.get(key) if model else None
            name = names.shown(key, to_admins=caller.is_admin)
            cards.append(Card(key, name, _url(key), portrait, len(own), known))
        newest = await self._log.newest() if caller.is_admin else None
        undo = _undo(newest, names) if newest else None
        groups = await self._sorted_faces.groups_waiting() if caller.is_admin else 0
        return self._pages.page(request, "cousins.html", status, cards=cards, undo=undo, told=told, groups=groups)

    async def _cousin(
        self,
        request: Request,
        told: str | None = None,
        status: int = 200,
        *,
        typed: str | None = None,
    ) -> Response:
        """The page of the cousin whom the address names.

        `typed` are facts that could not be saved: whoever wrote them goes on from there.
        """
        caller, key = guest(request), self._key(request)
        names, model = self._cousins.now(), self._model()
        name = names.shown(key, to_admins=caller.is_admin)
        ages = (await self._learned.of_champion()).get(key) if caller.is_admin else None
        own = (await self._photos.all()).get(key, [])
        confused = model.metrics.confused if model else []
        newest = await self._log.newest() if caller.is_admin else None
        return self._pages.page(
            request,
            "cousin.html",
            status,
            key=key,
            url=_url(key),
            name=name,
            portrait=_url(key, "/portrait.jpg") if own else None,
            facts=names.facts(key),
            before=_fingerprint(names.facts(key)),
            avoid=names.avoid(key),
            photos=[(one.sha256, _url(key, f"/photos/{one.sha256}"), one.name or "") for one in own],
            unclear=await self._unclear.count(key) if caller.is_admin else 0,
            known=model.metrics.per_cousin.get(key) if model else None,
            taken_for=[
                (names.shown(one.named, to_admins=caller.is_admin), one.photos)
                for one in confused
                if one.cousin == key and (caller.is_admin or not names.wants_no_name(one.named))
            ],
            ages=_by_age(ages) if ages else [],
            undated=ages.undated if ages else 0,
            wanted=[missing(name, gap) for gap in ages.gaps[:1]] if ages else [],
            others=[
                (other, names.shown(other, to_admins=True)) for other in names.listed(to_admins=True) if other != key
            ]
            if caller.is_admin
            else [],
            told=told,
            typed=typed,
            undo=_undo(newest, names) if newest and (newest.kind, newest.old) == ("removal", key) else None,
        )

    async def _facts(self, request: Request) -> Response:
        admin(request)
        key = self._key(request)
        async with request.form() as form:
            typed, before = str(form.get("facts") or ""), str(form.get("before") or "")
        if before != _fingerprint(self._cousins.now().facts(key)):
            return await self._cousin(request, wording.facts_changed_meanwhile(), 409, typed=typed)
        try:
            await asyncio.to_thread(self._cousins.write_facts, key, typed.splitlines())
        except (*_CANNOT, OSError) as error:
            return await self._cousin(request, _words(error), 409, typed=typed)
        return self._pages.done(_url(key), wording.facts_saved())

    async def _add(self, request: Request) -> Response:
        admin(request)
        key = self._key(request)
        try:
            async with request.form(max_files=MOST_FILES) as form:
                uploads = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.size]
                files = [(one.filename or "", await one.read()) for one in uploads]
        except HTTPException as error:
            if error.status_code != HTTPStatus.BAD_REQUEST:
                raise
            return await self._cousin(request, wording.too_many_photos(MOST_FILES), 400)
        if not files:
            return await self._cousin(request, wording.no_photo(), 400)
        try:
            outcomes = await self._photos.add(key, files)
        except (*_CANNOT, OSError) as error:
            return await self._cousin(request, _words(error), 409)
        return self._pages.done(_url(key), _told(outcomes))

    async def _rename(self, request: Request) -> Response:
        admin(request)
        key = self._key(request)
        async with request.form() as form:
            name = str(form.get("name") or "")
        try:
            new, trouble = await self._changes.rename(key, name)
        except (*_CANNOT, OSError) as error:
            return await self._cousin(request, _words(error), 409)
        told = _with(wording.renamed(self._cousins.now().shown(new, to_admins=True)), trouble)
        return self._pages.done("/cousins", told)

    async def _merge(self, request: Request) -> Response:
        admin(request)
        key = self._key(request)
        async with request.form() as form:
            into = str(form.get("into") or "")
        names = self._cousins.now()
        if into not in names.listed(to_admins=True):
            return await self._cousin(request, wording.choose_somebody(), 400)
        old = names.shown(key, to_admins=True)
        try:
            trouble = await self._changes.merge(key, into)
        except (*_CANNOT, OSError) as error:
            return await self._cousin(request, _words(error), 409)
        name = self._cousins.now().shown(into, to_admins=True)
        return self._pages.done("/cousins", _with(wording.merged(old, name), trouble))

    async def _undo(self, request: Request) -> Response:
        admin(request)
        async with request.form() as form:
            number = str(form.get("change") or "")
        change = next((one for one in await self._log.latest() if str(one.id) == number), None)
        try:
            kept, trouble = await self._changes.take_back(change.id if change else 0)
        except (*_CANNOT, OSError) as error:
            return await self._list(request, _words(error), 409)
        told = _with(wording.taken_back(kept), trouble)
        is_photo = change is not None and change.kind == "removal"
        return self._pages.done(_url(change.old) if is_photo and change and change.old else "/cousins", told)

    async def _forget(self, request: Request) -> Response:
        admin(request)
        key = self._key(request)
        async with request.form() as form:
            typed = str(form.get("typed") or "")
        if typed.strip() != key:  # keyboards of phones put a blank behind a word
            return await self._cousin(request, wording.type_exactly(key), 400)
        name = self._cousins.now().shown(key, to_admins=True)
        try:
            stayed = await self._changes.forget(key)
        except (*_CANNOT, OSError) as error:
            return await self._cousin(request, _words(error), 409)
        return self._pages.done("/cousins", wording.forgotten(name, stayed))

    async def _photo(self, request: Request) -> Response:
        admin(request)
        key, kept = self._key(request), await self._kept(request)
        return self._pages.page(
            request,
            "photo.html",
            key=key,
            url=_url(key),
            name=self._cousins.now().shown(key, to_admins=True),
            photo=_url(key, f"/photos/{kept.sha256}"),
            file=kept.name or "",
            said=await self._unclear.said(kept.sha256, key),
            is_unclear=await self._unclear.find(kept.sha256, key) is not None,
        )

    async def _remove(self, request: Request) -> Response:
        admin(request)
        key, kept = self._key(request), await self._kept(request)
        try:
            await self._photos.remove(kept)
        except (*_CANNOT, OSError) as error:
            return await self._cousin(request, _words(error), 409)
        return RedirectResponse(_url(key), 303, PRIVATE)

    async def _portrait(self, request: Request) -> Response:
        """The largest face of theirs that the version which answers has learned; else their newest photo."""
        key = self._key(request)
        own = await self._photos.noted(key)
        if not own:
            raise HTTPException(404)
        model = self._model()
        learned = [one for one in model.samples if (one.cousin, one.source) == (key, LIBRARY)] if model else []
        faces = {one.sha256: Box(*one.box) for one in learned}
        kept = max(own, key=lambda one: faces[one.sha256].area if one.sha256 in faces else 0)
        return await _jpeg(self._photos.portrait(kept, faces.get(kept.sha256)))

    async def _small(self, request: Request) -> Response:
        admin(request)
        return await _jpeg(self._photos.small(await self._kept(request)))

    async def _large(self, request: Request) -> Response:
        admin(request)
        return await _jpeg(self._photos.large(await self._kept(request)))

    def _key(self, request: Request) -> str:
        """The cousin whom the address names. Raises `HTTPException` (404)."""
        key, caller = str(request.path_params["cousin"]), guest(request)
        if key not in self._cousins.now().listed(to_admins=caller.is_admin):
            raise HTTPException(404)
        return key

    async def _kept(self, request: Request) -> KeptFile:
        kept = await self._photos.find(self._key(request), str(request.path_params["sha256"]))
        if kept is None:
            raise HTTPException(404)
        return kept

    def _model(self) -> ModelCard | None:
        champion = self._registry.current()
        return self._registry.find(champion) if champion else None


async def _jpeg(drawn: Awaitable[bytes]) -> Response:
    try:
        return Response(await drawn, 200, PRIVATE, "image/jpeg")
    except (PhotoError, OSError):
        raise HTTPException(404) from None


def _undo(newest: Change, names: Names) -> tuple[int, str]:
    """The number of a change that can be taken back, and what it was."""
    old, new = (names.shown(key, to_admins=True) if key else "" for key in (newest.old, newest.new))
    return newest.id, wording.what_changed(newest, old, new)


def _by_age(ages: CousinAges) -> list[tuple[str, int]]:
    return [(band(*years), count) for years, count in zip(BANDS, ages.counts, strict=True) if count]


def _fingerprint(facts: Sequence[str]) -> str:
    """By which it is seen that somebody else has changed them while they were being written."""
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def _url(key: str, rest: str = "") -> str:
    return f"/cousins/{quote(key, safe='')}{rest}"


def _words(error: Exception) -> str:
    return why(error) if isinstance(error, OSError) else str(error)


def _with(told: str, trouble: list[str]) -> str:
    return " ".join([told, *(wording.facts_by_hand(one) for one in trouble)])


def _told(outcomes: list[Outcome]) -> str:
    def count(became: str) -> int:
        return sum(one.became == became for one in outcomes)

    lines = [wording.added(count("added"))] if count("added") else []
    lines += [wording.known_before(count("known"))] if count("known") else []
    lines += [wording.shared(count("shared"))] if count("shared") else []
    lines += [wording.not_added(one.name, one.why or "") for one in outcomes if one.became == "unreadable"]
    return " ".join(lines)
