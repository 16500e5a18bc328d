"""Champion and challenger, judged on the same photos that neither was trained on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from foundation.translation import in_one
from inference.decoding.photo import PhotoError, decode
from inference.device import Device
from inference.faces.finding import FaceDetector
from inference.loading import VersionBroken, load_identifier
from inference.naming.gallery import Floats, unit
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

    @property
    def by_cousin(self) -> dict[str, "Comparison"]:
        """Each cousin's."""
        return {cousin: self.of(cousin) for cousin in sorted(set(self.cousins))}

    @property
    def lost(self) -> int:
        """Photos that only the champion names rightly."""
        return int((self.champion & ~self.challenger).sum())

    @property
    def won(self) -> int:
        """Photos that only the challenger names rightly."""
        return int((self.challenger & ~self.champion).sum())

    @property
    def p_value(self) -> float:
        """How probable it is that one that is no worse loses so many of the photos that only one names rightly.

        Exact McNemar test, one-sided.
        """
        one_only = self.lost + self.won
        return float(binomtest(self.lost, one_only, 0.5, alternative="greater").pvalue) if one_only else 1.0

    @property
    def least_p_value(self) -> float:
        """What the p-value would be if it had lost all of those."""
        return 0.5 ** (self.lost + self.won)

    def is_worse(self, significance: float) -> bool:
        """Whether the challenger lost more photos than it won, and more than chance would give."""
        return self.lost > self.won and self.p_value < significance

    def worse_for(self, significance: float) -> list[str]:
        """For which cousins it is worse, the most clearly so first; with a risk of `significance` for all together.

        Holm's correction (1979), over the cousins of whom enough photos are named rightly by one only to say anything
        (Tarone 1990): a cousin of whom nothing could be said must not make it harder to see what befell another.
        """
        telling = {cousin: part.p_value for cousin, part in self.by_cousin.items() if part.least_p_value < significance}
        worse = []
        for rank, cousin in enumerate(sorted(telling, key=lambda cousin: telling[cousin])):
            if telling[cousin] >= significance / (len(telling) - rank):
                break
            worse.append(cousin)
        return worse


def choose_champion(
    registry: Registry,
    challenger: Path,
    holdout: Sequence[LabelledFace],
    stated: Sequence[LabelledFace],
    memory: Memory,
    network: str,
    detector: FaceDetector,
    device: Device,
    hyper: Hyperparameters = DEFAULTS,
    *,
    extracted_by: str | None = None,
    renamed: Mapping[str, str] | None = None,
) -> Decision:
    """Let both name the holdout as the bot would, and promote the challenger unless it is worse.

    It must be no worse on the library's photos, nor on corrected ones, nor for any single cousin. What was corrected
    is what the champion named wrongly: together, gains there would hide losses elsewhere. `stated` is what people have
    said of other photos, and the `memory` has it as `network` sees it; both have it in mind, for that is the whole that
    answers. A champion with another network sees those photos again by its own.
    Where the champion can't be loaded, whoever stands in for it is the one to be no worse than.
    Whom the champion knows by a key that was `renamed` since is compared under the new one. A version whose network is
    `extracted_by` names the holdout by the features that the training began with, and no photo is opened again.
    """
    champion = registry.current()
    if champion is None:
        return Decision(True, wording.first_version())
    for rival in (champion, *(version for version in registry.stand_ins() if version != challenger.name)):
        with suppress(RegistryError, VersionBroken, OSError):
            before = _namer(registry.path(rival), extracted_by, detector, device)
            break
    else:
        return Decision(True, wording.former_broken(champion))
    after = _namer(challenger, extracted_by, detector, device)
    known_before = memory if before.network == network else before.memory_of(stated)
    comparison = name_holdout(before, after, holdout, known_before, memory, renamed)
    return decide(comparison, rival, hyper)


