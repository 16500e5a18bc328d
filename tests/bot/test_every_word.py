"""Whatever the bot says is in its reader's language: a crawler does all there is to do, and presses every button.

Everybody's Telegram is set to the pseudo-language, a group has chosen it, and the family reads English: what is said in
the family's language, or in no one's, is seen as well as what goes through no catalogue.
"""

import asyncio
import gettext
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import pytest
from babel.messages.catalog import Catalog

from bot.commands.everyone import Commands
from bot.timings import Timings
from data.files.home import Home
from data.settings import Settings
from data.store.runs import ProgressNote
from data.store.store import Store
from demo.family import draw_group, draw_stranger
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from foundation.languages import language
from tests.bot.conftest import ADMIN, INVITE, OTHER_ADMIN, MakeSettings, jpeg, serving
from tests.bot.crawler import Crawler, Said, Stimulus
from tests.bot.test_fuzz import Unlimited
from tests.bot.trained import jpeg_of, portrait
from tests.free_port import free_port
from tests.marked import never_the_same
from tests.pseudo_family import FACTS, NoProcess, family_with_everything
from tests.pseudo_language import CODE, there_is_the_pseudo_language, unmarked

ALLOWED: Final = (
    "family_cousin_bot",
    r"(?<=…⟧)[\w-]{6}$",  # the end of an invitation's link
    r"(?i)\b(?:amelia|ben|clara|diego|otto)\b",  # how facts.yaml names them
    r"\b(?:English|Esperanto)\b",  # languages, by their own names
    r"(?<=/⟧)[a-z]+\b",  # a command that is filled in
    "RuntimeError",  # as the log names it
)
TIMINGS: Final = Timings(
    first_pause=0.0,
    album_silence=0.05,
    minute=0.001,
    between_alerts=0.0,
    training_tick=0.05,
    between_edits=0.0,
    between_looks=1000.0,
)
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


