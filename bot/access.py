"""Who may ask: admins by id, guests by invitation or by being in an allowed group. Nobody else."""

import hmac

from telegram import Chat, Message, Update, User
from telegram.ext import ExtBot

from bot.errors import quietly
from data.people import People
from data.settings import Settings

OUTSIDER = "Hello! This is a family's private bot, so I can't help you. If you are family, ask for the invitation link."


class Access:
    def __init__(self, bot: ExtBot[int], settings: Settings, people: People) -> None:
        self._bot = bot
        self._settings = settings
        self._people = people

    def is_admin(self, user: User | None) -> bool:
        """Asked at the moment of every admin's action: settings decide, not who a button was made for."""
        return user is not None and user.id in self._settings.admins

    def is_allowed_group(self, chat: Chat) -> bool:
        return chat.id in self._settings.chats

    async def may_ask(self, user_id: int) -> bool:
        """Whether this person is an admin or a guest."""
        return user_id in self._settings.admins or await self._people.role(user_id) == "guest"

    async def admits(self, update: Update) -> bool:
        """Whether this update is handled at all. Outsiders are told so, once; other groups get silence."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None:
            return False
        if chat.type == Chat.PRIVATE:
            admitted = await self._admits_in_private(user, update.message)
        else:
            admitted = self.is_allowed_group(chat) and await self._admits_in_group(user)
        if not admitted and update.callback_query:
            with quietly():
                await update.callback_query.answer()
        return admitted

    async def _admits_in_private(self, user: User, message: Message | None) -> bool:
        if self.is_admin(user):
            return True
        role = await self._people.role(user.id)
        if role in ("guest", "blocked"):
            return role == "guest"
        if message and self._is_invited(message.text or ""):
            await self._people.welcome(user.id, user.full_name)
            return True
        if await self._people.turn_away(user.id):
            with quietly():
                await self._bot.send_message(user.id, self._farewell(user))
        return False

    async def _admits_in_group(self, user: User) -> bool:
        role = await self._people.role(user.id)
        if role in (None, "outsider") and not user.is_bot and not self.is_admin(user):
            await self._people.welcome(user.id, user.full_name)
        return role != "blocked"

    def _is_invited(self, text: str) -> bool:
        match text.split():
            case [start, code] if start.partition("@")[0] == "/start" and self._settings.invite:
                return hmac.compare_digest(code.encode(), self._settings.invite.get_secret_value().encode())
            case _:
                return False

    def _farewell(self, user: User) -> str:
        if self._settings.admins:
            return OUTSIDER
        # A fresh installation: without this the owner would have to find out their id elsewhere.
        owner = f"If this is your bot: set COUSINBOT_ADMINS={user.id} and start it again."
        return f"{OUTSIDER}\n\n{owner}"
