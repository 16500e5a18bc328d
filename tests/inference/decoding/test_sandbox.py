"""Photos that nobody vouches for: what they do to a decoder of their own does nothing to the bot."""

import asyncio
import io
import os
import pickle
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from inference.decoding.confinement import landlock_version
from inference.decoding.limits import OVERVIEW_SIDE
from inference.decoding.photo import PhotoError, decode, upright_jpeg
from inference.decoding.sandbox import Decoding
from tests.inference.decoding.bombs import endless_jpeg

pytestmark = pytest.mark.e2e  # each test starts a decoder


@pytest.fixture
async def decoding() -> AsyncIterator[Decoding]:
    async with Decoding(workers=1) as decoding:
        yield decoding


def jpeg(size: tuple[int, int] = (120, 80)) -> bytes:
    file = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(file, "JPEG", quality=95)
    return file.getvalue()


def after(code: str) -> Decoding:
    """A decoder that runs this first."""
    run = f"import os, sys; {code}; from inference.decoding.worker import main; main()"
    return Decoding(workers=1, command=(sys.executable, "-P", "-c", run))


async def test_the_same_as_without_a_process(decoding: Decoding) -> None:
    data = jpeg((2000, 1500))
    here, there = decode(data), await decoding.decode(data)
    np.testing.assert_array_equal(here.pixels, there.pixels)
    assert here.sha256 == there.sha256
    assert await decoding.upright_jpeg(data) == upright_jpeg(data)


async def test_as_large_as_it_came_and_reduced(decoding: Decoding) -> None:
    data = jpeg((2000, 1500))
    async with decoding.opened(data) as photo:
        np.testing.assert_array_equal(photo.pixels, decode(data).pixels)
        assert photo.pixels.shape == (1500, 2000, 3)
    shown = await decoding.decode(data, OVERVIEW_SIDE)
    np.testing.assert_array_equal(shown.pixels, decode(data, side=OVERVIEW_SIDE).pixels)


async def test_large_photos_wait_until_there_is_room_for_them() -> None:
    """Three of them, and room for two; however many are asked for at once, no more are held."""
    room, held, most = 2 * 2000 * 1500 * 3, 0, 0
    opened = asyncio.Event()
    close = asyncio.Event()

    async def look(decoding: Decoding) -> None:
        nonlocal held, most
        async with decoding.opened(jpeg((2000, 1500))) as photo:
            held, most = held + photo.pixels.nbytes, max(most, held + photo.pixels.nbytes)
            if held == room:
                opened.set()
            await close.wait()
            held -= photo.pixels.nbytes

    async with Decoding(workers=2, room=room) as decoding:
        looking = [asyncio.create_task(look(decoding)) for _ in range(5)]
        await opened.wait()
        looking.pop().cancel()  # one that waits: who gives up takes no room with them
        close.set()
        await asyncio.gather(*looking)
        assert most == room
        async with decoding.opened(jpeg((4000, 3000))) as photo:  # more than the room: alone
            assert photo.pixels.shape == (3000, 4000, 3)


async def test_whoever_fails_over_a_photo_gives_its_room_back() -> None:
    async with Decoding(workers=1, room=1) as decoding:
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                async with decoding.opened(jpeg()):
                    raise ZeroDivisionError
            with pytest.raises(PhotoError):
                async with decoding.opened(b""):
                    pass


@pytest.mark.skipif(sys.platform != "linux", reason="memory is given back on Linux")
async def test_what_a_large_photo_leaves_behind_is_given_back(decoding: Decoding) -> None:
    """Else a decoder would hold the largest one that it ever opened, in memory that it shares with the bot."""
    await decoding.decode(jpeg((4000, 3000)))

    def shared_kb() -> int:
        parts = Path("/proc/self/smaps").read_text("ascii").split("/memfd:photo")[1:]
        return sum(int(part.split("Rss:")[1].split()[0]) for part in parts)

    assert shared_kb() < 5_000


async def test_a_refusal_comes_through(decoding: Decoding) -> None:
    for ask in (decoding.decode, decoding.upright_jpeg):
        with pytest.raises(PhotoError, match=r"I can't read that file\. Please send a JPEG"):
            await ask(b"Dear cousin, here is no picture.")
    await decoding.decode(jpeg())


