"""What people do in the chat, so that the bot has something to say to it."""

import sqlite3
from collections.abc import AsyncIterator, Hashable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from functools import partial
from typing import Final

import pytest

from bot.conversation.pace import Pace
from data.files.home import Home
from data.settings import Settings
from data.store.runs import ProgressNote
from data.store.store import Store
from demo.family import draw_group, draw_stranger
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import INVITE, jpeg, until
from tests.bot.crawler import Crawler, Stimulus
from tests.bot.trained import jpeg_of, portrait
from tests.marked import never_the_same
from tests.pseudo_family import NoProcess

GUESTS: Final = ("facts", "cousins", "wrong", "iam", "web", "mydata", "help", "start", "language", "review", "γεια")
ADMINS: Final = (
    "review", "teach", "faces", "sort", "stats", "models", "rollback", "invite", "rename", "merge", "undo", *GUESTS
)  # fmt: skip
IN_GROUPS: Final = ("who", "facts", "cousins", "wrong", "mydata", "language", "stats", "review", "models")
ARGUMENTS: Final[Mapping[str, Sequence[str]]] = {
    "facts": ("Αμέλια", "Αμέλι", "ψψψ", "Ζουζού", "Διέγκο", "ψ" * 80),
    "iam": ("Αμέλια", "ψψψ"),
    "teach": ("Αμέλια", "7"),
    "rename": ("Αμέλια", "Αμέλι", "ψψψ", "Αμέλια Βενιαμίν", "Αμέλια 7", "7", "Όττο ψψψψ", "Κλάρα Χλόη"),
    "merge": ("Αμέλια", "Αμέλι", "ψψψ", "Αμέλια Βενιαμίν", "Αμέλια Αμέλια"),
    "start": ("ψψψ",),
    "language": ("ψψψ", "eo"),
    "cousins": ("boom",),
}


def pictures() -> dict[str, bytes]:
    return {
        "one cousin": portrait("amelia", 300),
        "another": portrait("ben", 300),
        "in disguise": portrait("otto", 100, disguise="ben"),
        "unknown": portrait("otto", 7),
        "two": jpeg_of(draw_group(["amelia", "clara"], seed=5)),
        "four": jpeg_of(draw_group(["amelia", "clara", "ben", "diego"], seed=6)),
        "seven": jpeg_of(draw_group(["amelia", "clara", "ben", "diego", "otto", "maya", "june"], seed=6)),
        "a stranger": jpeg_of(draw_stranger(804)),
        "nobody": jpeg(3),
    }


def commands(person: Person, names: Sequence[str]) -> Iterator[Stimulus]:
    for name in names:
        for argument in ("", *ARGUMENTS.get(name, ())):
            text = f"/{name} {argument}".strip()
            yield Stimulus(f"{person.name}: {text[:40]}", partial(person.say, text))


