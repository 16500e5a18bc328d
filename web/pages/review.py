"""Review: what guests said, the least certain face first, decided with one key each."""

import asyncio
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.answers.newcomers import Doubt, in_words, make_known
from actions.answers.sentences import Sentences
from actions.answers.wording import of_oneself
from actions.cousins import Cousins, Names
from actions.decisions import Decisions
from actions.inbox import Inbox
from actions.pictures import drawing
from actions.pictures.unclear import UnclearPhotos
from data.people.people import People
from data.store.guesses import Guess, Guesses
from data.store.statements import Statements, StoredStatement
from web.caller import admin
from web.numbers import number_in
from web.pages import wording
from web.pages.naming import Doubtful, Said, said_in
from web.templating import PRIVATE, Pages

_KEYS: Final = 9  # names that have a key of their own


class ReviewPage:
    def __init__(
        self,
        pages: Pages,
        statements: Statements,
        guesses: Guesses,
        people: People,
        inbox: Inbox,
        decisions: Decisions,
        cousins: Cousins,
        unclear: UnclearPhotos,
    ) -> None:
        self._pages = pages
        self._statements = statements
        self._guesses = guesses
        self._people = people
        self._inbox = inbox
        self._decisions = decisions
        self._cousins = cousins
        self._unclear = unclear

    def routes(self) -> list[Route]:
        return [
            Route("/review", self._next),
            Route("/review/{statement:number}", self._decide, methods=["POST"]),
            Route("/review/{statement:number}/undo", self._undo, methods=["POST"]),
            Route("/review/{statement:number}/face.jpg", self._picture),
        ]

    async def _next(self, request: Request) -> Response:
        admin(request)
        behind, first, last = (number_in(request.query_params.get(one, "")) for one in ("behind", "first", "last"))
        decided = await self._statements.get(last) if last else None
        told = await self._outcome(decided) if decided is not None and decided.status != "proposed" else None
        return await self._page(request, behind=behind, first=first, told=told, last=decided)

    async def _decide(self, request: Request) -> Response:
        caller = admin(request)
        proposal = await self._statements.get(int(request.path_params["statement"]))
        by = caller.person or 0
        if proposal is None:
            return await self._page(request, told=wording.decided_already(), status=409)
        async with request.form() as form:
            try:
                if form.get("says") == "dismiss":
                    done = await self._decisions.dismiss(proposal, by)
                elif proposal.status != "proposed":  # before anybody new is taken in
                    done = False
                else:
                    done = await self._say(proposal, await self._said(proposal, form), by)
            except Doubtful as error:
                return await self._page(request, first=proposal.id, doubt=error.question)
            except ValueError as error:
                return await self._page(request, told=str(error), status=400, first=proposal.id)
        if not done:
            return await self._page(request, told=await self._decided(proposal.id), status=409)
        return RedirectResponse(f"/review?last={proposal.id}", 303, PRIVATE)

    async def _said(self, proposal: StoredStatement, form: FormData) -> Said:
        """Raises what `said_in` does, and `ValueError` where nobody has that key."""
        said = await said_in(form, self._cousins, is_admin=True)
        if said.cousin is not None:
            if said.cousin not in {*self._cousins.now().listed(to_admins=True), proposal.statement.cousin}:
                raise ValueError(wording.choose_somebody())
            if said.cousin != proposal.statement.cousin:
                await asyncio.to_thread(self._cousins.make_room, said.cousin)
        return said

    async def _say(self, proposal: StoredStatement, said: Said, by: int) -> bool:
        """What was proposed is accepted, anything else takes its place; False where somebody was first."""
        if (said.says, said.cousin) == (proposal.statement.says, proposal.statement.cousin):
            known = await make_known(proposal, self._statements, self._cousins)
            return bool((await self._decisions.accept([known], by, None)).now)
        return await self._decisions.overrule(proposal, said.says, said.cousin, by)

    async def _undo(self, request: Request) -> Response:
        caller = admin(request)
        proposal = await self._statements.get(int(request.path_params["statement"]))
        if proposal is not None and await self._decisions.reopen(proposal, caller.person or 0):
            return self._pages.done(f"/review?first={proposal.id}", wording.waits_again())
        return await self._page(request, told=wording.not_yours(), status=409)

    async def _picture(self, request: Request) -> Response:
        admin(request)
        proposal = await self._statements.get(int(request.path_params["statement"]))
        said = proposal.statement if proposal else None
        photo = await self._inbox.open(said.photo, drawing.side_for(said.box)) if said else None
        if said is None or photo is None:
            raise HTTPException(404)
        jpeg = await asyncio.to_thread(drawing.crop, photo.pixels, said.box)
        return Response(jpeg, 200, PRIVATE, "image/jpeg")

    async def _page(
        self,
        request: Request,
        *,
        told: str | None = None,
        status: int = 200,
        behind: int = 0,
        first: int = 0,
        last: StoredStatement | None = None,
        doubt: Doubt | None = None,
    ) -> Response:
        """The face at the head of the queue, or `first`, or the one behind one that was skipped."""
        waiting = list({one.guess_id: one for one in reversed(await self._statements.proposed())}.values())[::-1]
        place = next((place for place, one in enumerate(waiting) if one.id == first), None)
        if place is None:
            skipped = next((place for place, one in enumerate(waiting) if one.id == behind), None)
            place = 0 if skipped is None else (skipped + 1) % len(waiting)
        proposal = waiting[place] if waiting else None
        guess = await self._guesses.get(proposal.guess_id) if proposal else None
        undo = last.id if last is not None and last.status != "proposed" else None
        values: dict[str, object] = {
            "told": told,
            "waiting": len(waiting),
            "unclear": await self._unclear.count(),
            "undo": undo,
            "proposal": None,
            "doubt": doubt,
        }
        if proposal is not None and guess is not None:
            values |= await self._described(proposal, guess)
        return self._pages.page(request, "review.html", status, **values)

    async def _described(self, proposal: StoredStatement, guess: Guess) -> dict[str, object]:
        names, face, statement = self._cousins.now(), guess.face, proposal.statement
        keys = _likely(proposal, guess, names)
        choices = [(key, names.shown(key, to_admins=True)) for key in keys]
        says = self._words(proposal)
        if proposal.way == "self":
            says = of_oneself(says)
            if keys[:1] != [statement.cousin]:  # nobody knows them yet
                choices.insert(0, (statement.cousin or "", self._words(proposal)))
        return {
            "proposal": proposal.id,
            "who": await self._people.name(statement.by) or wording.someone_unknown(),
            "says": says,
            "is_picture": face.is_picture,
            "mine": Sentences(names, to_admins=True).behind_a_colon(face),
            "likely": choices[:_KEYS],
            "others": choices[_KEYS:],
            "has_photo": self._inbox.path(statement.photo).is_file(),
        }

    async def _decided(self, number: int) -> str:
        """Who was first, and what they said."""
        proposal = await self._statements.get(number)
        if proposal is None or proposal.decided_by is None:
            return wording.decided_already()
        name = await self._people.name(proposal.decided_by) or wording.someone_unknown()
        final = await self._final(proposal)
        return wording.decided_by(name, self._words(final)) if final else wording.dismissed_by(name)

    async def _outcome(self, decided: StoredStatement) -> str:
        final = await self._final(decided)
        return wording.noted(self._words(final)) if final else wording.dismissed()

    async def _final(self, decided: StoredStatement) -> StoredStatement | None:
        """What was decided on the face of a proposal, be it that or another word; None where it was dismissed."""
        final = await self._statements.of_guess(decided.guess_id)
        return final if final is not None and final.decision == decided.decision else None

    def _words(self, stated: StoredStatement) -> str:
        return in_words(stated, self._cousins.now())


def _likely(proposal: StoredStatement, guess: Guess, names: Names) -> Sequence[str]:
    """Whom it was said to be first, then whom it looks like."""
    proposed = [proposal.statement.cousin] if proposal.statement.says == "is" and proposal.statement.cousin else []
    return names.likely([*proposed, *(one.cousin for one in guess.face.candidates)], to_admins=True)
