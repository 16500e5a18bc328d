"""From a request's parameters to the content of a message: text, captions, buttons, pictures, files."""

from demo.telegram.chats.autolinks import trimmed, with_links
from demo.telegram.chats.entities import FormattedText, parse_html
from demo.telegram.chats.errors import bad_request
from demo.telegram.chats.files import Document, PhotoSize
from demo.telegram.chats.messenger import Messenger
from demo.telegram.chats.types import CAPTION_LIMIT, TEXT_LIMIT, Chat, Json, Message
from demo.telegram.methods.arguments import Arguments, Upload
from demo.telegram.methods.keyboards import inline_keyboard

PHOTO_BYTES = 10 * 2**20


def formatted(text: str, parse_mode: str) -> FormattedText:
    """Raises ApiError 400 if the markup is wrong."""
    match parse_mode.lower():
        case "html":
            return with_links(trimmed(parse_html(text)))
        case "":
            return with_links(trimmed(FormattedText(text)))
    raise bad_request("unsupported parse_mode")


def text_of(arguments: Arguments) -> FormattedText:
    written = formatted(arguments.text("text"), arguments.text("parse_mode"))
    if not written.text:
        raise bad_request("message text is empty")
    if len(written.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return written


def caption_of(arguments: Arguments) -> FormattedText:
    written = formatted(arguments.text("caption"), arguments.text("parse_mode"))
    if len(written.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return written


def keyboard_of(arguments: Arguments) -> tuple[Json | None, Json | None]:
    """The inline keyboard that stays with the message, and the reply that is asked of people and isn't kept."""
    markup = arguments.mapping("reply_markup")
    if not markup:
        return None, None
    if "inline_keyboard" in markup:
        return inline_keyboard(markup), None
    if "force_reply" in markup:
        return None, markup
    raise bad_request("object expected as reply markup")


def replied_to(arguments: Arguments, chat: Chat) -> Message | None:
    reply = arguments.mapping("reply_parameters") or {}
    number = reply.get("message_id")
    if not number:
        return None
    message = chat.messages.get(number) if isinstance(number, int) else None
    if message is None and not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message


def topic_of(arguments: Arguments, chat: Chat) -> int | None:
    number = arguments.integer("message_thread_id")
    if not number:
        return None
    if number not in chat.topics:
        raise bad_request("message thread not found")
    if number in chat.closed:
        raise bad_request("TOPIC_CLOSED")
    return number


async def photo_from(messenger: Messenger, arguments: Arguments) -> tuple[PhotoSize, ...]:
    file = _upload(arguments, "photo")
    if len(file.data) > PHOTO_BYTES:
        raise bad_request(
            f"file of size {len(file.data)} bytes is too big for a photo; the maximum size is {PHOTO_BYTES} bytes"
        )
    try:
        photo = await messenger.files.add_photo(file.data)
    except ValueError:
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if max(photo[-1].width, photo[-1].height) > 20 * min(photo[-1].width, photo[-1].height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return photo


async def document_from(messenger: Messenger, arguments: Arguments) -> Document:
    file = _upload(arguments, "document")
    return await messenger.files.add_document(file.data, file.name, file.mime)


def _upload(arguments: Arguments, name: str) -> Upload:
    file = arguments.uploads.get(name)
    if file is None and arguments.text(name):
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file is None:
        raise bad_request(f"there is no {name} in the request")
    if not file.data:
        raise bad_request("file must be non-empty")
    return file