class _Namer(Protocol):
    """A version that names faces of the holdout.

    Attributes:
        network: what made its embeddings: those of another can't be compared with them.
    """

    cousins: tuple[str, ...]
    network: str

    def name(self, face: LabelledFace, memory: Memory) -> str | None:
        """Who the bot says it is; None where it asks, or knows nobody."""
        ...

    def memory_of(self, stated: Sequence[LabelledFace]) -> Memory:
        """What people said of these faces, as it sees them."""
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
        identity = identities[max(answered, key=lambda place: photo.faces[place].box.overlap(face.box))]
        return identity.cousin if identity.answer == "named" else None

    def memory_of(self, stated: Sequence[LabelledFace]) -> Memory:
        embeddings = unit(np.stack([face.gallery_features for face in stated])) if stated else ()
        return _memory(zip(stated, embeddings, strict=True))


class _FromPhoto:
    """By the photo itself: another network makes other features of it."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.network = recognizer.network
        self.cousins = recognizer.cousins
        self._recognizer = recognizer

    def name(self, face: LabelledFace, memory: Memory) -> str | None:
        found = self._recognizer.recognize([decode(face.file.path.read_bytes())], memory)[0]
        return max(found, key=lambda one: one.box.overlap(face.box)).named

    def memory_of(self, stated: Sequence[LabelledFace]) -> Memory:
        return _memory(self._seen(stated))

    def _seen(self, stated: Sequence[LabelledFace]) -> Iterator[tuple[LabelledFace, Floats]]:
        for face in stated:
            with suppress(PhotoError, OSError):  # deleted in this moment
                yield face, self._recognizer.embed(decode(face.file.path.read_bytes()), face.box)


def _memory(faces: Iterable[tuple[LabelledFace, Floats]]) -> Memory:
    return Memory(
        StatedFace(face.file.statement, embedding) for face, embedding in faces if face.file.statement is not None
    )


def _namer(folder: Path, extracted_by: str | None, detector: FaceDetector, device: Device) -> _Namer:
    card, identifier = load_identifier(folder)
    if card.network == extracted_by:
        return _FromFeatures(card.network, identifier)
    return _FromPhoto(Recognizer.load(folder, detector, device))


def name_holdout(
    before: _Namer,
    after: _Namer,
    holdout: Sequence[LabelledFace],
    known_before: Memory,
    known_after: Memory,
    renamed: Mapping[str, str] | None = None,
) -> Comparison:
    """Show both the photos of whom the champion has ever met, each with its memory.

    Photos that were deleted while the training ran judge nobody.
    """
    renamed = renamed or {}
    met = {renamed.get(cousin, cousin) for cousin in before.cousins}
    met |= {face.statement.cousin or "" for face in known_before.faces if face.statement.says == "is"}
    photos = [face for face in holdout if face.file.cousin in met and face.file.path.exists()]
    cousins, corrected, right_before, right_after = [], [], [], []
    for face in photos:
        try:
            former, name = before.name(face, known_before), after.name(face, known_after)
        except (PhotoError, OSError):  # deleted in this moment
            continue
        cousins.append(face.file.cousin)
        corrected.append(face.file.statement is not None)
        right_before.append(former is not None and renamed.get(former, former) == face.file.cousin)
        right_after.append(name == face.file.cousin)
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
    if worse := comparison.worse_for(hyper.significance_for_one):
        return Decision(False, wording.worse_for_cousin(worse[0], champion, *_figures(comparison.by_cousin[worse[0]])))
    too_few = comparison.lost > comparison.won
    reasons = [(wording.too_few_to_tell if too_few else wording.no_worse)(champion, *_figures(comparison))]
    if corrected.cousins:
        reasons.append(wording.corrected_among_them(champion, *_figures(corrected)))
    fewer = [cousin for cousin, part in comparison.by_cousin.items() if part.lost > part.won]
    if fewer and not too_few:
        reasons.append(wording.too_few_of(fewer))
    return Decision(True, in_one(reasons))


def _figures(comparison: Comparison) -> tuple[int, int, int]:
    """Photos, and how many of them the challenger and the champion named rightly."""
    return len(comparison.cousins), int(comparison.challenger.sum()), int(comparison.champion.sum())
