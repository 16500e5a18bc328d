"""From embeddings to names: who of the family it is, or nobody we know.

The head names the cousin; cosine similarity to the gallery decides whether it is anyone we know. Softmax never
decides that: on 18 relatives against 400 strangers it let 81 % of the known go unnamed where cosine lost 22 %.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from foundation.face import Answer, Candidate
from foundation.statement import Statement
from inference.naming.gallery import NO_ALLOWANCES, Allowances, Floats, Gallery, unit
from inference.naming.genuine import GenuineScores
from inference.naming.heads import CosineScores, Head
from inference.naming.memory import SAME_PICTURE, Memory
from inference.naming.updated_gallery import UpdatedGallery, updated

STRANGER_LEAD: Final = 0.02
"""Cosine by which a face must be more like one that was said to be a stranger's than like any cousin's, to be taken for
that stranger's; both as of one photo. Without it, up to 19 % of a family's own photos were
(docs/measurements/feedback.md)."""

_SURE: Final = 0.9
"""Probability from which one pass of the network is believed about who it is: docs/measurements/recognition.md
has how seldom a second says otherwise."""

_MAY_BE_SAME: Final = 0.95
"""Cosine of what one pass makes of a face to a stated one from which it may be of the same picture: of 1,190 none had
less than .961 to what all passes make of it."""

_LEAST: Final = 0.02
"""A face whose likelier cousins are taken by other faces is given no name below this probability."""

_PLAUSIBLE: Final = 0.15
"""From this probability on another cousin is named too. Of held-out photos 3 % (relatives) and 2 % (sports) then get a
second name, and 2 of the relatives' 5 wrong names have the right one beside them. A runner-up must not reach the
threshold itself: hardly any photo of relatives is that near to two cousins."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a face is.

    Attributes:
        cousin: None for nobody we know.
        answer: whether `cousin` is said, or asked about.
        confidence: calibrated probability of `cousin`, or of its being nobody we know.
        candidates: every cousin, best first.
        similarity: to the gallery of the best candidate, in cosine, with its allowance.
        is_face: False where people have said that this is no face.
        said: people have said who this is, or is not.
        runners_up: who else it may well be, likeliest first; none where nobody is named.
    """

    cousin: str | None
    confidence: float
    candidates: tuple[Candidate, ...]
    similarity: float
    is_face: bool = True
    said: bool = False
    runners_up: tuple[Candidate, ...] = ()

    @property
    def answer(self) -> Answer:
        return "named" if self.cousin is not None else "nobody"


class Identifier:
    """A trained head, its gallery, and the threshold below which it is nobody we know."""

    def __init__(
        self,
        cousins: Sequence[str],
        head: Head,
        gallery: Floats,
        labels: NDArray[np.int64],
        *,
        threshold: float,
        slope: float,
        temperature: float,
        allowances: Allowances = NO_ALLOWANCES,
        second_pass_raises: float | None = None,
        genuine: GenuineScores | None = None,
    ) -> None:
        """`gallery` is `(N, D)` features of any length, `labels` `(N,)` indices into `cousins`; `Card` has the rest.

        Without `genuine` scores they are those of the gallery.
        """
        self.cousins = tuple(cousins)
        self._head = head
        self._gallery = Gallery(self.cousins, unit(gallery), labels, allowances)
        self.threshold = threshold
        self._slope = slope
        self._temperature = temperature
        self._second_pass_raises = second_pass_raises
        self._stranger_gains = float(allowances.of(np.ones(1, np.int64))[0]) - STRANGER_LEAD
        self._genuine = genuine or GenuineScores.of_gallery(self._gallery)
        self._learned: tuple[Memory, UpdatedGallery, Head] | None = None

    @property
    def dimensions(self) -> int:
        """Numbers in an embedding."""
        return int(self._gallery.faces.shape[1])

    def probabilities(self, features: Floats, head: Head | None = None) -> Floats:
        """Calibrated probability of each cousin, `(F, D)` → `(F, cousins)`; a face is taken to be one of them."""
        logits = (head or self._head)(features) / self._temperature
        chances = np.exp(logits - logits.max(1, keepdims=True))
        return np.asarray(chances / chances.sum(1, keepdims=True), np.float32)

    def similarities(self, features: Floats) -> Floats:
        """How alike each face is to each cousin's gallery, `(F, D)` → `(F, cousins)`."""
        return self._gallery.similarities(unit(features))

    def one_pass_suffices(
        self, features: Floats, photos: NDArray[np.int64], memory: Memory | None = None
    ) -> NDArray[np.bool_]:
        """For which faces the features `(F, D)` of one pass are enough: a second would make nobody else of them.

        Those that reach the threshold and whose name is sure, and wanted by no other face with the same number in
        `photos` `(F,)`; those well below it; but none that comes near a face that people have spoken of.
        """
        raised = self._second_pass_raises
        if raised is None:
            return np.zeros(len(features), np.bool_)
        memory = memory or Memory()
        _, probabilities, similarities = self._as_taught(features, memory)
        nearest, likeliest = similarities.max(1), probabilities.argmax(1)
        unknown, known = nearest < self.threshold - raised, nearest >= self.threshold
        rivals = (photos[:, None] == photos) & (likeliest[:, None] == likeliest) & known
        sure = known & (probabilities.max(1) >= _SURE) & (rivals.sum(1) == 1)
        embeddings = unit(features)
        spoken_of = memory.nearest(embeddings) >= _MAY_BE_SAME
        spoken_of |= self._nearest_stranger(embeddings, memory) > nearest - raised
        return np.asarray((unknown | sure) & ~spoken_of, np.bool_)

    def identify(
        self,
        features: Floats,
        memory: Memory | None = None,
        tellable: NDArray[np.bool_] | None = None,
        photos: NDArray[np.int64] | None = None,
        unborn: Sequence[Collection[str]] = (),
    ) -> list[Identity]:
        """Who faces are, `(F, D)`; no cousin is named twice in a photo.

        Those with the same number in `photos`, `(F,)`, are of one photo; all are where there are no numbers. Those that
        are not `tellable`, `(F,)`, get a name only if people gave it to them. So does, of F lists, who is `unborn` when
        a face's photo was taken; they are no candidates either.
        """
        memory = memory or Memory()
        cousins, probabilities, similarities = self._as_taught(features, memory)
        absent = _absent(cousins, unborn, probabilities, similarities)
        allowed = nameable(probabilities, similarities, self.threshold)
        if tellable is not None:
            allowed &= tellable[:, None]
        embeddings = unit(features)
        like_a_stranger = self._nearest_stranger(embeddings, memory) > similarities.max(1, initial=-1.0)
        allowed[like_a_stranger] = False
        possible = np.ones_like(allowed)
        said: list[Statement | None] = [None] * len(features)
        for face in np.flatnonzero(memory.nearest(embeddings) >= SAME_PICTURE):
            statements = memory.of_same_picture(embeddings[face], self._rivals(embeddings[face]))
            for statement in statements:
                if statement.says == "not" and statement.cousin in cousins:
                    ruled_out = cousins.index(statement.cousin)
                    allowed[face, ruled_out] = possible[face, ruled_out] = False
            final = next((statement for statement in reversed(statements) if statement.says != "not"), None)
            said[face] = final
            if final is not None:
                allowed[face] = False
                if final.cousin in cousins:
                    allowed[face, cousins.index(final.cousin)] = True
                    probabilities[face] = 0.0
                    probabilities[face, cousins.index(final.cousin)] = 1.0
        numbers = np.zeros(len(features), np.int64) if photos is None else photos
        names: list[int | None] = [None] * len(features)
        for number in np.unique(numbers):
            faces = np.flatnonzero(numbers == number)
            for face, name in zip(faces, assign(probabilities[faces], allowed[faces]), strict=True):
                names[face] = name
                if name is not None:
                    possible[faces, name] = False  # named here, nobody else's runner-up
        return [
            self._identity(
                cousins, name, probabilities[face], similarities[face], possible[face], said[face], absent[face]
            )
            for face, name in enumerate(names)
        ]

    def _rivals(self, embedding: Floats) -> dict[str, float]:
        """The cosine that a stated face must reach to be the very picture of this one, `(D,)`, and no cousin's other.

        To each cousin's nearest photo; where it is as near to that as different pictures of theirs are to one another,
        as drawn ones may be, what those do not reach.
        """
        limits = dict(zip(self.cousins, self._genuine.cosines, strict=True))
        return {
            cousin: max(cosine, float(limits[cousin])) if cosine >= SAME_PICTURE else cosine
            for cousin, cosine in self._gallery.nearest(embedding).items()
        }

    def _as_taught(self, features: Floats, memory: Memory) -> tuple[list[str], Floats, Floats]:
        """Probabilities and similarities `(F, cousins)` as people's statements have made them."""
        now, head = self._after(memory)
        gallery = now.gallery
        probabilities = self.probabilities(features, head)
        similarities = gallery.similarities(unit(features))
        for newcomer in range(len(self.cousins), len(gallery.cousins)):
            # The head has never heard of a newcomer: the gallery alone says how much likelier than the others.
            lead = similarities[:, newcomer] - similarities[:, :newcomer].max(1)
            chance = _logistic(self._slope * lead)[:, None].astype(np.float32)
            probabilities = np.concatenate([probabilities * (1 - chance), chance], axis=1)
        return list(gallery.cousins), probabilities, similarities

    def _nearest_stranger(self, embeddings: Floats, memory: Memory) -> Floats:
        """How near faces `(F, D)` come to a stranger's, `(F,)`, to be held against similarities to cousins."""
        now, _ = self._after(memory)
        return now.nearest_stranger(embeddings) + self._stranger_gains

    def _after(self, memory: Memory) -> tuple[UpdatedGallery, Head]:
        """Gallery and head after these statements; computed once for all photos that are looked at with one memory."""
        if self._learned is None or self._learned[0] is not memory:
            now = updated(self._gallery, self._genuine, memory.faces)
            self._learned = (memory, now, self._moved(now))
        return self._learned[1:]

    def _moved(self, now: UpdatedGallery) -> Head:
        """The head after these statements; only one that compares with the cousins' means can follow at once."""
        changes = [
            (face, self.cousins.index(name), weight)
            for faces, names, weight in (
                (now.gained, now.gained_by, 1.0),
                (now.lost, now.lost_by, -1.0),
            )
            for face, name in zip(faces, names, strict=True)
            if name in self.cousins
        ]
        if not changes or not isinstance(self._head, CosineScores):
            return self._head
        faces, labels, weights = zip(*changes, strict=True)
        return self._head.moved(
            np.bincount(self._gallery.labels, minlength=len(self.cousins)),
            np.stack(faces),
            np.array(labels, np.int64),
            np.array(weights, np.float32),
        )

    def _identity(
        self,
        cousins: list[str],
        name: int | None,
        probabilities: Floats,
        similarities: Floats,
        possible: NDArray[np.bool_],
        said: Statement | None,
        absent: NDArray[np.bool_],
    ) -> Identity:
        order = [i for i in np.argsort(-probabilities, kind="stable") if i == name or not absent[i]]
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
        doubt = 1.0 if said else float(_logistic(self._slope * (self.threshold - nearest)))
        is_face = said is None or said.says != "not_a_face"
        return Identity(None, doubt, candidates, nearest, is_face, said is not None)


