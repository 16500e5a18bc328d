"""Photos that were left out, each once, though it may be filed under several cousins."""

from collections.abc import Sequence

from models.card import Skipped
from training import wording


def each_once(skipped: Sequence[Skipped]) -> list[Skipped]:
    """The same with one entry for a photo and a reason; of whom it is not clear which face is theirs stands in that."""
    same: dict[tuple[str, str], list[Skipped]] = {}
    for one in skipped:
        same.setdefault((one.photo, one.reason), []).append(one)
    told = []
    for first, *others in same.values():
        cousins = [one.unclear.cousin for one in (first, *others) if one.unclear is not None]
        reason = wording.of_cousins(first.reason, cousins) if len(cousins) > 1 else first.reason
        told.append(first.model_copy(update={"reason": reason}))
    return told