async def test_a_photo_that_would_take_hours_is_given_up() -> None:
    bomb = endless_jpeg(3000)
    assert len(bomb) < 250_000
    async with Decoding(workers=1, seconds=2) as decoding:
        with pytest.raises(PhotoError, match=r"takes too long to open\. Please send it as a photo"):
            await decoding.decode(bomb)
        await decoding.decode(jpeg())  # the next one is not kept waiting


async def test_a_photo_that_asks_for_all_the_memory_is_refused() -> None:
    file = io.BytesIO()
    Image.new("RGB", (7000, 7000)).save(file, "PNG", compress_level=1)
    smaller = "it.LIMITS[resource.RLIMIT_AS] = 22 * 2**24"
    async with after(f"import resource, inference.decoding.confinement as it; {smaller}") as decoding:
        with pytest.raises(PhotoError, match=r"too much memory|damaged"):
            await decoding.decode(file.getvalue())
        await decoding.decode(jpeg())


async def test_a_photo_that_crashes_the_decoder_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    async with after("os.abort()") as decoding:
        with pytest.raises(PhotoError, match="damaged"):
            await decoding.decode(jpeg())
    assert "The decoder ended over a picture" in caplog.text


async def test_a_decoder_that_died_of_something_else_is_replaced(tmp_path: Path) -> None:
    """As by a machine that is out of memory: the photo is none the worse for it."""
    died = tmp_path / "died"
    once = f"os.path.exists({str(died)!r}) or (open({str(died)!r}, 'w'), os.kill(os.getpid(), 9))"
    async with after(once) as decoding:
        assert (await decoding.decode(jpeg())).pixels.shape == (80, 120, 3)
    assert died.exists()


async def test_a_handler_that_gives_up_leaves_no_answer_behind(decoding: Decoding) -> None:
    """Else the next photo would get the pixels of this one."""
    slow = asyncio.create_task(decoding.decode(endless_jpeg(200)))
    await asyncio.sleep(0)
    small = asyncio.create_task(decoding.decode(jpeg((30, 20))))
    await asyncio.sleep(0)
    slow.cancel()
    assert (await small).pixels.shape == (20, 30, 3)


async def test_photos_wait_for_each_other(decoding: Decoding) -> None:
    photos = await asyncio.gather(*(decoding.decode(jpeg((n, n))) for n in range(10, 20)))
    assert [photo.pixels.shape for photo in photos] == [(n, n, 3) for n in range(10, 20)]


async def test_the_decoder_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUSINBOT_TELEGRAM_TOKEN", "123:secret")
    async with after("any(name.startswith('COUSINBOT_') for name in os.environ) and os.abort()") as decoding:
        await decoding.decode(jpeg())


