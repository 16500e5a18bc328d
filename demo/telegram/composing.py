"""From a request's parameters to the content of a message: text, captions, buttons, pictures, files."""

from demo.telegram.autolinks import trimmed, with_links
from demo.telegram.entities import FormattedText, parse_html, utf16_length
from demo.telegram.errors import bad_request
from demo.telegram.files import Document, PhotoSize
from demo.telegram.keyboards import inline_keyboard, reply_interface
from demo.telegram.messenger import Messenger
from demo.telegram.model import Chat, Json, Message
from demo.telegram.wire import Arguments, Upload

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
PHOTO_BYTES = 10 * 2**20


def formatted(text: str, parse_mode: str, entities: list[Json]) -> FormattedText:
    """Raises ApiError 400 if the markup is wrong."""
    match parse_mode.lower():
        case "html":
            written = parse_html(text)
        case "":
            limit = utf16_length(text)
            kept = [entity for entity in entities if _fits(entity, limit)]
            written = FormattedText(text, tuple(kept))
        case _:
            raise bad_request("unsupported parse_mode")
    return with_links(trimmed(written))


def _fits(entity: Json, limit: int) -> bool:
    offset, length, kind = (entity.get(name) for name in ("offset", "length", "type"))
    if not (isinstance(offset, int) and isinstance(length, int) and isinstance(kind, str)):
        raise bad_request("can't parse MessageEntity")
    return offset >= 0 and length > 0 and offset + length <= limit


def text_of(arguments: Arguments) -> FormattedText:
    written = formatted(arguments.text("text"), arguments.text("parse_mode"), arguments.mappings("entities"))
    if not written.text:
        raise bad_request("message text is empty")
    if len(written.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return written


def caption_of(arguments: Arguments) -> FormattedText:
    entities = arguments.mappings("caption_entities")
    return checked_caption(arguments.text("caption"), arguments.text("parse_mode"), entities)


def checked_caption(caption: str, parse_mode: str, entities: list[Json]) -> FormattedText:
    written = formatted(caption, parse_mode, entities)
    if len(written.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return written


def keyboard_of(arguments: Arguments) -> tuple[Json | None, Json | None]:
    """The inline keyboard that stays with the message, and the interface that people get for their answer."""
    markup = arguments.mapping("reply_markup")
    if not markup:
        return None, None
    if "inline_keyboard" in markup:
        return inline_keyboard(markup), None
    interface = reply_interface(markup)
    if interface is None:
        raise bad_request("object expected as reply markup")
    return None, interface


def replied_to(arguments: Arguments, chat: Chat) -> Message | None:
    reply = arguments.mapping("reply_parameters") or {}
    number = reply.get("message_id") or arguments.integer("reply_to_message_id")
    if not number:
        return None
    message = chat.messages.get(number) if isinstance(number, int) else None
    lenient = reply.get("allow_sending_without_reply") or arguments.boolean("allow_sending_without_reply")
    if message is None and not lenient:
        raise bad_request("message to be replied not found")
    return message


async def photo_from(messenger: Messenger, file: Upload | str | None) -> tuple[PhotoSize, ...]:
    if not file or (isinstance(file, Upload) and not file.data):
        raise bad_request("there is no photo in the request" if not file else "file must be non-empty")
    if isinstance(file, str):
        return messenger.files.photo(file)
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


async def document_from(messenger: Messenger, file: Upload | str | None) -> Document:
    if not file or (isinstance(file, Upload) and not file.data):
        raise bad_request("there is no document in the request" if not file else "file must be non-empty")
    if isinstance(file, str):
        return messenger.files.document(file)
    return await messenger.files.add_document(file.data, file.name, file.mime)


async def media_from(
    messenger: Messenger, arguments: Arguments, media: Json
) -> tuple[tuple[PhotoSize, ...], Document | None, FormattedText]:
    """One InputMedia: photo sizes or a document, and the caption. Raises ApiError 400."""
    file = arguments.attached(str(media.get("media", "")))
    caption = checked_caption(
        str(media.get("caption") or ""),
        str(media.get("parse_mode") or ""),
        Arguments(media).mappings("caption_entities"),
    )
    match media.get("type"):
        case "photo":
            return await photo_from(messenger, file), None, caption
        case "document":
            return (), await document_from(messenger, file), caption
    raise bad_request(f"can't parse InputMedia: type {media.get('type')!r} is not for this local server")
