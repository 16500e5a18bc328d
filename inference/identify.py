"""From embeddings to names: who of the family it is, or nobody we know.

The head names the cousin; cosine similarity to the gallery decides whether it is anyone we know. Softmax never
decides that: on 18 relatives against 400 strangers it let 81 % of the known go unnamed where cosine lost 22 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.special import expit
from torch import nn

from inference.memory import Lesson, Memory

Floats = NDArray[np.float32]

NEIGHBOURS: Final = 3
"""A cousin's similarity is the mean of the nearest three gallery faces: of 1, 3, 5, 10 and all, three and five gave the
highest TPIR at 1 % FAR on both measured families (docs/recognition.md)."""

_LEAST: Final = 0.02
"""A face whose likelier cousins are taken by other faces is given no name below this probability."""

_PLAUSIBLE: Final = 0.15
"""From this probability on another cousin is named too. Of held-out photos 3 % (relatives) and 2 % (sports) then get a
second name, and 2 of the relatives' 5 wrong names have the right one beside them. A runner-up must not reach the
threshold itself: hardly any photo of relatives is that near to two cousins."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cousin and how probable it is that this is them, among the family."""

    cousin: str
    probability: float


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a face is.

    Attributes:
        cousin: None for nobody we know.
        confidence: calibrated probability of `cousin`, or of its being nobody we know.
        candidates: every cousin, best first.
        similarity: cosine to the nearest gallery faces of the best candidate.
        is_face: False where people have said that this is no face.
        runners_up: who else it may well be, likeliest first; none where nobody is named.
    """

    cousin: str | None
    confidence: float
    candidates: tuple[Candidate, ...]
    similarity: float
    is_face: bool = True
    runners_up: tuple[Candidate, ...] = ()


def unit(vectors: Floats) -> Floats:
    """Vectors `(…, D)` scaled to length one."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12), np.float32)


def gallery_similarities(probes: Floats, gallery: Floats, labels: NDArray[np.int64], cousins: int) -> Floats:
    """Mean cosine of probes `(F, D)` to the nearest `NEIGHBOURS` of each cousin's gallery faces: `(F, cousins)`.

    `gallery` is `(N, D)` with labels `(N,)`; both are normalised. A cousin with no face in it gets -1.
    """
    cosines = probes @ gallery.T
    similarities = np.full((len(probes), cousins), -1.0, np.float32)
    for cousin in range(cousins):
        own = cosines[:, labels == cousin]
        if own.shape[1]:
            similarities[:, cousin] = np.sort(own, axis=1)[:, -NEIGHBOURS:].mean(1)
    return similarities


