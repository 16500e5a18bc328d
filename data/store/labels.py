"""Which corrections stand when several were made of one face."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.store.guesses import BoxFractions

Verdict = Literal["is", "not", "stranger", "not_a_face"]
Status = Literal["proposed", "accepted", "rejected"]

# Two boxes of one photo that overlap by more than half are the same face: detectors differ by a few pixels.
SAME_FACE = 0.5


@dataclass(frozen=True, slots=True)
class Correction:
    """What someone said of a face.

    `verdict` "is": the face is `cousin`; "not": it is not `cousin`, and we don't know who; "stranger": nobody of the
    family; "not_a_face". `box`: left, top, right, bottom as fractions of the upright photo
    `inbox/<photo_sha256>.jpg`, which `sender` sent at `sent_at`. `by` said it at `at`; `decided_by` accepted or
    rejected it at `decided_at`.
    """

    id: int
    guess_id: int
    photo_sha256: str
    sender: int
    sent_at: datetime
    box: BoxFractions
    verdict: Verdict
    cousin: str | None
    by: int
    at: datetime
    status: Status
    decided_by: int | None
    decided_at: datetime | None
    first_used_by: str | None


def standing(accepted: Sequence[Correction]) -> list[Correction]:
    """Those of the accepted corrections (in the order they were decided) that no later one contradicts.

    The same photo sent twice has two guesses, so a face is known by its photo and its place in it.
    """
    stands: list[Correction] = []
    for correction in reversed(accepted):
        later = [
            other
            for other in stands
            if other.photo_sha256 == correction.photo_sha256 and overlap(other.box, correction.box) > SAME_FACE
        ]
        if all(_agree(correction, other) for other in later):
            stands.append(correction)
    return stands[::-1]


def _agree(earlier: Correction, later: Correction) -> bool:
    """Whether the earlier adds to the later: "not Lucy" leaves all standing but "Lucy" and its own repetition."""
    return later.verdict == "not" and earlier.cousin != later.cousin


def overlap(a: BoxFractions, b: BoxFractions) -> float:
    """Intersection over union, 0 to 1."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)
