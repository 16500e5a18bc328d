"""Names that may be taken for one another: said by `doctor`, asked about by `photos import`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from data.lookup import Called, run_together
from data.names import compared, cousin_key


@dataclass(frozen=True, slots=True)
class Clash:
    """Two cousins who share a name.

    Attributes:
        name: it, as the first is called.
        keys: it is their keys themselves that are alike.
    """

    one: str
    other: str
    name: str
    keys: bool = False


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Folders of which it is not clear whether they are one cousin's.

    Attributes:
        folders: their names, each once, as they are on the disk.
        cousins: the keys of cousins whom they may be, but for case, accents, spaces and signs, or who were called so.
    """

    folders: tuple[str, ...]
    cousins: tuple[str, ...]


def alike(name: str, other: str) -> bool:
    """Whether two names differ by case, accents, spaces, signs or normal form at most."""
    return compared(name) == compared(other) or run_together(name) == run_together(other) != ""


def clashes(cousins: Iterable[Called]) -> list[Clash]:
    """Every pair of cousins of whom one may be taken for the other by a name."""
    everybody = list(cousins)
    pairs = [(one, other) for number, one in enumerate(everybody) for other in everybody[number + 1 :]]
    return [clash for one, other in pairs if (clash := _clash(one, other))]


def look_alikes(
    folders: Iterable[str], cousins: Collection[str], successors: Mapping[str, str] | None = None
) -> list[LookAlikes]:
    """What must be asked before these folders are taken in: are those of each group the same cousin's?

    `folders` are names as they are on the disk, `cousins` the keys there are, `successors` the keys that some of them
    had before -> those they have now: a source keeps its names when a cousin gets another. A folder that makes exactly
    the key of a cousin there is, and alone does so, is that cousin's without a question.

    Raises ValueError, with a sentence, for a folder of whose name no key can be made.
    """
    names = list(dict.fromkeys(folders))
    key_of = {name: cousin_key(name) for name in names}
    groups: dict[str, list[str]] = {}
    for name, key in key_of.items():
        groups.setdefault(run_together(key) or key, []).append(name)
    found = []
    for group in groups.values():
        called_so = {new for old, new in (successors or {}).items() if alike(old, key_of[group[0]])}
        near = tuple(cousin for cousin in cousins if alike(cousin, key_of[group[0]]) or cousin in called_so)
        settled = [name for name in group if key_of[name] in near]
        if len({key_of[name] for name in settled}) == len(group) or (len(group) == 1 and not near):
            continue
        found.append(LookAlikes(tuple(group), near))
    return found


def _clash(one: Called, other: Called) -> Clash | None:
    if alike(one.key, other.key):
        return Clash(one.key, other.key, one.key, keys=True)
    names = {compared(name) for name in other.names()}
    shared = next((name for name in one.names() if compared(name) in names), None)
    return Clash(one.key, other.key, shared) if shared is not None else None
