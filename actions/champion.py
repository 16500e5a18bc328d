"""What follows when a trained version takes over."""

from data.store.statements import Statements
from models.registry import Registry


async def note_champion(registry: Registry, statements: Statements) -> None:
    """Note in the statements that the champion learned from that it was the first, where none was before it.

    It may have been promoted here, by its training run, or much later at the command line.
    """
    champion = registry.current()
    card = registry.find(champion) if champion else None
    if card is not None and card.corrections:
        await statements.mark_used(card.corrections, card.version)
