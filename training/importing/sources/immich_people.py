"""An Immich as a source: whoever has a name there is on the photos on which it has found them."""

import asyncio

from foundation.progress import Progress
from training.errors import TrainingError
from training.importing.folders import Said
from training.importing.outcome import Label, LabelledSource, Refused
from training.importing.sources import wording
from training.importing.sources.immich import Asset, Immich
from training.importing.sources.people import People, counted

_AT_ONCE = 4
"""Photos of whose faces it is asked at a time: it is somebody's home server."""


async def labelled_by_immich(
    immich: Immich, people: People, said: Said, progress: Progress, *, ask: bool
) -> list[LabelledSource]:
    """Every photo on which somebody is named.

    Raises:
        UnclearPeople, UnclearNames: somebody can be asked whom to take, or a name may mean more than one cousin.
        TrainingError: it can't be reached, does not let us in, or nobody has a name there.
    """
    progress(wording.asking_immich(), 0, 1)
    assets = await asyncio.to_thread(immich.assets)
    if not assets:
        raise TrainingError(wording.nobody_named(immich.address))
    names = counted(name for asset in assets for name in asset.people)
    if ask:
        people.require_chosen(names)
    whose = people.keys([name for asset in assets for name in asset.people], said.identities)
    people.require_wanted(names, {name: cousin for name, cousin in whose.items() if isinstance(cousin, str)})

    def labelled(asset: Asset) -> LabelledSource:
        cousins = {name: whose[name] for name in asset.people if name in whose}
        wanted = {name: cousin for name, cousin in cousins.items() if isinstance(cousin, str)}
        path = immich.path(asset)
        if not wanted:
            refused = next((one for one in cousins.values() if isinstance(one, Refused)), None)
            return LabelledSource(path, (), refused or Refused("left_out", wording.nobody_wanted(asset.people)))
        view, regions = immich.faces(asset)
        labels: dict[str, Label] = {}
        for region in (region for region in regions if region.name in wanted):
            labels.setdefault(wanted[region.name], Label(wanted[region.name], region.name, immich.link(asset), region))
        if not labels:
            return LabelledSource(path, (), Refused("left_out", wording.no_name()))
        others = tuple(region for region in regions if region.name not in wanted)
        return LabelledSource(
            path,
            tuple(labels.values()),
            None,
            others,
            view,
            lambda: immich.preview(asset),
            original=asset.original,
            year=asset.year,
        )

    found: list[LabelledSource] = []
    for start in range(0, len(assets), _AT_ONCE):
        progress(wording.asking_immich(), start, len(assets))
        together = assets[start : start + _AT_ONCE]
        found += await asyncio.gather(*(asyncio.to_thread(labelled, asset) for asset in together))
    progress(wording.asking_immich(), len(assets), len(assets))
    return found
