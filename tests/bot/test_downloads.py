from datetime import UTC, datetime

from telegram import Chat, Document, Message, PhotoSize

from bot.transport.downloads import picture_in

SIDES = (90, 320, 800, 1280, 2560)


def message(*, photo: tuple[PhotoSize, ...] = (), document: Document | None = None) -> Message:
    return Message(1, datetime.now(UTC), Chat(5, Chat.PRIVATE), photo=photo, document=document)


def test_a_photo_is_asked_for_at_its_full_size() -> None:
    """2560 pixels, where whoever sent it chose so; whatever order the sizes come in."""
    sizes = tuple(PhotoSize(f"id {side}", f"unique {side}", side, side * 3 // 4, side * 100) for side in SIDES)
    for some in (sizes, sizes[::-1], (sizes[4], *sizes[:4])):
        picture = picture_in(message(photo=some))
        assert picture is not None
        assert picture.file_id == "id 2560"


def test_a_file_is_asked_for_as_it_is() -> None:
    """Not its thumbnail."""
    small = PhotoSize("thumbnail", "unique", 320, 240)
    file = Document("file", "unique file", "reunion.heic", "image/heic", 12_000_000, small)
    picture = picture_in(message(document=file))
    assert picture is not None
    assert picture.file_id == "file"
