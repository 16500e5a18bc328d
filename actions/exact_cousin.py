"""The one cousin whom a command is about that can't be taken back: exactly the key that was given, and nobody else."""

import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from actions import wording
from data.facts.factbook import FactBook
from data.files.home import Home
from data.files.library import LibraryError, PhotoLibrary
from data.lookup import look_up
from data.store.store import Store
from models.registry import Registry


@dataclass(frozen=True, slots=True)
class KnownCousin:
    """What there is of a cousin, by which people know whom they mean.

    Attributes:
        folders: their names.
        photos: how many the cousin is on.
        versions: trained ones that know the cousin.
    """

    key: str
    folders: tuple[str, ...]
    photos: int
    versions: tuple[str, ...]


class NotExactlyOne(Exception):
    """No cousin has exactly this key. The message lists those who may be meant, and says what to do."""

    exit_code: Final = 2  # a command was given wrongly


async def known_cousins(home: Home) -> dict[str, KnownCousin]:
    """Everybody with a folder, in a trained version, whom somebody named, or who is named beside photos, by key."""
    library, registry = PhotoLibrary(home.photos), Registry(home.models)
    keys: set[str] = set()
    photos: dict[str, int] = {}
    async with Store.open(home.database) as store:
        keys |= await store.statements.cousins()
        keys |= library.cousins_there()
        keys |= {one.cousin for one in await store.written_names.all()}
        with suppress(LibraryError):  # there are no photos
            for photo in await store.catalogue.photos(library):
                photos[photo.cousin] = photos.get(photo.cousin, 0) + 1
    cards = registry.cards()
    keys.update(photos, *(card.cousins for card in cards.values()))
    return {
        key: KnownCousin(
            key,
            tuple(folder.name for folder in library.folders_of(key)),
            photos.get(key, 0),
            tuple(version for version, card in cards.items() if key in card.cousins),
        )
        for key in sorted(keys)
    }


def exact_cousin(typed: str, known: Mapping[str, KnownCousin], book: FactBook) -> str:
    """The key that was typed, where it is exactly that of somebody known, or of an entry of facts.yaml.

    `book` as it is among those known.

    Raises:
        NotExactlyOne: it is not, whatever else it may be the name of.
    """
    key, everybody = unicodedata.normalize("NFC", typed), {*known, *book.cousins}
    if key in everybody:
        return key
    near = look_up(typed, [book.called(other) for other in sorted(everybody)]).all
    raise NotExactlyOne(
        "\n".join(
            [
                wording.nobody_is_called(typed, candidates=bool(near)),
                *(_line(other, known.get(other), book) for other in near),
                wording.give_the_key() if near else wording.see_the_keys(),
            ]
        )
    )


def _line(key: str, cousin: KnownCousin | None, book: FactBook) -> str:
    if cousin is None:
        return wording.candidate_of_facts(key, book.display_name(key))
    return wording.candidate(
        key, book.display_name(key), " ".join(cousin.folders), cousin.photos, ", ".join(cousin.versions)
    )
