"""The trained versions, as those see them who choose between them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models.card import Card
from models.registry import Registry, RegistryError


@dataclass(frozen=True, slots=True)
class Version:
    """One trained version.

    `accuracy` is the share of held-out photos named right, `interval` its 95 % interval; `corrections` are the numbers
    of those it was taught; `parent` is the champion it was compared with; `left_out` are photos that could not be used,
    and why in words; `confusion` is a picture of whom it mixes up, if there is one.
    """

    name: str
    created: datetime
    accuracy: float
    interval: tuple[float, float]
    photos: int
    cousins: int
    corrections: tuple[int, ...]
    parent: str | None
    confused: tuple[tuple[str, str, int], ...]
    left_out: tuple[tuple[str, str], ...]
    confusion: Path | None


class Versions:
    """Reads the registry anew at every call."""

    def __init__(self, models: Path) -> None:
        self._registry = Registry(models)

    def champion(self) -> str | None:
        """The name of the version that answers; None before the first."""
        return self._registry.current()

    def previous(self) -> str | None:
        """The champion before this one; None where there is none to go back to."""
        return self._registry.previous()

    def all(self) -> list[Version]:
        """Newest first; those whose card can't be read are left out."""
        found = [self.get(name) for name in reversed(self._registry.versions())]
        return [version for version in found if version is not None]

    def get(self, name: str) -> Version | None:
        """None where there is no such version, or its card can't be read."""
        try:
            return _version(self._registry.card(name), self._registry.path(name))
        except RegistryError:
            return None


def _version(card: Card, folder: Path) -> Version:
    picture = folder / "confusion.png"
    return Version(
        name=card.version,
        created=card.created,
        accuracy=card.metrics.accuracy,
        interval=card.metrics.accuracy_ci95,
        photos=card.metrics.photos,
        cousins=len(card.cousins),
        corrections=tuple(card.corrections),
        parent=card.parent,
        confused=tuple((one.cousin, one.named, one.photos) for one in card.metrics.confused),
        left_out=tuple((one.photo, one.reason) for one in card.skipped),
        confusion=picture if picture.is_file() else None,
    )
