"""The help of every command in the reader's language.

Help stands beside the command it describes, as click has it; here it is looked up when it is shown, and gathered for
translators.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar

import click

from foundation.translation import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

Described = TypeVar("Described", click.Command, click.Option)


class Command(click.Command):
    """A command that explains itself in the reader's language."""

    def get_help(self, ctx: click.Context) -> str:
        return click.Command.get_help(in_readers_language(self), ctx)


class Group(click.Group):
    """Commands that explain themselves in the reader's language."""

    command_class = Command
    group_class: type[click.Group] | type[type] | None = type  # groups of a group are of its class

    def get_help(self, ctx: click.Context) -> str:
        return click.Command.get_help(in_readers_language(self), ctx)


def in_readers_language(command: click.Command) -> click.Command:
    """A copy of the command, and of those below it, with translated help."""
    spoken = _translated(command)
    spoken.params = [
        _translated(parameter) if isinstance(parameter, click.Option) else parameter for parameter in command.params
    ]
    if isinstance(spoken, click.Group):
        spoken.commands = {name: in_readers_language(child) for name, child in spoken.commands.items()}
    return spoken


def extract(
    fileobj: object,
    keywords: object,
    comment_tags: object,
    options: object,
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Babel's extraction method, run once: the help of all commands and of their options that are shown."""
    from cli import main

    for line, text in _texts(main):
        yield line, "_", text, []


def _texts(described: click.Command | click.Option) -> Iterator[tuple[int, str]]:
    if described.help and not described.hidden:
        callback: Any = described.callback
        yield (callback.__code__.co_firstlineno if callback else 1), described.help
    if isinstance(described, click.Command):
        for parameter in described.params:
            if isinstance(parameter, click.Option):
                yield from _texts(parameter)
    if isinstance(described, click.Group):
        for child in described.commands.values():
            yield from _texts(child)


def _translated(described: Described) -> Described:
    spoken = copy(described)
    spoken.help = described.help and sentence(described.help)
    return spoken
