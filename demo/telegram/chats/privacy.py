"""Which messages of a group reach the bot."""

from demo.telegram.chats.types import Message, User


def reaches_bot(message: Message, bot: User, *, privacy: bool) -> bool:
    """In privacy mode: commands for it or for anyone, mentions of it, replies to it, service messages. An admin of the
    group gets all."""
    if message.sender.id == bot.id:
        return False
    if message.chat.kind == "private":
        return True
    if not privacy or message.chat.bot_is_admin or message.service:
        return True
    if message.reply_to and message.reply_to.sender.id == bot.id:
        return True
    return any(_addresses(message, entity, str(bot.username)) for entity in message.written.entities)


def _addresses(message: Message, entity: dict[str, object], username: str) -> bool:
    encoded = message.written.text.encode("utf-16-le")
    begin, length = int(str(entity["offset"])) * 2, int(str(entity["length"])) * 2
    _, at, to = encoded[begin : begin + length].decode("utf-16-le").partition("@")
    if entity["type"] == "bot_command":
        return not at or to.lower() == username.lower()
    return entity["type"] == "mention" and to.lower() == username.lower()
