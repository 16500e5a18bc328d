"""The Bot API's methods that change or delete what was sent."""

from demo.telegram.chats.errors import bad_request
from demo.telegram.chats.messenger import Messenger
from demo.telegram.chats.types import Json, Message
from demo.telegram.methods.arguments import Arguments
from demo.telegram.methods.composing import caption_of, keyboard_of, text_of

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
DELETABLE_SECONDS = 48 * 3600


def _target(messenger: Messenger, arguments: Arguments) -> Message:
    chat = messenger.chat_for_bot(arguments.chat_id())
    if not arguments.integer("message_id"):
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(arguments.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender.id != messenger.bot.id or message.service:
        raise bad_request("message can't be edited")
    return message


def _finish(messenger: Messenger, arguments: Arguments, message: Message, before: Json) -> Json:
    message.keyboard, _ = keyboard_of(arguments)
    after = message.api()
    if after == before:
        raise bad_request(NOT_MODIFIED)
    changed_content = {**after, "reply_markup": None} != {**before, "reply_markup": None}
    if changed_content:
        message.edited = messenger.date()
    messenger.publish([message], edited=True)
    return message.api()


async def edit_message_text(messenger: Messenger, arguments: Arguments) -> Json:
    message = _target(messenger, arguments)
    if message.text is None:
        raise bad_request("there is no text in the message to edit")
    text = text_of(arguments)
    keyboard_of(arguments)  # a wrong keyboard must leave the text as it was
    before, message.text = message.api(), text
    return _finish(messenger, arguments, message, before)


async def edit_message_caption(messenger: Messenger, arguments: Arguments) -> Json:
    message = _target(messenger, arguments)
    if message.text is not None:
        raise bad_request("there is no caption in the message to edit")
    caption = caption_of(arguments)
    keyboard_of(arguments)
    before, message.caption = message.api(), caption
    return _finish(messenger, arguments, message, before)


async def edit_message_reply_markup(messenger: Messenger, arguments: Arguments) -> Json:
    message = _target(messenger, arguments)
    return _finish(messenger, arguments, message, message.api())


async def delete_message(messenger: Messenger, arguments: Arguments) -> bool:
    chat = messenger.chat_for_bot(arguments.chat_id())
    message = chat.messages.get(arguments.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    own = message.sender.id == messenger.bot.id
    if not (own or chat.kind == "private") or messenger.clock.now() - message.date > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted")
    messenger.remove(message)
    return True
