"""Who may ask: admins by id, guests by invitation or by being in an allowed group. Nobody else."""

import hmac
from datetime import UTC, datetime

from telegram import Chat, Message, Update, User
from telegram.ext import ExtBot

from bot.transport.errors import quietly
from data.settings import Settings
from data.store.store import Store

OUTSIDER = "Hello! This is a family's private bot, so I can't help you. If you are family, ask for the invitation link."
RUN_OUT = "This invitation is no longer good. Please ask whoever gave it to you for a new one."


class Access:
    def __init__(self, bot: ExtBot[int], settings: Settings, store: Store) -> None:
        self._bot = bot
        self._settings = settings
        self._people = store.people
        self._invites = store.invites
        self._groups = store.groups

    def is_admin(self, user: User | None) -> bool:
        """Asked at the moment of every admin's action: settings decide, not who a button was made for."""
        return user is not None and user.id in self._settings.admins

    async def is_allowed_group(self, chat_id: int) -> bool:
        """Whether this group stands in the settings, by its id of now or by one it had before it moved."""
        return bool(await self._groups.names(chat_id) & self._settings.chats)

    async def may_ask(self, user_id: int) -> bool:
        """Whether this person is an admin or a guest."""
        return user_id in self._settings.admins or await self._people.role(user_id) == "guest"

    async def admits(self, update: Update) -> bool:
        """Whether this update is handled at all; an invitation is taken at its word here."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None:
            return False
        if chat.type == Chat.PRIVATE:
            return await self._admits_in_private(user, update.message)
        return await self.is_allowed_group(chat.id) and await self._admits_in_group(user)

    async def is_new_outsider(self, update: Update) -> bool:
        """Whether somebody who is not admitted has to be told so: in private, once."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None or chat.type != Chat.PRIVATE:
            return False
        return await self._people.role(user.id) is None

    async def turn_away(self, user: User) -> None:
        """Tell an outsider, once; their number is all that is kept of them."""
        with quietly():
            await self._bot.send_message(user.id, self._farewell(user))
        await self._people.turn_away(user.id)

    async def _admits_in_private(self, user: User, message: Message | None) -> bool:
        if self.is_admin(user):
            return True
        role = await self._people.role(user.id)
        if role in ("guest", "blocked"):
            return role == "guest"
        code = _code(message)
        if code is None:
            return False
        if await self._is_good(code):
            await self._people.welcome(user.id, user.full_name)
            return True
        if await self._invites.is_live(code, datetime.now(UTC)) is False:
            # They come from the family: what the family gave them is only too old.
            with quietly():
                await self._bot.send_message(user.id, RUN_OUT)
            await self._people.turn_away(user.id)
        return False

    async def _admits_in_group(self, user: User) -> bool:
        role = await self._people.role(user.id)
        if role in (None, "outsider") and not user.is_bot and not self.is_admin(user):
            await self._people.welcome(user.id, user.full_name)
        return role != "blocked"

    async def _is_good(self, code: str) -> bool:
        standing = self._settings.invite
        if standing and hmac.compare_digest(code.encode(), standing.get_secret_value().encode()):
            return True
        return await self._invites.is_live(code, datetime.now(UTC)) is True

    def _farewell(self, user: User) -> str:
        if self._settings.admins:
            return OUTSIDER
        # A fresh installation: without this the owner would have to find out their id elsewhere.
        owner = f"If this is your bot: set COUSINBOT_ADMINS={user.id} and start it again."
        return f"{OUTSIDER}\n\n{owner}"


def _code(message: Message | None) -> str | None:
    """The code of "/start CODE", which is what opening an invitation link sends."""
    match (message.text or "").split() if message else []:
        case [start, code] if start.partition("@")[0] == "/start":
            return code
        case _:
            return None
