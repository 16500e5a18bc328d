"""Trained versions whose cousins are called otherwise now, or of whom two turned out to be one person.

A version's card says who is who, its weights hold no names: a version with other names is the same weights with another
card, which is replaced whole.
"""

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from foundation.file_lock import locked
from foundation.whole_file import sync_folder, write_whole
from models.card import GENUINE, Card, Confusion, Metrics, Skipped
from models.registry import Registry

Tensors = dict[str, NDArray[Any]]

ONE_ROW_A_COUSIN: Final = ("head.directions", "head.6.weight")
"""The last tensor of each head in `models.heads`."""

_BEFORE: Final = "card-before-"


def versions_speaking_of(registry: Registry, cousin: str) -> list[str]:
    """The versions that were taught this cousin or were told of them, oldest first."""
    return [version for version, card in registry.cards().items() if cousin in names_in(card)]


def rename_in_versions(registry: Registry, old: str, new: str, token: str | None = None) -> None:
    """Let every version speak of `new` where it spoke of `old`; the running bot follows.

    With a `token` the cards as they are now are kept for `restore_versions`: of two who become one nobody could say
    later who was who. Once more changes nothing. Raises `OSError`.
    """
    if not registry.folder.is_dir():
        return
    with locked(registry.folder / ".lock"):
        for version in versions_speaking_of(registry, old):
            folder = registry.path(version)
            if token is not None and not _kept(folder, token).exists():
                write_whole(_kept(folder, token), (folder / "card.json").read_bytes())
            card = renamed(registry.card(version), old, new)
            write_whole(folder / "card.json", card.model_dump_json(indent=2))


def restore_versions(registry: Registry, token: str) -> None:
    """Give the versions the cards that they had before `rename_in_versions`. Once more changes nothing."""
    if not registry.folder.is_dir():
        return
    with locked(registry.folder / ".lock"):
        for kept in registry.folder.glob(f"v*/{_BEFORE}{token}.json"):
            # A new time, so that whoever has loaded the version sees the difference.
            os.utime(kept)
            kept.replace(kept.with_name("card.json"))
            sync_folder(kept.parent)


def made_since(registry: Registry, new: str, token: str, known: Collection[str]) -> list[str]:
    """The versions that speak of `new` and can't be given back what `rename_in_versions` has put together.

    Those are what was made afterwards; `known` are the versions that spoke of `new` alone then.
    """
    speaking = versions_speaking_of(registry, new)
    return [
        version for version in speaking if version not in known and not _kept(registry.folder / version, token).exists()
    ]


def renamed(card: Card, old: str, new: str) -> Card:
    """The card with one cousin's name in place of another's; of both it makes one."""

    def name(cousin: str) -> str:
        return new if cousin == old else cousin

    heads = [name(cousin) for cousin in card.heads or card.cousins]
    cousins = list(dict.fromkeys(heads))
    denials = [
        one.model_copy(update={"cousin": name(one.cousin)}) if one.cousin is not None else one for one in card.denials
    ]
    return card.model_copy(
        update={
            "cousins": cousins,
            "heads": heads if len(cousins) < len(heads) else [],
            "samples": [one.model_copy(update={"cousin": name(one.cousin)}) for one in card.samples],
            "denials": denials,
            "skipped": [_renamed_photo(one, old, new) for one in card.skipped],
            "metrics": _renamed_metrics(card, name),
        }
    )


def with_one_row_a_cousin(tensors: Tensors, card: Card) -> Tensors:
    """A version's tensors as its card has the cousins: the rows of those who were merged become one.

    Its direction is where the mean of both galleries lies, as if they had been one from the start.
    """
    if not card.heads:
        return tensors
    places = np.array([card.cousins.index(cousin) for cousin in card.heads], np.int64)
    labels = tensors["gallery_labels"]
    photos = np.maximum(np.bincount(labels, minlength=len(places)), 1)[:, None]
    merged = tensors | {"gallery_labels": places[labels]}
    for measured in GENUINE:  # anew, where the version is loaded: nobody has held out the photos of both together
        merged.pop(measured, None)
    for part in ONE_ROW_A_COUSIN:
        if part in tensors:
            rows = tensors[part]
            if part == "head.directions":
                rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
            sums, weights = np.zeros((len(card.cousins), rows.shape[1])), np.zeros((len(card.cousins), 1))
            np.add.at(sums, places, rows * photos)
            np.add.at(weights, places, photos)
            merged[part] = (sums / weights).astype(tensors[part].dtype)
    return merged


def names_in(card: Card) -> set[str]:
    """Everybody whom a card speaks of."""
    denied = {denial.cousin for denial in card.denials if denial.cousin is not None}
    unclear = {one.cousin for one in card.unclear}
    return {*card.cousins, *(sample.cousin for sample in card.samples), *denied, *unclear, *(card.metrics.per_cousin)}


def _kept(folder: Path, token: str) -> Path:
    return folder / f"{_BEFORE}{token}.json"


def _renamed_photo(skipped: Skipped, old: str, new: str) -> Skipped:
    if skipped.photo == old:
        return skipped.model_copy(update={"photo": new})
    unclear = skipped.unclear
    if unclear is not None and unclear.cousin == old:
        unclear = unclear.model_copy(update={"cousin": new})
    return skipped.model_copy(
        update={
            "unclear": unclear,
            "photo": new + skipped.photo[len(old) :] if skipped.photo.startswith(f"{old}/") else skipped.photo,
            "reason": skipped.reason.replace(f"{old}/", f"{new}/"),
        }
    )


def _renamed_metrics(card: Card, name: Callable[[str], str]) -> Metrics:
    """Shares of those who become one count by their photos."""
    shares: dict[str, list[tuple[float, int]]] = {}
    for cousin, share in card.metrics.per_cousin.items():
        photos = sum(one.cousin == cousin for one in card.samples) or 1
        shares.setdefault(name(cousin), []).append((share, photos))
    per_cousin = {
        cousin: parts[0][0] if len(parts) == 1 else sum(share * n for share, n in parts) / sum(n for _, n in parts)
        for cousin, parts in shares.items()
    }
    confused: dict[tuple[str, str], int] = {}
    for one in card.metrics.confused:
        pair = name(one.cousin), name(one.named)
        if pair[0] != pair[1]:
            confused[pair] = confused.get(pair, 0) + one.photos
    return card.metrics.model_copy(
        update={
            "per_cousin": per_cousin,
            "confused": [Confusion(cousin=pair[0], named=pair[1], photos=count) for pair, count in confused.items()],
        }
    )
