"""Photo files on their way to labelled faces."""

from dataclasses import dataclass

from inference.faces.finding import Face
from inference.naming.gallery import Floats
from training.dataset.extracted_faces import Sight
from training.dataset.labelled import LabelledFace, LabelledFile


@dataclass(slots=True)
class Picture:
    """A photo file that was looked at.

    Attributes:
        photo: what was seen of all of it.
        sight: what was seen where the cousin's face may be; most often all of the photo too.
        places: which of its faces may be the cousin's.
        chosen: which of `faces` is.
        stands_for: sha256 of the pictures in whose place a person's statement has put it.
    """

    file: LabelledFile
    photo: Sight
    sight: Sight
    places: list[int]
    chosen: int | None = None
    stands_for: frozenset[str] = frozenset()

    @property
    def sha256(self) -> str:
        return self.photo.sha256

    @property
    def faces(self) -> list[Face]:
        """Those that may be the cousin's."""
        return [self.sight.faces[place] for place in self.places]

    @property
    def embeddings(self) -> Floats:
        """What the face network makes of them, `(faces, 128)`."""
        return self.sight.embeddings[self.places]

    @property
    def pictures(self) -> frozenset[str]:
        """The sha256 of this picture and of those that it stands for."""
        return self.stands_for | {self.sha256}

    def labelled(self) -> LabelledFace:
        """The chosen face."""
        assert self.chosen is not None
        return LabelledFace(self.file, self.photo, self.sight, self.places[self.chosen], self.stands_for)
