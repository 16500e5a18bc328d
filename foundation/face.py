"""A face in a photo and who it is taken for: one shape from the recogniser to the answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from foundation.box import Box

Flaw: TypeAlias = Literal["too_small", "too_dark", "too_blurred", "too_far_turned"]
"""What keeps a face from being told."""


class Clarity(IntEnum):
    """How much a picture shows of a face; each is worse than the one before.

    Attributes:
        CLEAR: enough.
        POOR: enough for a name, but too little to find others by it.
        HOPELESS: so little that a name would be a guess.
        BLANK: nothing: to a network all such faces look like one person's.
    """

    CLEAR = 0
    POOR = 1
    HOPELESS = 2
    BLANK = 3


Answer: TypeAlias = Literal["named", "maybe", "either", "nobody"]
"""How a face is answered: by a name, by one as a question, by two that are as likely, or as nobody we know."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cousin and how probable it is that this is them, among the family."""

    cousin: str
    probability: float


@dataclass(frozen=True, slots=True)
class RecognizedFace:
    """One face of a photo, as a trained version sees it.

    Attributes:
        box: where in the photo.
        found: False where no face was found and the whole picture was tried.
        cousin: the key of whom it is most like; None where the answer is `nobody`.
        answer: whether `cousin` is said, or asked about.
        confidence: calibrated probability of `cousin`, or of its being nobody we know.
        candidates: every cousin, best first.
        runners_up: who else it may well be, likeliest first; the other of `either` first, none for `nobody`.
        similarity: cosine to the nearest gallery faces of the best candidate.
        embedding: `(D,)` float32, normalised.
        network: the fingerprint of what made the embedding; those of different ones can't be compared.
        version: the trained version that named it.
        flaw: why no name came of it, where that is the picture's fault: then it need not be a stranger.
        is_picture: no face was looked for: it is a picture as a whole, which may show anything.
        left_out: how many smaller faces its photo shows that are not looked at, since there are so many.
    """

    box: Box
    found: bool
    cousin: str | None
    answer: Answer
    confidence: float
    candidates: tuple[Candidate, ...]
    runners_up: tuple[Candidate, ...]
    similarity: float
    embedding: NDArray[np.float32] = field(compare=False)
    network: str
    version: str
    flaw: Flaw | None = None
    is_picture: bool = False
    left_out: int = 0

    @property
    def named(self) -> str | None:
        """The cousin, where the name is said; None where it is asked about, or nobody's."""
        return self.cousin if self.answer == "named" else None

    @property
    def asked_about(self) -> tuple[str, ...]:
        """The cousins of the question, where there is one: one of `maybe`, two of `either`."""
        if self.cousin is None or self.answer not in ("maybe", "either"):
            return ()
        return (self.cousin, *(one.cousin for one in self.runners_up[:1] if self.answer == "either"))

    def among(self, known: Callable[[str], bool]) -> RecognizedFace:
        """The face as it is answered where only these may be spoken of.

        Of two who are asked about one may be left, and is asked about alone; a face of none of them is nobody's.
        """
        others = tuple(one for one in self.runners_up if one.cousin != self.cousin and known(one.cousin))
        left = [cousin for cousin in self.asked_about if known(cousin)]
        if len(set(left)) == 1:
            [cousin] = set(left)
            is_first = cousin == self.cousin
            confidence = self.confidence if is_first else self.runners_up[0].probability
            return replace(self, cousin=cousin, answer="maybe", confidence=confidence, runners_up=())
        if self.cousin is not None and not known(self.cousin):
            return replace(self, cousin=None, answer="nobody", confidence=1 - self.confidence, runners_up=())
        return replace(self, runners_up=others)
