"""What follows when a trained version takes over."""

from data.store.statements import Statements
from inference.versions import Versions


async def note_champion(versions: Versions, statements: Statements) -> None:
    """Note in the statements that the champion learned from that it was the first, where none was before it.

    It may have been promoted here, by its training run, or much later at the command line.
    """
    champion = versions.champion()
    version = versions.get(champion) if champion else None
    if version is not None and version.corrections:
        await statements.mark_used(version.corrections, version.name)
