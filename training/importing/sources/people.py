"""Whom the names in tags mean, and which of them are wanted."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from data.lookup import Called, look_up
from data.names import compared, cousin_key
from training.errors import TrainingError
from training.importing.cousins import Identities, keys_of
from training.importing.outcome import Refused
from training.importing.sources import wording


class UnclearPeople(TrainingError):
    """Nobody has said which of the people in tags are cousins.

    Attributes:
        names: name -> on how many photos, the most frequent first.
    """

    def __init__(self, names: Mapping[str, int]) -> None:
        self.names = names
        super().__init__(wording.whom_to_take(names))


class People:
    """The cousins there are, and who is wanted.

    Args:
        family: all of whom anything is known, with their names.
        cousins: the keys of those who have photos.
        successors: the keys that some of them had before -> those they have now.
        wanted: names of those who are taken in; None: everybody.
        chosen: names in tags -> whether they are; all others are.
    """

    def __init__(
        self,
        family: Iterable[Called],
        cousins: Sequence[str],
        successors: Mapping[str, str],
        wanted: Iterable[str] | None = None,
        chosen: Mapping[str, bool] | None = None,
    ) -> None:
        self._family = list(family)
        self._cousins = cousins
        self._successors = successors
        self._wanted = None if wanted is None else {compared(name): name for name in wanted}
        self._chosen = {compared(name): taken for name, taken in (chosen or {}).items()}

    def known(self, name: str) -> str | None:
        """The key of the one cousin who is called that, or was; None where there is none, or several are."""
        meant = self._meant(name)
        return meant[0] if len(meant) == 1 else None

    def require_chosen(self, names: Mapping[str, int]) -> None:
        """Of names in tags. Raises `UnclearPeople` where it is open whether some of them are taken."""
        if self._wanted is None and any(compared(name) not in self._chosen for name in names):
            raise UnclearPeople(names)

    def keys(self, names: Iterable[str], identities: Identities) -> dict[str, str | Refused]:
        """Each name in tags -> the cousin's key, or why none is meant by it; without those who are not wanted. Names
        that differ by case and spaces are one.

        Raises `UnclearNames` and `TrainingError` as `keys_of` does.
        """
        every = list(names)
        meant = {name: self._meant(name) for name in dict.fromkeys(every)}
        spelled = spellings(name for name in every if self._is_wanted(name, meant[name]))
        found: dict[str, str | Refused] = {}
        for name in spelled.values():
            if len(meant[name]) > 1:
                found[name] = Refused("left_out", wording.may_be_several(name, meant[name]))
            elif meant[name]:
                found[name] = meant[name][0]
        new = [name for name in spelled.values() if name not in found]
        found |= keys_of(new, self._cousins, identities, self._successors, tagged=True)
        return {name: found[spelled[compared(name)]] for name in meant if compared(name) in spelled}

    def has_wanted_folder(self, name: str, cousin: str) -> bool:
        """Whether somebody is taken in who has a folder of this name, and is this cousin."""
        return self._wanted is None or self._is_called(name, (cousin,), self._wanted)

    def _meant(self, name: str) -> tuple[str, ...]:
        """The keys of those who are called that; where nobody is, of the one who was."""
        successor = self._successor(name)
        return look_up(name, self._family).cousins or (() if successor is None else (successor,))

    def _is_wanted(self, name: str, cousins: Iterable[str]) -> bool:
        if self._wanted is not None:
            return self._is_called(name, cousins, self._wanted)
        return self._chosen.get(compared(name), True)

    def _is_called(self, name: str, cousins: Iterable[str], wanted: Collection[str]) -> bool:
        called = (one for known in self._family if known.key in cousins for one in known.names())
        return any(compared(one) in wanted for one in (name, *cousins, *called))

    def require_wanted(self, names: Mapping[str, int], whose: Mapping[str, str]) -> None:
        """Raises TrainingError where somebody is wanted who is in none of the sources."""
        there = {compared(name) for name in names}
        for cousin in whose.values():
            there |= {compared(one) for known in self._family if known.key == cousin for one in known.names()}
            there.add(compared(cousin))
        if missing := sorted(name for wanted, name in (self._wanted or {}).items() if wanted not in there):
            raise TrainingError(wording.nobody_called(missing, names))

    def _successor(self, name: str) -> str | None:
        """Who was called so, and is called otherwise now: a photo keeps the names that its people had."""
        new = {new for old, new in self._successors.items() if compared(old) in (compared(name), _key(name))}
        living = {compared(cousin) for cousin in self._cousins}
        return new.pop() if len(new) == 1 and compared(name) not in living else None


def spellings(names: Iterable[str]) -> dict[str, str]:
    """The form in which names are compared -> how each is spelled most often, the most frequent first."""
    counts = Counter(names)
    found: dict[str, str] = {}
    for name, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0].isupper(), one[0])):
        found.setdefault(compared(name), name)
    return found


def counted(names: Iterable[str]) -> dict[str, int]:
    """Each name, as it is spelled most often -> how often it stands there, the most frequent first."""
    every = list(names)
    counts = Counter(compared(name) for name in every)
    found = {name: counts[form] for form, name in spellings(every).items()}
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _key(name: str) -> str | None:
    try:
        return compared(cousin_key(name))
    except ValueError:
        return None