class Identifier:
    """A trained head, its gallery, and the threshold below which it is nobody we know."""

    def __init__(
        self,
        cousins: Sequence[str],
        head: nn.Module,
        gallery: Floats,
        labels: NDArray[np.int64],
        *,
        threshold: float,
        slope: float,
        temperature: float,
    ) -> None:
        """`gallery` is `(N, D)` features of any length, `labels` `(N,)` indices into `cousins`."""
        self.cousins = tuple(cousins)
        self._head = head.eval()
        self._gallery = unit(gallery)
        self._labels = labels
        self.threshold = threshold
        self._slope = slope
        self._temperature = temperature

    @property
    def dimensions(self) -> int:
        """Numbers in an embedding."""
        return int(self._gallery.shape[1])

    def probabilities(self, features: Floats) -> Floats:
        """Calibrated probability of each cousin, `(F, D)` → `(F, cousins)`; a face is taken to be one of them."""
        with torch.inference_mode():
            device = next(self._head.parameters()).device
            logits = self._head(torch.from_numpy(features).to(device)).float()
            return np.asarray(torch.softmax(logits / self._temperature, dim=1).cpu().numpy(), np.float32)

    def similarities(self, features: Floats) -> Floats:
        """Cosine of each face to each cousin's gallery, `(F, D)` → `(F, cousins)`."""
        return gallery_similarities(unit(features), self._gallery, self._labels, len(self.cousins))

    def identify(self, features: Floats, memory: Memory | None = None) -> list[Identity]:
        """Who the faces of one photo are, `(F, D)`; no cousin is named twice."""
        memory = memory or Memory()
        cousins, probabilities, similarities = self._with_lessons(features, memory)
        allowed = nameable(probabilities, similarities, self.threshold)
        possible = np.ones_like(allowed)
        said: list[Lesson | None] = []
        for face, embedding in enumerate(unit(features)):
            lessons = memory.of_same_picture(embedding, self._nearest(embedding))
            for lesson in lessons:
                if lesson.verdict == "not" and lesson.cousin in cousins:
                    ruled_out = cousins.index(lesson.cousin)
                    allowed[face, ruled_out] = possible[face, ruled_out] = False
            final = next((lesson for lesson in reversed(lessons) if lesson.verdict != "not"), None)
            said.append(final)
            if final is not None and final.cousin in cousins:
                allowed[face] = False
                allowed[face, cousins.index(final.cousin)] = True
                probabilities[face] = 0.0
                probabilities[face, cousins.index(final.cousin)] = 1.0
            elif final is not None or memory.nearest_stranger(embedding) > max(
                self.threshold, float(similarities[face].max(initial=-1.0))
            ):
                allowed[face] = False
        names = assign(probabilities, allowed)
        possible[:, [name for name in names if name is not None]] = False  # named here, nobody else's runner-up
        return [
            self._identity(cousins, name, probabilities[face], similarities[face], possible[face], said[face])
            for face, name in enumerate(names)
        ]

    def _nearest(self, embedding: Floats) -> dict[str, float]:
        """Cosine of one face `(D,)` to each cousin's nearest gallery face."""
        cosines = self._gallery @ embedding
        return {self.cousins[label]: float(cosines[self._labels == label].max()) for label in np.unique(self._labels)}

    def _with_lessons(self, features: Floats, memory: Memory) -> tuple[list[str], Floats, Floats]:
        """Probabilities and similarities `(F, cousins)` with the faces that people named in the gallery too."""
        taught = memory.taught()
        cousins = list(self.cousins)
        cousins += sorted({lesson.cousin for lesson in taught if lesson.cousin} - set(cousins))
        probabilities = self.probabilities(features)
        if not taught:
            return cousins, probabilities, self.similarities(features)
        gallery = np.concatenate([self._gallery, np.stack([lesson.embedding for lesson in taught])])
        labels = np.concatenate(
            [self._labels, np.array([cousins.index(lesson.cousin or "") for lesson in taught], np.int64)]
        )
        similarities = gallery_similarities(unit(features), gallery, labels, len(cousins))
        for newcomer in range(len(self.cousins), len(cousins)):
            # The head has never heard of a newcomer: the gallery alone says how much likelier than the others.
            lead = similarities[:, newcomer] - similarities[:, :newcomer].max(1)
            chance = expit(self._slope * lead)[:, None].astype(np.float32)
            probabilities = np.concatenate([probabilities * (1 - chance), chance], axis=1)
        return cousins, probabilities, similarities

    def _identity(
        self,
        cousins: list[str],
        name: int | None,
        probabilities: Floats,
        similarities: Floats,
        possible: NDArray[np.bool_],
        said: Lesson | None,
    ) -> Identity:
        order = np.argsort(-probabilities, kind="stable")
        candidates = tuple(Candidate(cousins[i], float(probabilities[i])) for i in order)
        if name is not None:
            runners_up = tuple(
                candidate
                for i, candidate in zip(order, candidates, strict=True)
                if possible[i] and candidate.probability >= _PLAUSIBLE
            )
            return Identity(
                cousins[name],
                float(probabilities[name]),
                candidates,
                float(similarities[name]),
                runners_up=runners_up,
            )
        nearest = float(similarities.max(initial=-1.0))
        doubt = 1.0 if said else float(expit(self._slope * (self.threshold - nearest)))
        is_face = said is None or said.verdict != "not_a_face"
        return Identity(None, doubt, candidates, nearest, is_face)


def nameable(probabilities: Floats, similarities: Floats, threshold: float) -> NDArray[np.bool_]:
    """Which faces may be given which name, all `(F, cousins)`.

    A face that reaches the threshold for anybody is known, and the head says who it is; only those whom it reaches the
    threshold for may stand in for that cousin.
    """
    reached = similarities >= threshold
    likeliest = np.arange(probabilities.shape[1]) == probabilities.argmax(1)[:, None]
    return np.asarray(reached | (likeliest & reached.any(1, keepdims=True)), np.bool_)


def assign(probabilities: Floats, allowed: NDArray[np.bool_]) -> list[int | None]:
    """The likeliest naming of a photo's faces in which no cousin stands twice, both `(F, cousins)`; None for nobody.

    Maximum-weight matching (Jonker-Volgenant) over log-probabilities, with a place for nobody beside each face.
    """
    faces, cousins = probabilities.shape
    gain = np.zeros((faces, cousins + faces))
    gain[:, :cousins] = np.where(allowed, np.log(np.maximum(probabilities, 1e-9) / _LEAST), -1e3)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    names: list[int | None] = [None] * faces
    for row, column in zip(rows, columns, strict=True):
        if column < cousins and allowed[row, column]:
            names[row] = int(column)
    return names
