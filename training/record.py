"""What the family's database is told of a training run."""

from data.files.home import Home
from data.store.store import Store
from training.run import Outcome


async def record(home: Home, run: int, outcome: Outcome) -> None:
    """Note how a run ended, and in its corrections that this version was the first to learn from them."""
    async with Store.open(home.database) as store:
        if outcome.decision.promote:
            await store.statements.mark_used(outcome.card.corrections, outcome.card.version)
        kind = "promoted" if outcome.decision.promote else "kept"
        await store.runs.finish(run, kind, outcome.card.version, outcome.decision.reason)
