"""Every command's help is in its reader's language, but for the few words that are click's."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from click.testing import CliRunner

from cli import main
from tests.pseudo_language import CODE, there_is_the_pseudo_language, unmarked

CLICKS = (
    r"Usage: cousinbot(?: [a-z-]+)*",
    r"Options:|Commands:",
    r"Show this message and exit\.|Show the version and exit\.",
    r"\[(?:default|required|env var|x>=)[^\]]*\]|\d<=x<=\d+",
    r"\[[a-z]+(?:\|[a-z]+)+\]",  # what may be chosen
    r"\b[A-Z]+(?:_[A-Z]+)*\b",  # what stands for an argument
    r"--?[a-z][a-z-]*",
)


def commands(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from commands(one, *path, name)


def test_every_help(extracted: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUSINBOT_LANGUAGE", CODE)
    found = []
    with there_is_the_pseudo_language(tmp_path, extracted):
        for path in commands(main):
            result = CliRunner().invoke(main, [*path, "--help"], prog_name="cousinbot")
            assert result.exit_code == 0
            names = set(getattr(command_of(path), "commands", ()))
            text = re.sub(rf"(?m)^  (?:{'|'.join(names)})\b", "", result.output) if names else result.output
            if rest := unmarked(text, *CLICKS):
                found.append(f"{' '.join(path)}: {rest}\n{text}")
    assert not found, "\n".join(found)


def command_of(path: tuple[str, ...]) -> click.Command:
    command: click.Command = main
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    return command


@pytest.mark.parametrize("encoding", ["latin-1", "iso8859-2"])
def test_a_terminal_without_the_letters_is_told_what_it_can_show(encoding: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "cli", "--help"],
        env={**os.environ, "COUSINBOT_LANGUAGE": "he", "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=True,
        text=True,
        encoding=encoding,
    )
    assert "cousinbot photos import ~/Pictures/reunion" in told.stdout
    assert "???" in told.stdout
    assert not told.stderr
