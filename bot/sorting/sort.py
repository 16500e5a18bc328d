"""/sort: whose are these faces? The groups that `photos sort` has made, one after another, for an admin to name."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from telegram import ForceReply, InlineKeyboardMarkup, Message, Update
from telegram.ext import CommandHandler, ContextTypes, ExtBot

from actions.answers.newcomers import Doubt, doubt
from actions.changes.carrying_out import CousinChanges
from actions.changes.undoing import NotUndoable
from actions.cousins import Cousins
from actions.groups.current import CurrentGroups
from actions.groups.deciding import GroupDeciding, NoSuchGroup
from actions.groups.groups import FaceGroup, Sorted
from actions.groups.pictures import at_hand
from actions.groups.taking_in import TakenIn
from actions.people.access import Access
from bot.conversation.keyboards import Choice, keyboard
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Tap
from bot.conversation.wording import admins_only
from bot.corrections import wording as of_newcomers
from bot.sorting import wording
from bot.sorting.questions import GroupQuestions
from bot.sorting.walk import Meant, next_question, out_of_reach, passed, state_of
from bot.transport import photo_or_text
from bot.transport.handling_limit import waiting
from bot.transport.outbox import current_update
from bot.transport.topics import replied_to, thread_of
from data.changes.log import Change
from data.files.home import HomeError
from data.files.library import LibraryError
from data.names import cousin_key, typed_name
from data.store.buttons import Button
from data.store.store import Store

_MANY: Final = 20
"""Photos from which it is said that taking them in takes a while."""
_LISTED: Final = 20
"""Names in the last message."""
_LONGEST: Final = 120
"""Characters of a file's path, of which the end tells the most."""
_IN_A_TOAST: Final = 60
"""The same where 200 characters are all there is room for."""


