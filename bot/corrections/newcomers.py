"""Someone new: an admin types a name, and the cousin exists from then on."""

import asyncio
from pathlib import Path

from telegram import ForceReply, InlineKeyboardMarkup, Message, User
from telegram.ext import ExtBot

from actions.answers.newcomers import Doubt, doubt
from actions.cousins import Cousins
from actions.people.access import Access
from actions.people.languages import ReadersLanguage
from bot.conversation.keyboards import Choice, keyboard
from bot.conversation.part import Part
from bot.conversation.permissions import Permission
from bot.conversation.taps import Action, Tap
from bot.conversation.wording import admins_only, as_yourself, forgotten
from bot.corrections import wording
from bot.corrections.review_page import ReviewPager
from bot.corrections.statement_taker import StatementTaker
from bot.transport.errors import quietly
from bot.transport.identity import is_shared
from bot.transport.outbox import apart
from bot.transport.topics import replied_to, thread_of
from data.names import typed_name
from data.store.buttons import Button, Buttons
from data.store.guesses import Guess, Guesses
from data.store.prompts import Prompts
from foundation.reader import in_language


class Newcomers(Part):
    def __init__(
        self,
        bot: ExtBot[int],
        access: Access,
        guesses: Guesses,
        prompts: Prompts,
        buttons: Buttons,
        cousins: Cousins,
        taker: StatementTaker,
        pages: ReviewPager,
        languages: ReadersLanguage,
    ) -> None:
        self._bot = bot
        self._access = access
        self._guesses = guesses
        self._prompts = prompts
        self._buttons = buttons
        self._cousins = cousins
        self._taker = taker
        self._pages = pages
        self._languages = languages

    def actions(self) -> dict[str, Action]:
        return {
            "someone_new": Action(Permission.ADMIN, self._ask),
            "new": Action(Permission.ADMIN, self._confirmed),
            "meant": Action(Permission.ADMIN, self._meant),
        }

    async def on_text(self, message: Message) -> bool:
        """Whether the text was the name of someone new; if so it is taken in."""
        user, text = message.from_user, message.text
        if user is None or text is None:
            return False
        reply = replied_to(message)
        if is_shared(message):
            if reply is None or not await self._prompts.is_open(message.chat_id, reply.message_id):
                return False
            await message.reply_text(as_yourself())
            return True
        guess_id = await self._prompts.find(
            message.chat_id, user.id, reply.message_id if reply else None, thread_of(message)
        )
        guess = await self._guesses.get(guess_id) if guess_id is not None else None
        if guess is None:
            return False
        if not self._access.is_admin(user.id):
            await message.reply_text(admins_only())
            return True
        try:
            text = typed_name(text)
        except ValueError as error:
            await message.reply_text(str(error))
            return True
        # Handled again after a restart, the newcomer is somebody known by now, and still the one who was meant.
        taken_in = await self._taker.named_before(guess)
        if not taken_in and (doubtful := doubt(text, self._cousins.now())):
            await self._ask_whether(message, user, guess, doubtful)
            return True
        try:
            thanks = await self._take_in(guess, None, text, user, message.chat_id)
        except ValueError as error:
            await message.reply_text(str(error))
            return True
        await message.reply_text(thanks)
        await self._pages.go_on(message.chat_id)
        # Last: if the process stops before, the name is understood again, and what is done is not done twice.
        await self._prompts.answered(guess.id, user.id)
        return True

    async def _ask(self, tap: Tap) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return forgotten()
        answer = await self._guesses.answer(guess.answer_id)
        # The review counts its faces otherwise than the answer did, and of one face nobody needs the number.
        is_numbered = not tap.button.statement_id and answer is not None and len(answer.guesses) > 1
        if guess.face.is_picture:
            asking, example = wording.name_of_picture(), wording.example_of_a_things_name()
        else:
            asking = wording.name_of_face(guess.number) if is_numbered else wording.name_of_person()
            example = wording.example_of_a_name()
        question = await self._bot.send_message(
            tap.button.chat_id,
            asking,
            reply_markup=ForceReply(input_field_placeholder=example),
        )
        await self._prompts.ask(tap.button.chat_id, question.message_id, tap.user.id, guess.id, thread_of(question))
        return None

    async def _ask_whether(self, message: Message, user: User, guess: Guess, doubtful: Doubt) -> None:
        """Where it may be who does not want to be named, the admin is asked alone: a group reads the buttons."""
        keys = [cousin for cousin, _ in doubtful.cousins]
        elsewhere = message.chat_id != user.id and self._cousins.now().any_unnamed(keys)
        chat_id = user.id if elsewhere else message.chat_id
        if not elsewhere:
            await message.reply_text(doubtful.question, reply_markup=await self._ways_out(chat_id, guess, doubtful))
            return
        with quietly(), in_language(await self._languages.of(user.id)):
            markup = await self._ways_out(chat_id, guess, doubtful)
            await self._bot.send_message(chat_id, str(doubtful.question), reply_markup=markup)
        await message.reply_text(wording.asked_in_private())

    async def _ways_out(self, chat_id: int, guess: Guess, doubtful: Doubt) -> InlineKeyboardMarkup:
        rows: list[list[Choice]] = [
            [(str(it_is), Button(chat_id, "meant", guess_id=guess.id, cousin=cousin))]
            for cousin, it_is in doubtful.cousins
        ]
        rows.append([(str(doubtful.new), Button(chat_id, "new", guess_id=guess.id, cousin=doubtful.name))])
        return await keyboard(self._buttons, rows)

    async def _confirmed(self, tap: Tap) -> str | None:
        return await self._decided(tap, known=False)

    async def _meant(self, tap: Tap) -> str | None:
        return await self._decided(tap, known=True)

    async def _decided(self, tap: Tap, *, known: bool) -> str | None:
        """The button carries a cousin's key, or the name of someone new as it was typed."""
        guess = await self._guess(tap)
        if guess is None:
            return forgotten()
        try:
            name = tap.button.cousin or ""
            key = name if known else None
            await tap.rewrite(await self._take_in(guess, key, name, tap.user, tap.button.chat_id))
            await self._prompts.answered(guess.id, tap.user.id)
        except ValueError as error:
            await tap.rewrite(str(error))
        await self._pages.go_on(tap.button.chat_id)
        return None

    async def _take_in(self, guess: Guess, known: str | None, text: str, user: User, chat_id: int) -> str:
        """Returns the sentence to thank with. Raises ValueError for what makes no name."""
        if known is not None:
            cousin, hint = await asyncio.to_thread(self._cousins.place, known), ""
        elif (before := await self._taker.named_before(guess)) is not None:
            cousin, hint = before, f"\n\n{wording.new_here(self._cousins.shown(before))}\n{wording.misspelt()}"
        else:
            cousin, hint = await self.add(text, user, chat_id)
        return await self._taker.take(guess, "is", cousin, user) + hint

    async def add(self, name: str, user: User, chat_id: int) -> tuple[str, str]:
        """Someone new of this name: their key, and what the family can do next, in words. Raises ValueError for what
        makes no name.

        Where the family's files lie is said to the admin alone.
        """
        new = await asyncio.to_thread(self._cousins.add, name)
        photos = wording.photos_go_into(new.photos) if isinstance(new.photos, Path) else str(new.photos)
        if isinstance(new.facts, Path):
            facts = wording.facts_go_into(new.facts)
        else:
            facts = wording.facts_not_added(str(new.facts), new.facts.stub)
        here = wording.new_here(self._cousins.shown(new.cousin))
        if chat_id == user.id:
            return new.cousin, f"\n\n{here} {photos}\n{facts}\n{wording.misspelt()}"
        with quietly(), apart("newcomer"), in_language(await self._languages.of(user.id)):
            await self._bot.send_message(user.id, f"{here} {photos}\n{facts}")
        return new.cousin, f"\n\n{here}\n{wording.misspelt()}"

    async def _guess(self, tap: Tap) -> Guess | None:
        return await self._guesses.get(tap.button.guess_id) if tap.button.guess_id else None
