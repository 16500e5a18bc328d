"""How a question about a group looks: the faces in one picture, the words, and the buttons to answer with."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from telegram import InlineKeyboardMarkup
from telegram.ext import ExtBot

from actions.cousins import Cousins
from actions.groups.groups import FaceGroup, Sorted, likely_names
from actions.groups.pictures import GroupPictures
from bot.conversation.keyboards import MOST_BUTTONS, Choice, in_rows, keyboard
from bot.sorting import wording
from bot.sorting.walk import Meant, Question, state_of
from bot.transport import photo_or_text
from data.store.buttons import Button, Buttons
from data.wording import someone_new

_NAMES: Final = 8
"""That are on buttons at first; behind them is one for all others."""


class GroupQuestions:
    def __init__(self, bot: ExtBot[int], pictures: GroupPictures, buttons: Buttons, cousins: Cousins) -> None:
        self._bot = bot
        self._pictures = pictures
        self._buttons = buttons
        self._cousins = cousins

    async def send(self, chat_id: int, question: Question, found: Sorted, here: Meant) -> None:
        picture = await self._pictures.sheet(*question.faces)
        meant = Meant(here.since, question.place, here.passed)
        text, markup = await self.written(chat_id, question.groups, found, meant)
        await photo_or_text.send(self._bot, chat_id, text, picture, markup=markup)

    async def written(
        self, chat_id: int, groups: Sequence[FaceGroup], found: Sorted, here: Meant, *, all_names: bool = False
    ) -> tuple[str, InlineKeyboardMarkup]:
        numbers = tuple(group.id for group in groups)
        meant = replace(here, groups=numbers, state=state_of(groups), typed=None, change=None)
        if len(groups) == 2:
            rows = self._about_two(chat_id, meant)
            text = self._are_they_one(*groups)
        else:
            rows = self._about_one(chat_id, groups[0], found, meant, all_names=all_names)
            text = self._who_is_it(groups[0], len(found.waiting()))
        return text, await keyboard(self._buttons, rows)

    def _who_is_it(self, group: FaceGroup, waiting: int) -> str:
        faces = len(group.faces)
        if group.cousin is None:
            return f"{wording.who_is_this(group.id, faces)}\n\n{wording.groups_wait(waiting)}"
        name = self._cousins.now().shown(group.cousin, to_admins=True)
        return f"{wording.is_this(name, group.id, faces)}\n\n{wording.groups_wait(waiting)}"

    def _are_they_one(self, one: FaceGroup, other: FaceGroup) -> str:
        if one.named and one.cousin is not None:
            name = self._cousins.now().shown(one.cousin, to_admins=True)
            return wording.are_these_them_too(name, len(other.faces))
        return wording.are_they_one(len(one.faces), len(other.faces))

    def _about_one(
        self, chat_id: int, group: FaceGroup, found: Sorted, meant: Meant, *, all_names: bool
    ) -> list[Sequence[Choice]]:
        names = self._cousins.now()
        likely = names.nameable(likely_names(group, found.groups))
        shown = likely[: MOST_BUTTONS - 5 if all_names else _NAMES]
        known: list[Choice] = [
            (
                f"✓ {names.shown(cousin, to_admins=True)}"
                if cousin == group.cousin
                else names.shown(cousin, to_admins=True),
                self._button(chat_id, "sort_is", meant, cousin),
            )
            for cousin in shown
        ]
        rows = in_rows(known, 2)
        if len(likely) > len(shown) and not all_names:
            rows.append([(wording.more_names(), self._button(chat_id, "sort_more", meant))])
        new = (someone_new(), self._button(chat_id, "sort_someone", meant))
        several = (wording.not_one_person(), self._button(chat_id, "sort_split", meant))
        rows.append([new, several] if len(group.faces) > 1 else [new])
        later = (wording.later(), self._button(chat_id, "sort_later", meant))
        rows.append([later, (wording.never(), self._button(chat_id, "sort_never", meant))])
        return rows

    def _about_two(self, chat_id: int, meant: Meant) -> list[Sequence[Choice]]:
        return [
            [
                (wording.same(), self._button(chat_id, "sort_same", meant)),
                (wording.not_the_same(), self._button(chat_id, "sort_apart", meant)),
            ],
            [(wording.later(), self._button(chat_id, "sort_later", meant))],
        ]

    def _button(self, chat_id: int, action: str, meant: Meant, cousin: str | None = None) -> Button:
        return Button(chat_id, action, cousin=cousin, name=meant.written())
