"""Something that people can ask of the bot: by which commands, messages and buttons, and who may."""

from collections.abc import Mapping, Sequence

from bot.conversation.permissions import Route
from bot.conversation.taps import Action


class Part:
    """What it answers to. `bot.handlers` puts all parts together."""

    def routes(self) -> Sequence[Route]:
        """Commands, and then other messages."""
        return ()

    def actions(self) -> Mapping[str, Action]:
        """What a button does, by its name in the store."""
        return {}
