"""Photo files on their way to labelled faces: which of their faces is meant is still open."""

from dataclasses import dataclass

from inference.faces.finding import Face
from inference.naming.gallery import Floats
from training.dataset.extracted_faces import ExtractedFaces
from training.dataset.labelled import LabelledFace, LabelledFile


@dataclass(slots=True)
class Picture:
    """A labelled photo file and its faces.

    Attributes:
        photo: the faces of all of it.
        extracted: those of where the cousin's face may be; most often of all of the photo too.
        places: which of `extracted` may be the cousin's.
        chosen: which of `faces` is.
        stands_for: sha256 of the pictures in whose place a person's statement has put it.
    """

    file: LabelledFile
    photo: ExtractedFaces
    extracted: ExtractedFaces
    places: list[int]
    chosen: int | None = None
    stands_for: frozenset[str] = frozenset()

    @property
    def sha256(self) -> str:
        return self.photo.sha256

    @property
    def faces_are_found(self) -> bool:
        """Whether its faces are among those of the whole photo, and not cut out where somebody pointed at none."""
        return self.extracted.part == self.photo.part

    @property
    def is_whole(self) -> bool:
        """Whether it stands for itself, with no face looked for."""
        return self.photo.part is not None

    @property
    def faces(self) -> list[Face]:
        """Those that may be the cousin's."""
        return [self.extracted.faces[place] for place in self.places]

    @property
    def features(self) -> Floats:
        """The gallery features of those, `(faces, 128)`."""
        return self.extracted.features.gallery[self.places]

    @property
    def pictures(self) -> frozenset[str]:
        """The sha256 of this picture and of those that it stands for."""
        return self.stands_for | {self.sha256}

    def labelled(self) -> LabelledFace:
        """The chosen face."""
        assert self.chosen is not None
        return LabelledFace(self.file, self.photo, self.extracted, self.places[self.chosen], self.stands_for)
