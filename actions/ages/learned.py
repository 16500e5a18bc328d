"""How old the cousins are on the photos that a version has learned."""

from actions.ages.bands import CousinAges, Gap, ages
from data.facts.facts_file import FactsFile
from data.photos.years import Years
from models.card import Card
from models.registry import Registry


class LearnedAges:
    def __init__(self, years: Years, facts: FactsFile, registry: Registry) -> None:
        self._years = years
        self._facts = facts
        self._registry = registry

    async def of_champion(self) -> dict[str, CousinAges]:
        """By cousin, of the version that answers; of those of whom facts.yaml says when they were born."""
        champion = self._registry.current()
        card = self._registry.find(champion) if champion else None
        return await self.of(card) if card else {}

    async def of(self, card: Card) -> dict[str, CousinAges]:
        """The same, of a version."""
        years, births = await self._years.all(), self._facts.book().births()
        return ages(((one.cousin, years.get(one.sha256)) for one in card.samples), births)

    async def wanted(self, card: Card) -> list[tuple[str, Gap]]:
        """Cousins, and the ages of which photos would help most: childhoods first, and among them, as among the others,
        whoever is recognised worst."""
        known = card.metrics.per_cousin
        first = [(cousin, own.gaps[0]) for cousin, own in (await self.of(card)).items() if own.gaps]
        return sorted(first, key=lambda one: (not one[1].is_childhood, known.get(one[0], 0.0), one[0]))
