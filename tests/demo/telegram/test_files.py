"""Photos and documents, their sizes, and the links to them."""

import io

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from telegram import Bot, Message
from telegram.error import BadRequest

from demo.telegram.chats.pictures import jpeg_sizes
from demo.telegram.person import Person, RefusedError
from demo.telegram.server import LocalTelegram
from tests.demo.telegram.conftest import picture


async def latest(bot: Bot) -> Message:
    message = (await bot.get_updates(offset=-1))[0].message
    assert message
    return message


async def test_a_photo_comes_upright_in_several_sizes_without_metadata(bot: Bot, ann: Person) -> None:
    await ann.send_photo(picture(size=(2000, 1000), orientation=6))
    sizes = (await latest(bot)).photo
    assert [(size.width, size.height) for size in sizes] == [(45, 90), (160, 320), (400, 800), (640, 1280)]
    assert len({size.file_unique_id for size in sizes}) == 4
    content = bytes(await (await sizes[-1].get_file()).download_as_bytearray())
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (640, 1280), {})
        red, _, blue = image.convert("RGB").getpixel((600, 30))  # type: ignore[misc]
    assert blue > 200 > red  # the blue corner turned to the right


async def test_a_small_photo_is_not_made_larger(bot: Bot, ann: Person) -> None:
    await ann.send_photo(picture(size=(100, 60)))
    assert [size.width for size in (await latest(bot)).photo] == [90, 100]


async def test_a_file_stays_as_it_is(bot: Bot, ann: Person) -> None:
    original = picture(kind="PNG")
    await ann.send_file(original, "IMG_1.png", "image/png", caption="look")
    message = await latest(bot)
    assert message.document
    assert (message.caption, message.document.file_name, message.document.mime_type) == (
        "look",
        "IMG_1.png",
        "image/png",
    )
    assert message.document.thumbnail
    file = await message.document.get_file()
    assert file.file_path
    assert bytes(await file.download_as_bytearray()) == original
    await ann.send_file(b"\x00\x01", "IMG_2.heic")
    bare = (await latest(bot)).document
    assert bare
    assert (bare.mime_type, bare.thumbnail) == (None, None)


async def test_links_are_relative_and_grow_old(bot: Bot, ann: Person, telegram: LocalTelegram) -> None:
    await ann.send_photo(picture())
    file_id = (await latest(bot)).photo[-1].file_id
    async with httpx.AsyncClient(base_url=telegram.url) as http:

        async def path() -> str:
            answer = await http.get(f"/bot{telegram.token}/getFile", params={"file_id": file_id})
            return str(answer.json()["result"]["file_path"])

        async def status(name: str) -> int:
            return (await http.get(f"/file/bot{telegram.token}/{name}")).status_code

        first = await path()
        assert first.startswith("photos/file_")
        assert await status(first) == 200
        telegram.advance(3601)
        assert await status(first) == 404
        assert await status(await path()) == 200
        assert (await http.get(f"/file/bot1:x/{first}")).status_code == 401


async def test_what_is_too_big_or_no_picture(bot: Bot, ann: Person) -> None:
    await ann.send_file(bytes(20 * 2**20 + 1), "film.bin")
    document = (await latest(bot)).document
    assert document
    with pytest.raises(BadRequest, match=r"(?i)file is too big"):
        await document.get_file()
    with pytest.raises(BadRequest, match=r"(?i)too big for a photo"):
        await bot.send_photo(ann.id, bytes(10 * 2**20 + 1))
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(ann.id, b"not a picture")
    with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
        await bot.send_photo(ann.id, document.file_id)
    with pytest.raises(RefusedError, match="send it as a file"):
        await ann.send_photo(b"not a picture")


@pytest.mark.filterwarnings("ignore")  # Pillow warns of broken EXIF, and reads on
@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 200))
def test_broken_pictures_are_refused(noise: bytes, at: int) -> None:
    whole = picture(size=(64, 64))
    try:
        sizes = jpeg_sizes(whole[:at] + noise + whole[at:])
    except ValueError as error:
        refusal = str(error)
    else:
        refusal = ""
    if refusal:
        assert refusal == "this is not a picture that can be opened"
        assert noise  # one that was left as it is can be opened
        return
    for width, height, data in sizes:
        assert Image.open(io.BytesIO(data)).size == (width, height)
