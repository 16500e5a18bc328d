"""/review: what guests said, a page of faces at a time, for an admin to accept or not."""

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes

from actions.answers.newcomers import in_words
from actions.cousins import Cousins
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Tap
from bot.corrections import wording
from bot.corrections.review_page import ReviewPager
from bot.corrections.statement_taker import StatementTaker
from data.store.review_pages import ReviewPage, ReviewPages
from data.store.statements import Statements, StoredStatement
from foundation.formats import number


class Review(Part):
    def __init__(
        self,
        statements: Statements,
        open_pages: ReviewPages,
        cousins: Cousins,
        taker: StatementTaker,
        pages: ReviewPager,
    ) -> None:
        self._statements = statements
        self._open_pages = open_pages
        self._cousins = cousins
        self._taker = taker
        self._pages = pages

    def routes(self) -> list[Route]:
        return [
            Route(CommandHandler("review", self.on_review), Permission.ADMIN_IN_PRIVATE),
        ]

    def actions(self) -> dict[str, Action]:
        return {
            "accept": Action(Permission.ADMIN, self._accept),
            "accept_all": Action(Permission.ADMIN, self._accept_all),
            "dismiss": Action(Permission.ADMIN, self._dismiss),
            "later": Action(Permission.ADMIN, self._later),
        }

    async def on_review(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        chat = update.effective_chat
        if chat is not None:
            await self._pages.open(chat.id)

    async def _accept(self, tap: Tap) -> str | None:
        proposal = await self._proposal(tap)
        if proposal is not None and not self._pages.is_as_shown(tap.button, [proposal]):
            return await self._look_again(tap, wording.says_another())
        if proposal is None or not await self._taker.accept([proposal], tap.user):
            return await self._look_again(tap, wording.decided_already())
        await self._pages.go_on(tap.button.chat_id)
        return wording.accepted_just_now(in_words(proposal, self._cousins.now()))

    async def _accept_all(self, tap: Tap) -> str | None:
        """What the admin saw is accepted: a guest's second thought has another number."""
        page = await self._page(tap)
        if page is None:
            return wording.page_left()
        found = [await self._statements.get(statement_id) for statement_id in page.statements]
        there = [one for one in found if one is not None]
        if not self._pages.is_as_shown(tap.button, there):
            return await self._look_again(tap, wording.says_another())
        accepted = await self._taker.accept(there, tap.user)
        if not accepted:
            return await self._look_again(tap, wording.decided_already())
        await self._pages.go_on(tap.button.chat_id)
        return wording.accepted_just_now(number(accepted))

    async def _dismiss(self, tap: Tap) -> str | None:
        proposal = await self._proposal(tap)
        if proposal is not None and not self._pages.is_as_shown(tap.button, [proposal]):
            return await self._look_again(tap, wording.says_another())
        if proposal is None or not await self._taker.dismiss(proposal, tap.user):
            return await self._look_again(tap, wording.decided_already())
        await self._pages.go_on(tap.button.chat_id)
        return wording.dismissed_just_now()

    async def _later(self, tap: Tap) -> str | None:
        page = await self._page(tap)
        if page is None:
            return wording.page_left()
        await self._pages.open(tap.button.chat_id, behind=page)
        return None

    async def _page(self, tap: Tap) -> ReviewPage | None:
        """The page that was tapped; None, and without its buttons, where another is open in this chat by now."""
        page = await self._open_pages.get(tap.button.chat_id)
        if page is not None and page.message_id == tap.message_id:
            return page
        await tap.show_buttons(None)
        return None

    async def _look_again(self, tap: Tap, why: str) -> str:
        """The page as it is now, in place of what was decided on."""
        page = await self._open_pages.get(tap.button.chat_id)
        if page is not None and page.message_id == tap.message_id:
            await self._pages.redraw(page)
            await self._pages.go_on(tap.button.chat_id)
        else:
            await tap.show_buttons(None)
        return why

    async def _proposal(self, tap: Tap) -> StoredStatement | None:
        found = tap.button.statement_id
        return await self._statements.get(found) if found is not None else None
