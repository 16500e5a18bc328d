"""/faces: which of these faces? Photos of several that training left out, one after another, for an admin to tap."""

import json
from collections.abc import Sequence

from telegram import InlineKeyboardMarkup, Update
from telegram.ext import CommandHandler, ContextTypes, ExtBot

from actions.cousins import Cousins
from actions.pictures.unclear import UnclearPhoto, UnclearPhotos
from bot.conversation.keyboards import MOST_BUTTONS, Choice, in_rows, keyboard
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Tap
from bot.corrections import wording
from bot.transport import photo_or_text
from data.store.buttons import Button, Buttons
from foundation.box import Box
from inference.decoding.photo import PhotoError


class Pointing(Part):
    """A button says itself which face of which photo it is: those that were sent long ago mean what they showed."""

    def __init__(self, bot: ExtBot[int], unclear: UnclearPhotos, buttons: Buttons, cousins: Cousins) -> None:
        self._bot = bot
        self._unclear = unclear
        self._buttons = buttons
        self._cousins = cousins

    def routes(self) -> list[Route]:
        return [Route(CommandHandler("faces", self.on_faces), Permission.ADMIN_IN_PRIVATE)]

    def actions(self) -> dict[str, Action]:
        return {
            "point": Action(Permission.ADMIN, self._face),
            "point_again": Action(Permission.ADMIN, self._again),
            "point_later": Action(Permission.ADMIN, self._later),
        }

    async def on_faces(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        chat = update.effective_chat
        if chat is not None:
            await self._send(chat.id, await self._unclear.waiting(), wording.no_photo_waits())

    async def _face(self, tap: Tap) -> str | None:
        photo, number = _meant(tap.button), tap.button.page
        box = photo.boxes[number - 1] if number else None
        if not await self._unclear.point(photo.sha256, photo.cousin, box, tap.user.id):
            await tap.show_buttons(None)
            return wording.gone()
        name = self._cousins.now().shown(photo.cousin, to_admins=True)
        said = wording.face_is(number, name) if number else wording.no_face_is(name)
        again = [(wording.undo(), self._button(tap.button.chat_id, "point_again", photo))]
        await tap.rewrite(said, await keyboard(self._buttons, [again]))
        await self._send(tap.button.chat_id, await self._unclear.waiting(), wording.all_pointed_at())
        return None

    async def _again(self, tap: Tap) -> str | None:
        photo = _meant(tap.button)
        await self._unclear.take_back(photo.sha256, photo.cousin)
        waiting = await self._unclear.waiting()
        await tap.rewrite(self._question(photo, waiting), await self._choices(tap.button.chat_id, photo, waiting))
        return None

    async def _later(self, tap: Tap) -> str | None:
        await tap.show_buttons(None)
        waiting, left = await self._unclear.waiting(), _meant(tap.button)
        place = waiting.index(left) + 1 if left in waiting else 0
        await self._send(tap.button.chat_id, [*waiting[place:], *waiting[:place]], wording.no_photo_waits())
        return None

    async def _send(self, chat_id: int, waiting: Sequence[UnclearPhoto], nothing: str) -> None:
        """The first that can be opened."""
        for photo in waiting:
            try:
                picture = await self._unclear.numbered(photo)
            except (PhotoError, OSError):
                continue
            markup = await self._choices(chat_id, photo, waiting)
            await photo_or_text.send(self._bot, chat_id, self._question(photo, waiting), picture, markup=markup)
            return
        await self._bot.send_message(chat_id, nothing)

    def _question(self, photo: UnclearPhoto, waiting: Sequence[UnclearPhoto]) -> str:
        return wording.which_of_these(self._cousins.now().shown(photo.cousin, to_admins=True), len(waiting))

    async def _choices(
        self, chat_id: int, photo: UnclearPhoto, waiting: Sequence[UnclearPhoto]
    ) -> InlineKeyboardMarkup:
        numbers = [
            (str(number), self._button(chat_id, "point", photo, number)) for number in range(1, len(photo.boxes) + 1)
        ]
        others: list[Choice] = [(wording.none_of_them(), self._button(chat_id, "point", photo))]
        if len(waiting) > 1:
            others.append((wording.later(), self._button(chat_id, "point_later", photo)))
        return await keyboard(self._buttons, [*in_rows(numbers[: MOST_BUTTONS - len(others)], 5), others])

    def _button(self, chat_id: int, action: str, photo: UnclearPhoto, number: int | None = None) -> Button:
        meant = json.dumps({"photo": photo.sha256, "boxes": [box.sides for box in photo.boxes]})
        return Button(chat_id, action, cousin=photo.cousin, name=meant, page=number)


def _meant(button: Button) -> UnclearPhoto:
    meant = json.loads(button.name or "{}")
    return UnclearPhoto(meant["photo"], button.cousin or "", tuple(Box(*sides) for sides in meant["boxes"]))
