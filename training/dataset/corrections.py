"""Accepted corrections as labelled faces, and the note of the version that first learned from each."""

from data.files.home import Home
from data.store.store import Store
from foundation.box import Box
from training.dataset.labelled import LabelledFile, Word
from training.run import Outcome


async def corrected_faces(home: Home) -> list[LabelledFile]:
    """The face of each standing correction, where its photo is still kept, in the order they were decided.

    One that was rejected, or that a later one contradicts, is not among them. None before the bot ever ran.
    """
    if not home.database.exists():
        return []
    async with Store.open(home.database) as store:
        corrections = await store.corrections.accepted()
    return [
        LabelledFile(
            photo,
            correction.cousin or "",
            Box(*correction.box),
            Word(correction.id, correction.verdict, correction.by, correction.decided_by),
            # What one person sends on one day is of that day at the latest, and often one scene.
            occasion=f"{correction.sender} {correction.sent_at:%Y-%m-%d}",
            sha256=correction.photo_sha256,
        )
        for correction in corrections
        if (photo := home.inbox / f"{correction.photo_sha256}.jpg").exists()
    ]


async def record(home: Home, run: int, outcome: Outcome) -> None:
    """Note how a run ended, and in its corrections that this version was the first to learn from them."""
    async with Store.open(home.database) as store:
        if outcome.verdict.promote:
            await store.corrections.mark_used(outcome.card.corrections, outcome.card.version)
        kind = "promoted" if outcome.verdict.promote else "kept"
        await store.runs.finish(run, kind, outcome.card.version, outcome.verdict.reason)