class GroupSorting(Part):
    """A button says itself which faces it is about: those that were sent long ago mean what they showed.

    A decision is known by the update that it came with. Handled again after a restart, nothing is decided twice.
    """

    def __init__(
        self,
        bot: ExtBot[int],
        access: Access,
        store: Store,
        cousins: Cousins,
        current: CurrentGroups,
        groups: GroupDeciding,
        changing: CousinChanges,
        questions: GroupQuestions,
    ) -> None:
        self._bot = bot
        self._access = access
        self._store = store
        self._cousins = cousins
        self._current = current
        self._groups = groups
        self._changing = changing
        self._questions = questions
        self._settled = set[tuple[int, int]]()  # messages, so that of a double tap the second does nothing

    def routes(self) -> list[Route]:
        return [Route(CommandHandler("sort", self.on_sort), Permission.ADMIN_IN_PRIVATE)]

    def actions(self) -> dict[str, Action]:
        return {
            "sort_is": Action(Permission.ADMIN, self._is),
            "sort_new": Action(Permission.ADMIN, self._is),
            "sort_again": Action(Permission.ADMIN, self._again),
            "sort_someone": Action(Permission.ADMIN, self._ask_name),
            "sort_more": Action(Permission.ADMIN, self._more_names),
            "sort_split": Action(Permission.ADMIN, self._split),
            "sort_later": Action(Permission.ADMIN, self._later),
            "sort_never": Action(Permission.ADMIN, self._never),
            "sort_same": Action(Permission.ADMIN, self._same),
            "sort_apart": Action(Permission.ADMIN, self._apart),
            "sort_undo": Action(Permission.ADMIN, self._undo),
        }

    async def on_sort(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        chat = update.effective_chat
        if chat is not None:
            await self._go_on(chat.id, Meant(await self._store.group_decisions.newest()))

    async def on_text(self, message: Message) -> bool:
        """Whether the text was the name of a group; if so it gets it, or it is asked who is meant."""
        user, text, chat_id = message.from_user, message.text, message.chat_id
        if user is None or text is None:
            return False
        reply = replied_to(message)
        kept = await self._store.prompts.find_group(
            chat_id, user.id, reply.message_id if reply else None, thread_of(message)
        )
        if kept is None:
            return False
        if not self._access.is_admin(user.id):
            await message.reply_text(admins_only())
            return True
        meant = Meant.read(kept)
        change = await self._made()
        if change is None and not await self._is_as_shown(meant):
            groups = await self._groups_now(meant)
            await message.reply_text(self._what_became_of(groups))
            await self._go_on(chat_id, meant, first=meant.groups[0])
            await self._settle(chat_id, user.id, meant)
            return True
        try:
            name = typed_name(text)
            # Handled again after a restart, the newcomer is somebody known by now, and still the one who was meant.
            cousin = change.new if change is not None and change.new else self._cousins.free(name)
        except ValueError as error:
            await message.reply_text(str(error))
            return True
        if change is None and (doubtful := doubt(name, self._cousins.now())):
            await self._ask_whether(message, doubtful, meant)
            return True
        if refused := await self._name(chat_id, user.id, meant, meant.groups[0], cousin, name):
            await message.reply_text(refused)
        return True

    async def _is(self, tap: Tap) -> str | None:
        """The button carries a cousin's key, or the name of someone new as it was typed."""
        meant, change = _meant(tap), await self._made()
        if not await self._is_as_shown(meant):
            return await self._look_again(tap, meant)
        try:
            if change is not None and change.new:
                cousin = change.new
            elif meant.typed is not None:
                cousin = self._cousins.free(meant.typed)
            else:
                cousin = tap.button.cousin or ""
                if cousin not in self._cousins.now().listed(to_admins=True):  # they are in facts.yaml alone
                    cousin = cousin_key(cousin)
        except ValueError as error:
            return str(error)
        return await self._name(
            tap.button.chat_id, tap.user.id, meant, meant.groups[0], cousin, meant.typed, in_answer_to=tap.message_id
        )

    async def _again(self, tap: Tap) -> str | None:
        """Take in what could not be read, or written, before."""
        meant, cousin = _meant(tap), tap.button.cousin or ""
        groups = await self._groups_now(meant)
        if not groups or groups[-1].cousin != cousin:
            return await self._look_again(tap, meant)
        return await self._name(tap.button.chat_id, tap.user.id, meant, groups[-1].id, cousin, None)

    async def _ask_name(self, tap: Tap) -> str | None:
        meant, chat_id = _meant(tap), tap.button.chat_id
        if not await self._is_as_shown(meant):
            return await self._look_again(tap, meant)
        question = await self._bot.send_message(
            chat_id,
            wording.whose_faces(meant.groups[0]),
            reply_markup=ForceReply(input_field_placeholder=of_newcomers.example_of_a_name()),
        )
        await self._store.prompts.ask_of_group(
            chat_id, question.message_id, tap.user.id, meant.groups[0], meant.written(), thread_of(question)
        )
        return None

    async def _ask_whether(self, message: Message, doubtful: Doubt, meant: Meant) -> None:
        chat_id = message.chat_id
        rows: list[list[Choice]] = [
            [(it_is, Button(chat_id, "sort_is", cousin=cousin, name=meant.written()))]
            for cousin, it_is in doubtful.cousins
        ]
        new = replace(meant, typed=doubtful.name).written()
        rows.append([(doubtful.new, Button(chat_id, "sort_new", name=new))])
        await message.reply_text(doubtful.question, reply_markup=await keyboard(self._store.buttons, rows))

    async def _more_names(self, tap: Tap) -> str | None:
        meant = _meant(tap)
        if not await self._is_as_shown(meant):
            return await self._look_again(tap, meant)
        groups, found = await self._groups_now(meant), await self._current.all()
        _, markup = await self._questions.written(tap.button.chat_id, groups, found, meant, all_names=True)
        await tap.show_buttons(markup)
        return None

    async def _later(self, tap: Tap) -> str | None:
        meant = _meant(tap)
        if _message(tap.button.chat_id, meant) in self._settled:  # tapped twice
            return None
        await tap.show_buttons(None)
        if len(meant.groups) == 2:
            meant = replace(meant, passed=(*meant.passed, passed(meant.groups)))
        await self._go_on(tap.button.chat_id, meant, named=_first_of_two(meant))
        await self._settle(tap.button.chat_id, tap.user.id, meant)
        return None

    async def _never(self, tap: Tap) -> str | None:
        meant = _meant(tap)
        decide = partial(self._groups.skip, meant.groups[0], tap.user.id)
        return await self._decide(tap, meant, decide, wording.asked_never_again())

    async def _split(self, tap: Tap) -> str | None:
        meant = _meant(tap)
        decide = partial(self._groups.not_one_person, meant.groups[0], tap.user.id)
        return await self._decide(tap, meant, decide, wording.was_split())

    async def _same(self, tap: Tap) -> str | None:
        meant, change = _meant(tap), await self._made()
        one, other = meant.groups
        if not await self._is_as_shown(meant):
            return await self._look_again(tap, meant)
        groups = await self._groups_now(meant)
        if change is not None and change.kind == "naming" and change.new:
            whose: str | None = change.new
        else:
            whose = groups[0].cousin if change is None and groups[0].named else None
        if whose is not None:
            # Whose the first are was said by people. So it is said of the others, and their photos are taken in.
            return await self._name(tap.button.chat_id, tap.user.id, meant, other, whose, None)
        decide = partial(self._groups.merge, other, one, tap.user.id)
        return await self._decide(tap, meant, decide, wording.are_one(), first=one)

    async def _apart(self, tap: Tap) -> str | None:
        meant = _meant(tap)
        one, other = meant.groups
        decide = partial(self._groups.not_same, one, other, tap.user.id)
        return await self._decide(tap, meant, decide, wording.are_two())

    async def _undo(self, tap: Tap) -> str | None:
        meant, chat_id = _meant(tap), tap.button.chat_id
        try:
            with waiting():
                await self._changing.take_back(meant.change or 0)
        except HomeError as error:
            return str(error)
        except NotUndoable as error:
            await self._bot.send_message(chat_id, str(error))
            return None
        self._settled.discard(_message(chat_id, meant))
        groups = await self._groups_now(meant)
        if len(groups) < len(meant.groups):
            await self._rewrite(chat_id, meant, wording.skipped_taken_back())
        elif all(group.is_settled for group in groups):
            await self._rewrite(chat_id, meant, wording.taken_back())
        else:
            await self._rewrite(
                chat_id, meant, *await self._questions.written(chat_id, groups, await self._current.all(), meant)
            )
        return None

    async def _decide(
        self,
        tap: Tap,
        meant: Meant,
        decide: Callable[[str], Awaitable[object]],
        said: str,
        *,
        first: int | None = None,
    ) -> str | None:
        chat_id = tap.button.chat_id
        if not await self._is_as_shown(meant):
            return await self._look_again(tap, meant)
        if await self._made() is None:
            try:
                await decide(_token())
            except NoSuchGroup as error:
                return str(error)
        await self._rewrite(chat_id, meant, said, await self._undo_button(chat_id, meant))
        await self._go_on(chat_id, meant, first=first, named=_first_of_two(meant))
        await self._settle(chat_id, tap.user.id, meant)
        return None

    async def _name(
        self,
        chat_id: int,
        by: int,
        meant: Meant,
        number: int,
        cousin: str,
        typed: str | None,
        in_answer_to: int | None = None,
    ) -> str | None:
        """Give the group of this number its name, and go on. Returns why not, in words; then nothing has changed."""
        group = await self._current.find(number)
        if group is None:
            return wording.group_gone()
        if await self._made() is None and not await asyncio.to_thread(at_hand, group.faces, 1):
            return wording.photos_away(_ending(group.faces[0].path, _IN_A_TOAST))
        name = typed or self._cousins.now().shown(cousin, to_admins=True)
        if (photos := len({face.sha256 for face in group.faces})) > _MANY:
            await self._rewrite(chat_id, meant, wording.taking_in(name, photos))
        try:
            with waiting():
                taken = await self._groups.name(number, cousin, by, {face.id for face in group.faces}, _token())
        except (HomeError, NoSuchGroup) as error:
            await self._ask_once_more(chat_id, meant)
            return str(error)
        except (LibraryError, OSError) as error:
            why = (error.strerror if isinstance(error, OSError) else None) or str(error)
            await self._rewrite(
                chat_id, meant, wording.not_written(name, why), await self._undo_button(chat_id, meant, cousin)
            )
            return None
        markup = await self._undo_button(chat_id, meant, cousin if taken.missing else None)
        await self._rewrite(chat_id, meant, _told(name, taken), markup)
        if in_answer_to is not None and in_answer_to != (meant.asked or (0,))[0]:
            await photo_or_text.edit(self._bot, chat_id, in_answer_to, _told(name, taken), has_picture=False)
        if typed is not None:
            await self._bot.send_message(chat_id, await asyncio.to_thread(self._welcome, cousin, typed))
        await self._go_on(chat_id, meant, named=await self._store.sorted_faces.leads_to(number))
        # Last: if the process stops before, the name is understood again, and what is done is not done twice.
        await self._settle(chat_id, by, meant)
        return None

    async def _go_on(self, chat_id: int, here: Meant, *, first: int | None = None, named: int | None = None) -> None:
        """Ask the next question, or say how it went."""
        found, decisions = await self._current.all(), await self._store.group_decisions.all()
        question = await asyncio.to_thread(next_question, found, decisions, here, first=first, named=named)
        if question is None:
            await self._bot.send_message(chat_id, await self._end(found, here, by=chat_id))
        else:
            await self._questions.send(chat_id, question, found, here)

    async def _end(self, found: Sorted, here: Meant, by: int) -> str:
        named = await self._store.group_decisions.named_since(here.since, by)
        known = await self._store.catalogue.known()
        photos = {cousin: theirs & known.keys() for cousin, theirs in named.items()}
        names, left = self._cousins.now(), len(found.waiting())
        if not named and not left:
            return wording.nothing_waits()
        parts = []
        if named:
            lines = [
                wording.photos_of(names.shown(cousin, to_admins=True), len(theirs)) for cousin, theirs in photos.items()
            ]
            rest = [wording.and_others(len(lines) - _LISTED)] if len(lines) > _LISTED else []
            parts.append(wording.names_given(len(set().union(*photos.values())), [*lines[:_LISTED], *rest]))
        away = await asyncio.to_thread(out_of_reach, found)
        if not left:
            parts.insert(0, wording.all_named())
        elif len(away) < left:
            parts.append(wording.end_of_the_walk(left))
        if away:
            parts.append(wording.out_of_reach(len(away), _ending(away[0].faces[0].path)))
        if named:
            parts.append(wording.now_train())
        return "\n\n".join(parts)

    def _welcome(self, cousin: str, typed: str) -> str:
        """To someone new, and what the family can do next."""
        facts = self._cousins.enter(cousin, typed)
        here = of_newcomers.new_here(self._cousins.now().shown(cousin, to_admins=True))
        if isinstance(facts, Path):
            return f"{here} {of_newcomers.facts_go_into(facts)}\n{of_newcomers.misspelt()}"
        return f"{here} {of_newcomers.facts_not_added(str(facts), facts.stub)}"

    async def _groups_now(self, meant: Meant) -> list[FaceGroup]:
        groups = [await self._current.find(number) for number in meant.groups]
        return [group for group in groups if group is not None]

    async def _is_as_shown(self, meant: Meant) -> bool:
        """Whether nobody has said anything of it since, but what this update says."""
        return state_of(await self._groups_now(meant)) == meant.state or await self._made() is not None

    def _what_became_of(self, groups: Sequence[FaceGroup]) -> str:
        if not groups:
            return wording.group_gone()
        if len(groups) == 1 and groups[0].is_settled and groups[0].cousin is not None:
            return wording.is_already(self._cousins.now().shown(groups[0].cousin, to_admins=True))
        return wording.group_changed()

    async def _look_again(self, tap: Tap, meant: Meant) -> str | None:
        """What was tapped is no more as it was shown: the question as it is now, or the next one."""
        chat_id, groups = tap.button.chat_id, await self._groups_now(meant)
        if _message(chat_id, meant) in self._settled:  # tapped twice
            return self._what_became_of(groups)
        await self._rewrite(chat_id, meant, self._what_became_of(groups))
        await self._go_on(chat_id, meant, first=groups[0].id if len(meant.groups) == len(groups) == 1 else None)
        await self._settle(chat_id, tap.user.id, meant)
        return None

    async def _ask_once_more(self, chat_id: int, meant: Meant) -> None:
        groups = await self._groups_now(meant)
        if len(groups) == len(meant.groups):
            found = await self._current.all()
            await self._rewrite(chat_id, meant, *await self._questions.written(chat_id, groups, found, meant))

    async def _settle(self, chat_id: int, by: int, meant: Meant) -> None:
        """The message has been answered, and its names need not be typed any more."""
        self._settled.add(_message(chat_id, meant))
        for group in meant.groups:
            await self._store.prompts.group_is_settled(chat_id, by, group)

    async def _undo_button(self, chat_id: int, meant: Meant, again: str | None = None) -> InlineKeyboardMarkup | None:
        """To take back what this update did; and to take in `again`'s photos that could not be."""
        row: list[Choice] = []
        if (change := await self._made()) is not None:
            kept = replace(meant, typed=None, change=change.id).written()
            row.append((wording.undo(), Button(chat_id, "sort_undo", name=kept)))
        if again is not None:
            row.append((wording.try_again(), Button(chat_id, "sort_again", cousin=again, name=meant.written())))
        return await keyboard(self._store.buttons, [row]) if row else None

    async def _rewrite(self, chat_id: int, meant: Meant, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
        message_id, has_picture = meant.asked or (0, False)
        text = text[: photo_or_text.CAPTION_LIMIT]  # what the system says of a disk may be long
        await photo_or_text.edit(self._bot, chat_id, message_id, text, has_picture=has_picture, markup=markup)

    async def _made(self) -> Change | None:
        """What this update has changed already."""
        return await self._store.changes.of(_token())


def _meant(tap: Tap) -> Meant:
    meant, message = Meant.read(tap.button.name), tap.query.message
    if meant.asked is not None:
        return meant
    return replace(meant, asked=(tap.message_id, isinstance(message, Message) and bool(message.photo)))


def _message(chat_id: int, meant: Meant) -> tuple[int, int]:
    return chat_id, (meant.asked or (0, False))[0]


def _first_of_two(meant: Meant) -> int | None:
    """Whose like are asked about until there are none left."""
    return meant.groups[0] if len(meant.groups) == 2 else None


def _token() -> str:
    return f"update {current_update()}"


def _told(name: str, taken: TakenIn) -> str:
    said = wording.named(name, taken.added + taken.known)
    if not taken.missing:
        return said
    [(path, why), *_] = taken.missing
    return f"{said}\n{wording.missing(len(taken.missing), _ending(path), why)}"


def _ending(path: Path, longest: int = _LONGEST) -> str:
    text = str(path)
    return text if len(text) <= longest else f"…{text[-longest:]}"
