"""Whatever people read goes through gettext: whole sentences with named placeholders, in a room's `wording.py`."""

import ast
import asyncio
import gettext
import re
import string
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import click
import pytest
from babel.messages.catalog import Catalog, Message
from click.testing import CliRunner

from cli import main
from cli.photos.command import photos
from cli.versions.train import train
from foundation.languages import IN_ENGLISH
from foundation.reader import translated
from foundation.translation import _, ngettext
from tests.conftest import ROOMS, ROOT

_SENTENCE: Final = re.compile(r"[A-Za-z’']{2,},? [a-z’']{2,}")
_SQL: Final = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|JOIN|CREATE|DROP|ALTER|PRAGMA|VALUES|BEGIN|ORDER BY|IS NULL|CASE|AND)\b"
)
_NOT_READ: Final = {"help", "description", "short_help"}
"""Keywords of help, which is looked up when it is shown, and of the settings' descriptions, which are for the docs."""
_FOR_PROGRAMS: Final = {
    "bot/conversation/admission.py": "an error that is handled again, and logged",
    "bot/conversation/dispatcher.py": "an error that is handled again, and logged",
    "bot/operations/health.py": "what monitoring programs ask for",
    "foundation/logs.py": "the log",
    "bot/transport/connection_status.py": "for monitoring programs, and the log",
    "bot/transport/downloads.py": "Telegram's own words",
    "bot/transport/errors.py": "Telegram's own words, and ours for the log",
    "bot/updates/webhook.py": "for the log",
    "cli/reference.py": "a page of the docs",
    "data/facts/parser.py": "what the YAML parser says",
    "data/tags/sidecar.py": "XML",
    "data/store/pruning.py": "how long rows are kept, for programmers",
    "data/store/runs.py": "names of columns",
    "data/store/statements.py": "values of a column",
    "demo/script.py": "what is typed",
    "demo/stage.py": "names of files",
    "inference/faces/alignment.py": "part of a fingerprint",
    "inference/recognizer.py": "part of a fingerprint",
    "training/importing/occasions.py": "words in the names of folders",
    "web/access/headers.py": "headers that browsers read",
    "web/pages/models.py": "a header that browsers read",
    "data/files/systems_files.py": "names of the system's folders",
}
"""Files whose texts look like sentences, and are not for people to read."""


