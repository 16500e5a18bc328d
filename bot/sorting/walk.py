"""What is asked about next: from the biggest group downwards, and between them whether two are one person."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from actions.groups.groups import FaceGroup, Sorted, near_pairs
from actions.groups.pictures import COMPARED, SHOWN, at_hand
from data.sorting.decisions import GroupDecision
from data.sorting.sorted_faces import SortedFace

Place = tuple[int, int, int]

_START: Final = (-1, 0, 0)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a button is about, and where the walk was: that is what it means, whenever it is tapped.

    Attributes:
        since: the newest decision from before the walk.
        place: of the group where the walk is; what is behind it comes next.
        passed: pairs, by the groups' numbers, that were left for later.
        groups: the number of the group that is asked about; of two, where it is asked whether they are one person.
        state: theirs as they were shown.
        asked: the message that asks, and whether it is a picture; None: the one with the button.
        typed: the name of someone new, as it was typed.
        change: what an undo takes back.
    """

    since: int = 0
    place: Place = _START
    passed: tuple[tuple[int, int], ...] = ()
    groups: tuple[int, ...] = ()
    state: str = ""
    asked: tuple[int, bool] | None = None
    typed: str | None = None
    change: int | None = None

    @classmethod
    def read(cls, text: str | None) -> Self:
        kept: dict[str, Any] = json.loads(text or "{}")
        return cls(**{name: _fixed(value) for name, value in kept.items()})

    def written(self) -> str:
        return json.dumps({name: value for name, value in asdict(self).items() if value}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Question:
    """About one group, or two that may be one person; which of their faces are shown; and where the walk is then."""

    groups: tuple[FaceGroup, ...]
    faces: tuple[list[SortedFace], ...]
    place: Place


def state_of(groups: Sequence[FaceGroup]) -> str:
    """Another one as soon as somebody has put faces in or out, or has said whose they are."""
    return " ".join(group.state for group in groups)


def next_question(
    found: Sorted,
    decisions: Sequence[GroupDecision],
    here: Meant,
    *,
    first: int | None = None,
    named: int | None = None,
) -> Question | None:
    """What to ask now; None at the end of the walk. For a thread: it looks whether the photos are there.

    `first` is asked about before all others if it waits. `named` is who has just got a name, or was compared: now is
    the time to ask whether others who are like them are the same. Other pairs come last: most are settled by names.
    """
    waiting = found.waiting()
    for group in waiting:
        if group.id == first and (faces := at_hand(group.faces, SHOWN)):
            return Question((group,), (faces,), here.place)
    if not waiting:
        return None
    pairs = list(_pairs(found, decisions, here.passed, {group.id for group in waiting}))
    for pair in _nearest_to(named, pairs):
        if question := _compared(pair, here.place):
            return question
    for group in waiting:
        if _place(group) > here.place and (faces := at_hand(group.faces, SHOWN)):
            return Question((group,), (faces,), _place(group))
    questions = (_compared(pair, here.place) for pair in pairs)
    return next((question for question in questions if question), None)


def out_of_reach(found: Sorted) -> list[FaceGroup]:
    """Groups that wait, and of which no photo is there. For a thread."""
    return [group for group in found.waiting() if not at_hand(group.faces, 1)]


def passed(pair: Sequence[int]) -> tuple[int, int]:
    return min(pair), max(pair)


def _place(group: FaceGroup) -> Place:
    """In the order of those that wait."""
    return int(group.cousin is not None), -len(group.faces), group.id


def _pairs(
    found: Sorted, decisions: Sequence[GroupDecision], left: Collection[tuple[int, int]], waiting: Collection[int]
) -> Iterator[tuple[FaceGroup, FaceGroup]]:
    """The most alike first; of each the one that people have named, or the bigger one, first."""
    for near in near_pairs(found.groups, decisions):
        pair = near.one, near.other
        if passed([group.id for group in pair]) not in left and any(group.id in waiting for group in pair):
            one, other = sorted(pair, key=lambda group: (group.named == 0, group.cousin is None, -len(group.faces)))
            yield one, other


def _nearest_to(
    named: int | None, pairs: Sequence[tuple[FaceGroup, FaceGroup]]
) -> Iterator[tuple[FaceGroup, FaceGroup]]:
    """Pairs with this group, of others that are like none more than it: else they are somebody else sooner."""
    seen = set[int]()
    for pair in pairs:
        numbers = {group.id for group in pair}
        if named in numbers and not (numbers - {named}) & seen:
            yield pair
        seen |= numbers


def _compared(pair: tuple[FaceGroup, FaceGroup], place: Place) -> Question | None:
    one, other = (at_hand(group.faces, COMPARED) for group in pair)
    return Question(pair, (one, other), place) if one and other else None


def _fixed(value: Any) -> Any:
    return tuple(map(_fixed, value)) if isinstance(value, list) else value
