"""From the names of people's folders to cousins' keys; names that look alike are asked about."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from data.look_alikes import LookAlikes, look_alikes
from data.names import compared, cousin_key
from training.errors import TrainingError
from training.importing import wording
from training.importing.outcome import Refused

SameOrDifferent: TypeAlias = Literal["same", "different"]


@dataclass(frozen=True, slots=True)
class Identities:
    """What the user said of names that look alike: of all of them, or of those with these folders."""

    of_all: SameOrDifferent | None = None
    of: Mapping[tuple[str, ...], SameOrDifferent] = field(default_factory=dict)

    def said(self, names: LookAlikes) -> SameOrDifferent | None:
        return self.of.get(names.folders, self.of_all)


class UnclearNames(TrainingError):
    """It can't be told whether folders are one cousin's; the message names all such folders and says which options do.

    Attributes:
        names: the first that must be asked about.
    """

    def __init__(self, unclear: Sequence[LookAlikes], *, tagged: bool = False) -> None:
        self.names = unclear[0]
        groups = [(names.folders, names.cousins) for names in unclear]
        super().__init__(wording.unclear_names(groups, tagged=tagged))


def keys_of(
    names: Sequence[str],
    cousins: Collection[str],
    identities: Identities,
    successors: Mapping[str, str],
    *,
    tagged: bool = False,
) -> dict[str, str | Refused]:
    """Each folder's name, or that in a tag -> the cousin's key, or why none can be made of it.

    `successors` are the keys that cousins had before -> those they have now.

    Raises:
        UnclearNames: some look alike, or like a cousin there is or was, and nothing was said of them.
        TrainingError: two that were said to be different can't be told apart.
    """
    keys: dict[str, str | Refused] = {}
    for name in names:
        try:
            keys[name] = cousin_key(name)
        except ValueError as error:
            why = wording.not_a_name(name, str(error)) if tagged else wording.not_a_cousins_name(str(error))
            keys[name] = Refused("left_out", why)
    groups = look_alikes([name for name in keys if isinstance(keys[name], str)], cousins, successors)
    if unclear := [group for group in groups if identities.said(group) is None]:
        raise UnclearNames(unclear, tagged=tagged)  # all at once: one answer may be given for all
    for group in groups:
        if identities.said(group) == "same":
            keys |= dict.fromkeys(group.folders, _one_key(group))
        else:
            _tell_apart(group)
    return keys


def _one_key(names: LookAlikes) -> str:
    if len(names.cousins) > 1:  # the same as which of them?
        raise TrainingError(wording.same_as_several(names.folders, names.cousins))
    return names.cousins[0] if names.cousins else cousin_key(names.folders[0])


def _tell_apart(names: LookAlikes) -> None:
    """Not every disk keeps folders apart that differ by case, and a number would be another one at the next import."""
    keys = [cousin_key(name) for name in names.folders]
    everybody = [*keys, *(cousin for cousin in names.cousins if cousin not in keys)]
    if len({compared(key) for key in everybody}) < len(everybody):
        raise TrainingError(wording.too_much_alike(everybody))
