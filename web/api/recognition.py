"""Who is in a photo, for pages and programs; and what they say of it afterwards."""

import unicodedata
from collections import Counter
from collections.abc import Hashable
from dataclasses import replace
from typing import Final

from actions.answers.corrections import Corrections
from actions.answers.recent import Gone, RecentAnswer, RecentAnswers, Unknown
from actions.answers.sentences import Sentences, as_told
from actions.answers.wording import said
from actions.cousins import Cousins, Names
from actions.photo_intake import PhotoIntake
from data.store.drafts import NewPhoto
from data.store.guesses import Answer, Guess, Guesses
from foundation.face import RecognizedFace
from foundation.statement import Says, Statement
from inference.decoding.photo import PhotoError
from inference.service import NotTrained
from web.api import wording
from web.api.answers import web_answer
from web.api.models import Spoken, Taken, WebAnswer
from web.caller import Caller

__all__ = ["Busy", "Gone", "NotTrained", "PhotoError", "Recognition", "Unknown", "UnknownCousin", "UnknownFace"]

MOST_AT_ONCE: Final = 24
"""Photos being looked at or waiting for it; more would take their memory and no less time."""
NOBODYS: Final = 0
"""The chat and the sender of what came from no person: Telegram gives the number to neither."""


class Busy(Exception):
    """So many photos wait that this one had better come again in `seconds`."""

    seconds = 3


class UnknownFace(Exception):
    """The answer has no face of this number."""


class UnknownCousin(Exception):
    """Nobody has this key, or whoever asks may not know of them."""


