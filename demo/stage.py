"""The demo's stage: a drawn family, trained by the real command, and the real bot on a local Telegram."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from data.files.home import Home
from data.settings import SettingsError, load_settings
from data.store.store import Store
from demo import wording
from demo.errors import DemoError
from demo.family import COUSINS, draw_family, draw_group, draw_portrait, draw_stranger, facts_in
from demo.heap import PHOTOS, draw_heap
from demo.script import INVITE, play
from demo.telegram import household
from demo.telegram.server import LocalTelegram
from foundation.languages import codes
from foundation.reader import spoken
from models.architectures import DOWNLOADS

Say = Callable[[str], None]
Result = TypeVar("Result")

PHOTOS_EACH: Final = 20
HOME: Final = Path("demo-family")
"""Where the demo's family lives between its runs: a folder beside the real one, and never mixed with it."""
HEAP: Final = Path("demo-heap")
"""Photos without names, as they lie anywhere on a disk: not in the family's folder, whose photos have names."""


def play_once(say: Say) -> bool:
    """Set everything up in a passing folder and play the scripted conversation; whether every answer was right."""

    async def on_stage(home: Path) -> bool:
        async with _telegram(0, home) as telegram, bot_process(home, telegram, _pages(0)):
            return await play(telegram.url, home / "photos", say)

    with tempfile.TemporaryDirectory(prefix="cousinbot-demo-") as folder:
        home = Path(folder)
        for line in _prepare(home, say)[:1]:  # the report that the last line names passes with the folder
            say(line)
        return asyncio.run(_until_stopped(on_stage(home)))


def stay_open(port: int, say: Say) -> None:
    """Open the chat page in the browser and keep the bot answering there until Ctrl-C.

    Raises:
        DemoError: the port is taken, or the bot stopped by itself.
    """

    async def on_stage() -> None:
        async with _telegram(port, HOME) as telegram:
            pages = _pages(port)
            async with bot_process(HOME, telegram, pages) as bot:
                say(wording.open_page(telegram.url))
                say(wording.open_pages(await _link(HOME, pages), household.ADMIN_NAME))
                say(wording.how_to_end(HOME, HEAP))
                webbrowser.open(telegram.url)
                sorting = asyncio.create_task(_sort_heap(HOME, heap, say))  # nobody has to wait for it
                try:
                    await bot.wait()
                finally:
                    sorting.cancel()
                    await asyncio.wait([sorting])
                raise DemoError(wording.bot_stopped(HOME / "bot.log"))

    heap = HEAP.resolve()
    for line in _prepare(HOME, say):
        say(line)
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_until_stopped(on_stage()))


async def _until_stopped(playing: Coroutine[Any, Any, Result]) -> Result:
    """Let SIGTERM end the play as Ctrl-C does, so that the bot's process never outlives it."""
    task = asyncio.ensure_future(playing)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def _prepare(home: Path, say: Say) -> list[str]:
    """Draw the family and train on it, unless that was done before; what the training printed.

    Raises:
        DemoError: the training failed.
    """
    _own_facts(home)
    if (home / "models" / "current").exists():
        return []
    say(wording.drawing(len(COUSINS), PHOTOS_EACH))
    draw_family(home / "photos", PHOTOS_EACH)
    _draw_examples(home / "examples")
    _take_weights(home)
    say(wording.training())
    command, environment = _command("train"), _environment(home)
    trained = subprocess.run(command, cwd=home, env=environment, check=False, stdout=subprocess.PIPE, text=True)
    if trained.returncode:
        raise DemoError(wording.training_failed())
    return trained.stdout.splitlines()


async def _sort_heap(home: Path, heap: Path, say: Say) -> None:
    """Draw photos without names and sort them by the real command, unless that was done before."""
    if not _is_sorted(home, heap):
        say(wording.sorting_heap(PHOTOS, heap.name))
        try:
            await _draw_and_sort(home, heap)
        except (OSError, DemoError) as error:
            say(wording.heap_not_sorted(str(error)))
            return
    say(wording.heap_sorted(PHOTOS, heap.name, household.ADMIN_NAME))


def _is_sorted(home: Path, heap: Path) -> bool:
    return Home(home).groups_page.exists() and heap.exists()  # the page is what is written last


async def _draw_and_sort(home: Path, heap: Path) -> None:
    photos = draw_heap(heap)
    while await asyncio.to_thread(next, photos, None):  # one at a time: Ctrl-C waits for no more than that
        pass
    pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    command, environment = _command("photos", "sort", str(heap)), _environment(home)
    sorting = await asyncio.create_subprocess_exec(*command, cwd=home, env=environment, stdout=nowhere, stderr=pipe)
    try:
        _, last_words = await sorting.communicate()
    finally:
        with suppress(ProcessLookupError):
            sorting.kill()  # it goes on the next time
        await sorting.wait()
    if sorting.returncode:
        raise DemoError(last_words.decode().strip()[-500:])


