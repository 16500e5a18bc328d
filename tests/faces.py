"""Faces and what people say of them, as tests need them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from foundation.box import Box
from foundation.face import Answer, Candidate, Flaw, RecognizedFace
from foundation.statement import Says, Statement
from inference.naming.memory import StatedFace

WHOLE = Box(0.0, 0.0, 1.0, 1.0)
EMBEDDING = np.array([1.0, 0.0], np.float32)


def recognized(
    cousin: str | None = "lucy",
    confidence: float = 0.9,
    *,
    box: Box = WHOLE,
    found: bool = True,
    candidates: Sequence[tuple[str, float]] = (("lucy", 0.9), ("linus", 0.1)),
    runners_up: Sequence[tuple[str, float]] = (),
    embedding: NDArray[np.float32] = EMBEDDING,
    network: str = "face",
    version: str = "v001",
    flaw: Flaw | None = None,
    answer: Answer | None = None,
) -> RecognizedFace:
    """A face as the recogniser gives it; whoever is named is named surely, unless `answer` says otherwise."""
    return RecognizedFace(
        box=box,
        found=found,
        cousin=cousin,
        answer=answer or ("named" if cousin else "nobody"),
        confidence=confidence,
        candidates=tuple(Candidate(*candidate) for candidate in candidates),
        runners_up=tuple(Candidate(*candidate) for candidate in runners_up),
        similarity=0.95,
        embedding=embedding,
        network=network,
        version=version,
        flaw=flaw,
    )


def said(
    says: Says, cousin: str | None = None, *, number: int = 1, by: int = 1, accepted_by: int | None = 1
) -> Statement:
    """An accepted statement on some photo."""
    return Statement(says, cousin, "aa", WHOLE, by, accepted_by, number)


def stated(embedding: NDArray[np.float32], says: Says, cousin: str | None = None, *, found: bool = True) -> StatedFace:
    """A face of which an admin said something."""
    return StatedFace(said(says, cousin), embedding, found)
