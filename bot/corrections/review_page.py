"""The page of the review: up to six faces in one picture, what people said of them, and the buttons to decide."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from telegram import InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.ext import ExtBot

from actions.answers.newcomers import in_words
from actions.answers.sentences import Sentences
from actions.answers.wording import of_oneself
from actions.cousins import Cousins
from actions.inbox import Inbox
from actions.people.languages import ReadersLanguage
from actions.pictures import drawing
from bot.conversation.keyboards import Choice, keyboard
from bot.corrections import wording
from bot.transport import photo_or_text
from data.facts.parser import MAX_NAME
from data.people.people import People
from data.store.buttons import Button, Buttons
from data.store.guesses import Guess, Guesses
from data.store.review_pages import ReviewPage, ReviewPages
from data.store.statements import Statements, StoredStatement
from foundation.reader import in_language

FACES: Final = 6  # two columns of three: large enough to be known again on a phone
_LONGEST: Final = 22  # characters of a name on a line of several; six lines of four names fit a caption of 1024
_OTHERS: Final = 2  # what others said of the same face, as far as a line has room


@dataclass(frozen=True, slots=True)
class _Entry:
    """One face of a page.

    `proposal` and `guess` are None once its photo was forgotten; `outcome` says what was decided, None before that.
    """

    number: int
    proposal: StoredStatement | None
    guess: Guess | None
    outcome: str | None


class ReviewPager:
    """At most one page is open in a chat; all that show a face are written anew when somebody decides on it."""

    def __init__(
        self,
        bot: ExtBot[int],
        open_pages: ReviewPages,
        statements: Statements,
        guesses: Guesses,
        people: People,
        buttons: Buttons,
        inbox: Inbox,
        cousins: Cousins,
        languages: ReadersLanguage,
    ) -> None:
        self._bot = bot
        self._open_pages = open_pages
        self._statements = statements
        self._guesses = guesses
        self._people = people
        self._buttons = buttons
        self._inbox = inbox
        self._cousins = cousins
        self._languages = languages

    async def open(self, chat_id: int, behind: ReviewPage | None = None) -> None:
        """Send the proposals about which the bot was least certain, or those that come behind a page's."""
        await self._put_away(chat_id)
        waiting = await self._statements.proposed()
        shown = _six(waiting, behind.statements if behind else ())
        if not shown:
            await self._bot.send_message(chat_id, wording.nothing_to_review())
            return
        entries = [await self._entry(number, one.id) for number, one in enumerate(shown, 1)]
        photo = await self._picture(shown)
        text, markup = await self._written(chat_id, entries, waiting, has_picture=photo is not None)
        sent, has_picture = await photo_or_text.send(
            self._bot,
            chat_id,
            text,
            photo,
            markup=markup,
            parse_mode=ParseMode.HTML,
            discretion=await self._guesses.discretion([one.statement.photo for one in shown]),
        )
        await self._open_pages.open(chat_id, sent.message_id, has_picture, [one.id for one in shown])

    async def redraw_showing(self, guess_ids: Iterable[int]) -> None:
        """Write anew every page, of whichever admin, that shows one of these faces."""
        pages = [page for guess_id in guess_ids for page in await self._open_pages.showing(guess_id)]
        for page in dict.fromkeys(pages):
            await self.redraw(page)

    async def redraw(self, page: ReviewPage) -> None:
        """In the language of whoever has it open."""
        with in_language(await self._languages.of(page.chat_id)):
            await self._rewrite(page)

    async def _rewrite(self, page: ReviewPage) -> None:
        entries = [await self._entry(number, id_) for number, id_ in enumerate(page.statements, 1)]
        waiting = await self._statements.proposed()
        text, markup = await self._written(page.chat_id, entries, waiting, has_picture=page.has_picture)
        await photo_or_text.edit(
            self._bot,
            page.chat_id,
            page.message_id,
            text,
            has_picture=page.has_picture,
            markup=markup,
            parse_mode=ParseMode.HTML,
        )

    async def go_on(self, chat_id: int) -> None:
        """Open the next page if everything on this chat's page was decided."""
        page = await self._open_pages.get(chat_id)
        if page is None:
            return
        entries = [await self._entry(number, id_) for number, id_ in enumerate(page.statements, 1)]
        if all(entry.outcome for entry in entries):
            await self._open_pages.close(chat_id, page.message_id)
            await self.open(chat_id)

    async def _put_away(self, chat_id: int) -> None:
        """A page that was left open loses its buttons: what waits on it is shown again."""
        page = await self._open_pages.get(chat_id)
        if page is not None:
            await self._open_pages.close(chat_id, page.message_id)
            await photo_or_text.edit_buttons(self._bot, chat_id, page.message_id, None)

    async def _entry(self, number: int, statement_id: int) -> _Entry:
        proposal = await self._statements.get(statement_id)
        guess = await self._guesses.get(proposal.guess_id) if proposal else None
        if proposal is None or guess is None:
            return _Entry(number, None, None, wording.gone())
        if proposal.status == "proposed":
            return _Entry(number, proposal, guess, None)
        if proposal.status == "accepted":
            return _Entry(number, proposal, guess, wording.accepted(self._said(proposal)))
        last = await self._statements.of_guess(guess.id)
        if last is not None and last.decided_at == proposal.decided_at:
            return _Entry(number, proposal, guess, wording.corrected(self._said(last)))
        return _Entry(number, proposal, guess, wording.dismissed())

    async def _written(
        self, chat_id: int, entries: Sequence[_Entry], waiting: Sequence[StoredStatement], *, has_picture: bool
    ) -> tuple[str, InlineKeyboardMarkup | None]:
        lines = [await self._line(entry, waiting, alone=len(entries) == 1) for entry in entries]
        if any(entry.outcome is None for entry in entries):
            lines += [*([""] if len(entries) > 1 else []), wording.waiting(len(waiting))]
        if not has_picture:
            lines.append(wording.photos_gone(len(entries)))
        return "\n".join(lines), await self._markup(chat_id, entries, waiting)

    async def _line(self, entry: _Entry, waiting: Sequence[StoredStatement], *, alone: bool) -> str:
        room = MAX_NAME if alone else _LONGEST
        if entry.outcome or entry.proposal is None or entry.guess is None:
            outcome = escape(entry.outcome or "", quote=False)
            return outcome if alone else f"{entry.number}. {outcome}"

        def shown(text: str) -> str:
            return escape(_short(text, room), quote=False)

        proposal, face = entry.proposal, entry.guess.face
        who = shown(await self._people.name(proposal.statement.by) or str(proposal.statement.by))
        mine = Sentences(self._cousins.now(), shown, to_admins=True).behind_a_colon(face)
        word = self._said(proposal)
        others = sorted({self._said(one) for one in waiting if one.guess_id == entry.guess.id} - {word})[:_OTHERS]
        what = of_oneself(shown(word)) if proposal.way == "self" else shown(word)
        if others:
            says = wording.says_unlike_others(who, what, ", ".join(map(shown, others)))
        else:
            says = wording.says(who, what)
        return wording.proposal(says, mine) if alone else wording.numbered_proposal(entry.number, says, mine)

    async def _markup(
        self, chat_id: int, entries: Sequence[_Entry], waiting: Sequence[StoredStatement]
    ) -> InlineKeyboardMarkup | None:
        open_ = [entry.proposal for entry in entries if entry.proposal is not None and entry.outcome is None]
        if not open_:
            return None

        def button(action: str, proposal: StoredStatement) -> Button:
            name = self._saying([proposal])
            return Button(chat_id, action, guess_id=proposal.guess_id, statement_id=proposal.id, name=name)

        rows: list[list[Choice]] = []
        if len(entries) == 1:
            rows.append([(wording.accept(self._said(open_[0])), button("accept", open_[0]))])
            another = wording.choose_another_thing() if open_[0].is_picture else wording.choose_another()
            rows.append(
                [
                    (another, button("other", open_[0])),
                    (wording.dismiss(), button("dismiss", open_[0])),
                ]
            )
        else:
            accept = wording.accept_all if len(open_) == len(entries) else wording.accept_others
            if len(open_) > 1:
                rows.append([(accept(len(open_)), Button(chat_id, "accept_all", name=self._saying(open_)))])
            rows += [
                [
                    (f"{entry.number} ✓ {self._said(entry.proposal)}", button("accept", entry.proposal)),
                    (f"{entry.number} ✎", button("other", entry.proposal)),
                    (f"{entry.number} ✗", button("dismiss", entry.proposal)),
                ]
                for entry in entries
                if entry.proposal is not None and entry.outcome is None
            ]
        if len({one.guess_id for one in waiting}) > len(open_):
            rows.append([(wording.later(), Button(chat_id, "later"))])
        return await keyboard(self._buttons, rows)

    async def _picture(self, proposals: Sequence[StoredStatement]) -> bytes | None:
        """The faces, numbered where there are several; None where every photo is gone."""
        photos = [await self._inbox.open(one.statement.photo, drawing.side_for(one.statement.box)) for one in proposals]
        faces = [
            (photo.pixels, one.statement.box) if photo else None for photo, one in zip(photos, proposals, strict=True)
        ]
        if not any(faces):
            return None
        if len(faces) == 1 and faces[0] is not None:
            return await asyncio.to_thread(drawing.crop, *faces[0])
        return await asyncio.to_thread(drawing.contact_sheet, faces)

    def is_as_shown(self, button: Button, proposals: Iterable[StoredStatement]) -> bool:
        """Whether those that wait still say what the button was shown with: a cousin may be another one since."""
        shown = json.loads(button.name or "{}")
        with in_language():
            return all(shown.get(str(one.id)) == self._said(one) for one in proposals if one.status == "proposed")

    def _saying(self, proposals: Iterable[StoredStatement]) -> str:
        """In English, whoever taps it later, in whichever language."""
        with in_language():
            return json.dumps({one.id: self._said(one) for one in proposals}, ensure_ascii=False)

    def _said(self, stated: StoredStatement) -> str:
        return in_words(stated, self._cousins.now())


def _six(waiting: Sequence[StoredStatement], shown: Sequence[int]) -> list[StoredStatement]:
    """The first proposals, one for each face, or those behind what was shown; from the start again behind the last."""
    faces = list({one.guess_id: one for one in reversed(waiting)}.values())[::-1]
    places = [place for place, one in enumerate(faces) if one.id in shown]
    start = places[-1] + 1 if places else 0
    return (faces[start:] or faces)[:FACES]


def _short(name: str, room: int) -> str:
    return name if len(name) <= room else f"{name[: room - 1]}…"
