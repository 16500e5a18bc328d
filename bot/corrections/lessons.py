"""Photos that are shown with a name: it is noted whose they are, and asked where that is not clear.

What is noted is an admin's correction, or a guest's proposal, like any other. The questions carry all they need on
their buttons, so that they outlive a restart.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from telegram import InlineKeyboardMarkup, Message, User
from telegram.ext import ExtBot

from actions.answers.newcomers import key_to_propose
from actions.cousins import Cousins
from actions.inbox import Inbox
from actions.people.access import Access
from actions.pictures import drawing
from bot.answers.wishes import Wish
from bot.conversation.keyboards import MOST_BUTTONS, Choice, in_rows, keyboard
from bot.conversation.part import Part
from bot.conversation.permissions import Permission
from bot.conversation.taps import Action, Run, Tap
from bot.conversation.wording import forgotten
from bot.corrections import wording
from bot.corrections.meanings import Meanings, Meant
from bot.corrections.newcomers import Newcomers
from bot.corrections.statement_taker import StatementTaker
from bot.transport import photo_or_text
from bot.transport.outbox import apart
from data.store.buttons import Button, Buttons
from data.store.guesses import Answer, Guess, Guesses
from data.store.statements import Statements
from foundation.statement import Way

_ALONE: Final = "alone"
"""On a button: of the photos that were sent together only this one is about that cousin."""
_PREFIXES: dict[Way, str] = {"taught": "teach", "self": "iam"}

Photo = Sequence[Guess]
"""The faces of one photo."""


class Lessons(Part):
    def __init__(
        self,
        bot: ExtBot[int],
        access: Access,
        guesses: Guesses,
        statements: Statements,
        buttons: Buttons,
        inbox: Inbox,
        cousins: Cousins,
        taker: StatementTaker,
        newcomers: Newcomers,
        meanings: Meanings,
    ) -> None:
        self._bot = bot
        self._access = access
        self._guesses = guesses
        self._statements = statements
        self._buttons = buttons
        self._inbox = inbox
        self._cousins = cousins
        self._taker = taker
        self._newcomers = newcomers
        self._meanings = meanings

    def actions(self) -> dict[str, Action]:
        actions = {"unteach": Action(Permission.ADMIN, self._undo)}
        for way, prefix in _PREFIXES.items():
            whose = Permission.ADMIN if way == "taught" else Permission.PERSON
            for name, run in (
                ("is", self._named(way)),
                ("new", self._named_new(way)),
                ("no", self._nobody),
                ("face", self._face(way)),
                ("none", self._none(way)),
                ("again", self._again(way)),
            ):
                actions[f"{prefix}_{name}"] = Action(whose, run)
        return actions

    def wish(self, messages: Sequence[Message]) -> Wish | None:
        """What a caption wishes."""
        return self._meanings.wish(messages)

    async def learn(self, answer: Answer, wish: Wish, photos: Mapping[int, str]) -> None:
        for part, own in self._parts(answer, wish, photos) if wish.own else [(answer, wish)]:
            meant = self._meanings.of(part, own)
            if meant.cousin is not None:
                with suppress(ValueError):  # `tell` says it
                    await self._note(part, await self._placed(meant.cousin, own.by), own.way, own.by)

    async def tell(self, answer: Answer, wish: Wish, photos: Mapping[int, str]) -> None:
        """What was noted of several photos, and what has to be asked; of one the answer says it."""
        with apart("lesson"):
            if not wish.own:
                await self._tell(answer, wish)
                return
            parts = self._parts(answer, wish, photos)
            for part, own in parts:
                await self._tell(part, own, alone=True)
            if not parts:
                await self._say(answer, wording.several_captions())
                return
            taught = {guess.photo for part, _ in parts for guess in part.guesses}
            if left := {photos[number] for number in wish.own if number in photos} - taught:
                await self._say(answer, wording.no_sure_name(len(left)))

    def _parts(self, answer: Answer, wish: Wish, photos: Mapping[int, str]) -> list[tuple[Answer, Wish]]:
        """The photos below which there is the same name, for sure somebody's, and that."""
        named: dict[tuple[Way, str], tuple[Wish, set[str]]] = {}
        for number, own in wish.own.items():
            if own is not None and number in photos:
                named.setdefault((own.way, own.name), (own, set()))[1].add(photos[number])
        parts = [
            (replace(answer, guesses=tuple(one for one in answer.guesses if one.photo in theirs), notes=()), own)
            for own, theirs in named.values()
        ]
        return [(part, own) for part, own in parts if part.guesses and self._meanings.of(part, own).cousin is not None]

    async def _tell(self, answer: Answer, wish: Wish, *, alone: bool = False) -> None:
        """`alone`: of the photos that were sent together these are only some."""
        meant = self._meanings.of(answer, wish)
        if meant.cousin is not None:
            try:
                cousin = await self._placed(meant.cousin, wish.by)
            except ValueError as error:
                await self._say(answer, str(error))
                return
            text, markup = await self._summed_up(answer, cousin, wish.way, wish.by)
            if text:
                await self._say(answer, text, markup)
            for photo in _photos(answer) if alone else ():
                own = replace(answer, guesses=tuple(photo))
                await self._ask_next(own, cousin, wish.way, wish.by, alone=True)
            if not alone:
                await self._ask_next(answer, cousin, wish.way, wish.by)
        elif meant.words:
            await self._say(answer, meant.words, await self._choices(answer, meant, wish))

    async def confirm(self, answer: Answer, wish: Wish) -> None:
        """The same for an answer that was sent before, under which nobody may look: of one photo it is said too."""
        await self.tell(answer, wish, {})
        meant = self._meanings.of(answer, wish)
        if meant.cousin is not None and len(_photos(answer)) == 1 and len(_faces(answer.guesses)) == 1:
            name = self._cousins.now().shown(meant.cousin, to_admins=True)
            await self._say(answer, wording.will_remember(name))

    def nothing_learned(self, wish: Wish) -> str | None:
        """None where no name was given that would be missed."""
        only = self._cousins.now().look_up(wish.name, to_admins=True).only if wish.way == "taught" else None
        return wording.nothing_learned(self._cousins.now().shown(only, to_admins=True)) if only else None

    async def _placed(self, cousin: str, user: User) -> str:
        """The key; whom an admin names, and who is in facts.yaml alone, gets a folder. Raises `ValueError`."""
        if not self._access.is_admin(user.id):
            return cousin
        return await asyncio.to_thread(self._cousins.place, cousin)

    async def _choices(self, answer: Answer, meant: Meant, wish: Wish) -> InlineKeyboardMarkup | None:
        if not meant.choices or not answer.guesses:
            return None
        prefix, guess = _PREFIXES[wish.way], answer.guesses[0]

        def button(action: str, value: str) -> Button:
            cousin, name = (value, None) if action == "is" else (None, value or None)
            return Button(
                answer.chat_id, f"{prefix}_{action}", guess_id=guess.id, cousin=cousin, name=name, person=wish.by.id
            )

        rows = [[(text, button(action, value))] for action, text, value in meant.choices]
        return await keyboard(self._buttons, rows)

    def _named(self, way: Way) -> Run:
        async def named(tap: Tap) -> str | None:
            answer = await self._answer_of(tap)
            if answer is None:
                return forgotten()
            try:
                cousin = await self._placed(tap.button.cousin or "", tap.user)
            except ValueError as error:
                await tap.rewrite(str(error))
                return None
            await self._go_ahead(tap, answer, cousin, way)
            return None

        return named

    def _named_new(self, way: Way) -> Run:
        async def named(tap: Tap) -> str | None:
            answer, name, hint = await self._answer_of(tap), tap.button.name or "", ""
            if answer is None:
                return forgotten()
            try:
                if not self._access.is_admin(tap.user.id):
                    cousin = key_to_propose(name)
                elif before := await self._named_before(answer):  # handled again after a restart
                    cousin = before
                else:
                    cousin, hint = await self._newcomers.add(name, tap.user, tap.button.chat_id)
            except ValueError as error:
                await tap.rewrite(str(error))
                return None
            await self._go_ahead(tap, answer, cousin, way, hint)
            return None

        return named

    async def _named_before(self, answer: Answer) -> str | None:
        for guess in answer.guesses:
            if (cousin := await self._taker.named_before(guess)) is not None:
                return cousin
        return None

    async def _go_ahead(self, tap: Tap, answer: Answer, cousin: str, way: Way, hint: str = "") -> None:
        await self._note(answer, cousin, way, tap.user)
        text, markup = await self._summed_up(answer, cousin, way, tap.user)
        if not text:
            name = self._cousins.now().shown(cousin, to_admins=True)
            text = wording.will_remember(name) if self._access.is_admin(tap.user.id) else wording.admin_will_look()
        await tap.rewrite(text + hint, markup)
        await self._ask_next(answer, cousin, way, tap.user)

    async def _nobody(self, tap: Tap) -> str | None:
        await tap.rewrite(wording.nothing_changed())
        return None

    # What is noted

    async def _note(self, answer: Answer, cousin: str, way: Way, user: User) -> None:
        """Where a photo has one face it is said whose."""
        await self._taker.take_each(_sure(answer), cousin, user, way)

    async def _summed_up(
        self, answer: Answer, cousin: str, way: Way, user: User
    ) -> tuple[str | None, InlineKeyboardMarkup | None]:
        """What becomes of the photos; no text where the answer itself, or the question that follows, says it."""
        photos, settled = _photos(answer), await self._settled(answer, cousin, user)
        sure = len(_sure(answer))
        unclear = sum(len(_faces(photo)) > 1 and photo[0].photo not in settled for photo in photos)
        faceless = [photo[0].number for photo in photos if not _faces(photo)]
        name = self._cousins.now().shown(cousin, to_admins=True)
        is_admin = self._access.is_admin(user.id)
        if len(photos) == 1 and not answer.notes:
            if faceless:
                return (wording.no_face_of(name) if way == "taught" else wording.no_face_of_you()), None
            return (wording.you_are(name) if sure and way == "self" and is_admin else None), None
        if way == "taught":
            lines = [wording.photos_of(name, sure, unclear)]
        elif is_admin:
            lines = [wording.photos_of(name, sure, unclear), wording.you_are(name)]
        else:
            lines = [wording.photos_of_you(sure, unclear)]
        if faceless:
            lines.append(wording.no_face_on(faceless))
        if answer.notes:
            lines.append(wording.not_opened(len(answer.notes)))
        markup = None
        if sure and way == "taught":
            undo = Button(answer.chat_id, "unteach", guess_id=answer.guesses[0].id, cousin=cousin)
            markup = await keyboard(self._buttons, [[(wording.undo(), undo)]])
        return "\n".join(line for line in lines if line), markup

    async def _settled(self, answer: Answer, cousin: str, user: User) -> Collection[str]:
        """The photos of which it was said which face is the cousin's, by an admin or by this guest."""
        guesses = {guess.id: guess for guess in answer.guesses}
        accepted = (await self._statements.of_guesses(list(guesses))).values()
        waiting = [one for one in await self._statements.waiting(list(guesses)) if one.statement.by == user.id]
        return {
            guesses[one.guess_id].photo
            for one in (*accepted, *waiting)
            if (one.statement.says, one.statement.cousin) == ("is", cousin)
        }

    async def _undo(self, tap: Tap) -> str | None:
        """All that was said to be this cousin's with the photos of one answer; which face it is has an undo of its
        own."""
        answer = await self._answer_of(tap)
        if answer is None:
            return forgotten()
        said = await self._statements.of_guesses([guess.id for guess in answer.guesses])
        theirs = {number for number, one in said.items() if tap.button.cousin in (None, one.statement.cousin)}
        await self._taker.take_back([guess for guess in _sure(answer) if guess.id in theirs], "taught", tap.user)
        if tap.message_id != answer.message_id:  # which was written anew
            await tap.rewrite(wording.taken_back())
        return wording.taken_back()

    # Which face is it?

    async def _ask_next(
        self, answer: Answer, cousin: str, way: Way, user: User, behind: str | None = None, *, alone: bool = False
    ) -> None:
        """Ask about the first photo on which it is not clear, or the first one behind another. `alone`: about no other
        after it."""
        settled, photos = await self._settled(answer, cousin, user), _photos(answer)
        place = next((number for number, photo in enumerate(photos, 1) if photo[0].photo == behind), 0)
        for photo in photos[place:]:
            if len(_faces(photo)) > 1 and photo[0].photo not in settled:
                text, markup = await self._question(answer.chat_id, photo, cousin, way, user, alone=alone)
                await self._say(answer, text, markup, photo)
                return

    async def _question(
        self, chat_id: int, photo: Photo, cousin: str, way: Way, user: User, *, alone: bool
    ) -> tuple[str, InlineKeyboardMarkup]:
        scope = _ALONE if alone else None

        def choice(text: str, action: str, guess: Guess) -> Choice:
            action = f"{_PREFIXES[way]}_{action}"
            return text, Button(chat_id, action, guess_id=guess.id, cousin=cousin, name=scope, person=user.id)

        numbers = [choice(str(guess.number), "face", guess) for guess in _faces(photo)]
        none = choice(wording.none_of_them(), "none", photo[0])
        markup = await keyboard(self._buttons, [*in_rows(numbers[: MOST_BUTTONS - 1], 5), [none]])
        if way == "self":
            return wording.which_is_you(), markup
        return wording.which_is(self._cousins.now().shown(cousin, to_admins=True)), markup

    def _face(self, way: Way) -> Run:
        async def face(tap: Tap) -> str | None:
            guess = await self._guess_of(tap)
            if guess is None:
                return forgotten()
            cousin = tap.button.cousin or ""
            await self._taker.take(guess, "is", cousin, tap.user, way)
            if self._access.is_admin(tap.user.id):
                said = wording.face_is(guess.number, self._cousins.now().shown(cousin, to_admins=True))
            else:
                said = wording.face_is_you(guess.number)
            await self._answered(tap, guess, way, said)
            return None

        return face

    def _none(self, way: Way) -> Run:
        async def none(tap: Tap) -> str | None:
            guess = await self._guess_of(tap)
            if guess is None:
                return forgotten()
            name = self._cousins.now().shown(tap.button.cousin or "", to_admins=True)
            said = wording.no_face_is(name) if way == "taught" else wording.no_face_is_you()
            await self._answered(tap, guess, way, said)
            return None

        return none

    async def _answered(self, tap: Tap, guess: Guess, way: Way, said: str) -> None:
        """Say what was noted, with a button to take it back, and ask about the next photo."""
        cousin = tap.button.cousin or ""
        again = Button(
            tap.button.chat_id,
            f"{_PREFIXES[way]}_again",
            guess_id=guess.id,
            cousin=cousin,
            name=tap.button.name,
            person=tap.user.id,
        )
        await tap.rewrite(said, await keyboard(self._buttons, [[(wording.undo(), again)]]))
        answer = await self._guesses.answer(guess.answer_id)
        if answer is not None and tap.button.name != _ALONE:
            await self._ask_next(answer, cousin, way, tap.user, behind=guess.photo)

    def _again(self, way: Way) -> Run:
        async def again(tap: Tap) -> str | None:
            guess, answer = await self._guess_of(tap), await self._answer_of(tap)
            if guess is None or answer is None:
                return forgotten()
            photo = next(photo for photo in _photos(answer) if photo[0].photo == guess.photo)
            await self._taker.take_back(photo, way, tap.user)
            cousin = tap.button.cousin or ""
            alone = tap.button.name == _ALONE
            await tap.rewrite(*await self._question(tap.button.chat_id, photo, cousin, way, tap.user, alone=alone))
            return None

        return again

    async def _say(
        self,
        answer: Answer,
        text: str,
        markup: InlineKeyboardMarkup | None = None,
        photo: Photo | None = None,
    ) -> None:
        picture = await self._numbered(photo) if photo else None
        discretion = await self._guesses.discretion([guess.photo for guess in photo or answer.guesses])
        await photo_or_text.send(
            self._bot,
            answer.chat_id,
            text,
            picture,
            markup=markup,
            reply_to=answer.asked_message_id,
            discretion=discretion,
        )

    async def _numbered(self, photo: Photo) -> bytes | None:
        """The photo with its faces, under the numbers they have in the answer; None where it is gone."""
        opened = await self._inbox.open(photo[0].photo, drawing.SIDE)
        if opened is None:
            return None
        faces = [drawing.Numbered(guess.number, guess.face.box) for guess in _faces(photo)]
        return await asyncio.to_thread(drawing.numbered, [(opened.pixels, faces)])

    async def _guess_of(self, tap: Tap) -> Guess | None:
        return await self._guesses.get(tap.button.guess_id) if tap.button.guess_id else None

    async def _answer_of(self, tap: Tap) -> Answer | None:
        guess = await self._guess_of(tap)
        return await self._guesses.answer(guess.answer_id) if guess else None


def _photos(answer: Answer) -> list[Photo]:
    """The faces of each photo; one that came twice in an album is one."""
    photos: dict[str, dict[tuple[float, ...], Guess]] = {}
    for guess in answer.guesses:
        photos.setdefault(guess.photo, {}).setdefault(guess.face.box.sides, guess)
    return [list(faces.values()) for faces in photos.values()]


def _faces(photo: Photo) -> Photo:
    """Those that can be somebody's: where no face was found there is only the whole picture."""
    return [guess for guess in photo if guess.face.found or guess.face.is_picture]


def _sure(answer: Answer) -> list[Guess]:
    """The faces that are alone on their photos."""
    return [faces[0] for photo in _photos(answer) if len(faces := _faces(photo)) == 1]
