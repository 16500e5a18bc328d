"""How good groups are: B-cubed precision and recall (Bagga and Baldwin 1998)."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BCubed:
    """Shares, as means over all faces.

    Attributes:
        precision: of the faces in a face's group those that are the same person's.
        recall: of a person's faces those that are in the group of one of them.
    """

    precision: float
    recall: float

    def f(self, beta: float = 1.0) -> float:
        """Their weighted harmonic mean: below 1 precision counts more (van Rijsbergen 1979)."""
        both = beta**2 * self.precision + self.recall
        return (1 + beta**2) * self.precision * self.recall / both if both else 0.0


def b_cubed(groups: Sequence[Hashable], people: Sequence[Hashable]) -> BCubed:
    """Of faces whose group and whose person is known; at least one."""
    in_group, of_person, both = Counter(groups), Counter(people), Counter(zip(groups, people, strict=True))
    precision = sum(count**2 / in_group[group] for (group, _), count in both.items())
    recall = sum(count**2 / of_person[person] for (_, person), count in both.items())
    return BCubed(precision / len(groups), recall / len(groups))
