"""/start and /help: what one can do, and for admins what waits for them."""

from telegram import Chat, Update
from telegram.ext import CommandHandler, ContextTypes

from actions.cousins import Cousins
from actions.people.access import Access
from bot.commands import wording
from bot.commands.command_list import Menus
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from data.people.identities import SHARED
from data.store.prompts import Prompts
from data.store.statements import Statements
from inference.service import RecognitionService


class Start(Part):
    def __init__(
        self,
        access: Access,
        statements: Statements,
        prompts: Prompts,
        cousins: Cousins,
        service: RecognitionService,
        menus: Menus,
    ) -> None:
        self._menus = menus
        self._access = access
        self._statements = statements
        self._prompts = prompts
        self._cousins = cousins
        self._service = service

    def routes(self) -> list[Route]:
        return [
            Route(CommandHandler("start", self.on_start), Permission.EVERYBODY),
            Route(CommandHandler("help", self.on_help), Permission.EVERYBODY),
        ]

    async def on_start(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.message, update.effective_user
        if message is None or user is None:
            return
        text = wording.hello(None if user.id in SHARED else user.first_name, self._help(update))
        if self._access.is_admin(user.id):
            await self._menus.show_to(user.id, user.language_code)
            if message.chat.type == Chat.PRIVATE:
                text = "\n\n".join([text, *await self._waiting(user.id)])
            else:
                text = f"{text}\n\n{wording.groups_number(message.chat_id)}"
        elif message.chat.type == Chat.PRIVATE:
            await self._menus.show_pages(user.id, user.language_code)
        await message.reply_text(text)

    async def on_help(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message:
            await update.message.reply_text(self._help(update))

    async def _waiting(self, admin: int) -> list[str]:
        waiting = []
        if corrections := len(await self._statements.proposed()):
            waiting.append(wording.corrections_to_review(corrections))
        if names := await self._prompts.asked_of(admin):
            waiting.append(wording.names_not_given(names))
        if newcomers := self._cousins.newcomers():
            called = self._cousins.now()
            waiting.append(wording.newcomers([called.shown(cousin, to_admins=True) for cousin in newcomers]))
        return waiting

    def _help(self, update: Update) -> str:
        user, names, of_things = update.effective_user, self._cousins.now(), self._service.sees_pictures
        guests = wording.guests_help(names.example(), of_things=of_things)
        if user and self._access.is_admin(user.id):
            return f"{guests}\n\n{wording.admins_help(of_things=of_things)}"
        return guests
