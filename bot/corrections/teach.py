"""/teach Maya, as a reply to a photo: who is on it, as an admin says. Below a photo it is the caption that says it."""

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes

from actions.cousins import Cousins
from bot.answers.photos import Photos
from bot.answers.wishes import Wish
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.corrections import wording
from bot.corrections.lessons import Lessons
from bot.transport.downloads import picture_in
from bot.transport.topics import replied_to
from data.store.guesses import Guesses


class Teach(Part):
    def __init__(self, guesses: Guesses, cousins: Cousins, photos: Photos, lessons: Lessons) -> None:
        self._guesses = guesses
        self._cousins = cousins
        self._photos = photos
        self._lessons = lessons

    def routes(self) -> list[Route]:
        return [Route(CommandHandler("teach", self.on_teach), Permission.ADMIN_IN_PRIVATE)]

    async def on_teach(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message, name = update.message, " ".join(context.args or ())
        if message is None or message.from_user is None:
            return
        wish, shown = Wish("taught", name, message.from_user), replied_to(message)
        answer = await self._guesses.answer_at(message.chat_id, shown.message_id) if shown and name else None
        if answer is not None:  # the bot's own, about the photo that is meant
            await self._lessons.learn(answer, wish, {})
            await self._lessons.confirm(answer, wish)
            return
        picture = picture_in(shown) if shown else None
        by_bot = shown is not None and shown.from_user is not None and shown.from_user.is_bot
        if shown is None or picture is None or by_bot or not name:
            await message.reply_text(wording.teach_how(self._cousins.now().example(to_admins=True)))
            return
        await self._photos.answer_reply(message, shown, picture, wish)
