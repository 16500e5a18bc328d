"""The Bot API's methods that send."""

from telegram.constants import ChatAction

from demo.telegram.chats.errors import bad_request
from demo.telegram.chats.messenger import Messenger
from demo.telegram.chats.types import Chat, Json, Message
from demo.telegram.methods.arguments import Arguments
from demo.telegram.methods.composing import (
    caption_of,
    document_from,
    keyboard_of,
    photo_from,
    replied_to,
    text_of,
    topic_of,
)

ACTIONS = frozenset(ChatAction)


def _draft(messenger: Messenger, arguments: Arguments, chat: Chat) -> Message:
    message = Message(messenger.next_message_id(), chat, messenger.bot, messenger.date())
    message.topic = topic_of(arguments, chat)
    message.reply_to = replied_to(arguments, chat)
    if message.topic is None and message.reply_to:
        message.topic = message.reply_to.topic
    message.protected = arguments.boolean("protect_content")
    return message


def _send(messenger: Messenger, arguments: Arguments, message: Message) -> Json:
    message.keyboard, asks = keyboard_of(arguments)
    messenger.publish([message], asks=asks)
    return message.api()


async def send_message(messenger: Messenger, arguments: Arguments) -> Json:
    chat = messenger.chat_for_bot(arguments.chat_id())
    message = _draft(messenger, arguments, chat)
    message.text = text_of(arguments)
    return _send(messenger, arguments, message)


async def send_photo(messenger: Messenger, arguments: Arguments) -> Json:
    chat = messenger.chat_for_bot(arguments.chat_id())
    message = _draft(messenger, arguments, chat)
    message.caption = caption_of(arguments)
    message.photo = await photo_from(messenger, arguments)
    message.spoiler = arguments.boolean("has_spoiler")
    return _send(messenger, arguments, message)


async def send_document(messenger: Messenger, arguments: Arguments) -> Json:
    chat = messenger.chat_for_bot(arguments.chat_id())
    message = _draft(messenger, arguments, chat)
    message.caption = caption_of(arguments)
    message.document = await document_from(messenger, arguments)
    return _send(messenger, arguments, message)


async def send_chat_action(messenger: Messenger, arguments: Arguments) -> bool:
    chat = messenger.chat_for_bot(arguments.chat_id())
    if arguments.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    messenger.act(chat, arguments.text("action"), topic_of(arguments, chat))
    return True
