"""Who is in a photo, for pages and programs; and what they say of it afterwards."""

import unicodedata
from collections import Counter
from collections.abc import Hashable
from dataclasses import replace
from typing import Final

from actions.answers.corrections import Corrections
from actions.answers.recent import Gone, RecentAnswer, RecentAnswers, Unknown
from actions.answers.sentences import Sentences
from actions.answers.wording import if_it_is, said
from actions.cousins import Cousins, Names
from actions.photo_intake import PhotoIntake
from data.store.drafts import NewPhoto
from data.store.guesses import Answer, Guesses
from foundation.face import RecognizedFace
from foundation.statement import Says
from inference.decoding.photo import PhotoError
from inference.service import NotTrained
from web.api import wording
from web.api.models import AnswerKind, Spoken, Taken, WebAnswer, WebCandidate, WebFace
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
                faces = await self._intake.faces(photo)
        finally:
            self._at_once -= 1
        names, sender = self._cousins.now(), _person(caller)
        told = {cousin: self._fact(sender, cousin, names) for cousin in _named_in(faces)}
        recent = RecentAnswer(_asked_by(caller), sender, data, photo.sha256, faces, told)
        return _answered(self._recent.add(recent), faces, told, names, caller)

    async def correct(self, number: str, face: int, says: Says, cousin: str | None, caller: Caller) -> Taken:
        """What somebody says of a face of the answer of this id; `cousin` is the exact key for `is` and `not`.

        An admin's word counts at once, a guest's is a proposal. A guest who says what was guessed is thanked, and
        nothing is kept for it.

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
        guessed = recent.faces[face - 1]
        is_praise = says == ("is" if guessed.cousin else "stranger") and cousin == guessed.cousin and not guessed.flaw
        if is_praise and not caller.is_admin:
            return Taken(id=number, face=face, outcome="thanked", message=wording.thanks())
        async with recent.keeping:
            self._recent.get(number, _asked_by(caller))  # it may have been forgotten meanwhile
            guess = (await self._kept(recent, names)).guesses[face - 1]
            if not caller.is_admin:
                await self._corrections.propose(guess, says, cousin, recent.sender, caller.name)
                return Taken(id=number, face=face, outcome="proposed", message=wording.admin_will_look())
            statement = await self._corrections.declare(guess, says, cousin, recent.sender)
        what = said(statement, self._cousins.now(), to_admins=True, is_picture=guessed.is_picture)
        return Taken(id=number, face=face, outcome="accepted", message=wording.will_remember(what))

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


def _named_in(faces: tuple[RecognizedFace, ...]) -> list[str]:
    return list(dict.fromkeys(face.cousin for face in faces if face.cousin))


def _as_known(face: RecognizedFace, known: frozenset[str]) -> RecognizedFace:
    return replace(
        face,
        cousin=face.cousin if face.cousin in known else None,
        candidates=tuple(one for one in face.candidates if one.cousin in known),
        runners_up=tuple(one for one in face.runners_up if one.cousin in known),
    )


def _answered(
    number: str,
    faces: tuple[RecognizedFace, ...],
    told: dict[str, str | None],
    names: Names,
    caller: Caller,
) -> WebAnswer:
    sentences = Sentences(names)
    told = dict(told)  # who is on a photo twice is talked about once
    web_faces = [_web_face(place, face, names, caller) for place, face in enumerate(faces, 1)]
    best = max(range(len(faces)), key=lambda place: (web_faces[place].cousin is not None, faces[place].confidence))
    fact = told.get(faces[best].cousin or "")
    hint = _about(faces[best], fact, names) if fact else sentences.whole(faces[best])
    spoken = []
    for face in faces:
        fact = told.pop(face.cousin, None) if face.cousin else None
        spoken.append(
            Spoken(
                sentence=sentences.whole(face),
                short=sentences.short(face),
                fact=_about(face, fact, names) if fact else None,
                avoid=names.avoid(face.cousin) if fact and face.cousin else (),
                is_picture=face.is_picture,
            )
        )
    return WebAnswer(
        id=number,
        guess=web_faces[best].cousin,
        hint=hint,
        answer=web_faces[best].answer,
        name=web_faces[best].name,
        confidence=web_faces[best].confidence,
        faces=web_faces,
        version=faces[best].version,
    ).with_words(tuple(spoken))


def _about(face: RecognizedFace, fact: str, names: Names) -> str:
    return if_it_is(names.shown(face.cousin), fact) if face.runners_up and face.cousin else fact


def _web_face(number: int, face: RecognizedFace, names: Names, caller: Caller) -> WebFace:
    """Of who does not want to be named the key is nobody's to know but the admins', who may have to choose it."""
    cousin = face.cousin if face.cousin and not names.wants_no_name(face.cousin) else None
    left, top, right, bottom = face.box.sides
    answer: AnswerKind = "named" if cousin else "nobody"
    return WebFace(
        number=number,
        box=(_share(left), _share(top), _share(right), _share(bottom)),
        cousin=cousin,
        name=names.shown(face.cousin) if face.cousin else None,
        answer=answer,
        confidence=_share(face.confidence),
        candidates=[
            WebCandidate(
                cousin=one.cousin,
                name=names.shown(one.cousin, to_admins=caller.is_admin),
                confidence=_share(one.probability),
            )
            for one in face.candidates
            if caller.is_admin or not names.wants_no_name(one.cousin)
        ],
    )


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, float(value))), 4)
