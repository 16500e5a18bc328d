"""Whether a message asks who is in a picture, and what to do where it shows none."""

from telegram import Chat, Message, MessageEntity
from telegram.ext import filters

from bot.answers import wording
from bot.transport.topics import replied_to

_COMMAND = "/who"


def is_asked(message: Message, username: str) -> bool:
    """In private every picture is a question; in a group one whose caption has /who in it, or the bot's name."""
    if message.chat.type == Chat.PRIVATE:
        return True
    if not message.caption:
        return False
    entities = message.parse_caption_entities([MessageEntity.BOT_COMMAND, MessageEntity.MENTION])
    return any(_is_for(entity, text, username) for entity, text in entities.items())


def advice(message: Message) -> str:
    """What to do with a question that points to no picture, in a sentence."""
    reply = replied_to(message)
    if reply is not None and is_moving(reply):
        return wording.no_moving_picture()
    if message.external_reply is not None:
        return wording.who_from_elsewhere()
    return wording.who_how()


def is_moving(message: Message) -> bool:
    return bool(message.video or message.animation or message.video_note)


class AsksAboutReply(filters.MessageFilter):
    """A text with the bot's name in it, in a group, that replies to somebody's picture, video or message elsewhere."""

    def filter(self, message: Message) -> bool:
        if message.chat.type == Chat.PRIVATE or not message.text:
            return False
        username = message.get_bot().username
        names = message.parse_entities([MessageEntity.MENTION]).values()
        if f"@{username}".lower() not in map(str.lower, names):
            return False
        reply = replied_to(message)
        if reply is None:
            return message.external_reply is not None
        by_bot = reply.from_user is not None and reply.from_user.id == message.get_bot().id
        return not by_bot and bool(reply.photo or reply.document or is_moving(reply))


def _is_for(entity: MessageEntity, text: str, username: str) -> bool:
    what, _, whom = text.lower().partition("@")
    if entity.type == MessageEntity.MENTION:
        return whom == username.lower()
    return what == _COMMAND and whom in ("", username.lower())
