"""Whatever the bot says is in its reader's language: a crawler does all there is to do, and presses every button."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import pytest
from babel.messages.catalog import Catalog

from bot.commands.everyone import Commands
from bot.timings import Timings
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from foundation.languages import codes
from inference.service import RecognitionService
from tests.bot.conftest import ADMIN, INVITE, OTHER_ADMIN, MakeSettings, jpeg, serving
from tests.bot.crawler import Crawler, Said, Stimulus
from tests.bot.test_fuzz import Unlimited
from tests.bot.what_people_do import ADMINS, GUESTS, IN_GROUPS, People, commands
from tests.free_port import free_port
from tests.pseudo_family import FACTS, NoProcess, family_with_everything
from tests.pseudo_language import CODE, Originals, longest, there_is_the_pseudo_language, unmarked

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
TOAST: Final = 200
"""Characters, says the Bot API of answerCallbackQuery; more would be cut."""
LABEL: Final = 64
"""Of a button, with a name of LONG letters: more is not read on a phone. A rule of ours."""
LONG: Final = 20
LONGEST: Final = 60


@pytest.fixture(autouse=True)
def _nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telegram.ext._aioratelimiter.AsyncLimiter", Unlimited)


def names() -> Iterator[str]:
    return (f"Νέος {letter}" for letter in cycle("αβγδεζηθικλμνξ"))


async def test_everything_said_in_the_chat(
    telegram: LocalTelegram,
    make_settings: MakeSettings,
    trained_home: Path,
    extracted: Catalog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Everybody's Telegram is set to the pseudo-language, the group has chosen it, and the family reads English: what
    is said in the family's language instead of the reader's is seen too."""
    processes = NoProcess(monkeypatch)
    monkeypatch.setattr(Commands, "cousins", _fails_at_times(Commands.cousins))
    join = partial(Person.join, telegram.url, language=CODE)
    ada, oda = await join("Άντα", ADMIN), await join("Όντα", OTHER_ADMIN)
    gus, eve, xenia = await join("Γιώργος"), await join("Εύα"), await join("Ξένια")
    zoe, nikos = await join("Ζωή"), await join("Νίκος")
    chat = await ada.create_group("Οικογένεια", [gus, nikos])
    settings = make_settings(chats=str(chat), web_port=free_port(), photos_a_minute=100_000, keep_days=30)
    settings.facts.write_text(FACTS, "utf-8")
    with there_is_the_pseudo_language(tmp_path / "locales", extracted):
        await family_with_everything(trained_home, settings.home, tmp_path / "σωρός", [ADMIN, OTHER_ADMIN])
        async with serving(settings, TIMINGS):
            in_group = [await ada.in_group(chat), await gus.in_group(chat)]
            crawler = Crawler(telegram, settings.home, [ada, oda, gus, eve, xenia, zoe, *in_group], names())
            people = People(crawler, telegram, settings)
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
                    *(stimulus for one in (gus, ada) for stimulus in people.photos(one)),
                    *people.of_admins(ada),
                    *people.reviews(ada, gus, eve),
                    *people.in_group(in_group),
                    *people.names(ada),
                    *people.strangers(xenia),
                    *people.newcomers(zoe, await nikos.in_group(chat)),
                    *people.training(ada, processes),
                    *people.trouble(ada, gus, in_group[1]),
                    Stimulus("the group grows", in_group[0].migrate),
                    *commands(ada, ("review", "iam", "stats", "models", "rollback", "undo")),
                    *commands(gus, ("iam", "mydata", "forgetme")),
                    *commands(ada, ("admins", "block", "forgetme")),
                ]
            )
            crawler.close()
    assert not [call for call in telegram.calls.of() if "too long" in (call.description or "").lower()]
    originals = Originals(extracted)
    _assert_marked([said for said in crawler.said if not _is_of_the_family(said)], tmp_path)
    bots_own = originals.of("bot/")
    reached = len(bots_own & {ids for said in crawler.said for ids in originals.in_text(said.text)}) / len(bots_own)
    assert reached > 0.6, f"of the bot's sentences only {reached:.0%} were said: what does the crawler miss?"
    _assert_short_enough(crawler.said, originals)


@pytest.mark.parametrize("of_things", [False, True])
async def test_everything_said_by_a_bot_that_knows_nobody(
    of_things: bool,
    telegram: LocalTelegram,
    make_settings: MakeSettings,
    extracted: Catalog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The family reads the pseudo-language, and nobody's Telegram says anything."""
    monkeypatch.setattr(RecognitionService, "sees_pictures", property(lambda _: of_things))
    NoProcess(monkeypatch)
    ada, gus, xenia = [await Person.join(telegram.url, name) for name in ("Άντα", "Γιώργος", "Ξένια")]
    chat, elsewhere = await ada.create_group("Οικογένεια", [gus]), await ada.create_group("Αλλού")
    with there_is_the_pseudo_language(tmp_path / "locales", extracted):
        settings = make_settings(admins=str(ada.id), chats=str(chat), language=CODE, photos_a_minute=100_000)
        settings.facts.write_text("", "utf-8")
        async with serving(settings, TIMINGS):
            in_group = await gus.in_group(chat)
            crawler = Crawler(telegram, settings.home, [ada, gus, xenia, in_group], names())
            people = People(crawler, telegram, settings)
            await crawler.crawl(
                [
                    Stimulus("an admin begins", partial(ada.say, "/start")),
                    Stimulus("a guest is invited", partial(gus.say, f"/start {INVITE}")),
                    *commands(gus, GUESTS),
                    *commands(ada, (*ADMINS, "admins", "block", "retrain")),
                    *commands(in_group, IN_GROUPS),
                    *(Stimulus(f"{one.name} sends a photo", partial(one.send_photo, jpeg())) for one in (gus, ada)),
                    *people.strangers(xenia),
                    *commands(await ada.in_group(elsewhere), ("help",)),
                    *commands(gus, ("forgetme",)),
                ]
            )
            crawler.close()
    _assert_marked([said for said in crawler.said if said.params.get("language_code") != "en"], tmp_path)


def _fails_at_times(carry_out: Any) -> Any:
    async def failing(self: Commands, update: Any, context: Any) -> None:
        if "boom" in update.message.text:
            raise RuntimeError
        await carry_out(self, update, context)

    return failing


def _is_of_the_family(said: Said) -> bool:
    """What Telegram shows to people whose language the bot does not speak."""
    return said.method.startswith("setMy") and said.params.get("language_code") != CODE


def _assert_marked(said: Sequence[Said], folder: Path) -> None:
    found: dict[str, Said] = {}
    for one in said:
        if rest := unmarked(one.text, *ALLOWED, re.escape(str(folder)) + r"[\w./-]*"):
            found.setdefault(rest, one)
    assert not found, "\n".join(
        f"{one.method} after {one.after}: {rest!r} in {one.text!r}" for rest, one in found.items()
    )


def _assert_short_enough(said: Sequence[Said], originals: Originals) -> None:
    """In every language that there is, what was said in toasts and stood on buttons."""
    toasts = {ids for one in said if one.method == "answerCallbackQuery" for ids in originals.in_text(one.text)}
    labels = {ids for one in said if one.is_label for ids in originals.in_text(one.text)}
    assert len(toasts) > 10
    assert len(labels) > 50
    long = [
        (code, len(text), text)
        for code in codes()
        for texts, limit, name in ((toasts, TOAST, LONGEST), (labels, LABEL, LONG))
        for ids in texts
        if len(text := longest(code, ids, name)) > limit
    ]
    assert not long, "\n".join(map(str, long))
