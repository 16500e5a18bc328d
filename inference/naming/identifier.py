"""From embeddings to names: who of the family it is, who it may be, or nobody we know.

Head and nearest photos say which cousin; cosine similarity to the gallery decides whether the name is said, asked
about, or kept to oneself. Softmax never decides that: on 18 relatives against 400 strangers it let 81 % of the known go
unnamed where cosine lost 22 %.
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
from inference.naming.heads import Calibration, CosineScores, Head
from inference.naming.memory import Memory
from inference.naming.updated_gallery import UpdatedGallery, updated
from models.cosines import UNKNOWN, Cosines

STRANGER_LEAD: Final = 0.02
"""Cosine, with dlib's network, by which a face must be more like one that was said to be a stranger's than like any
cousin's, to be taken for that stranger's; both as of one photo. Without it, up to 19 % of a family's own photos were
(docs/measurements/feedback.md)."""

_LEAST: Final = 0.02
"""A face whose likelier cousins are taken by other faces is given no name below this probability."""

_PLAUSIBLE: Final = 0.15
"""From this probability of another cousin on it is asked which of the two it is. docs/measurements/recognition.md."""


@dataclass(frozen=True, slots=True)
class Borders:
    """Where the known end, in cosine similarity to a cousin's gallery.

    Attributes:
        named: from here on a cousin's name is said: other cousins hardly come as near.
        asked: from here on it is asked about: strangers hardly come as near.
        slope: of the logistic from similarity to the probability of being known.
    """

    named: float
    asked: float
    slope: float


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a face is.

    Attributes:
        cousin: whom it is most like; None for nobody we know.
        answer: whether that name is said, or asked about.
        confidence: calibrated probability of `cousin`, or of its being nobody we know.
        candidates: every cousin, best first.
        similarity: to the gallery of the best candidate, in cosine, with its allowance.
        is_face: False where people have said that this is no face.
        said: people have said who this is, or is not.
        runners_up: who else it may well be, likeliest first; none but for `either`.
    """

    cousin: str | None
    answer: Answer
    confidence: float
    candidates: tuple[Candidate, ...]
    similarity: float
    is_face: bool = True
    said: bool = False
    runners_up: tuple[Candidate, ...] = ()


