"""Champion and challenger, judged on the same photos that neither was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from inference.decoding.photo import PhotoError, decode
from inference.device import Device
from inference.faces.finding import FaceDetector
from inference.loading import VersionBroken, load_identifier
from inference.naming.identifier import Identifier, in_answer
from inference.naming.memory import Memory, StatedFace
from inference.recognizer import Recognizer
from models.registry import Registry, RegistryError
from training import wording
from training.dataset.labelled import LabelledFace
from training.hyperparameters import DEFAULTS, Hyperparameters

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the challenger takes over, and why in words."""

    promote: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How P held-out photos were named by both.

    Attributes:
        cousins: P names, who it is.
        corrected: `(P,)`, whether a person said so.
        champion, challenger: `(P,)`, whether each named it right.
    """

    cousins: list[str]
    corrected: Flags
    champion: Flags
    challenger: Flags

    def only(self, which: Flags) -> "Comparison":
        """Those of them."""
        cousins = [cousin for cousin, kept in zip(self.cousins, which, strict=True) if kept]
        return Comparison(cousins, self.corrected[which], self.champion[which], self.challenger[which])

    def of(self, cousin: str) -> "Comparison":
        """One cousin's."""
        return self.only(np.array([name == cousin for name in self.cousins], np.bool_))

    def is_worse(self, significance: float) -> bool:
        """Whether the challenger lost more photos than it won, and more than chance would give.

        Exact McNemar test, one-sided: of the photos that only one of them names rightly.
        """
        lost = int((self.champion & ~self.challenger).sum())
        won = int((self.challenger & ~self.champion).sum())
        return lost > won and bool(binomtest(lost, lost + won, 0.5, alternative="greater").pvalue < significance)


def choose_champion(
    registry: Registry,
    challenger: Path,
    holdout: Sequence[LabelledFace],
    stated: Sequence[StatedFace],
    network: str,
    detector: FaceDetector,
    device: Device,
    hyper: Hyperparameters = DEFAULTS,
    *,
    extracted_by: str | None = None,
) -> Decision:
    """Let both name the holdout as the bot would, and promote the challenger unless it is worse.

    It must be no worse on the library's photos, nor on corrected ones, nor for any single cousin. What was corrected
    is what the champion named wrongly: together, gains there would hide losses elsewhere. `stated`, embedded by
    `network`, are what people have said of other photos; both have them in mind, for the champion answers with them
    now. A version whose network is `extracted_by` names the holdout by the features that the training began with, and
    no photo is opened again.
    """
    champion = registry.current()
    if champion is None:
        return Decision(True, wording.first_version())
    try:
        before = _namer(registry.path(champion), extracted_by, detector, device)
    except (RegistryError, VersionBroken):
        return Decision(True, wording.former_broken(champion))
    after = _namer(challenger, extracted_by, detector, device)
    known_before = Memory(stated) if before.network == network else Memory()
    comparison = name_holdout(before, after, holdout, known_before, Memory(stated))
    return decide(comparison, champion, hyper)


class _Namer(Protocol):
    """A version that names faces of the holdout.

    Attributes:
        network: what made its embeddings: those of another can't be compared with them.
    """

    cousins: tuple[str, ...]
    network: str

    def name(self, face: LabelledFace, memory: Memory) -> str | None:
        """Who it is to the bot; None for nobody."""
        ...


class _FromFeatures:
    """By the features that the training began with."""

    def __init__(self, network: str, identifier: Identifier) -> None:
        self.network = network
        self.cousins = identifier.cousins
        self._identifier = identifier

    def name(self, face: LabelledFace, memory: Memory) -> str | None:
        photo = face.photo
        identities = self._identifier.identify(photo.features.probe, memory, ~np.array(photo.hopeless))
        answered = np.flatnonzero(in_answer(identities))
        return identities[max(answered, key=lambda place: photo.faces[place].box.overlap(face.box))].cousin


class _FromPhoto:
    """By the photo itself: another network makes other features of it."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.network = recognizer.network
        self.cousins = recognizer.cousins
        self._recognizer = recognizer

    def name(self, face: LabelledFace, memory: Memory) -> str | None:
        found = self._recognizer.recognize([decode(face.file.path.read_bytes())], memory)[0]
        return max(found, key=lambda one: one.box.overlap(face.box)).cousin


def _namer(folder: Path, extracted_by: str | None, detector: FaceDetector, device: Device) -> _Namer:
    card, identifier = load_identifier(folder)
    if card.network == extracted_by:
        return _FromFeatures(card.network, identifier)
    return _FromPhoto(Recognizer.load(folder, detector, device))


def name_holdout(
    before: _Namer, after: _Namer, holdout: Sequence[LabelledFace], known_before: Memory, known_after: Memory
) -> Comparison:
    """Show both the photos of whom the champion has ever met, each with its memory.

    Photos that were deleted while the training ran judge nobody.
    """
    met = {*before.cousins, *(face.statement.cousin for face in known_before.faces if face.statement.says == "is")}
    photos = [face for face in holdout if face.file.cousin in met and face.file.path.exists()]
    cousins, corrected, right_before, right_after = [], [], [], []
    for face in photos:
        try:
            right = [
                namer.name(face, memory) == face.file.cousin
                for namer, memory in ((before, known_before), (after, known_after))
            ]
        except (PhotoError, OSError):  # deleted in this moment
            continue
        cousins.append(face.file.cousin)
        corrected.append(face.file.statement is not None)
        right_before.append(right[0])
        right_after.append(right[1])
    return Comparison(
        cousins, np.array(corrected, np.bool_), np.array(right_before, np.bool_), np.array(right_after, np.bool_)
    )


def decide(comparison: Comparison, champion: str, hyper: Hyperparameters = DEFAULTS) -> Decision:
    """Whether the challenger takes over from `champion`."""
    if not comparison.cousins:
        return Decision(True, wording.nothing_to_compare_on())
    corrected = comparison.only(comparison.corrected)
    parts = ((comparison.only(~comparison.corrected), wording.worse), (corrected, wording.worse_on_corrected))
    for part, said in parts:
        if part.is_worse(hyper.significance):
            return Decision(False, said(champion, *_figures(part)))
    for cousin in sorted(set(comparison.cousins)):
        if (part := comparison.of(cousin)).is_worse(hyper.significance_for_one):
            return Decision(False, wording.worse_for_cousin(cousin, champion, *_figures(part)))
    reason = wording.no_worse(champion, *_figures(comparison))
    if corrected.cousins:
        reason = f"{reason} {wording.corrected_among_them(champion, *_figures(corrected))}"
    return Decision(True, reason)


def _figures(comparison: Comparison) -> tuple[int, int, int]:
    """Photos, and how many of them the challenger and the champion named rightly."""
    return len(comparison.cousins), int(comparison.challenger.sum()), int(comparison.champion.sum())
