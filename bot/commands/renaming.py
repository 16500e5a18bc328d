"""/rename, /merge, /undo: who the cousins are, put right by an admin, after a question."""

from collections.abc import Awaitable, Callable

from telegram import ForceReply, InlineKeyboardMarkup, Message, Update
from telegram.ext import CommandHandler, ContextTypes, ExtBot

from actions.changes.carrying_out import CousinChanges
from actions.changes.renaming import Renaming, RenamingError, Renamings
from actions.changes.undoing import NotUndoable, Undoing
from actions.changes.wording import taken_back
from actions.cousins import Cousins
from actions.people.access import Access
from bot.commands import wording
from bot.conversation.keyboards import Choice, in_rows, keyboard
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Tap
from bot.transport.topics import replied_to, thread_of
from data.changes.log import Change, ChangeLog
from data.files.home import HomeError
from data.names import cousin_key, typed_name
from data.store.buttons import Button, Buttons
from data.store.prompts import Prompts
from inference.service import RecognitionService


class CousinChangeMenu(Part):
    def __init__(
        self,
        bot: ExtBot[int],
        access: Access,
        changes: ChangeLog,
        prompts: Prompts,
        buttons: Buttons,
        cousins: Cousins,
        renamings: Renamings,
        undoing: Undoing,
        changing: CousinChanges,
        service: RecognitionService,
    ) -> None:
        self._bot = bot
        self._access = access
        self._changes = changes
        self._prompts = prompts
        self._buttons = buttons
        self._cousins = cousins
        self._renamings = renamings
        self._undoing = undoing
        self._changing = changing
        self._service = service

    def routes(self) -> list[Route]:
        return [
            Route(CommandHandler("rename", self.on_rename), Permission.ADMIN_IN_PRIVATE),
            Route(CommandHandler("merge", self.on_merge), Permission.ADMIN_IN_PRIVATE),
            Route(CommandHandler("undo", self.on_undo), Permission.ADMIN_IN_PRIVATE),
        ]

    def actions(self) -> dict[str, Action]:
        return {
            "rename": Action(Permission.ADMIN, self._ask_name),
            "rename_yes": Action(Permission.ADMIN, self._rename),
            "merge": Action(Permission.ADMIN, self._ask_into),
            "merge_into": Action(Permission.ADMIN, self._ask_whether_to_merge),
            "merge_yes": Action(Permission.ADMIN, self._merge),
            "undo_yes": Action(Permission.ADMIN, self._take_back),
            "change_no": Action(Permission.ADMIN, self._leave),
        }

    async def on_rename(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await self._choose(update, context, "rename", wording.whom_to_rename(of_things=self._service.sees_pictures))

    async def on_merge(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await self._choose(update, context, "merge", wording.whom_to_merge(of_things=self._service.sees_pictures))

    async def on_undo(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None:
            return
        change = await self._changes.newest()
        if change is None:
            await message.reply_text(wording.nothing_to_take_back())
            return
        try:
            await self._undoing.plan(change)
        except NotUndoable as error:
            await message.reply_text(f"{self._told(change)}\n\n{error}")
            return
        # The row's number goes with the button: another change may have been made before it is tapped.
        yes = Button(message.chat_id, "undo_yes", name=str(change.id))
        markup = await keyboard(self._buttons, self._yes_or_no(wording.yes_take_back(), yes))
        await message.reply_text(f"{self._told(change)}\n\n{wording.shall_i_take_back()}", reply_markup=markup)

    async def on_text(self, message: Message) -> bool:
        """Whether the text was a cousin's right name; if so, it is asked whether to rename them."""
        user, text = message.from_user, message.text
        if user is None or text is None or not self._access.is_admin(user.id):
            return False
        reply = replied_to(message)
        cousin = await self._prompts.find_named(
            message.chat_id, user.id, reply.message_id if reply else None, thread_of(message)
        )
        if cousin is None:
            return False
        try:
            renaming = await self._renamings.plan_rename(cousin, text, exactly=True)
        except RenamingError as error:
            await message.reply_text(str(error))
            return True
        name = self._cousins.now().shown(cousin, to_admins=True)
        yes = Button(message.chat_id, "rename_yes", cousin=cousin, name=typed_name(text))
        markup = await keyboard(self._buttons, self._yes_or_no(wording.yes_rename(), yes))
        question = wording.shall_i_rename(name, renaming.name)
        await message.reply_text(f"{question}\n{_follows(renaming)}", reply_markup=markup)
        await self._prompts.named(message.chat_id, user.id)
        return True

    async def _choose(self, update: Update, context: ContextTypes.DEFAULT_TYPE, action: str, question: str) -> None:
        message = update.message
        if message is None:
            return
        names = self._cousins.now()
        asked = " ".join(context.args or ())
        match = names.look_up(asked, to_admins=True) if asked else None
        # Whoever was typed is only offered: a name is never enough for what changes so much.
        offered = list(match.all) if match and match.all else names.listed(to_admins=True)
        if not offered:
            await message.reply_text(wording.nobody_known(of_things=self._service.sees_pictures))
            return
        await message.reply_text(question, reply_markup=await self._offer(message.chat_id, action, offered))

    async def _offer(
        self, chat_id: int, action: str, cousins: list[str], merged: str | None = None
    ) -> InlineKeyboardMarkup:
        names = self._cousins.now()
        choices: list[Choice] = [
            (
                names.shown(cousin, to_admins=True),
                Button(chat_id, action, cousin=merged or cousin, name=cousin if merged else None),
            )
            for cousin in cousins
        ]
        return await keyboard(self._buttons, in_rows(choices, 2))

    async def _ask_name(self, tap: Tap) -> str | None:
        cousin = tap.button.cousin or ""
        question = await self._bot.send_message(
            tap.button.chat_id,
            wording.what_is_the_name(self._cousins.now().shown(cousin, to_admins=True)),
            reply_markup=ForceReply(),
        )
        await self._prompts.ask_name(tap.button.chat_id, question.message_id, tap.user.id, cousin, thread_of(question))
        return None

    async def _ask_into(self, tap: Tap) -> str | None:
        cousin, names = tap.button.cousin or "", self._cousins.now()
        others = [other for other in names.listed(to_admins=True) if other != cousin]
        if not others:
            return wording.nobody_else(of_things=self._service.sees_pictures)
        markup = await self._offer(tap.button.chat_id, "merge_into", others, merged=cousin)
        await tap.rewrite(wording.merge_into_whom(names.shown(cousin, to_admins=True)), markup)
        return None

    async def _ask_whether_to_merge(self, tap: Tap) -> str | None:
        cousin, into, names = tap.button.cousin or "", tap.button.name or "", self._cousins.now()
        try:
            renaming = await self._renamings.plan_merge(cousin, into)
        except RenamingError as error:
            await tap.rewrite(str(error))
            return None
        one, other = (names.shown(key, to_admins=True) for key in (cousin, into))
        question = wording.shall_i_merge(one, other, of_things=self._service.sees_pictures)
        yes = Button(tap.button.chat_id, "merge_yes", cousin=cousin, name=into)
        markup = await keyboard(self._buttons, self._yes_or_no(wording.yes_merge(), yes))
        await tap.rewrite(f"{question}\n{_follows(renaming)}", markup)
        return None

    async def _rename(self, tap: Tap) -> str | None:
        cousin, name = tap.button.cousin or "", tap.button.name or ""

        async def rename() -> tuple[str, list[str]]:
            key, trouble = await self._changing.rename(cousin, name)
            return self._renamed(key), trouble

        return await self._change(tap, rename, cousin_key(name))

    async def _merge(self, tap: Tap) -> str | None:
        cousin, into = tap.button.cousin or "", tap.button.name or ""

        async def merge() -> tuple[str, list[str]]:
            trouble = await self._changing.merge(cousin, into)
            return self._renamed(into), trouble

        return await self._change(tap, merge, into)

    async def _take_back(self, tap: Tap) -> str | None:
        async def take_back() -> tuple[str, list[str]]:
            kept, trouble = await self._changing.take_back(int(tap.button.name or 0))
            return taken_back(kept), trouble

        return await self._change(tap, take_back, None)

    async def _change(
        self, tap: Tap, make: Callable[[], Awaitable[tuple[str, list[str]]]], key: str | None
    ) -> str | None:
        """Make a change, and say that it is done, and what a person still has to do; `key` is whose name it gives."""
        try:
            done, trouble = await make()
        except HomeError as error:  # the buttons stay: they can be tapped again once that is over
            return str(error)
        except (RenamingError, NotUndoable) as error:
            # Handled again after a restart, or tapped twice: it is done already, and the button was renamed with it.
            change = await self._changes.newest()
            if change is None or change.new is None or change.new != key:
                await tap.rewrite(str(error))
                return None
            done, trouble = self._renamed(key), []
        await tap.rewrite("\n\n".join([done, *(wording.facts_by_hand(one) for one in trouble)]))
        return None

    def _renamed(self, key: str) -> str:
        return wording.has_been_renamed(self._cousins.now().shown(key, to_admins=True))

    async def _leave(self, tap: Tap) -> str | None:
        await tap.rewrite(wording.nothing_changed())
        return None

    def _yes_or_no(self, yes: str, button: Button) -> list[list[Choice]]:
        return [[(yes, button), (wording.no_leave_it(), Button(button.chat_id, "change_no"))]]

    def _told(self, change: Change) -> str:
        names = self._cousins.now()
        old, new = [names.shown(key, to_admins=True) if key else "" for key in (change.old, change.new)]
        return wording.what_changed(change.kind, old, new, change.photos, change.at)


def _follows(renaming: Renaming) -> str:
    return wording.what_follows(renaming.photos, renaming.statements)