async def test_the_decoder_has_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what it was started with nor what it sets for its libraries: it is asked when the doors are closed."""
    monkeypatch.setenv("HTTPS_PROXY", "http://gus:secret@127.0.0.1:1")
    async with after("'HTTPS_PROXY' in os.environ and os.abort()") as decoding:
        await decoding.decode(jpeg())
    async with instead_of_decoding("if os.environ: raise OSError") as decoding:
        assert await went(decoding) == "well"


def instead_of_decoding(code: str, confined: str = "") -> Decoding:
    """A decoder that was taken over: it runs this for every photo, when the doors are closed, `confined` how."""
    lines = [
        "import inference.decoding.confinement as confinement, inference.decoding.worker as it, os, socket, sqlite3",
        "from inference.decoding.photo import PhotoError",
        f"limits, landlock = confinement.LIMITS, True\n{confined}",
        "it.confine = lambda _: confinement.confine(limits, landlock=landlock)",
        "def upright(data, *_):",
        "    try:",
        *(f"        {line}" for line in code.splitlines()),
        "    except (OSError, sqlite3.Error):",
        "        raise PhotoError('gone')",
        "    raise PhotoError('empty')",
        "it.upright = upright",
        "it.main()",
    ]
    return Decoding(workers=1, command=(sys.executable, "-P", "-c", "\n".join(lines)))


async def went(decoding: Decoding) -> str:
    """How it went with what was run in place of decoding."""
    try:
        await decoding.decode(jpeg())
    except PhotoError as error:
        return {"empty": "well", "gone": "refused"}[error.fault]
    raise AssertionError("it decoded")


NO_LANDLOCK, LANDLOCK_ALONE = "landlock = False", "limits = {}"
WITHOUT_THE_CALL = (  # as before Linux 5.13: it answers ENOSYS, which is -1 to the caller
    "real, types = confinement.ctypes, __import__('types'); confinement.ctypes = types.SimpleNamespace("
    "c_size_t=real.c_size_t, CDLL=lambda *a, **k: types.SimpleNamespace("
    "prctl=real.CDLL(*a, **k).prctl, syscall=lambda *_: -1))"
)
needs_landlock = pytest.mark.skipif(not landlock_version(), reason="this kernel has no Landlock, or it is switched off")
OPENING = [
    "open({database!r}).close()",
    "os.close(os.open({database!r}, os.O_RDWR))",
    "sqlite3.connect({database!r}).execute('SELECT * FROM people')",
    "os.listdir(os.path.dirname({database!r}))",
]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    """One with a name in it, which must be there as it was afterwards."""
    file = tmp_path / "cousinbot.db"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE people AS SELECT 'Gus' AS name")
    before = file.read_bytes()
    yield file
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("confined", [NO_LANDLOCK, pytest.param(LANDLOCK_ALONE, marks=needs_landlock)])
@pytest.mark.parametrize("code", OPENING)
async def test_a_decoder_that_was_taken_over_cannot_open_the_database(database: Path, code: str, confined: str) -> None:
    """By the limits alone, and by Landlock alone."""
    async with instead_of_decoding(code.format(database=str(database)), confined) as decoding:
        assert await went(decoding) == "refused"


@pytest.mark.parametrize("code", OPENING)
async def test_it_could_if_nobody_kept_it_from_it(database: Path, code: str) -> None:
    """Else the test above would mean little."""
    async with instead_of_decoding(code.format(database=str(database)), f"{NO_LANDLOCK}; {LANDLOCK_ALONE}") as decoding:
        assert await went(decoding) == "well"


async def test_a_kernel_without_landlock_keeps_the_limits() -> None:
    no_new_privs = "import ctypes\nif ctypes.CDLL(None).prctl(39, 0, 0, 0, 0) != 1: raise OSError"
    async with instead_of_decoding(no_new_privs, WITHOUT_THE_CALL) as decoding:
        assert await went(decoding) == "well"
    async with instead_of_decoding("open('/etc/hostname').close()", WITHOUT_THE_CALL) as decoding:
        assert await went(decoding) == "refused"
    async with after(f"import inference.decoding.confinement as confinement; {WITHOUT_THE_CALL}") as decoding:
        assert (await decoding.decode(jpeg())).pixels.shape == (80, 120, 3)


@pytest.mark.parametrize(
    "code",
    [
        "socket.socket().close()",
        "os.pipe()",
        "os.memfd_create('x')",
    ],
)
async def test_it_opens_nothing_else_either(code: str) -> None:
    async with instead_of_decoding(code, NO_LANDLOCK) as decoding:
        assert await went(decoding) == "refused"


@needs_landlock
@pytest.mark.parametrize(
    "code",
    [
        "os.unlink({database!r})",
        "os.rename({database!r}, {database!r} + '.old')",
        "os.link({database!r}, {database!r} + '.copy')",
        "os.truncate({database!r}, 0)",
        "os.mkdir({database!r} + '.folder')",
        "os.symlink({database!r}, {database!r} + '.link')",
        "os.execv('/bin/true', ['true'])",
    ],
)
async def test_nor_can_it_change_delete_or_start_anything(database: Path, code: str) -> None:
    async with instead_of_decoding(code.format(database=str(database))) as decoding:
        assert await went(decoding) == "refused"


@needs_landlock
async def test_it_reaches_no_address_and_no_process() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        reach = f"socket.create_connection({listener.getsockname()!r})"
        async with instead_of_decoding(reach, LANDLOCK_ALONE) as decoding:
            assert await went(decoding) == ("refused" if landlock_version() >= 4 else "well")
    async with instead_of_decoding(f"os.kill({os.getpid()}, 0)") as decoding:
        assert await went(decoding) == ("refused" if landlock_version() >= 6 else "well")


def of_every_kind() -> dict[str, bytes]:
    """What the libraries treat differently: by format, colours, profile, EXIF, several pictures in one, damage."""
    small = Image.radial_gradient("L").resize((300, 200)).convert("RGB")
    large = small.resize((3000, 2000))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif.get_ifd(0x8825)[1] = 6, "SECRETMAKER", "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    rich = {"exif": exif, "icc_profile": profile}
    several = {"save_all": True, "append_images": [small.transpose(Image.Transpose.ROTATE_180)]}
    sixteen = Image.fromarray((np.arange(60_000) % 65_536).astype(np.uint16).reshape(200, 300))
    pictures: dict[str, tuple[Image.Image, str, dict[str, Any]]] = {
        "JPEG": (small, "JPEG", {}),
        "large JPEG": (large, "JPEG", rich | {"progressive": True, "comment": b"hello"}),
        "CMYK": (large.convert("CMYK"), "JPEG", rich),
        "grey JPEG": (small.convert("L"), "JPEG", {}),
        "MPO": (small, "MPO", several),
        "PNG": (large, "PNG", rich),
        "16 bits": (sixteen, "PNG", {}),
        "palette": (small.quantize(16), "PNG", {"transparency": 0}),
        "transparent": (small.convert("RGBA"), "PNG", {}),
        "grey and transparent": (small.convert("LA"), "PNG", {}),
        "1 bit": (small.convert("1"), "PNG", {}),
        "moving PNG": (small, "PNG", several),
        "WebP": (large, "WEBP", rich),
        "lossless WebP": (small.convert("RGBA"), "WEBP", {"lossless": True}),
        "moving WebP": (small, "WEBP", several),
        "GIF": (small, "GIF", {}),
        "moving GIF": (small, "GIF", several),
        "transparent GIF": (small.quantize(16), "GIF", {"transparency": 0}),
        "HEIF": (large, "HEIF", {"exif": exif.tobytes(), "icc_profile": profile}),
        "transparent HEIF": (small.convert("RGBA"), "HEIF", {}),
        "BMP": (small, "BMP", {}),
        "TIFF": (small, "TIFF", {}),
    }
    files: dict[str, bytes] = {}
    for kind, (image, format_, options) in pictures.items():
        file = io.BytesIO()
        image.save(file, format_, **options)
        files |= {kind: file.getvalue(), f"half a {kind}": file.getvalue()[: len(file.getvalue()) // 2]}
    return files


def outcome(read: Callable[[bytes], Any], data: bytes) -> Any:
    try:
        return read(data)
    except PhotoError as error:
        return error.fault


async def test_with_closed_doors_every_kind_is_read_as_with_open_ones(
    decoding: Decoding, caplog: pytest.LogCaptureFixture
) -> None:
    """A library that first loads something when it meets a picture could not do so any more, and refuse it."""
    for kind, data in of_every_kind().items():
        here = outcome(decode, data), outcome(upright_jpeg, data)
        there: list[Any] = []
        for ask in (decoding.decode, decoding.upright_jpeg):
            try:
                there.append(await ask(data))
            except PhotoError as error:
                there.append(error.fault)
        assert here[1] == there[1], kind
        if isinstance(here[0], str):
            assert here[0] == there[0], kind
        else:
            np.testing.assert_array_equal(here[0].pixels, there[0].pixels)
    assert not caplog.records


def test_nothing_is_loaded_once_the_doors_are_closed() -> None:
    """Whatever comes: also where it would be done without."""
    code = """
import pickle, sys
from inference.decoding import worker
worker._load_the_rest()
files, before = pickle.load(sys.stdin.buffer), set(sys.modules)
for data in files.values():
    for read in (worker.upright, worker.upright_jpeg):
        try:
            read(data, worker.GUESTS)
        except worker.PhotoError:
            pass
print(sorted(set(sys.modules) - before))
"""
    files = pickle.dumps(of_every_kind())
    assert subprocess.run([sys.executable, "-c", code], input=files, capture_output=True, check=True).stdout == b"[]\n"


def test_the_decoder_loads_nothing_it_does_not_need() -> None:
    """It is started while a guest waits, and stays in memory."""
    heavy = ("torch", "cv2", "scipy", "telegram", "aiosqlite")
    code = f"import inference.decoding.worker, sys; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
