"""Champion and challenger, judged on the same photos that neither was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from scipy.stats import binomtest

from inference.faces import FaceDetector
from inference.photo import Photo, PhotoError, decode
from inference.recognizer import Recognizer, VersionBroken
from models.registry import Registry, RegistryError
from training.dataset import LabelledFace

_SIGNIFICANT: Final = 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the challenger takes over, and why in words."""

    promote: bool
    reason: str


def compare(
    registry: Registry, challenger: Path, holdout: Sequence[LabelledFace], detector: FaceDetector, device: torch.device
) -> Verdict:
    """Let both name the holdout and promote the challenger unless it is worse.

    Worse means: of the photos that only one of them names rightly, the champion has more, and by more than chance would
    give (exact McNemar test, one-sided, 5 %).
    """
    champion = registry.current()
    if champion is None:
        return Verdict(True, "it is the first version")
    try:
        folder = registry.path(champion)
        before = Recognizer.load(folder, detector, device)
    except (RegistryError, VersionBroken):
        return Verdict(True, f"the champion {champion} can't be loaded any more")
    after = Recognizer.load(challenger, detector, device)
    judged = [
        (_is_right(before, photo, face), _is_right(after, photo, face))
        for face in holdout
        if face.file.cousin in before.cousins and (photo := _read(face)) is not None
    ]
    if not judged:
        return Verdict(True, "there is no photo yet on which both could be judged")
    old, new = np.array(judged, np.bool_).T
    lost, won = int((old & ~new).sum()), int((new & ~old).sum())
    figures = f"{int(new.sum())} of {len(judged)} held-out photos named right, {champion} {int(old.sum())}"
    if lost > won and binomtest(lost, lost + won, 0.5, alternative="greater").pvalue < _SIGNIFICANT:
        return Verdict(False, f"worse than the champion: {figures}")
    return Verdict(True, f"no worse than the champion: {figures}")


def _read(face: LabelledFace) -> Photo | None:
    """The photo once more; None where it was deleted while the training ran."""
    try:
        return decode(face.file.path.read_bytes())
    except (PhotoError, OSError):
        return None


def _is_right(recognizer: Recognizer, photo: Photo, face: LabelledFace) -> bool:
    """Whether the face is named as the bot would name it."""
    guess = recognizer.recognize([photo])[0]
    nearest = max(guess.faces, key=lambda found: found.box.overlap(face.box))
    return nearest.cousin == face.file.cousin
