"""The command itself, and how a command fails."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Final

import click

from cli import wording
from cli.help_texts import Group
from cli.language import of_whoever_types
from cli.printing import say_left_out
from foundation.reader import in_language
from foundation.storage_errors import explain_storage_error

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE: Final = 1.5  # seconds
_ROOMS = {"actions", "bot", "data", "demo", "foundation", "inference", "models", "training", "web"}


class _WrongUsage(click.ClickException):
    exit_code = 2


class Interrupted(click.ClickException):
    """By Ctrl-C: what a shell expects of a command that was."""

    exit_code = 130


@contextmanager
def ended_quickly(told: str) -> Iterator[None]:
    """Ctrl-C ends what is done within, and that is `told`; also while a library is loaded, for which asyncio waits.

    Threads are not waited for long: the process goes then as if it were killed, which whatever is done has to bear.
    Raises `Interrupted`.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave() -> None:
        sys.stderr.write("\n")
        Interrupted(told).show()
        os._exit(Interrupted.exit_code)

    def interrupt(*_: object) -> None:
        if not last.is_alive():
            last.start()
        raise KeyboardInterrupt

    last = threading.Timer(_PATIENCE, leave)
    last.daemon = True
    usual = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(told) from None
    finally:
        last.cancel()
        signal.signal(signal.SIGINT, usual)


class _Declined(click.ClickException):
    """Not an error: somebody was asked, and said no."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file or sys.stderr)


def _failure(sentence: str, exit_code: int) -> click.ClickException:
    return _WrongUsage(sentence) if exit_code == _WrongUsage.exit_code else click.ClickException(sentence)


class Commands(Group):
    """Commands that fail in one sentence, with exit code 1, or with that of the error."""

    group_class = Group

    def main(self, *args: Any, **kwargs: Any) -> Any:
        # Where a terminal lacks letters, as in an older encoding, the rest is read all the same.
        if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.encoding.lower() != "utf-8":
            sys.stdout.reconfigure(errors="replace")
        with in_language(of_whoever_types()):
            return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except click.Abort:  # a question was not answered with yes
            raise _Declined(wording.nothing_changed()) from None
        except KeyboardInterrupt:
            raise Interrupted(wording.stopped()) from None
        except Exception as error:
            if ctx.params["traceback"]:
                raise
            if type(error).__module__.partition(".")[0] in _ROOMS:  # the rooms' own errors are written for people
                say_left_out(getattr(error, "skipped", ()))
                raise _failure(str(error), getattr(error, "exit_code", 1)) from None
            if matter := explain_storage_error(error):
                raise click.ClickException(wording.did_not_work(matter)) from None
            what, command = f"{type(error).__name__}: {error}", str(ctx.invoked_subcommand)
            raise click.ClickException(wording.unexpected(what, command)) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cousinbot")
@click.option("--traceback", is_flag=True, help="Show where an error came from.")
def main(traceback: bool) -> None:
    """The bot that names the cousin in the photo, and tells you what to talk about.

    Try it with no token and no photos: cousinbot demo

    \b
    The real thing:
      cousinbot photos import ~/Pictures/reunion
      cousinbot photos check
      cousinbot train
      cousinbot guess photo.jpg
      cousinbot run
    """
    before = os.umask(0o077)  # whatever a command writes is the family's own
    click.get_current_context().call_on_close(lambda: os.umask(before))
