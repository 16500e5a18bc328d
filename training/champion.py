"""Champion and challenger, judged on the same photos that neither was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from inference.device import Device
from inference.faces import FaceDetector
from inference.memory import Lesson, Memory
from inference.photo import Photo, PhotoError, decode
from inference.recognizer import Recognizer, VersionBroken
from models.registry import Registry, RegistryError
from training.labelled import LabelledFace

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
    lessons: Sequence[Lesson],
    space: str,
    detector: FaceDetector,
    device: Device,
) -> Verdict:
    """Let both name the holdout as the bot would, and promote the challenger unless it is worse.

    It must be no worse on the library's photos, nor on corrected ones, nor for any single cousin. What was corrected
    is what the champion named wrongly: together, gains there would hide losses elsewhere. `lessons`, embedded in
    `space`, are what people have said of other photos; both have them in mind, for the champion answers with them now.
    """
    champion = registry.current()
    if champion is None:
        return Verdict(True, "it is the first version")
    try:
        before = Recognizer.load(registry.path(champion), detector, device)
    except (RegistryError, VersionBroken):
        return Verdict(True, f"the champion {champion} can't be loaded any more")
    after = Recognizer.load(challenger, detector, device)
    judged = judge(before, after, holdout, Memory(lessons) if before.space == space else Memory(), Memory(lessons))
    return decide(judged, champion)


def judge(
    before: Recognizer, after: Recognizer, holdout: Sequence[LabelledFace], known_before: Memory, known_after: Memory
) -> Judged:
    """Show both the photos of whom the champion has ever met, each with its memory."""
    met = {*before.cousins, *(lesson.cousin for lesson in known_before.lessons if lesson.verdict == "is")}
    cousins, corrected, old, new = [], [], [], []
    for face in holdout:
        if face.file.cousin in met and (photo := _read(face)) is not None:
            cousins.append(face.file.cousin)
            corrected.append(face.file.word is not None)
            old.append(_is_right(before, photo, face, known_before))
            new.append(_is_right(after, photo, face, known_after))
    return Judged(cousins, np.array(corrected, np.bool_), np.array(old, np.bool_), np.array(new, np.bool_))


def decide(judged: Judged, champion: str) -> Verdict:
    """Whether the challenger takes over from `champion`."""
    if not judged.cousins:
        return Verdict(True, "there is no photo yet on which both could be judged")
    corrected = judged.only(judged.corrected)
    parts = {"": judged.only(~judged.corrected), " that were corrected": corrected}
    for which, part in parts.items():
        if part.is_worse(_SIGNIFICANT):
            return Verdict(False, f"worse than the champion: {_figures(part, f'held-out photos{which}', champion)}")
    for cousin in sorted(set(judged.cousins)):
        if (part := judged.of(cousin)).is_worse(_SIGNIFICANT_FOR_ONE):
            return Verdict(False, f"worse at naming {cousin}: {_figures(part, 'held-out photos', champion)}")
    reason = f"no worse than the champion: {_figures(judged, 'held-out photos', champion)}"
    if corrected.cousins:
        reason += f"; of those that were corrected {int(corrected.new.sum())}, {champion} {int(corrected.old.sum())}"
    return Verdict(True, reason)


def _figures(judged: Judged, photos: str, champion: str) -> str:
    named = f"{int(judged.new.sum())} of {len(judged.cousins)} {photos} named right"
    return f"{named}, {champion} {int(judged.old.sum())}"


def _read(face: LabelledFace) -> Photo | None:
    """The photo once more; None where it was deleted while the training ran."""
    try:
        return decode(face.file.path.read_bytes())
    except (PhotoError, OSError):
        return None


def _is_right(recognizer: Recognizer, photo: Photo, face: LabelledFace, memory: Memory) -> bool:
    """Whether the face is named as the bot would name it."""
    guess = recognizer.recognize([photo], memory)[0]
    nearest = max(guess.faces, key=lambda found: found.box.overlap(face.box))
    return nearest.cousin == face.file.cousin
