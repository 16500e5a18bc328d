"""`demo` and `run`: the bot at work."""

import click

from cli import wording
from cli.group import main
from cli.resources import fetch_weights, open_home, read_settings


@main.command()
@click.option("--once", is_flag=True, help="Play one scripted conversation, print it, and end.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8018, show_default=True, help="The port of the chat page."
)
def demo(once: bool, port: int) -> None:
    """Try everything in your browser, with a drawn family.

    The bot answers on a local Telegram: you need no account, no token and no photos.
    """
    from demo.stage import play_once, stay_open

    if not once:
        stay_open(port, click.echo)
    elif not play_once(click.echo):
        raise click.ClickException(wording.demo_went_wrong())
    else:
        click.echo(f"\n{wording.demo_went_well()}")


@main.command()
def run() -> None:
    """Answer on Telegram until stopped."""
    from bot.app import run as answer

    settings = read_settings()
    settings.bot_token()  # what is missing is said before anything is fetched
    fetch_weights(open_home(settings))
    answer(settings)
