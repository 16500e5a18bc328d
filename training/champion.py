"""Champion and challenger, judged on the same photos that neither was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import binomtest

from inference.faces import FaceDetector
from inference.photo import decode
from inference.recognizer import Recognizer
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
    except (RegistryError, OSError, ValueError):
        return Verdict(True, f"the champion {champion} can't be loaded any more")
    known = [face for face in holdout if face.file.cousin in before.cousins]
    if not known:
        return Verdict(True, "there is no photo yet on which both could be judged")
    old, new = (_right(recognizer, known) for recognizer in (before, Recognizer.load(challenger, detector, device)))
    lost, won = int((old & ~new).sum()), int((new & ~old).sum())
    figures = f"{int(new.sum())} of {len(known)} held-out photos named right, {champion} {int(old.sum())}"
    if lost > won and binomtest(lost, lost + won, 0.5, alternative="greater").pvalue < _SIGNIFICANT:
        return Verdict(False, f"worse than the champion: {figures}")
    return Verdict(True, f"no worse than the champion: {figures}")


def _right(recognizer: Recognizer, faces: Sequence[LabelledFace]) -> NDArray[np.bool_]:
    """Whether each face is named as the bot would name it, `(N,)`."""
    right = []
    for face in faces:
        guess = recognizer.recognize([decode(face.file.path.read_bytes())])[0]
        overlaps = [found.box.overlap(face.box) for found in guess.faces]
        right.append(guess.faces[int(np.argmax(overlaps))].cousin == face.file.cousin)
    return np.array(right, np.bool_)
