"""The Bot API's methods that send."""

from demo.telegram.composing import (
    caption_of,
    document_from,
    keyboard_of,
    media_from,
    photo_from,
    replied_to,
    text_of,
)
from demo.telegram.errors import bad_request
from demo.telegram.messenger import Messenger
from demo.telegram.model import Chat, Json, Message
from demo.telegram.wire import Arguments

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def _draft(messenger: Messenger, arguments: Arguments, chat: Chat) -> Message:
    message = Message(messenger.next_message_id(), chat, messenger.bot, messenger.date())
    message.reply_to = replied_to(arguments, chat)
    return message


def _send(messenger: Messenger, arguments: Arguments, message: Message) -> Json:
    message.keyboard, interface = keyboard_of(arguments)
    messenger.publish([message], extra={"interface": interface} if interface else None)
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
    message.photo = await photo_from(messenger, arguments.file("photo"))
    return _send(messenger, arguments, message)


async def send_document(messenger: Messenger, arguments: Arguments) -> Json:
    chat = messenger.chat_for_bot(arguments.chat_id())
    message = _draft(messenger, arguments, chat)
    message.caption = caption_of(arguments)
    message.document = await document_from(messenger, arguments.file("document"))
    return _send(messenger, arguments, message)


async def send_media_group(messenger: Messenger, arguments: Arguments) -> list[Json]:
    chat = messenger.chat_for_bot(arguments.chat_id())
    items = arguments.mappings("media")
    if not 2 <= len(items) <= 10:
        few = len(items) < 2
        raise bad_request(f"{'not enough' if few else 'too many'} media in the group to send")
    if len({str(item.get("type")) for item in items}) > 1:
        raise bad_request("documents can't be mixed with other media types")
    album = messenger.next_album()
    messages = []
    for item in items:
        message = _draft(messenger, arguments, chat)
        message.photo, message.document, message.caption = await media_from(messenger, arguments, item)
        message.album = album
        messages.append(message)
    messenger.publish(messages)
    return [message.api() for message in messages]


async def send_chat_action(messenger: Messenger, arguments: Arguments) -> bool:
    chat = messenger.chat_for_bot(arguments.chat_id())
    if arguments.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    messenger.act(chat, arguments.text("action"))
    return True
