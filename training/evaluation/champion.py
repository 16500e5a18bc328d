"""Champion and challenger, judged on the same photos that neither was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from inference.decoding.photo import PhotoError, decode
from inference.device import Device
from inference.faces.finding import FaceDetector
from inference.naming.identifier import Identifier, shown
from inference.naming.memory import Memory, StatedFace
from inference.recognizer import Recognizer, VersionBroken, load_identifier
from models.registry import Registry, RegistryError
from training import wording
from training.dataset.labelled import LabelledFace
from training.fitting.thresholds import drawn

_SIGNIFICANT: Final = 0.05
_SIGNIFICANT_FOR_ONE: Final = 0.1
"""A single cousin has few held-out photos, and to keep the champion costs little: four lost and none won are enough."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the challenger takes over, and why in words."""

    promote: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """How P held-out photos were named by both: `old` by the champion, `new` by the challenger, `(P,)` each."""

    cousins: list[str]
    corrected: Flags
    old: Flags
    new: Flags

    def only(self, which: Flags) -> "Judged":
        """Those of them."""
        cousins = [cousin for cousin, kept in zip(self.cousins, which, strict=True) if kept]
        return Judged(cousins, self.corrected[which], self.old[which], self.new[which])

    def of(self, cousin: str) -> "Judged":
        """One cousin's."""
        return self.only(np.array([name == cousin for name in self.cousins], np.bool_))

    def is_worse(self, significant: float) -> bool:
        """Whether the challenger lost more photos than it won, and more than chance would give.

        Exact McNemar test, one-sided: of the photos that only one of them names rightly.
        """
        lost, won = int((self.old & ~self.new).sum()), int((self.new & ~self.old).sum())
        return lost > won and bool(binomtest(lost, lost + won, 0.5, alternative="greater").pvalue < significant)


def compare(
    registry: Registry,
    challenger: Path,
    holdout: Sequence[LabelledFace],
    stated: Sequence[StatedFace],
    space: str,
    detector: FaceDetector,
    device: Device,
    *,
    seen: bool = False,
) -> Verdict:
    """Let both name the holdout as the bot would, and promote the challenger unless it is worse.

    It must be no worse on the library's photos, nor on corrected ones, nor for any single cousin. What was corrected
    is what the champion named wrongly: together, gains there would hide losses elsewhere. `stated`, embedded in
    `space`, are what people have said of other photos; both have them in mind, for the champion answers with them now.
    With `seen`, that space is the one of the holdout's sights, so that nobody need look at those photos again.
    """
    champion = registry.current()
    if champion is None:
        return Verdict(True, wording.first_version())
    sights = space if seen else None
    try:
        before = _namer(registry.path(champion), sights, detector, device)
    except (RegistryError, VersionBroken):
        return Verdict(True, wording.former_broken(champion))
    after = _namer(challenger, sights, detector, device)
    judged = judge(before, after, holdout, Memory(stated) if before.space == space else Memory(), Memory(stated))
    return decide(judged, champion)


class _Namer(Protocol):
    """A version that names faces of the holdout.

    Attributes:
        space: what its embeddings can be compared with.
    """

    cousins: tuple[str, ...]
    space: str

    def name(self, face: LabelledFace, memory: Memory) -> str | None:
        """Who it is to the bot; None for nobody."""
        ...


class _BySight:
    """By what was seen of the photo when the training began."""

    def __init__(self, space: str, identifier: Identifier) -> None:
        self.space = space
        self.cousins = identifier.cousins
        self._identifier = identifier

    def name(self, face: LabelledFace, memory: Memory) -> str | None:
        photo = face.photo
        identities = self._identifier.identify(photo.asked, memory, ~np.array(photo.hopeless))
        told = np.flatnonzero(shown(identities))
        return identities[max(told, key=lambda place: photo.faces[place].box.overlap(face.box))].cousin


class _ByPhoto:
    """By looking at the photo itself: a network of its own sees it differently."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.space = recognizer.space
        self.cousins = recognizer.cousins
        self._recognizer = recognizer

    def name(self, face: LabelledFace, memory: Memory) -> str | None:
        found = self._recognizer.recognize([decode(face.file.path.read_bytes())], memory)[0]
        return max(found, key=lambda one: one.box.overlap(face.box)).cousin


def _namer(folder: Path, sights: str | None, detector: FaceDetector, device: Device) -> _Namer:
    card, identifier = load_identifier(folder)
    if card.space == sights:
        return _BySight(card.space, identifier)
    return _ByPhoto(Recognizer.load(folder, detector, device))


def judge(
    before: _Namer, after: _Namer, holdout: Sequence[LabelledFace], known_before: Memory, known_after: Memory
) -> Judged:
    """Show both the photos of whom the champion has ever met, each with its memory; of a large family some of them.

    Photos that were deleted while the training ran judge nobody.
    """
    met = {*before.cousins, *(face.statement.cousin for face in known_before.faces if face.statement.says == "is")}
    asked = [face for face in holdout if face.file.cousin in met and face.file.path.exists()]
    cousins, corrected, old, new = [], [], [], []
    for face in (asked[place] for place in drawn(len(asked))):
        try:
            right = [
                namer.name(face, memory) == face.file.cousin
                for namer, memory in ((before, known_before), (after, known_after))
            ]
        except (PhotoError, OSError):  # deleted in this moment
            continue
        cousins.append(face.file.cousin)
        corrected.append(face.file.statement is not None)
        old.append(right[0])
        new.append(right[1])
    return Judged(cousins, np.array(corrected, np.bool_), np.array(old, np.bool_), np.array(new, np.bool_))


def decide(judged: Judged, champion: str) -> Verdict:
    """Whether the challenger takes over from `champion`."""
    if not judged.cousins:
        return Verdict(True, wording.nothing_to_compare_on())
    corrected = judged.only(judged.corrected)
    parts = ((judged.only(~judged.corrected), wording.worse), (corrected, wording.worse_on_corrected))
    for part, said in parts:
        if part.is_worse(_SIGNIFICANT):
            return Verdict(False, said(champion, *_figures(part)))
    for cousin in sorted(set(judged.cousins)):
        if (part := judged.of(cousin)).is_worse(_SIGNIFICANT_FOR_ONE):
            return Verdict(False, wording.worse_for_cousin(cousin, champion, *_figures(part)))
    reason = wording.no_worse(champion, *_figures(judged))
    if corrected.cousins:
        reason = f"{reason} {wording.corrected_among_them(champion, *_figures(corrected))}"
    return Verdict(True, reason)


def _figures(judged: Judged) -> tuple[int, int, int]:
    """Photos, and how many of them the challenger and the champion named rightly."""
    return len(judged.cousins), int(judged.new.sum()), int(judged.old.sum())