def _own_facts(home: Path) -> None:
    """The family's facts as a file in `home`: the bot adds newcomers to it, and renames cousins in it.

    One that nobody has changed is changed for that in the language that is spoken now.
    """
    home.mkdir(parents=True, exist_ok=True)
    file = _facts(home)
    if not file.exists() or file.read_bytes() in {facts_in(code).read_bytes() for code in codes()}:
        shutil.copyfile(facts_in(spoken().code), file)


def _take_weights(home: Path) -> None:
    """The downloads that the real family has: a passing folder has none, and there may be no network."""
    with suppress(SettingsError):
        for download in DOWNLOADS:
            if file := download.file(Home(load_settings().home).weights):
                (home / "weights").mkdir(exist_ok=True)
                shutil.copyfile(file, home / "weights" / file.name)


def _facts(home: Path) -> Path:
    return home / "facts.yaml"


def _draw_examples(folder: Path) -> None:
    """Photos that the chat page offers: known cousins the bot has not seen in them, a group, a stranger."""
    folder.mkdir(parents=True, exist_ok=True)
    for cousin in COUSINS[:5]:
        draw_portrait(cousin, seed=901).save(folder / f"{cousin}.jpg", quality=92)
    draw_group(COUSINS[:3], seed=902).save(folder / "three of them.jpg", quality=92)
    draw_portrait("otto", seed=903, disguise="ben").save(folder / "a costume party.jpg", quality=92)
    draw_stranger(904).save(folder / "a stranger.jpg", quality=92)


@asynccontextmanager
async def _telegram(port: int, home: Path) -> AsyncIterator[LocalTelegram]:
    telegram = LocalTelegram(port, examples=home / "examples", invite=INVITE)
    try:
        await telegram.__aenter__()
    except OSError as error:
        raise DemoError(wording.port_unusable(port, error.strerror or str(error))) from None
    try:
        yield telegram
    finally:
        await telegram.__aexit__(None, None, None)


def _pages(chat_port: int) -> dict[str, str]:
    """Settings of the pages: at the port after that of the chat page, where one was chosen and the next is free.

    The next of one that the system chose is what the system gives away next.
    """
    try:
        listener = socket.create_server(("127.0.0.1", chat_port + 1 if 0 < chat_port < 65535 else 0))
    except OSError:
        listener = socket.create_server(("127.0.0.1", 0))
    with listener:
        port = listener.getsockname()[1]
    return {"COUSINBOT_WEB_PORT": str(port), "COUSINBOT_WEB_URL": f"http://localhost:{port}"}


async def _link(home: Path, pages: dict[str, str]) -> str:
    """A link that lets the admin in on the pages. Raises `DemoError`."""
    async with Store.open(Home(home).database) as store:  # they have not written yet, and a link greets by name
        await store.people.welcome(household.ADMIN, household.ADMIN_NAME)
    command, environment = _command("web", "link", "--person", str(household.ADMIN)), _environment(home) | pages
    pipe = asyncio.subprocess.PIPE
    made = await asyncio.create_subprocess_exec(*command, cwd=home, env=environment, stdout=pipe, stderr=pipe)
    link, last_words = await made.communicate()
    if made.returncode:
        raise DemoError(wording.no_link(last_words.decode().strip()[-500:]))
    return link.decode().strip()


@asynccontextmanager
async def bot_process(
    home: Path, telegram: LocalTelegram, pages: dict[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`cousinbot run`, the real process, from when it can answer; with pages where their settings are given.

    Raises:
        DemoError: it can't.
    """
    environment = (
        _environment(home)
        | (pages or {})
        | {
            "COUSINBOT_TELEGRAM_API": telegram.url,
            "COUSINBOT_TELEGRAM_TOKEN": telegram.token,
            "COUSINBOT_ADMINS": str(LocalTelegram.ADMIN),
            "COUSINBOT_CHATS": str(LocalTelegram.GROUP),
            "COUSINBOT_INVITE": INVITE,
        }
    )
    with (home / "bot.log").open("ab") as log:
        bot = await asyncio.create_subprocess_exec(
            *_command("run"), cwd=home, env=environment, stdout=asyncio.subprocess.PIPE, stderr=log
        )
    try:
        assert bot.stdout is not None
        if not await bot.stdout.readline():  # its first line says that it is ready
            raise DemoError(wording.bot_not_started((home / "bot.log").read_text("utf-8").strip()[-500:]))
        yield bot
    finally:
        with suppress(ProcessLookupError):
            bot.send_signal(signal.SIGTERM)
        await bot.wait()


def _command(*words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "cli", *words]  # -P: the home has a folder called models, too


def _environment(home: Path) -> dict[str, str]:
    """This process's environment with none of the real family's settings in it, and libraries' caches in `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("COUSINBOT_")}
    caches = dict.fromkeys(("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR", "TORCH_HOME", "FASTAI_HOME"), ".cache")
    return (
        kept
        | {name: str(home.resolve() / folder) for name, folder in caches.items()}
        | {
            "COUSINBOT_HOME": str(home.resolve()),
            "COUSINBOT_FACTS": str(_facts(home.resolve())),
            "COUSINBOT_LANGUAGE": spoken().code,
        }
    )