async def test_everything_said_in_the_chat(
    telegram: LocalTelegram,
    make_settings: MakeSettings,
    trained_home: Path,
    extracted: Catalog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("telegram.ext._aioratelimiter.AsyncLimiter", Unlimited)
    processes = NoProcess(monkeypatch)
    cousins = Commands.cousins

    async def fails_at_times(self: Commands, update: Any, context: Any) -> None:
        if "boom" in update.message.text:
            raise RuntimeError
        await cousins(self, update, context)

    monkeypatch.setattr(Commands, "cousins", fails_at_times)
    for room in ("commands.admins", "commands.admin_list", "commands.invitations", "corrections.iam"):
        monkeypatch.setattr(f"bot.{room}.PAGE", 4)
    join = partial(Person.join, telegram.url, language=CODE)
    ada, oda, gus, eve = (
        await join("Άντα", ADMIN),
        await join("Όντα", OTHER_ADMIN),
        await join("Γιώργος"),
        await join("Εύα"),
    )
    xenia, zoe = await join("Ξένια"), await join("Ζωή")
    chat = await ada.create_group("Οικογένεια", [gus])
    settings = make_settings(chats=str(chat), web_port=free_port(), photos_a_minute=100_000, keep_days=30)
    settings.facts.write_text(FACTS, "utf-8")
    spoken: set[str] = set()
    with there_is_the_pseudo_language(tmp_path / "locales", extracted):
        _record(language(CODE).sentences, spoken)
        await family_with_everything(trained_home, settings.home, tmp_path / "σωρός", [ADMIN, OTHER_ADMIN])
        async with serving(settings, TIMINGS):
            names = (f"Νέος {letter}" for letter in cycle("αβγδεζηθικλμνξ"))
            in_group = [await ada.in_group(chat), await gus.in_group(chat)]
            crawler = Crawler(telegram, settings.home, [ada, oda, gus, eve, xenia, zoe, *in_group], names)
            walk = _Walk(crawler, telegram, settings, pictures())
            await crawler.crawl(
                [
                    Stimulus("the group's language", partial(in_group[0].say, f"/language {CODE}")),
                    *(Stimulus(f"{one.name} begins", partial(one.say, "/start")) for one in (ada, oda)),
                    *(Stimulus(f"{one.name} is invited", partial(one.say, f"/start {INVITE}")) for one in (gus, eve)),
                ]
            )
            await crawler.crawl(
                [
                    *commands(gus, GUESTS),
                    *commands(ada, ADMINS),
                    *(stimulus for one in in_group for stimulus in commands(one, IN_GROUPS)),
                    *(stimulus for one in (gus, ada) for stimulus in walk.photos(one)),
                    *walk.of_admins(ada),
                    *walk.reviews(ada, gus, eve),
                    *walk.in_group(in_group),
                    *walk.names(ada),
                    *walk.strangers(xenia),
                    *walk.training(ada, processes),
                    *walk.trouble(ada, gus, in_group[1]),
                    Stimulus("the group grows", in_group[0].migrate),
                    *commands(ada, ("review", "iam", "stats", "models", "rollback", "undo")),
                    *commands(gus, ("iam", "mydata", "forgetme")),
                    *commands(ada, ("admins", "block", "forgetme")),
                ]
            )
            crawler.close()
    found: dict[str, Said] = {}
    for said in crawler.said:
        if _is_of_the_family(said):
            continue
        if rest := unmarked(said.text, *ALLOWED, re.escape(str(tmp_path)) + r"[\w./-]*"):
            found.setdefault(rest, said)
    if os.environ.get("LW"):
        print(len(crawler.said), len(crawler._pressed), sorted(crawler.left))
        for m in extracted:
            if (
                m.id
                and any(w.startswith("bot/") for w, _ in m.locations)
                and not ({m.id} if isinstance(m.id, str) else {m.id[0]}) & spoken
            ):
                print("NEVER", m.locations[0], m.id)
    assert not found, "\n".join(
        f"{said.method} after {said.after}: {rest!r} in {said.text!r}" for rest, said in found.items()
    )


def _is_of_the_family(said: Said) -> bool:
    """What Telegram shows to people who read no language of its own."""
    return said.method.startswith("setMy") and said.params.get("language_code") != CODE


def _record(sentences: gettext.NullTranslations, spoken: set[str]) -> None:
    one, many = sentences.gettext, sentences.ngettext

    def recorded(message: str) -> str:
        spoken.add(message)
        return one(message)

    def recorded_many(first: str, second: str, count: int) -> str:
        spoken.add(first)
        return many(first, second, count)

    sentences.gettext, sentences.ngettext = recorded, recorded_many  # type: ignore[method-assign]


def commands(person: Person, names: Sequence[str]) -> Iterator[Stimulus]:
    for name in names:
        for argument in ("", *ARGUMENTS.get(name, ())):
            text = f"/{name} {argument}".strip()
            yield Stimulus(f"{person.name}: {text[:40]}", partial(person.say, text))


class _Walk:
    """What people do beside sending commands."""

    def __init__(
        self, crawler: Crawler, telegram: LocalTelegram, settings: Settings, photos: Mapping[str, bytes]
    ) -> None:
        self._crawler = crawler
        self._telegram = telegram
        self._settings = settings
        self._photos = {name: never_the_same([data]) for name, data in photos.items()}

    def _photo(self, person: Person, name: str, caption: str | None = None) -> Stimulus:
        async def send() -> None:
            await person.send_photo(next(self._photos[name]), caption)

        return Stimulus(f"{person.name} sends {name}: {caption or ''}", send)

    def photos(self, person: Person) -> Iterator[Stimulus]:
        for name in self._photos:
            yield self._photo(person, name)
        for caption in (
            "/iam",
            "/iam Αμέλια",
            "/iam ψψψ",
            "/iam 7",
            "/wrong",
            "γεια",
            "/facts Αμέλια",
            "/iam Βενιαμίν",
        ):
            yield self._photo(person, "one cousin", caption)
        yield self._photo(person, "two", "/iam Αμέλια")
        yield self._photo(person, "nobody", "/iam Αμέλια")
        yield Stimulus(f"{person.name} sends a file", lambda: person.send_file(next(self._photos["two"]), "δύο.jpg"))
        yield Stimulus(
            f"{person.name} sends no picture", lambda: person.send_file(b"%PDF-1.4", "α.pdf", "application/pdf")
        )
        yield Stimulus(
            f"{person.name} sends half a picture", lambda: person.send_file(jpeg()[:300], "α.jpg", "image/jpeg")
        )
        yield Stimulus(
            f"{person.name} sends a text as picture", lambda: person.send_file(b"x" * 300, "α.jpg", "image/jpeg")
        )
        yield Stimulus(
            f"{person.name} sends a tiny picture", lambda: person.send_file(jpeg(size=(4, 4)), "α.jpg", "image/jpeg")
        )
        for caption in (None, "/iam Αμέλια", "Αμέλια"):
            yield Stimulus(
                f"{person.name} sends an album: {caption}",
                lambda caption=caption: person.send_album(
                    [next(self._photos[name]) for name in ("one cousin", "two", "nobody", "a stranger")], caption
                ),
            )
        yield Stimulus(f"{person.name} says something", partial(person.say, "γεια"))
        for text in ("/wrong", "/iam", "/teach Αμέλια", "/who", "/facts"):
            yield Stimulus(f"{person.name} replies {text} to an answer", partial(self._reply, person, text))
            yield Stimulus(f"{person.name} replies {text} to a photo", partial(self._reply_to_photo, person, text))

    async def _reply(self, person: Person, text: str) -> None:
        await person.send_photo(next(self._photos["two"]))
        await self._crawler.settle()
        await person.say(text, reply_to=self._crawler.newest(person.chat))

    async def _reply_to_photo(self, person: Person, text: str) -> None:
        photo = await person.send_photo(next(self._photos["one cousin"]))
        await self._crawler.settle()
        await person.say(text, reply_to=photo)

    def of_admins(self, admin: Person) -> Iterator[Stimulus]:
        for caption in (
            "Αμέλια",
            "Αμέλι",
            "/teach Αμέλια",
            "/teach Αμέλι",
            "/teach Χλόη",
            "/teach 7",
            "/teach",
            "Μπεν",
        ):
            yield self._photo(admin, "one cousin", caption)
        yield self._photo(admin, "two", "/teach Αμέλια")
        yield self._photo(admin, "two", "/teach Χλόη")
        yield self._photo(admin, "nobody", "/teach Αμέλια")
        yield Stimulus(
            "an album is taught",
            lambda: admin.send_album(
                [next(self._photos[name]) for name in ("one cousin", "two", "nobody")], "/teach Αμέλια"
            ),
        )

    def reviews(self, admin: Person, guest: Person, other: Person) -> Iterator[Stimulus]:
        async def propose() -> None:
            for name, way in (
                ("one cousin", "is"),
                ("another", "not"),
                ("another", "stranger"),
                ("unknown", "not_a_face"),
            ):
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

    def strangers(self, stranger: Person) -> Iterator[Stimulus]:
        yield Stimulus("a stranger writes", partial(stranger.say, "γεια"))
        yield Stimulus("a stranger writes again", partial(stranger.say, "γεια"))
        for number in range(12):
            yield Stimulus(f"a stranger guesses {number}", partial(stranger.say, f"/start ψψψ{number}"))

    def training(self, admin: Person, processes: NoProcess) -> Iterator[Stimulus]:
        async def progress() -> None:
            database = Home(self._settings.home).database
            async with Store.open(database) as store:
                [run] = await store.runs.under_way()
            with ProgressNote(database, run.id) as note:
                note("Βήμα", 3, 7)
            await self._ticks()

        async def end() -> None:
            processes.end()
            await self._ticks()

        yield Stimulus("training begins", partial(admin.say, "/retrain"))
        yield Stimulus("training goes on", progress)
        yield Stimulus("training again", partial(admin.say, "/retrain"))
        yield from commands(admin, ("stats", "models"))
        yield Stimulus("training ends", end)
        yield Stimulus("training begins once more", partial(admin.say, "/retrain"))
        yield Stimulus("training ends once more", end)

    def trouble(self, admin: Person, guest: Person, in_group: Person) -> Iterator[Stimulus]:
        async def broken_facts() -> None:
            text = self._settings.facts.read_text("utf-8")
            self._settings.facts.write_text("amelia: [")
            await self._ticks(1.2)
            await admin.say("/rename Αμέλια Αμαλία")
            await self._crawler.settle()
            self._settings.facts.write_text(text + "αμέλλια: [Ψ.]\n", "utf-8")
            await self._ticks(0.7)

        async def no_photos() -> None:
            words = "Bad Request: not enough rights to send photos to the chat"
            self._telegram.faults.add(Fault("sendPhoto", status=400, description=words))
            await in_group.send_photo(next(self._photos["two"]), "/who")

        async def no_texts() -> None:
            words = "Bad Request: not enough rights to send text messages to the chat"
            self._telegram.faults.add(Fault("sendMessage", status=400, description=words))
            await in_group.say("/cousins")

        yield Stimulus("no photos may be sent", no_photos)
        yield Stimulus("no texts may be sent", no_texts)
        yield Stimulus("the facts can't be read", broken_facts)

    async def _ticks(self, seconds: float = 0.3) -> None:
        """Long enough for what looks after things by itself to have looked."""
        await asyncio.sleep(seconds)
