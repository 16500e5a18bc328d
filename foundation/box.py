"""Where a face lies in a photo, the same for everyone who draws, stores or compares it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SAME_FACE: Final = 0.5
"""Two boxes of one photo that overlap by more than half are the same face: detectors differ by a few pixels."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in fractions, 0 to 1, of the width and height of the upright photo."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom: as JSON and the database have it."""
        return (self.left, self.top, self.right, self.bottom)

    @property
    def area(self) -> float:
        """Share of the photo."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0 to 1."""
        shared = Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        ).area
        union = self.area + other.area - shared
        return shared / union if union else 0.0

    def is_same_face(self, other: Box) -> bool:
        """Whether both, of one photo, are of one face."""
        return self.overlap(other) > SAME_FACE

    @classmethod
    def clipped(cls, left: float, top: float, right: float, bottom: float, width: int, height: int) -> Box:
        """From pixels of a photo of `width` × `height`, cut where it ends."""

        def within(share: float) -> float:
            return min(max(float(share), 0.0), 1.0)

        return cls(within(left / width), within(top / height), within(right / width), within(bottom / height))