def in_answer(identities: Sequence[Identity]) -> list[bool]:
    """Which of a photo's faces the answer speaks of: all but what people said is none, where any other is left."""
    any_face = any(identity.is_face for identity in identities)
    return [identity.is_face or not any_face for identity in identities]


def _absent(
    cousins: Sequence[str], unborn: Sequence[Collection[str]], probabilities: Floats, similarities: Floats
) -> NDArray[np.bool_]:
    """Who was not born yet when whose photo was taken, `(F, cousins)`; in the figures of that shape the others share
    their probability, and they are like nobody."""
    absent = np.zeros(probabilities.shape, np.bool_)
    for face, keys in enumerate(unborn):
        absent[face] = [cousin in keys for cousin in cousins]
    if absent.any():
        probabilities[absent], similarities[absent] = 0.0, -1.0
        probabilities /= np.maximum(probabilities.sum(1, keepdims=True), 1e-9)
    return absent


def _logistic(values: Floats | float) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(np.asarray(values) / 2)), np.float32)


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
    columns = np.where(gain.max(1) > 0, gain.argmax(1), cousins)
    chosen = columns[columns < cousins]
    if len(set(chosen)) < len(chosen):  # each face's best alone is the best together, where no two are the same
        from scipy.optimize import linear_sum_assignment  # half a second at the start that most photos don't need

        _, columns = linear_sum_assignment(gain, maximize=True)
    return [int(column) if column < cousins and allowed[face, column] else None for face, column in enumerate(columns)]