class Recognition:
    """Nothing is kept of a photo, but for a while in memory, unless somebody corrects what was said."""

    def __init__(
        self,
        intake: PhotoIntake,
        guesses: Guesses,
        corrections: Corrections,
        cousins: Cousins,
        recent: RecentAnswers,
        most_at_once: int = MOST_AT_ONCE,
    ) -> None:
        self._intake = intake
        self._guesses = guesses
        self._corrections = corrections
        self._cousins = cousins
        self._recent = recent
        self._most_at_once = most_at_once
        self._at_once = 0
        self._turns: Counter[tuple[int, str]] = Counter()

    async def answer(self, data: bytes, caller: Caller) -> WebAnswer:
        """Who is in the photo in these bytes. Raises `PhotoError`, `NotTrained`, `Busy`."""
        if self._at_once >= self._most_at_once:
            raise Busy
        self._at_once += 1
        try:
            async with self._intake.opened(data) as photo:
                faces, (height, width) = await self._intake.faces(photo), photo.pixels.shape[:2]
        finally:
            self._at_once -= 1
        names, sender = self._cousins.now(), _person(caller)
        spoken_of = [as_told(face, names.wants_no_name).cousin for face in faces]
        told = {cousin: self._fact(sender, cousin, names) for cousin in dict.fromkeys(spoken_of) if cousin}
        recent = RecentAnswer(_asked_by(caller), sender, data, photo.sha256, faces, told)
        return web_answer(self._recent.add(recent), faces, told, names, caller, (width, height))

    async def correct(self, number: str, face: int, says: Says, cousin: str | None, caller: Caller) -> Taken:
        """What somebody says of a face of the answer of this id; `cousin` is the exact key for `is` and `not`.

        An admin's word counts at once, a guest's is a proposal. A guest who says what the answer said is thanked, and
        nothing is kept for it; where it asked, what they answer is kept.

        Raises:
            Unknown: no such id was given, or not to them.
            Gone: it was too long ago, or its photo was forgotten.
            UnknownFace, UnknownCousin: there is none.
            OSError: the photo can't be kept, as on a full disk.
        """
        recent = self._recent.get(number, _asked_by(caller))
        if not 1 <= face <= len(recent.faces):
            raise UnknownFace
        names = self._cousins.now()
        if cousin is not None:
            cousin = unicodedata.normalize("NFC", cousin)
            if cousin not in names.listed(to_admins=caller.is_admin):
                raise UnknownCousin
        guessed = as_told(recent.faces[face - 1], names.wants_no_name)
        is_praise = (
            says == ("is" if guessed.named else "stranger")
            and cousin == guessed.named
            and not guessed.flaw
            and not guessed.asked_about
        )
        if is_praise and not caller.is_admin:
            return Taken(id=number, face=face, outcome="thanked", message=wording.thanks())
        async with recent.keeping:
            self._recent.get(number, _asked_by(caller))  # it may have been forgotten meanwhile
            guess = (await self._kept(recent, names)).guesses[face - 1]
            if not caller.is_admin:
                if says == "not" and cousin in guessed.asked_about:  # “Neither”, and they don't know who
                    await self._corrections.deny(guess, guessed.asked_about, recent.sender, caller.name)
                else:
                    await self._corrections.propose(guess, says, cousin, recent.sender, caller.name)
                taken = Taken(id=number, face=face, outcome="proposed", message=wording.admin_will_look())
                if says == "is" and cousin in guessed.asked_about:
                    reply = Statement(says, cousin, guess.photo, guess.face.box, recent.sender, accepted_by=None)
                    taken.with_words(await self._answered(guess, reply))
                return taken
            statement = await self._corrections.declare(guess, says, cousin, recent.sender)
        what = said(statement, self._cousins.now(), to_admins=True, is_picture=guessed.is_picture)
        taken = Taken(id=number, face=face, outcome="accepted", message=wording.will_remember(what))
        return taken.with_words(await self._answered(guess, statement)) if says == "is" else taken

    async def confirm(self, number: str, caller: Caller) -> str:
        """Whoever is named in the answer of this id is that, says somebody; returns what to thank with. A guest is
        thanked, and nothing is kept. Raises what `correct` does of the answer."""
        recent = self._recent.get(number, _asked_by(caller))
        if caller.is_admin:
            async with recent.keeping:
                self._recent.get(number, _asked_by(caller))
                answer = await self._kept(recent, self._cousins.now())
                await self._corrections.confirm(answer.guesses, recent.sender)
        return wording.thanks()

    async def picture(self, number: str, caller: Caller) -> bytes:
        """A JPEG of the photo of this answer, no larger than a screen. Raises `Unknown`, `Gone`, `PhotoError`."""
        return await self._intake.small_jpeg(self._recent.get(number, _asked_by(caller)).photo)

    async def _answered(self, guess: Guess, statement: Statement) -> Spoken | None:
        """The face as it is told once somebody has said who it is; None where it was forgotten at that moment."""
        kept, names = await self._guesses.get(guess.id), self._cousins.now()
        if kept is None or statement.cousin is None:
            return None
        sentences, is_told = Sentences(names), kept.fact is not None and not names.wants_no_name(statement.cousin)
        return Spoken(
            sentence=sentences.whole(kept.face, statement),
            short=sentences.short(kept.face, statement),
            fact=kept.fact if is_told else None,
            avoid=names.avoid(statement.cousin) if is_told else (),
            is_picture=kept.face.is_picture,
        )

    async def _kept(self, recent: RecentAnswer, names: Names) -> Answer:
        if recent.kept_as is not None:
            answer = await self._guesses.answer(recent.kept_as)
            if answer is None:
                raise Gone  # a person or a cousin was forgotten, and the photo with them
            return answer
        known = frozenset(names.listed(to_admins=True))  # some may have been renamed, or forgotten, meanwhile
        faces = tuple(_as_known(face, known) for face in recent.faces)
        answer = await self._intake.keep_afterwards(
            recent.sender, recent.sender, recent.photo, NewPhoto(recent.sha256, faces), recent.facts
        )
        recent.kept_as = answer.id
        return answer

    def _fact(self, sender: int, cousin: str, names: Names) -> str | None:
        """Each in turn, for everybody."""
        facts = names.facts(cousin)
        if not facts:
            return None
        turn = self._turns[sender, cousin]
        self._turns[sender, cousin] = turn + 1
        return facts[turn % len(facts)]


def _person(caller: Caller) -> int:
    return NOBODYS if caller.person is None else caller.person


def _asked_by(caller: Caller) -> Hashable:
    """Of programs each key has its own answers."""
    return caller.name if caller.person is None else caller.person


def _as_known(face: RecognizedFace, known: frozenset[str]) -> RecognizedFace:
    candidates = tuple(one for one in face.candidates if one.cousin in known)
    return replace(face.among(known.__contains__), candidates=candidates)
