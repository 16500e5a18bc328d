"""👍 and 👎 on an answer: they say what ✓ and ✗ below it say, and are taken back as reactions are.

Telegram shows nobody a toast for them, so that nothing is said: the answer itself is written anew, or gets the buttons
that ✗ opens.
"""

import asyncio
from collections.abc import Sequence
from typing import Final
from weakref import WeakValueDictionary

from telegram import MessageReactionUpdated, ReactionType, ReactionTypeEmoji, ReplyParameters, Update, User
from telegram.constants import ReactionEmoji
from telegram.error import BadRequest
from telegram.ext import ContextTypes, ExtBot, MessageReactionHandler

from actions.cousins import Cousins
from actions.people.access import Access
from bot.answers.buttons import replies
from bot.answers.messages import Answering
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.corrections import wording
from bot.corrections.menu import CorrectionMenu
from bot.corrections.statement_taker import StatementTaker
from bot.transport import photo_or_text
from bot.transport.errors import quietly
from data.chats.reactions import Followed
from data.chats.reactions import Reactions as FollowedReactions
from data.people.identities import SHARED
from data.store.guesses import Answer, Guess, Guesses
from data.store.statements import Statements

UP: Final = ReactionEmoji.THUMBS_UP
DOWN: Final = ReactionEmoji.THUMBS_DOWN


class Reactions(Part):
    def __init__(
        self,
        bot: ExtBot[int],
        access: Access,
        guesses: Guesses,
        statements: Statements,
        followed: FollowedReactions,
        cousins: Cousins,
        answering: Answering,
        taker: StatementTaker,
        menu: CorrectionMenu,
    ) -> None:
        self._bot = bot
        self._access = access
        self._guesses = guesses
        self._statements = statements
        self._followed = followed
        self._cousins = cousins
        self._answering = answering
        self._taker = taker
        self._menu = menu
        self._one_at_a_time: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def routes(self) -> list[Route]:
        kind = MessageReactionHandler.MESSAGE_REACTION_UPDATED
        return [Route(MessageReactionHandler(self.on_reaction, message_reaction_types=kind), Permission.EVERYBODY)]

    async def is_meant(self, reaction: MessageReactionUpdated) -> bool:
        """Whether a person has changed 👍 or 👎 on an answer. As an admin of a group the bot hears of all others."""
        user = reaction.user
        if user is None or user.is_bot or user.id in SHARED:
            return False
        if _thumbs(reaction.old_reaction) == _thumbs(reaction.new_reaction):
            return False
        return await self._answer(reaction) is not None

    async def on_reaction(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        reaction = update.message_reaction
        answer = await self._answer(reaction) if reaction else None
        if reaction is None or reaction.user is None or answer is None:
            return
        # One that is tried again must not come in between those of a later one.
        async with self._one_at_a_time.setdefault(answer.id, asyncio.Lock()):
            await self._follow(answer, reaction, reaction.user, update.update_id)

    async def _follow(self, answer: Answer, reaction: MessageReactionUpdated, user: User, update_id: int) -> None:
        before = await self._followed.begin(answer.id, user.id, reaction.date, update_id)
        if before is None:
            return
        was, now, menu = _thumbs(reaction.old_reaction), _thumbs(reaction.new_reaction), before.menu
        if UP not in now and (before.up or UP in was):
            await self._taker.take_back_reaction(answer.guesses, user)
        if DOWN not in now and menu is not None:
            await self._close(answer, menu, user)
            menu = None
        if UP in now and not before.up:
            await self._confirm(answer, user)
        if DOWN in now and not before.down:
            menu = await self._open(answer, user)
        await self._followed.end(answer.id, user.id, Followed(UP in now, DOWN in now, menu))

    async def _confirm(self, answer: Answer, user: User) -> None:
        """What ✓ says. A question is not answered by it."""
        right = self._right(answer)
        if not self._access.is_admin(user.id):
            for guess in right:
                await self._statements.praise(guess.id, user.id, by_reaction=True)
            return
        await self._taker.confirm(right, user, "reaction")
        for guess in right:
            if not guess.face.named and await self._statements.of_guess(guess.id) is None:
                await self._taker.take(guess, "stranger", None, user, "reaction")

    def _right(self, answer: Answer) -> Sequence[Guess]:
        """Whom ✓ says to be right: one alone also where it is nobody the bot knows, of several those who are named."""
        if len(answer.guesses) > 1:
            return [guess for guess in answer.guesses if guess.face.named]
        names = self._cousins.now()
        return [
            guess
            for guess in answer.guesses
            if any(button.action == "right" for _, button in replies(answer.chat_id, guess, names))
        ]

    async def _open(self, answer: Answer, user: User) -> int | None:
        """What ✗ opens; returns the message that has it. Of several faces it is asked which one, once for all who
        react."""
        question, markup = await self._menu.opened(answer, user)
        if len(answer.guesses) == 1:
            if answer.message_id is not None:
                await photo_or_text.edit_buttons(self._bot, answer.chat_id, answer.message_id, markup)
            return answer.message_id
        if (menu := await self._followed.menu_of(answer.id)) is not None:
            return menu
        reply = ReplyParameters(answer.message_id or 0, allow_sending_without_reply=True)
        message = await self._bot.send_message(answer.chat_id, question, reply_parameters=reply, reply_markup=markup)
        return message.message_id

    async def _close(self, answer: Answer, menu: int, user: User) -> None:
        if await self._followed.is_held(answer.id, menu, user.id):
            return
        if menu == answer.message_id:
            await self._answering.refresh(answer.id)
            return
        with quietly():
            try:
                await self._bot.delete_message(answer.chat_id, menu)
            except BadRequest:  # after two days
                words = wording.nothing_changed()
                await photo_or_text.edit(self._bot, answer.chat_id, menu, words, has_picture=False)

    async def _answer(self, reaction: MessageReactionUpdated) -> Answer | None:
        answer = await self._guesses.answer_at(reaction.chat.id, reaction.message_id)
        return answer if answer is not None and answer.guesses else None


def _thumbs(reactions: Sequence[ReactionType]) -> set[str]:
    return {one.emoji for one in reactions if isinstance(one, ReactionTypeEmoji)} & {UP, DOWN}
