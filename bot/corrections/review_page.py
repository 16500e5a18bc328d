"""The page of the review: up to six faces in one picture, what people said of them, and the buttons to decide."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from telegram import InlineKeyboardMarkup
from telegram.constants import ParseMode

from bot.answers import drawing
from bot.answers.wording import per_cent, untellable
from bot.conversation.keyboards import Choice, keyboard
from bot.house import House
from bot.transport.errors import quietly
from data.facts.parser import MAX_NAME
from data.store.buttons import Button
from data.store.guesses import Guess
from data.store.review_pages import ReviewPage
from data.store.statements import StoredStatement

FACES: Final = 6  # two columns of three: large enough to be known again on a phone
DONE: Final = "Nothing waits for review. 👍"
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


class ReviewPages:
    """At most one page is open in a chat; all that show a face are written anew when somebody decides on it."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def open(self, chat_id: int, behind: ReviewPage | None = None) -> None:
        """Send the proposals about which the bot was least certain, or those that come behind a page's."""
        store = self._house.store
        await self._put_away(chat_id)
        waiting = await store.statements.proposed()
        shown = _six(waiting, behind.statements if behind else ())
        if not shown:
            await self._house.bot.send_message(chat_id, DONE)
            return
        entries = [await self._entry(number, one.id) for number, one in enumerate(shown, 1)]
        photo = await self._picture(shown)
        text, markup = await self._written(chat_id, entries, waiting, has_picture=photo is not None)
        if photo is None:
            sent = await self._house.bot.send_message(chat_id, text, reply_markup=markup, parse_mode=ParseMode.HTML)
        else:
            sent = await self._house.bot.send_photo(
                chat_id, photo, text, reply_markup=markup, parse_mode=ParseMode.HTML
            )
        await store.review_pages.open(chat_id, sent.message_id, photo is not None, [one.id for one in shown])

    async def redraw_showing(self, guess_ids: Iterable[int]) -> None:
        """Write anew every page, of whichever admin, that shows one of these faces."""
        pages = [page for guess_id in guess_ids for page in await self._house.store.review_pages.showing(guess_id)]
        for page in dict.fromkeys(pages):
            await self.redraw(page)

    async def redraw(self, page: ReviewPage) -> None:
        entries = [await self._entry(number, id_) for number, id_ in enumerate(page.statements, 1)]
        waiting = await self._house.store.statements.proposed()
        text, markup = await self._written(page.chat_id, entries, waiting, has_picture=page.has_picture)
        bot, chat_id, message_id = self._house.bot, page.chat_id, page.message_id
        with quietly():
            if page.has_picture:
                await bot.edit_message_caption(
                    chat_id, message_id, caption=text, reply_markup=markup, parse_mode=ParseMode.HTML
                )
            else:
                await bot.edit_message_text(text, chat_id, message_id, reply_markup=markup, parse_mode=ParseMode.HTML)

    async def go_on(self, chat_id: int) -> None:
        """Open the next page if everything on this chat's page was decided."""
        page = await self._house.store.review_pages.get(chat_id)
        if page is None:
            return
        entries = [await self._entry(number, id_) for number, id_ in enumerate(page.statements, 1)]
        if all(entry.outcome for entry in entries):
            await self._house.store.review_pages.close(chat_id, page.message_id)
            await self.open(chat_id)

    async def _put_away(self, chat_id: int) -> None:
        """A page that was left open loses its buttons: what waits on it is shown again."""
        page = await self._house.store.review_pages.get(chat_id)
        if page is not None:
            await self._house.store.review_pages.close(chat_id, page.message_id)
            with quietly():
                await self._house.bot.edit_message_reply_markup(chat_id, page.message_id, reply_markup=None)

    async def _entry(self, number: int, statement_id: int) -> _Entry:
        store = self._house.store
        proposal = await store.statements.get(statement_id)
        guess = await store.guesses.get(proposal.guess_id) if proposal else None
        if proposal is None or guess is None:
            return _Entry(number, None, None, "forgotten, or said anew")
        if proposal.status == "proposed":
            return _Entry(number, proposal, guess, None)
        if proposal.status == "accepted":
            return _Entry(number, proposal, guess, f"✓ Accepted: {self._said(proposal)}.")
        last = await store.statements.of_guess(guess.id)
        if last is not None and last.decided_at == proposal.decided_at:
            return _Entry(number, proposal, guess, f"✎ Corrected: {self._said(last)}.")
        return _Entry(number, proposal, guess, "✗ Dismissed.")

    async def _written(
        self, chat_id: int, entries: Sequence[_Entry], waiting: Sequence[StoredStatement], *, has_picture: bool
    ) -> tuple[str, InlineKeyboardMarkup | None]:
        lines = [await self._line(entry, waiting, alone=len(entries) == 1) for entry in entries]
        if any(entry.outcome is None for entry in entries):
            lines.append(f"{len(waiting)} waiting." if len(entries) == 1 else f"\n{len(waiting)} waiting in all.")
        if not has_picture:
            lines.append("(The photo is gone.)" if len(entries) == 1 else "(The photos are gone.)")
        return "\n".join(lines), await self._buttons(chat_id, entries, waiting)

    async def _line(self, entry: _Entry, waiting: Sequence[StoredStatement], *, alone: bool) -> str:
        number, room = ("", MAX_NAME) if alone else (f"{entry.number}. ", _LONGEST)
        if entry.outcome or entry.proposal is None or entry.guess is None:
            return f"{number}{escape(entry.outcome or '', quote=False)}"
        proposal, guess = entry.proposal, entry.guess
        who = _short(await self._house.store.people.name(proposal.statement.by) or str(proposal.statement.by), room)
        mine = _short(self._house.names.shown(guess.face.cousin), room) if guess.face.cousin else "nobody I know"
        doubt = f"{escape(mine, quote=False)} ({per_cent(guess.face.confidence)})"
        if guess.face.flaw:
            doubt = untellable(guess.face.flaw)
        said = self._said(proposal)
        says = f"{escape(who, quote=False)} says: <b>{escape(_short(said, room), quote=False)}</b>"
        others = sorted({self._said(one) for one in waiting if one.guess_id == guess.id} - {said})
        others = [_short(one, room) for one in others[:_OTHERS]]
        if others:
            says += f" (others: {escape(', '.join(others), quote=False)})"
        return f"{says}.\nI said: {doubt}." if alone else f"{number}{says}; I said {doubt}"

    async def _buttons(
        self, chat_id: int, entries: Sequence[_Entry], waiting: Sequence[StoredStatement]
    ) -> InlineKeyboardMarkup | None:
        open_ = [entry.proposal for entry in entries if entry.proposal is not None and entry.outcome is None]
        if not open_:
            return None

        def button(action: str, proposal: StoredStatement) -> Button:
            return Button(chat_id, action, guess_id=proposal.guess_id, statement_id=proposal.id)

        rows: list[list[Choice]] = []
        if len(entries) == 1:
            rows.append([(f"✓ Accept: {self._said(open_[0])}", button("accept", open_[0]))])
            rows.append([("Choose another", button("other", open_[0])), ("✗ Dismiss", button("dismiss", open_[0]))])
        else:
            how_many = f"all {len(open_)}" if len(open_) == len(entries) else f"the other {len(open_)}"
            if len(open_) > 1:
                rows.append([(f"✓ Accept {how_many}", Button(chat_id, "accept_all"))])
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
            rows.append([("Later ›", Button(chat_id, "later"))])
        return await keyboard(self._house.store.buttons, rows)

    async def _picture(self, proposals: Sequence[StoredStatement]) -> bytes | None:
        """The faces, numbered where there are several; None where every photo is gone."""
        photos = [await self._house.inbox.open(one.statement.photo) for one in proposals]
        faces = [
            (photo.pixels, one.statement.box) if photo else None for photo, one in zip(photos, proposals, strict=True)
        ]
        if not any(faces):
            return None
        if len(faces) == 1 and faces[0] is not None:
            return await asyncio.to_thread(drawing.crop, *faces[0])
        return await asyncio.to_thread(drawing.contact_sheet, faces)

    def _said(self, stated: StoredStatement) -> str:
        return self._house.names.said(stated.statement)


def _six(waiting: Sequence[StoredStatement], shown: Sequence[int]) -> list[StoredStatement]:
    """The first proposals, one for each face, or those behind what was shown; from the start again behind the last."""
    faces = list({one.guess_id: one for one in reversed(waiting)}.values())[::-1]
    places = [place for place, one in enumerate(faces) if one.id in shown]
    start = places[-1] + 1 if places else 0
    return (faces[start:] or faces)[:FACES]


def _short(name: str, room: int) -> str:
    return name if len(name) <= room else f"{name[: room - 1]}…"
