"""From the names of people's folders to cousins' keys; names that look alike are asked about."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from data.names import cousin_key, folded
from training.errors import TrainingError
from training.importing import wording
from training.importing.outcome import Refused

SameOrTwo: TypeAlias = Literal["same", "different"]


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Folders of which it is not clear whether they are one cousin's.

    Attributes:
        folders: their names, each once, as they are on the disk.
        cousins: the keys of cousins whom they may be, but for case, accents, spaces and signs.
    """

    folders: tuple[str, ...]
    cousins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identities:
    """What the user said of names that look alike: of all of them, or of those with these folders."""

    of_all: SameOrTwo | None = None
    of: Mapping[tuple[str, ...], SameOrTwo] = field(default_factory=dict)

    def said(self, names: LookAlikes) -> SameOrTwo | None:
        return self.of.get(names.folders, self.of_all)


class UnclearNames(TrainingError):
    """It can't be told whether folders are one cousin's; the message says which options do."""

    def __init__(self, names: LookAlikes) -> None:
        self.names = names
        super().__init__(wording.unclear_names(names.folders, names.cousins))


def keys_of(names: Sequence[str], cousins: Collection[str], identities: Identities) -> dict[str, str | Refused]:
    """Each folder's name -> the cousin's key, or why none can be made of it.

    Raises:
        UnclearNames: some look alike, or like a cousin there is, and nothing was said of them.
        TrainingError: two that were said to be different can't be told apart.
    """
    keys: dict[str, str | Refused] = {}
    for name in names:
        try:
            keys[name] = cousin_key(name)
        except ValueError as error:
            keys[name] = Refused("left_out", wording.not_a_cousins_name(str(error)))
    for alike in _look_alikes([name for name in keys if isinstance(keys[name], str)], cousins):
        match identities.said(alike):
            case None:
                raise UnclearNames(alike)
            case "same":
                keys |= dict.fromkeys(
                    alike.folders, alike.cousins[0] if alike.cousins else cousin_key(alike.folders[0])
                )
            case "different":
                if len({keys[name] for name in alike.folders}) < len(alike.folders):
                    raise TrainingError(wording.same_key(alike.folders))
    return keys


def _look_alikes(folders: Sequence[str], cousins: Collection[str]) -> list[LookAlikes]:
    groups: dict[str, list[str]] = {}
    for name in dict.fromkeys(folders):
        groups.setdefault(folded(name), []).append(name)
    found = []
    for form, group in groups.items():
        near = tuple(cousin for cousin in cousins if folded(cousin) == form)
        keys = {cousin_key(name) for name in group}
        settled = len(keys) == len(group) and keys <= set(near)
        if not settled and (len(group) > 1 or near):
            found.append(LookAlikes(tuple(group), near))
    return found