def texts(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def placeholders(message: Message, text: str) -> set[str]:
    """The names in braces, or on pages those in brackets."""
    if all(where.endswith(".html") for where, line in message.locations):
        return set(re.findall(r"%\((\w+)\)s", text))
    return {name for literal, name, spec, conversion in string.Formatter().parse(text) if name is not None}


def test_every_sentence_is_extracted(extracted: Catalog) -> None:
    found = {text for message in extracted for text in texts(message)}
    for file, call in _lookups():
        for argument in _looked_up(call):
            assert isinstance(argument, ast.Constant), f"{file}:{call.lineno}: a sentence that is put together"
            assert argument.value in found, f"{file}:{call.lineno}"


def test_placeholders_are_names_and_filled() -> None:
    for file, call in _lookups():
        given = {keyword.arg for keyword in call.keywords}
        for argument in _looked_up(call):
            assert isinstance(argument, ast.Constant)
            asked = list(string.Formatter().parse(str(argument.value)))
            assert all(not spec and not conversion for _, name, spec, conversion in asked if name is not None)
            names = {name for _, name, _, _ in asked if name is not None}
            assert all(name.isidentifier() for name in names), f"{file}:{call.lineno}: {names}"
            assert names - {"count"} == given, f"{file}:{call.lineno}: {names} is not {given}"


def test_placeholders_of_pages_are_names(extracted: Catalog) -> None:
    for message in extracted:
        if message.id and all(where.endswith(".html") for where, line in message.locations):
            for text in texts(message):
                assert "%" not in re.sub(r"%\(\w+\)s|%%", "", text)


def test_plurals_have_both_forms(extracted: Catalog) -> None:
    counting = [message for message in extracted if isinstance(message.id, tuple)]
    assert len(counting) > 30
    for message in counting:
        one, many = texts(message)
        assert one
        assert many
        assert placeholders(message, one) == placeholders(message, many)


def test_no_sentence_outside_the_wordings() -> None:
    found = [f"{file.relative_to(ROOT)}:{line}: {text}" for file, line, text in _sentences_elsewhere()]
    assert not found, "Sentences belong into their room's wording.py:\n" + "\n".join(found)


class _Shouted(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return message.upper().replace("{NAME}", "{name}")

    def ngettext(self, one: str, many: str, n: int) -> str:
        return f"{n % 10}|{many}"


_SHOUTED: Final = replace(IN_ENGLISH, sentences=_Shouted())


def test_help_is_extracted_and_shown_in_the_readers_language(
    extracted: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {text for message in extracted for text in texts(message)}
    options = [parameter for parameter in train.params if isinstance(parameter, click.Option) and not parameter.hidden]
    assert {train.help, photos.help, *(option.help for option in options)} <= found
    monkeypatch.setattr("cli.group.in_language", lambda _: translated(_SHOUTED))
    with translated(_SHOUTED):
        command = CliRunner().invoke(main, ["train", "--help"]).output
        group = CliRunner().invoke(main, ["photos", "--help"]).output
    monkeypatch.undo()
    assert "TRAIN A VERSION FROM THE PHOTOS" in command
    assert "EPOCHS OF THE HEAD" in command
    assert "THE LABELLED PHOTOS" in group
    assert "COUNT EACH COUSIN'S PHOTOS" in group
    assert "Train a version from the photos" in CliRunner().invoke(main, ["train", "--help"]).output


async def test_each_task_speaks_its_readers_language() -> None:
    async def greet(shouting: bool) -> tuple[str, str]:
        if not shouting:
            await asyncio.sleep(0)
            return _("hello {name}", name="Lucy"), ngettext("{count} photo", "{count} photos", 1)
        with translated(_SHOUTED):
            await asyncio.sleep(0)
            return _("hello {name}", name="Lucy"), ngettext("{count} photo", "{count} photos", 1234)

    loud, quiet = await asyncio.gather(greet(shouting=True), greet(shouting=False))
    assert loud == ("HELLO Lucy", "4|1,234 photos")
    assert quiet == ("hello Lucy", "1 photo")


def _sources() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            if not file.is_relative_to(ROOT / "demo" / "telegram"):  # which speaks Telegram's words
                yield file, ast.parse(file.read_text("utf-8"))


def _lookups() -> Iterator[tuple[Path, ast.Call]]:
    for file, tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                assert file.name == "wording.py", f"{file}:{node.lineno}"
                yield file, node


def _looked_up(call: ast.Call) -> list[ast.expr]:
    assert isinstance(call.func, ast.Name)
    return call.args[:1] if call.func.id == "_" else call.args[:2]


def _sentences_elsewhere() -> Iterator[tuple[Path, int, str]]:
    for file, tree in _sources():
        if file.name != "wording.py" and str(file.relative_to(ROOT)) not in _FOR_PROGRAMS:
            for line, text in _texts(tree):
                if _SENTENCE.search(text) and not _SQL.search(text):
                    yield file, line, text


def _texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    """The texts in a piece of source, but for docstrings, log messages, help, and what tells programmers."""
    match node:
        case ast.Constant(value=str(text)):
            yield node.lineno, text
        case ast.JoinedStr(values=parts):
            yield node.lineno, "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Call(func=ast.Attribute(attr="debug" | "info" | "warning" | "error" | "exception")):
            return
        case ast.Call(func=ast.Name(id="AssertionError" | "RuntimeError" | "ValueError")):
            return
        case ast.Call(func=ast.Name(id="Info" | "Gauge" | "Counter" | "Histogram")):
            return
        case ast.keyword(arg=str(name)) if name in _NOT_READ:
            return
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _texts(child)