class People:
    """What people do beside sending commands, one after the other."""

    def __init__(self, crawler: Crawler, telegram: LocalTelegram, settings: Settings) -> None:
        self._crawler = crawler
        self._telegram = telegram
        self._settings = settings
        self._photos = {name: never_the_same([data]) for name, data in pictures().items()}

    def _photo(self, person: Person, name: str, caption: str | None = None) -> Stimulus:
        async def send() -> None:
            await person.send_photo(next(self._photos[name]), caption)

        return Stimulus(f"{person.name} sends {name}: {caption or ''}", send)

    def photos(self, person: Person) -> Iterator[Stimulus]:
        for name in self._photos:
            yield self._photo(person, name)
        for caption in ("/iam", "/iam Αμέλια", "/iam ψψψ", "/iam 7", "/wrong", "γεια", "/facts Αμέλια"):
            yield self._photo(person, "one cousin", caption)
        yield self._photo(person, "two", "/iam Αμέλια")
        yield self._photo(person, "nobody", "/iam Αμέλια")
        files = {
            "a picture": (next(self._photos["two"]), "image/jpeg"),
            "half a picture": (jpeg()[:300], "image/jpeg"),
            "no picture": (b"x" * 300, "image/jpeg"),
            "a tiny picture": (jpeg(size=(4, 4)), "image/jpeg"),
            "something else": (b"%PDF-1.4", "application/pdf"),
        }
        for name, (content, kind) in files.items():
            yield Stimulus(f"{person.name} sends {name} as a file", partial(person.send_file, content, "α.jpg", kind))
        for caption in ("", "/iam Αμέλια"):
            yield self._album(person, ("one cousin", "two", "nobody", "a stranger"), caption)
        yield Stimulus(f"{person.name} says something", partial(person.say, "γεια"))
        for text in ("/wrong", "/iam", "/teach Αμέλια"):
            yield Stimulus(f"{person.name} replies {text} to an answer", partial(self._reply, person, text))
        yield Stimulus(f"{person.name} replies to a photo", partial(self._reply_to_photo, person, "/iam Αμέλια"))

    def _album(self, person: Person, names: Sequence[str], caption: str) -> Stimulus:
        async def send() -> None:
            await person.send_album([next(self._photos[name]) for name in names], caption)

        return Stimulus(f"{person.name} sends an album: {caption}", send)

    async def _reply(self, person: Person, text: str) -> None:
        await person.send_photo(next(self._photos["two"]))
        await self._crawler.settle()
        await person.say(text, reply_to=self._crawler.newest(person.chat))

    async def _reply_to_photo(self, person: Person, text: str) -> None:
        photo = await person.send_photo(next(self._photos["one cousin"]))
        await self._crawler.settle()
        await person.say(text, reply_to=photo)

    def of_admins(self, admin: Person) -> Iterator[Stimulus]:
        for caption in ("Αμέλια", "Αμέλι", "Ζουζού", "/teach", *(f"/teach {name}" for name in ("Αμέλια", "Χλόη", "7"))):
            yield self._photo(admin, "one cousin", caption)
        for name, caption in (("two", "Αμέλια"), ("two", "Χλόη"), ("nobody", "Αμέλια"), ("in disguise", "Όττο")):
            yield self._photo(admin, name, f"/teach {caption}")
        yield self._album(admin, ("one cousin", "two", "nobody"), "/teach Αμέλια")

    def reviews(self, admin: Person, guest: Person, other: Person) -> Iterator[Stimulus]:
        async def propose() -> None:
            for name, way in (("one cousin", "is"), ("another", "not"), ("another", "stranger")):
                await guest.send_photo(next(self._photos[name]))
                await self._crawler.settle()
                await self._crawler.press(guest.chat, "wrong", way)

        async def review() -> None:
            await propose()
            await admin.say("/review")

        async def selves() -> None:
            for person, name in ((guest, "Βενιαμίν"), (other, "Αμέλια")):
                await person.send_photo(next(self._photos["one cousin"]), f"/iam {name}")
            await self._crawler.settle()
            await admin.say("/review")

        yield Stimulus("review", review)
        yield from commands(guest, ("iam", "mydata"))
        yield from commands(admin, ("stats",))
        yield Stimulus("who they are", selves)
        yield from commands(guest, ("iam", "mydata"))
        yield from commands(admin, ("iam", "start"))

    def in_group(self, people: Sequence[Person]) -> Iterator[Stimulus]:
        mention = "@family_cousin_bot"
        for person in people:
            for name in ("one cousin", "two", "in disguise", "nobody"):
                yield self._photo(person, name, mention)
            yield self._photo(person, "one cousin", "/who")
            yield self._photo(person, "one cousin", "/iam")
            yield Stimulus(f"{person.name} mentions it", partial(person.say, mention))
            yield Stimulus(f"{person.name} replies to a photo", partial(self._reply_to_photo, person, "/who"))
            yield Stimulus(f"{person.name} finds it wrong", partial(self._reply_to_photo, person, "/wrong"))
        nobody = people[0].anonymously()
        yield from commands(nobody, ("review", "retrain", "language", "cousins", "help"))

    def names(self, admin: Person) -> Iterator[Stimulus]:
        async def rename() -> None:
            await admin.say("/rename Διέγκο Δημήτρης")
            await self._crawler.settle()
            await self._crawler.press(admin.chat, "rename_yes")
            await admin.say("/undo")

        yield Stimulus("a name that is taken back", rename)

    def newcomers(self, guest: Person, member: Person) -> Iterator[Stimulus]:
        """A guest who has sent nothing, and somebody of the group who leaves it."""
        yield Stimulus(f"{guest.name} is invited", partial(guest.say, f"/start {INVITE}"))
        yield from commands(guest, ("iam", "mydata", "forgetme"))
        alone = Person(member.name, member.id, member._phone)
        yield Stimulus("somebody of the group", partial(member.say, "/cousins"))
        yield Stimulus("the same in private", partial(alone.say, "/cousins"))
        yield Stimulus("they leave", member.leave)
        yield Stimulus("they ask again", partial(alone.say, "/cousins"))

    def strangers(self, stranger: Person) -> Iterator[Stimulus]:
        yield Stimulus("a stranger writes", partial(stranger.say, "γεια"))
        yield Stimulus("a stranger writes again", partial(stranger.say, "γεια"))
        for number in range(12):
            yield Stimulus(f"a stranger guesses {number}", partial(stranger.say, f"/start ψψψ{number}"))

    def training(self, admin: Person, processes: NoProcess) -> Iterator[Stimulus]:
        database = Home(self._settings.home).database

        async def begin() -> None:
            await admin.say("/retrain")
            await self._crawler.settle()

        async def go_on() -> None:
            await begin()
            async with Store.open(database) as store:
                [run] = await store.runs.under_way()
            async with self._hearing("editMessageText"):
                with ProgressNote(database, run.id) as note:
                    note("Βήμα", 3, 7)
            await begin()

        def is_told() -> bool:
            with closing(sqlite3.connect(database)) as db:
                waiting = db.execute("SELECT count(*) FROM runs WHERE finished_at IS NULL OR followed = 1").fetchone()
            return bool(waiting == (0,))

        async def end() -> None:
            processes.end()
            await until(is_told)

        yield Stimulus("a training goes on", go_on)
        yield Stimulus("it has ended", partial(until, is_told))
        yield Stimulus("another begins", begin)
        yield from commands(admin, ("stats", "models"))
        yield Stimulus("it ends", end)

    def trouble(self, admin: Person, guest: Person, in_group: Person) -> Iterator[Stimulus]:
        async def broken_facts() -> None:
            text = self._settings.facts.read_text("utf-8")
            async with self._hearing("sendMessage"):
                self._settings.facts.write_text("amelia: [")
            await admin.say("/rename Αμέλια Αμαλία")
            await self._crawler.settle()
            self._settings.facts.write_text(text + "αμέλλια: [Ψ.]\n", "utf-8")

        async def no_photos() -> None:
            words = "Bad Request: not enough rights to send photos to the chat"
            self._telegram.faults.add(Fault("sendPhoto", status=400, description=words))
            await in_group.send_photo(next(self._photos["two"]), "/who")

        async def no_texts() -> None:
            words = "Bad Request: not enough rights to send text messages to the chat"
            self._telegram.faults.add(Fault("sendMessage", status=400, description=words))
            await in_group.say("/cousins")

        async def too_quick() -> None:
            waited: set[Hashable] = set()

            def wait(_: Pace, person: int, message: Hashable, photos: int = 1) -> float:
                is_new = message not in waited
                waited.add(message)
                return 0.01 if is_new else 0.0

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Pace, "wait", wait)
                await guest.say("γεια")
                await guest.send_photo(next(self._photos["nobody"]))
                await self._crawler.settle()

        async def old_button() -> None:
            await guest.say("/facts")
            await self._crawler.settle()
            await self._crawler.press_what_is_gone(guest)

        yield Stimulus("somebody writes too quickly", too_quick)
        yield Stimulus("an old button", old_button)
        yield Stimulus("no photos may be sent", no_photos)
        yield Stimulus("no texts may be sent", no_texts)
        yield Stimulus("the facts can't be read", broken_facts)

    @asynccontextmanager
    async def _hearing(self, method: str) -> AsyncIterator[None]:
        """Wait for what the bot says by itself of what is done here."""
        before = len(self._telegram.calls.of(method))
        yield
        await self._telegram.calls.until(lambda calls: len(calls.of(method)) > before)
