"""Trained versions that hold what shall be forgotten: the champion goes on without it, the others go."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from foundation.file_lock import locked
from foundation.whole_file import write_whole
from models import wording
from models.card import GENUINE, Card, Denial, Sample, Skipped, digest_of
from models.registry import Registry, RegistryError
from models.renaming import ONE_ROW_A_COUSIN, Tensors, with_one_row_a_cousin

Doomed = Callable[[Sample | Denial], bool]
"""Whether a face that a version was taught or judged on, or was told of, shall be forgotten."""

Named = Callable[[Skipped], bool]
"""Whether what a version left out is of somebody who shall be forgotten."""

WEIGHTS: Final = "weights.safetensors"
_LOCK: Final = ".forgetting.lock"
"""Two who forget at once would each bring back, with the new version, whom the other takes out."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done: the versions deleted, and the one that the champion became, if there is anybody left to know."""

    deleted: list[str]
    champion: str | None


def forget(registry: Registry, doomed: Doomed, photos: Collection[str] = (), cousin: str | None = None) -> Forgotten:
    """Delete every version that holds a doomed face; where the champion does, a version without it takes over.

    That version is the champion with those faces taken out of its gallery and out of its card, and with cousins of
    whom none is left taken out of its head: the running bot follows. It has no report, for the old one shows pictures.
    What stays are averages over everybody: the head's centre, the threshold, the figures; and a body that was tuned
    on the photos, where one was. A new training run leaves nothing.

    `photos`: sha256 of photos that people sent and a version may name without knowing a face in them, having left them
    out. `cousin`: one of whom it may say that, having learned nobody of that name.

    A version whose card can't be read may hold anything, answers nobody, and goes too. Where that is the champion, or
    its weights are broken, the one that stood in for it takes over.
    """
    if not registry.folder.is_dir():
        return Forgotten([], None)
    with locked(registry.folder / _LOCK):

        def named(one: Skipped) -> bool:
            return _names(one, photos) or _is_of(one, cousin)

        holding = [version for version in registry.versions() if _holds(registry, version, doomed, named)]
        champion = _answering_without(registry, holding, doomed, named) if holding else registry.current()
        registry.delete(holding)  # last: whoever is interrupted here finds them by asking once more
        return Forgotten(holding, champion)


def _answering_without(registry: Registry, holding: Collection[str], doomed: Doomed, named: Named) -> str | None:
    """Let nobody answer who holds doomed faces; returns who answers then, None where nobody can.

    That is the champion or, where its files are broken, who stands in for it: without the doomed faces.
    """
    champion = registry.current()
    if champion is None:
        return None
    answering, answers = champion, None
    for version in (champion, *registry.stand_ins()):
        if (found := _read(registry, version)) is not None:
            answering = version
            answers = _without(registry, *found, doomed, named) if version in holding else version
            break
    if answers is None:
        if {champion, answering} & set(holding):
            (registry.folder / "current").unlink()
    elif answers != answering or champion in holding:
        registry.promote(answers)
    return answers


def _read(registry: Registry, version: str) -> tuple[Card, Tensors] | None:
    """A version's card and weights; None where it is missing or damaged."""
    try:
        card, file = registry.card(version), registry.path(version) / WEIGHTS
        return (card, with_one_row_a_cousin(load_file(file), card)) if card.fits(file) else None
    except (RegistryError, OSError, SafetensorError):
        return None


def _holds(registry: Registry, version: str, doomed: Doomed, named: Named) -> bool:
    try:
        card = registry.card(version)
        return any(map(named, card.skipped)) or any(map(doomed, card.samples)) or any(map(doomed, card.denials))
    except RegistryError:
        return True


def _without(registry: Registry, card: Card, tensors: Tensors, doomed: Doomed, named: Named) -> str | None:
    """The name of a new version without the doomed faces; None where it would know nobody."""
    kept = [sample for sample in card.samples if not doomed(sample)]
    gone = {sample.cousin for sample in card.samples} - {sample.cousin for sample in kept if sample.fold}
    cousins = [cousin for cousin in card.cousins if cousin not in gone]
    if not cousins:
        return None
    with registry.new_version() as (name, fresh):
        save_file(_smaller(tensors, card, doomed, cousins), fresh / WEIGHTS)
        denials = [denial for denial in card.denials if not doomed(denial) and denial.cousin not in gone]
        samples = [sample for sample in kept if sample.cousin in cousins]
        skipped = [one for one in card.skipped if not named(one)]
        lesser = _lesser(card, name, cousins, samples, denials, skipped, digest_of(fresh / WEIGHTS))
        write_whole(fresh / "card.json", lesser.model_dump_json(indent=2))
    return name


def _names(skipped: Skipped, words: Collection[str]) -> bool:
    """Whether one of these names or sha256 stands in what a version says of a photo that it left out."""
    if skipped.unclear is not None and {skipped.unclear.sha256, skipped.unclear.cousin} & set(words):
        return True
    return any(word in f"{skipped.photo} {skipped.reason}" for word in words)


def _is_of(skipped: Skipped, cousin: str | None) -> bool:
    """Whether a version left this cousin out, or a photo of theirs."""
    if skipped.unclear is not None and skipped.unclear.cousin == cousin:
        return True
    return cousin is not None and re.fullmatch(rf"{re.escape(cousin)}(_\d+\.\w+|/.*)?", skipped.photo) is not None


def _smaller(tensors: Tensors, card: Card, doomed: Doomed, cousins: list[str]) -> Tensors:
    """The weights with the gallery's rows and the head's directions that are left."""
    # The gallery has a row for each sample that was trained on, in the card's order: see `training.run`.
    rows = [sample for sample in card.samples if sample.fold]
    stays = np.array([not doomed(sample) and sample.cousin in cousins for sample in rows], np.bool_)
    labels = np.array([cousins.index(sample.cousin) if sample.cousin in cousins else -1 for sample in rows], np.int64)
    if len(rows) != len(tensors["gallery"]):
        raise RegistryError(wording.gallery_differs(card.version))
    smaller = tensors | {"gallery": tensors["gallery"][stays], "gallery_labels": labels[stays]}
    places = [card.cousins.index(cousin) for cousin in cousins]
    for name in (*ONE_ROW_A_COUSIN, *GENUINE):
        if name in smaller:
            smaller[name] = smaller[name][places]
    return smaller


def _lesser(
    card: Card,
    version: str,
    cousins: list[str],
    samples: list[Sample],
    denials: list[Denial],
    skipped: list[Skipped],
    weights: str,
) -> Card:
    gone = set(card.cousins) - set(cousins)
    metrics = card.metrics.model_copy(
        update={
            "per_cousin": {name: share for name, share in card.metrics.per_cousin.items() if name not in gone},
            "confused": [one for one in card.metrics.confused if not {one.cousin, one.named} & gone],
            "before_forgetting": card.metrics.before_forgetting or len(samples) < len(card.samples),
        }
    )
    sources = {sample.source for sample in samples} | {f"correction:{denial.correction}" for denial in denials}
    return card.model_copy(
        update={
            "version": version,
            "weights": weights,
            "created": datetime.now(UTC),
            "cousins": cousins,
            "heads": [],
            "samples": samples,
            "denials": denials,
            "skipped": [one for one in skipped if not _names(one, gone)],
            "corrections": [number for number in card.corrections if f"correction:{number}" in sources],
            "metrics": metrics,
            "parent": None,
        }
    )
