"""Photo files on their way to labelled faces."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.faces import Face, Pixels
from training.labelled import LabelledFace, LabelledFile


@dataclass(slots=True)
class Picture:
    """A decoded photo file.

    Attributes:
        sha256: of its bytes.
        scene: `(64,)`, the bits of its difference hash.
        faces: those that may be the cousin's.
        views: what the network to be trained sees of each.
        chips: what the face network, which chooses among them, sees of each.
        chosen: whose place in `faces` the cousin's is.
        stands_for: sha256 of the pictures in whose place a person's word has put it.
    """

    file: LabelledFile
    sha256: str
    scene: NDArray[np.bool_]
    faces: list[Face]
    views: list[Pixels]
    chips: list[Pixels]
    chosen: int | None = None
    stands_for: frozenset[str] = frozenset()

    @property
    def pictures(self) -> frozenset[str]:
        """The sha256 of this picture and of those that it stands for."""
        return self.stands_for | {self.sha256}

    def labelled(self) -> LabelledFace:
        """The chosen face."""
        assert self.chosen is not None
        return LabelledFace(
            self.file, self.sha256, self.faces[self.chosen].box, self.views[self.chosen], self.stands_for
        )
