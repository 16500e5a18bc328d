"""/review: what guests said, a page of faces at a time, for an admin to accept or not."""

from telegram import Chat, Update
from telegram.ext import ContextTypes

from bot.conversation.taps import Action, Tap
from bot.conversation.wording import ADMINS_ONLY
from bot.corrections.review_page import ReviewPages
from bot.corrections.statements import Statements
from bot.house import House
from data.store.review_pages import ReviewPage
from data.store.statements import StoredStatement

DECIDED = "That was decided already."
LEFT = "That page was left; send /review for what waits now."


class Review:
    def __init__(self, house: House, statements: Statements, pages: ReviewPages) -> None:
        self._house = house
        self._statements = statements
        self._pages = pages

    def actions(self) -> dict[str, Action]:
        return {
            "accept": self._accept,
            "accept_all": self._accept_all,
            "dismiss": self._dismiss,
            "later": self._later,
        }

    async def on_review(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        chat = update.effective_chat
        if chat is None:
            return
        if chat.type != Chat.PRIVATE:
            # The faces come from people's private chats with the bot.
            await self._house.bot.send_message(chat.id, "Please send me /review in our private chat.")
            return
        await self._pages.open(chat.id)

    async def _accept(self, tap: Tap) -> str | None:
        if not self._house.access.is_admin(tap.user):
            return ADMINS_ONLY
        proposal = await self._proposal(tap)
        if proposal is None or not await self._statements.accept([proposal], tap.user):
            return await self._decided_before(tap)
        await self._pages.go_on(tap.button.chat_id)
        return f"Accepted: {self._house.names.said(proposal.statement)}."

    async def _accept_all(self, tap: Tap) -> str | None:
        """What the admin saw is accepted: a guest's second thought has another number."""
        if not self._house.access.is_admin(tap.user):
            return ADMINS_ONLY
        page = await self._page(tap)
        if page is None:
            return LEFT
        found = [await self._house.store.statements.get(statement_id) for statement_id in page.statements]
        accepted = await self._statements.accept([one for one in found if one is not None], tap.user)
        if not accepted:
            return await self._decided_before(tap)
        await self._pages.go_on(tap.button.chat_id)
        return f"Accepted: {accepted}."

    async def _dismiss(self, tap: Tap) -> str | None:
        if not self._house.access.is_admin(tap.user):
            return ADMINS_ONLY
        proposal = await self._proposal(tap)
        if proposal is None or not await self._statements.dismiss(proposal, tap.user):
            return await self._decided_before(tap)
        await self._pages.go_on(tap.button.chat_id)
        return "Dismissed."

    async def _later(self, tap: Tap) -> str | None:
        if not self._house.access.is_admin(tap.user):
            return ADMINS_ONLY
        page = await self._page(tap)
        if page is None:
            return LEFT
        await self._pages.open(tap.button.chat_id, behind=page)
        return None

    async def _page(self, tap: Tap) -> ReviewPage | None:
        """The page that was tapped; None, and without its buttons, where another is open in this chat by now."""
        page = await self._house.store.review_pages.get(tap.button.chat_id)
        if page is not None and page.message_id == tap.message_id:
            return page
        await tap.show_buttons(None)
        return None

    async def _decided_before(self, tap: Tap) -> str:
        page = await self._house.store.review_pages.get(tap.button.chat_id)
        if page is not None and page.message_id == tap.message_id:
            await self._pages.redraw(page)
            await self._pages.go_on(tap.button.chat_id)
        else:
            await tap.show_buttons(None)
        return DECIDED

    async def _proposal(self, tap: Tap) -> StoredStatement | None:
        found = tap.button.statement_id
        return await self._house.store.statements.get(found) if found is not None else None
