"""Every language says everything, fills in what English fills in, and keeps to what Telegram takes."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.commands import wording as commands
from foundation import languages
from foundation.formats import clock, date, day, number, percent, time_of
from foundation.languages import ENGLISH, IN_ENGLISH, LOCALES, codes, known, language, negotiated
from foundation.reader import in_language
from foundation.translation import in_one, sentence
from tests.pseudo_language import placeholders

FOREIGN: Final = codes()[1:]
COMMAND: Final = re.compile(r"(?<![\w/<.])/[a-z]+\b")
OPTION: Final = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
TAG: Final = re.compile(r"</?[a-z]\w*[^>]*>")
MENU_LIMIT: Final = 256  # characters of a command's description, says the Bot API


@cache
def catalogue(code: str) -> Catalog:
    with (LOCALES / code / "LC_MESSAGES" / "cousinbot.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def texts(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def translated_messages(code: str) -> Iterator[tuple[Message, str, str]]:
    """Each message, its English (of many), and each of its translations."""
    for message in catalogue(code):
        for translation in texts(message.string) if message.id else ():
            yield message, texts(message.id)[-1], translation


def test_there_are_the_languages_that_are_promised() -> None:
    assert codes() == ("en", "de", "es", "fr", "he", "pl")
    table = (LOCALES / "README.md").read_text("utf-8")
    assert all(f"| `{code}` |" in table for code in FOREIGN)


@pytest.mark.parametrize("code", FOREIGN)
def test_nothing_is_missing(code: str, extracted: Catalog) -> None:
    there = catalogue(code)
    wanted = {texts(message.id) for message in extracted if message.id}
    assert {texts(message.id) for message in there if message.id} == wanted, "make words brings it up to date"
    assert not there.obsolete
    for message in there:
        if message.id:
            assert all(texts(message.string)), f"{message.id} is not translated yet"
            assert not message.fuzzy, f"{message.id} has changed: look at it again, and take the mark “fuzzy” away"
            counted = isinstance(message.id, tuple)
            assert len(texts(message.string)) == (there.num_plurals if counted else 1), message.id


@pytest.mark.parametrize("code", FOREIGN)
def test_what_is_filled_in_is_the_same(code: str) -> None:
    for message, english, translation in translated_messages(code):
        left_out = placeholders(english) - placeholders(translation)
        # A form for one thing may say “one photo”.
        assert not left_out or (isinstance(message.id, tuple) and left_out == {"count"}), translation
        assert placeholders(translation) <= placeholders(english), translation
        if any(where.endswith(".html") for where, _ in message.locations):
            assert "%" not in re.sub(r"%\(\w+\)s|%%", "", translation), translation


@pytest.mark.parametrize("code", FOREIGN)
def test_what_is_typed_or_means_something_to_a_program_is_the_same(code: str) -> None:
    for _, english, translation in translated_messages(code):
        for pattern in (COMMAND, OPTION, TAG):
            assert set(pattern.findall(translation)) == set(pattern.findall(english)), translation
        assert translation.count("\b") == english.count("\b"), translation
        for end in (str.lstrip, str.rstrip):
            assert (end(translation) == translation) == (end(english) == english), translation


@pytest.mark.parametrize("code", codes())
def test_the_menus_fit_into_telegram(code: str) -> None:
    with in_language(code):
        menus = [*commands.guests_commands(), *commands.groups_commands(), *commands.admins_commands()]
        assert len(commands.what_it_does()) <= 512
        assert len(commands.what_it_is()) <= 120
    assert all(1 <= len(text) <= MENU_LIMIT for _, text in menus)


def test_the_nearest_language_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "codes", lambda: ("en", "de", "he", "pt", "pt_BR"))
    assert negotiated("pt-br", "de") == "pt_BR"
    assert negotiated("pt-PT") == "pt"
    assert negotiated("tlh", None, "", "de_DE.UTF-8") == "de"
    assert negotiated("iw") == "he"  # as old phones write Hebrew
    assert negotiated("../../etc", "de_", "x" * 999) == "de"
    assert negotiated("xx", "zh-hans-cn") == ENGLISH
    assert known("en-GB") == known("C.UTF-8") == ENGLISH


def test_numbers_and_dates_are_as_the_language_writes_them() -> None:
    moment = datetime(2026, 11, 28, 14, 3)
    with in_language("de"):
        assert (number(1234.5, 1), percent(0.715), percent(0.7151, 1)) == ("1.234,5", "72\xa0%", "71,5\xa0%")
        assert (date(moment), clock(moment)) == ("28. November 2026", "14:03")
        assert day(moment) == "Samstag, 28. November"
    for code, said in (("es", "sábado, 28 de noviembre"), ("fr", "samedi 28 novembre"), ("pl", "sobota, 28 listopada")):
        with in_language(code):
            assert day(moment) == said
    assert day(moment) == "Saturday 28 November"
    with in_language("fr"):
        assert (number(12345), time_of(moment)) == ("12\u202f345", "28 nov., 14:03")
    assert (number(1234.5, 1), percent(0.715), date(moment)) == ("1,234.5", "72%", "28 November 2026")


HEADER: Final = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n{}"\n\n'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe damaged", "can't be used"),
        (b'msgid "Yes', "can't be used"),
        (
            (HEADER.format("Project-Id-Version: cousinbot 2\\n") + 'msgid "Yes"\nmsgstr "Ja"\n').encode(),
            "newer version",
        ),
        ((HEADER.format("") + 'msgid "Yes {a}"\nmsgstr "Ja {b}"\n').encode(), "doesn't fit"),
        ((HEADER.format("") + 'msgid "Yes {a}"\nmsgstr "Ja {a"\n').encode(), "doesn't fit"),
        ((HEADER.format("") + 'msgid "Yes {a}"\nmsgstr "Ja {a:d}"\n').encode(), "doesn't fit"),
        ((HEADER.format("") + 'msgid "Yes {a}"\nmsgstr "Ja {a!x}"\n').encode(), "doesn't fit"),
        ((HEADER.format("") + 'msgid "Yes %(a)s"\nmsgstr "Ja %(a) so"\n').encode(), "doesn't fit"),
        ((HEADER.format("") + '#: web/templates/ask.html\nmsgid "Yes"\nmsgstr "100 %"\n').encode(), "doesn't fit"),
        (HEADER.format("").replace("UTF-8", "UTF-9").encode(), "can't be used"),
        (HEADER.format("Plural-Forms: nplurals=2; plural=n/(n-21)\\n").encode(), "can't be used"),
    ],
)
def test_what_cant_be_used_is_english_and_said_once(
    content: bytes, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "de" / "LC_MESSAGES" / "cousinbot.po"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    monkeypatch.setattr(languages, "LOCALES", tmp_path)
    language.cache_clear()
    try:
        for _ in range(2):
            with in_language("de"):
                assert sentence("Yes {a}") == "Yes {a}"
                assert sentence("Yes") == "Yes"
    finally:
        language.cache_clear()
    assert len(caplog.records) == 1
    assert said in caplog.text


def test_a_language_that_is_begun_is_spoken_as_far_as_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "he" / "LC_MESSAGES" / "cousinbot.po"
    file.parent.mkdir(parents=True)
    file.write_text(HEADER.format("") + 'msgid "Yes"\nmsgstr "כן"\n\nmsgid "No"\nmsgstr ""\n', "utf-8")
    monkeypatch.setattr(languages, "LOCALES", tmp_path)
    language.cache_clear()
    try:
        assert codes() == ("en", "he")
        assert (language("he").name, language("he").direction) == ("עברית", "rtl")
        assert (IN_ENGLISH.name, IN_ENGLISH.direction) == ("English", "ltr")
        with in_language("he"):
            assert (sentence("Yes"), sentence("No"), in_one([])) == ("כן", "No", "")
    finally:
        language.cache_clear()


@pytest.mark.parametrize("folder", ["de.bak", "de-old", "de copy", "xx", ".git", "DE", "en"])
def test_a_folder_that_is_no_language_is_not_offered(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in ("de", folder):
        file = tmp_path / code / "LC_MESSAGES" / "cousinbot.po"
        file.parent.mkdir(parents=True)
        file.write_text(HEADER.format(""))
    monkeypatch.setattr(languages, "LOCALES", tmp_path)
    assert [one.name for one in languages.every()] == ["English", "Deutsch"]
