"""/iam: which cousin somebody is, as they say with a photo of themselves, and as an admin accepts it."""

from telegram import InlineKeyboardMarkup, Message, Update, User
from telegram.ext import CommandHandler, ContextTypes, ExtBot

from actions.cousins import Cousins
from actions.people.access import Access
from actions.people.languages import ReadersLanguage
from bot.answers.photos import Photos
from bot.answers.wishes import Wish
from bot.conversation.keyboards import Choice, keyboard
from bot.conversation.paging import Page, page_of
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Tap
from bot.corrections import wording
from bot.transport.downloads import picture_in
from bot.transport.errors import quietly
from bot.transport.topics import replied_to
from data.people.identities import is_on_telegram
from data.people.selves import Self, Selves
from data.store.buttons import Button, Buttons
from data.store.statements import Statements
from foundation.reader import in_language

PAGE = 20  # people


class Iam(Part):
    def __init__(
        self,
        bot: ExtBot[int],
        access: Access,
        selves: Selves,
        statements: Statements,
        buttons: Buttons,
        cousins: Cousins,
        photos: Photos,
        languages: ReadersLanguage,
    ) -> None:
        self._bot = bot
        self._access = access
        self._selves = selves
        self._statements = statements
        self._buttons = buttons
        self._cousins = cousins
        self._photos = photos
        self._languages = languages

    def routes(self) -> list[Route]:
        return [Route(CommandHandler("iam", self.on_iam), Permission.IN_PRIVATE)]

    def actions(self) -> dict[str, Action]:
        return {
            "not_me": Action(Permission.PERSON, self._not_me),
            "not_them": Action(Permission.ADMIN, self._not_them),
            "selves": Action(Permission.ADMIN, self._turn),
        }

    async def on_iam(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message, user, name = update.message, update.effective_user, " ".join(context.args or ())
        if message is None or user is None:
            return
        shown = replied_to(message)
        picture = picture_in(shown) if shown else None
        if shown is None and not name:
            await self._say_who(message, user)
        elif shown is None or picture is None:
            await message.reply_text(wording.iam_how())
        elif shown.from_user is None or shown.from_user.id != user.id or shown.forward_origin is not None:
            await message.reply_text(wording.not_your_photo())
        else:
            await self._photos.answer_reply(message, shown, picture, Wish("self", name, user))

    async def tell(self) -> None:
        """Those of whom an admin has accepted who they are, wherever that was, are told, once."""
        for one in await self._selves.untold():
            if is_on_telegram(one.user_id):
                with quietly(), in_language(await self._languages.of(one.user_id)):
                    markup = await self._not_me_button(one.user_id)
                    await self._bot.send_message(one.user_id, self._you_are(one.cousin), reply_markup=markup)
            await self._selves.told(one)

    async def _say_who(self, message: Message, user: User) -> None:
        cousin = await self._selves.of(user.id)
        if cousin is not None:
            await message.reply_text(self._you_are(cousin), reply_markup=await self._not_me_button(user.id))
        else:
            waits = any(one.way == "self" and one.statement.by == user.id for one in await self._statements.proposed())
            await message.reply_text(wording.who_you_are_waits() if waits else wording.iam_how())
        if self._access.is_admin(user.id):
            text, markup = await self._page(message.chat_id, user.id, None)
            if text:
                await message.reply_text(text, reply_markup=markup)

    def _you_are(self, cousin: str) -> str:
        names = self._cousins.now()
        return wording.you_are_unnamed() if names.wants_no_name(cousin) else wording.you_are(names.shown(cousin))

    async def _not_me_button(self, user_id: int) -> InlineKeyboardMarkup:
        return await keyboard(self._buttons, [[(wording.not_me(), Button(user_id, "not_me", person=user_id))]])

    async def _not_me(self, tap: Tap) -> str | None:
        await self._selves.take_back(tap.user.id)
        await tap.rewrite(wording.nobody_again())
        return None

    async def _not_them(self, tap: Tap) -> str | None:
        if tap.button.person is not None:
            await self._selves.take_back(tap.button.person)
        return await self._turn(tap)

    async def _turn(self, tap: Tap) -> str | None:
        text, markup = await self._page(tap.button.chat_id, tap.user.id, tap.button.page)
        await tap.rewrite(text or wording.nobody_else_known(), markup)
        return None

    async def _page(self, chat_id: int, admin: int, number: int | None) -> tuple[str, InlineKeyboardMarkup | None]:
        """The others who are known to be somebody, each with a button to take it back; no text where nobody is."""
        page: Page[Self] = page_of([one for one in await self._selves.all() if one.user_id != admin], number, PAGE)
        if not page.items:
            return "", None
        names = self._cousins.now()
        rows: list[list[Choice]] = [
            [
                (
                    wording.is_not(one.name, names.shown(one.cousin, to_admins=True)),
                    Button(chat_id, "not_them", person=one.user_id, page=page.number),
                )
            ]
            for one in page.items
        ]
        lines = [wording.person_is(one.name, names.shown(one.cousin, to_admins=True)) for one in page.items]
        text = page.title("\n".join([wording.others_known(), *lines]))
        return text, await keyboard(self._buttons, [*rows, page.turns(chat_id, "selves")])
