"""Who is on each photo of the library, and where, as far as anything says it."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from data.files.library import LabelledPhoto
from foundation.box import Box
from models.registry import Registry

Chosen: TypeAlias = Mapping[tuple[str, str], Box]
"""A photo's sha256 and a cousin -> the face from which training learned them."""
People: TypeAlias = dict[str, Box | None]
"""Cousin -> where their face is in shares of the upright photo; None: that is not known."""


def chosen_by_training(registry: Registry) -> Chosen:
    """By the newest version that looks for faces."""
    for card in reversed(registry.cards().values()):
        if card.crop != "whole":
            return {(one.sha256, one.cousin): Box(*one.box) for one in card.samples if not one.was_sent}
    return {}


def people_on(photos: Sequence[LabelledPhoto], chosen: Chosen) -> dict[str, People]:
    """Photo's sha256 -> everybody on it. What people and tags say of a face goes before what training chose, and no
    face is two people's."""
    people: dict[str, People] = {}
    nobodys = {(photo.sha256, photo.cousin) for photo in photos if photo.nobodys}
    for photo in photos:
        if photo.sha256 is not None:
            on = people.setdefault(photo.sha256, {})
            on[photo.cousin] = on.get(photo.cousin) or _free(photo.box, on)
    for sha256, on in people.items():
        for cousin, box in sorted(on.items()):
            if box is None and (sha256, cousin) not in nobodys:
                on[cousin] = _free(chosen.get((sha256, cousin)), on)
    return people


def _free(box: Box | None, on: People) -> Box | None:
    if box is None or box.area <= 0:
        return None
    return None if any(other is not None and other.is_same_face(box) for other in on.values()) else box
