"""`docs/command.md`: the help of every command, as the command prints it.

`python -m cli.reference` (`make docs`) writes the page anew; a test compares it with the command.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cli.group import main

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE: Final = Path(__file__).parent.parent / "docs" / "command.md"
_WIDTH: Final = 100  # columns, whatever terminal it is written in
_INTRODUCTION: Final = """\
# The command

This is what `--help` says after each command. The page is written by `make docs`: change the command, not the page.

The exit code is 0 when all went well, 1 when something did not (a sentence says why and what to do), and 2 when the
command itself was mistyped.
"""


def reference() -> str:
    """The page, in Markdown."""
    contexts = _contexts(main, "cousinbot")
    sections = [f"## {context.command_path}\n\n```\n{context.get_help()}\n```\n" for context in contexts]
    return "\n".join([_INTRODUCTION, *sections])


def _contexts(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[click.Context]:
    """The command's own context, then those of all commands below it that are not hidden."""
    settings = {**command.context_settings, "terminal_width": _WIDTH, "max_content_width": _WIDTH}
    context = click.Context(command, parent, name, **settings)
    yield context
    if isinstance(command, click.Group):
        for below, child in sorted(command.commands.items()):
            if not child.hidden:
                yield from _contexts(child, below, context)


if __name__ == "__main__":
    PAGE.write_text(reference(), "utf-8")