class Identifier:
    """A trained head, its gallery, and the borders below which no name is said."""

    def __init__(
        self,
        cousins: Sequence[str],
        head: Head,
        gallery: Floats,
        labels: NDArray[np.int64],
        *,
        borders: Borders,
        calibration: Calibration,
        allowances: Allowances = NO_ALLOWANCES,
        cosines: Cosines = UNKNOWN,
        genuine: GenuineScores | None = None,
    ) -> None:
        """`gallery` is `(N, D)` features of any length, `labels` `(N,)` indices into `cousins`.

        Without `genuine` scores they are those of the gallery.
        """
        self.cousins = tuple(cousins)
        self._head = head
        self._gallery = Gallery(self.cousins, unit(gallery), labels, allowances)
        self.borders = borders
        self._calibration = calibration
        self._same_picture = cosines.same_picture
        self._stranger_gains = float(allowances.of(np.ones(1, np.int64))[0]) - STRANGER_LEAD * cosines.spread
        self._genuine = genuine or GenuineScores.of_gallery(self._gallery)
        self._learned: tuple[Memory, UpdatedGallery, Head] | None = None

    @property
    def dimensions(self) -> int:
        """Numbers in an embedding."""
        return int(self._gallery.faces.shape[1])

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
        allowed = nameable(probabilities, similarities, self.borders.asked)
        if tellable is not None:
            allowed &= tellable[:, None]
        embeddings = unit(features)
        like_a_stranger = self._nearest_stranger(embeddings, memory) > similarities.max(1, initial=-1.0)
        allowed[like_a_stranger] = False
        possible = np.ones_like(allowed)
        said: list[Statement | None] = [None] * len(features)
        for face in np.flatnonzero(memory.nearest(embeddings) >= self._same_picture):
            statements = memory.of_same_picture(embeddings[face], self._rivals(embeddings[face]), self._same_picture)
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
            cousin: max(cosine, float(limits[cousin])) if cosine >= self._same_picture else cosine
            for cousin, cosine in self._gallery.nearest(embedding).items()
        }

    def _as_taught(self, features: Floats, memory: Memory) -> tuple[list[str], Floats, Floats]:
        """Probabilities and similarities `(F, cousins)` as people's statements have made them."""
        now, head = self._after(memory)
        gallery = now.gallery
        # The head has never heard of newcomers: of their photos it asks none.
        taught = gallery.labels < len(self.cousins)
        scores = self._calibration.scores(head, features, gallery.faces[taught], gallery.labels[taught])
        probabilities = self._calibration.probabilities(scores)
        similarities = gallery.similarities(unit(features))
        for newcomer in range(len(self.cousins), len(gallery.cousins)):
            # The gallery alone says how much likelier than the others a newcomer is.
            lead = similarities[:, newcomer] - similarities[:, :newcomer].max(1)
            chance = _logistic(self.borders.slope * lead)[:, None].astype(np.float32)
            probabilities = np.concatenate([probabilities * (1 - chance), chance], axis=1)
        return list(gallery.cousins), probabilities, similarities

    def _nearest_stranger(self, embeddings: Floats, memory: Memory) -> Floats:
        """How near faces `(F, D)` come to a stranger's, `(F,)`, to be held against similarities to cousins."""
        now, _ = self._after(memory)
        return now.nearest_stranger(embeddings) + self._stranger_gains

    def _after(self, memory: Memory) -> tuple[UpdatedGallery, Head]:
        """Gallery and head after these statements; computed once for all photos that are looked at with one memory."""
        if self._learned is None or self._learned[0] is not memory:
            now = updated(self._gallery, self._genuine, memory.faces, self._same_picture)
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
            chance, similarity = float(probabilities[name]), float(similarities[name])
            rivals = tuple(
                candidate
                for i, candidate in zip(order, candidates, strict=True)
                if possible[i] and i != name and candidate.probability >= _PLAUSIBLE
            )
            likeliest = chance >= probabilities.max(initial=0.0)
            if said is None and rivals:
                return Identity(cousins[name], "either", chance, candidates, similarity, runners_up=rivals)
            answer: Answer = "named" if said or (likeliest and similarity >= self.borders.named) else "maybe"
            return Identity(cousins[name], answer, chance, candidates, similarity)
        nearest = float(similarities.max(initial=-1.0))
        doubt = 1.0 if said else float(_logistic(self.borders.slope * (self.borders.asked - nearest)))
        is_face = said is None or said.says != "not_a_face"
        return Identity(None, "nobody", doubt, candidates, nearest, is_face, said is not None)


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


def nameable(probabilities: Floats, similarities: Floats, asked: float) -> NDArray[np.bool_]:
    """Which faces may be given which name or be asked about by it, all `(F, cousins)`.

    A face that reaches the border `asked` for anybody is known, and the likeliest says who it is; only those for whom
    it is reached may stand in for that cousin.
    """
    reached = similarities >= asked
    likeliest = np.arange(probabilities.shape[1]) == probabilities.argmax(1)[:, None]
    return np.asarray(reached | (likeliest & reached.any(1, keepdims=True)), np.bool_)


def answers(probabilities: Floats, similarities: Floats, borders: Borders) -> NDArray[np.str_]:
    """How F faces are answered of which nothing was said, each alone in its photo: `(F,)`, both are `(F, cousins)`."""
    faces, likeliest = np.arange(len(probabilities)), probabilities.argmax(1)
    kinds = np.where(similarities[faces, likeliest] >= borders.named, "named", "maybe").astype("<U6")
    others = probabilities.copy()
    others[faces, likeliest] = 0
    kinds[others.max(1, initial=0) >= _PLAUSIBLE] = "either"
    kinds[similarities.max(1, initial=-1) < borders.asked] = "nobody"
    return kinds


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
