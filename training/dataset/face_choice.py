"""Which face of a photo is the cousin's, where it shows several.

A folder says who is in a photo, not which face is theirs. The cousin's other photos tell, and so does who else is said
to be on the photo, for no face is two people's. Where it is not clear nothing is chosen.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from inference.naming.gallery import Floats, unit
from training.dataset.pictures import Picture
from training.hyperparameters import DEFAULTS, Hyperparameters

_NEVER = -1e6
"""Agreement where a face can't be somebody's; cosines are far from it."""


def choose_faces(pictures: Sequence[Picture], hyper: Hyperparameters = DEFAULTS) -> None:
    """Set `chosen` in the pictures that show a cousin, wherever it is clear."""
    folders: dict[str, list[Picture]] = defaultdict(list)
    photos: dict[str, list[Picture]] = defaultdict(list)
    for picture in pictures:
        folders[picture.file.cousin].append(picture)
        if picture.file.box is not None or len(picture.faces) == 1:
            picture.chosen = 0
        else:
            photos[picture.sha256].append(picture)
    known = {cousin: Folder(own, hyper) for cousin, own in folders.items()}
    pointed_at = _pointed_at(pictures)
    for photo, several in photos.items():
        free = [face for face in several[0].places if face not in pointed_at[photo]]
        if free:
            _choose_in(several, free, known, hyper)


class Folder:
    """The photos of one cousin, by which a face is judged.

    A face's agreement is the mean of its highest cosines to them: to those with a single face, or where there are too
    few of them to all, each by its nearest face.
    """

    def __init__(self, pictures: Sequence[Picture], hyper: Hyperparameters = DEFAULTS) -> None:
        self._hyper = hyper
        self._photos = [(picture, unit(picture.features)) for picture in pictures]
        single = [(picture.sha256, own) for picture, own in self._photos if len(own) == 1]
        self._single_in = np.array([photo for photo, _ in single], np.str_)
        self._single = np.concatenate([own for _, own in single]) if single else np.zeros((0, 0), np.float32)
        self._enough = len(single) >= hyper.fewest_witnesses
        self.usual = self._usual()
        """What nearly all of the cousin's own single faces reach; None where there are too few to tell."""

    def agreement(self, faces: Floats, picture: Picture) -> Floats | None:
        """Of the faces `(F, D)` of a picture with several, `(F,)`; None where there is no other picture."""
        if self._enough:
            return self._highest(faces @ self._single.T)
        witnesses = [(faces @ own.T).max(1) for other, own in self._photos if other is not picture]
        return self._highest(np.stack(witnesses, axis=1)) if witnesses else None

    def agreement_of_others(self, faces: Floats, photo: str) -> Floats:
        """The same of faces on somebody else's photo, by single faces only: whose the others are is not sure."""
        witnesses = self._single[self._single_in != photo]
        return self._highest(faces @ witnesses.T) if len(witnesses) else np.full(len(faces), _NEVER, np.float32)

    def _usual(self) -> float | None:
        own, unusual = self._single, self._hyper.unusual_faces
        if unusual is None or not self._enough or len(own) < 2:
            return None
        others = (own @ own.T)[~np.eye(len(own), dtype=np.bool_)].reshape(len(own), -1)
        return float(np.quantile(self._highest(others), unusual))

    def _highest(self, cosines: Floats) -> Floats:
        mean: Floats = np.sort(cosines, axis=1)[:, -self._hyper.nearest_witnesses :].mean(1)
        return mean


def assign(
    own: Floats,
    elsewhere: Floats,
    usual: Sequence[float | None],
    fit: NDArray[np.bool_],
    hyper: Hyperparameters = DEFAULTS,
) -> list[int | None]:
    """The face of each of K cousins among the F of a photo; None where it is not clear. No face is given twice.

    Args:
        own: `(K, F)`, how well each face agrees with each one's folder.
        elsewhere: `(K, F)`, how well it agrees with that of any other cousin with which it agrees best.
        usual: K of them, what nearly all faces in each one's folder reach; None where that is not known.
        fit: `(F,)`, which faces are good enough to be told.
    """
    cousins, faces = own.shape
    if faces < cousins:  # somebody is not there: each is looked for alone
        found = [assign(own[[one]], elsewhere[[one]], [usual[one]], fit, hyper)[0] for one in range(cousins)]
    else:
        best = linear_sum_assignment(own, maximize=True)[1].tolist()
        found = [_of(one, best, own, elsewhere[one], usual[one], fit, hyper) for one in range(cousins)]
    return [face if found.count(face) == 1 else None for face in found]


def _of(
    one: int,
    best: Sequence[int],
    own: Floats,
    elsewhere: Floats,
    usual: float | None,
    fit: NDArray[np.bool_],
    hyper: Hyperparameters,
) -> int | None:
    """The face of one of the cousins, where `best` is who is where if faces are given out as well as can be."""
    agreement, face = own[one], best[one]
    others = np.delete(agreement, face)
    if others.size and agreement[face] - others.max() >= hyper.face_lead:
        return face
    # No face leads by itself. But given to anybody else, it would leave everybody worse off …
    if len(best) > 1 or not others.size:
        without = own.copy()
        without[one, face] = _NEVER
        lead = own[range(len(best)), best].sum() - without[linear_sum_assignment(without, maximize=True)].sum()
        if lead >= hyper.face_lead and (usual is None or agreement[face] >= usual):
            return face
    # … or several may well be the cousin's, as in a collage: then each is, and the best of them is taken.
    if usual is None:
        return None
    likely = fit & (agreement >= usual) & (agreement > elsewhere)
    likely[[face for other, face in enumerate(best) if other != one]] = False
    return int(np.argmax(np.where(likely, agreement, _NEVER))) if likely.any() else None


def _choose_in(
    pictures: Sequence[Picture], free: Sequence[int], known: dict[str, Folder], hyper: Hyperparameters
) -> None:
    """Choose in the pictures of one photo, each of another cousin, among the faces that are nobody's yet."""
    faces = unit(pictures[0].extracted.features.gallery[list(free)])
    own = [known[picture.file.cousin].agreement(faces, picture) for picture in pictures]
    if len(pictures) == 1 and own[0] is None:
        return
    elsewhere = {
        picture.file.cousin: [
            folder.agreement_of_others(faces, picture.sha256)
            for cousin, folder in known.items()
            if cousin != picture.file.cousin
        ]
        for picture in pictures
    }
    nothing = np.zeros(len(free), np.float32)
    chosen = assign(
        np.stack([nothing if agreement is None else agreement for agreement in own]),
        np.stack([np.max([nothing + _NEVER, *elsewhere[picture.file.cousin]], axis=0) for picture in pictures]),
        [known[picture.file.cousin].usual for picture in pictures],
        ~np.array([pictures[0].extracted.hopeless[face] for face in free]),
        hyper,
    )
    for picture, face in zip(pictures, chosen, strict=True):
        picture.chosen = None if face is None else free[face]


def _pointed_at(pictures: Sequence[Picture]) -> dict[str, set[int]]:
    """The faces of each photo of the library at which somebody pointed."""
    faces: dict[str, set[int]] = defaultdict(set)
    for picture in pictures:
        if picture.file.statement is None and picture.file.box is not None and picture.faces_are_found:
            faces[picture.sha256].update(picture.places)
    return faces
