"""Labelled photos: what is known of a file before it is read, and of a face once it is found."""

from dataclasses import dataclass
from pathlib import Path

from data.files.library import readable
from foundation.box import Box
from foundation.statement import Statement
from inference.faces.finding import Face
from inference.naming.gallery import Floats
from models.card import LIBRARY
from training.dataset.extracted_faces import ExtractedFaces


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """A photo file and what is known of it.

    Attributes:
        path: where it lies.
        cousin: who is in it; who is not, where the statement says `not`; empty with `stranger` and `not_a_face`.
        box: which face is theirs, where a person pointed at it.
        nobodys: a person looked, and none of its faces is theirs.
        statement: what a person said of that face; None in the library, where the folder says who it is.
        occasion: photos of one cousin with the same are of one day; None where nothing is known of it.
        year: in which it was taken; None where that is not known.
        sha256: of the bytes the photo came as, by which it is known; None where the file holds them still.
    """

    path: Path
    cousin: str
    box: Box | None = None
    statement: Statement | None = None
    occasion: str | None = None
    sha256: str | None = None
    nobodys: bool = False
    year: int | None = None

    @property
    def source(self) -> str:
        """`library`, or `correction:` and its number."""
        return f"correction:{self.statement.number}" if self.statement else LIBRARY

    @property
    def is_cousin(self) -> bool:
        """Whether it shows `cousin`."""
        return self.statement is None or self.statement.says == "is"

    def contradicts(self, cousin: str) -> bool:
        """Whether the face that is pointed at can't be this cousin's if what is known of it is true."""
        return cousin != self.cousin if self.statement is None else self.statement.contradicts(cousin)

    @property
    def name(self) -> str:
        """The folder and the file, as can be printed."""
        return f"{readable(self.path.parent.name)}/{readable(self.path.name)}"


@dataclass(frozen=True, slots=True)
class LabelledFace:
    """One face whose cousin is known.

    Attributes:
        photo: the faces of the whole photo.
        extracted: those of where this one was looked for; most often the same.
        place: which of `extracted` it is.
        stands_for: sha256 of pictures of the same face in whose place a person's statement has put it.
    """

    file: LabelledFile
    photo: ExtractedFaces
    extracted: ExtractedFaces
    place: int
    stands_for: frozenset[str] = frozenset()

    @property
    def sha256(self) -> str:
        return self.photo.sha256

    @property
    def face(self) -> Face:
        return self.extracted.faces[self.place]

    @property
    def box(self) -> Box:
        return self.face.box

    @property
    def gallery_features(self) -> Floats:
        """What the pretrained face network makes of it to be compared with, `(128,)`."""
        features: Floats = self.extracted.features.gallery[self.place]
        return features

    @property
    def probe_features(self) -> Floats:
        """The same as of a guest's photo."""
        features: Floats = self.extracted.features.probe[self.place]
        return features

    @property
    def pictures(self) -> frozenset[str]:
        """The sha256 by which earlier versions may know this face."""
        return self.stands_for | {self.sha256}
