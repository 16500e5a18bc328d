"""Accepted corrections as labelled faces."""

from data.files.home import Home
from data.store.store import Store
from training.dataset.labelled import LabelledFile


async def corrected_faces(home: Home) -> list[LabelledFile]:
    """The face of each standing correction, where its photo is still kept, in the order they were decided.

    One that was rejected, or that a later one contradicts, is not among them. None before the bot ever ran.
    """
    if not home.database.exists():
        return []
    async with Store.open(home.database) as store:
        accepted, years = await store.statements.accepted(), await store.years.all()
    return [
        LabelledFile(
            photo,
            one.statement.cousin or "",
            one.statement.box,
            one.statement,
            # What one person sends on one day is of that day at the latest, and often one scene.
            occasion=f"{one.sender} {one.sent_at:%Y-%m-%d}",
            sha256=one.statement.photo,
            year=years.get(one.statement.photo),
        )
        for one in accepted
        if (photo := home.inbox / f"{one.statement.photo}.jpg").exists()
    ]
