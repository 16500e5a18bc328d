"""What people said of a face decides over what a folder says of it, and their later words over their earlier ones.

A photo that was corrected may lie in the library too, often recompressed on its way through Telegram, and then in the
wrong folder: that is why it was guessed wrong.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.naming.gallery import Floats, unit
from inference.naming.genuine import highest_of_most
from training import wording
from training.dataset.near_duplicates import nearest_other_picture, scene_distances
from training.dataset.pictures import Picture
from training.hyperparameters import DEFAULTS, Hyperparameters


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of contradictions.

    Attributes:
        left_out: number of the picture → why it is not learned from; None where only what it says twice is left out.
        taken_in: numbers of the corrections that count, believed or not.
    """

    left_out: Mapping[int, str | None]
    taken_in: list[int]


def resolve_conflicts(pictures: Sequence[Picture], hyper: Hyperparameters = DEFAULTS) -> Resolution:
    """Settle who is who where several pictures show the same face.

    A picture that takes another's place remembers it in `stands_for`, and keeps that one's place in the folds too.
    `pictures` are the library's and then the corrected ones, in the order in which those were decided.
    """
    left_out: dict[int, str | None] = {
        number: wording.filed_twice() if pictures[number].is_whole else wording.claimed_twice()
        for number in _claimed_twice(pictures)
    }
    taken_in: list[int] = []
    chosen = [i for i, picture in enumerate(pictures) if picture.chosen is not None]
    if not any(pictures[i].file.statement for i in chosen):
        return Resolution(left_out, taken_in)
    faces = unit(np.stack([pictures[i].features[pictures[i].chosen or 0] for i in chosen]))
    scenes = np.stack([pictures[i].photo.scene for i in chosen])
    same_picture = _same_picture_from([pictures[i] for i in chosen], scenes, faces, hyper)
    for place, number in enumerate(chosen):
        picture = pictures[number]
        if picture.file.statement is None:
            continue
        taken_in.append(picture.file.statement.number)
        distance = scene_distances(scenes[[place]], scenes[:place])[0]
        same_face = (distance <= hyper.alike_scene) & (faces[:place] @ faces[place] >= same_picture[:place])
        for mate in np.flatnonzero(same_face | (distance <= hyper.same_scene)):
            other = pictures[chosen[mate]]
            if left_out.get(chosen[mate], "") is None:
                continue
            if not same_face[mate]:
                if _chose_another_face(picture, other):
                    left_out[chosen[mate]] = wording.corrected_to_another_face()
                    picture.stands_for |= other.pictures
            elif _disagree(picture, other):
                words = wording.picture_corrected_otherwise if other.is_whole else wording.corrected_otherwise
                left_out[chosen[mate]] = words()
                picture.stands_for |= other.pictures
            elif picture.file.is_cousin and other.file.is_cousin and chosen[mate] not in left_out:
                left_out[number] = None
                other.stands_for |= picture.pictures
    return Resolution(left_out, taken_in)


def _same_picture_from(
    pictures: Sequence[Picture], scenes: NDArray[np.bool_], faces: Floats, hyper: Hyperparameters
) -> Floats:
    """From which cosine another face is the one of each picture, `(N,)`: where all photos of a cousin are alike, only
    what is nearer than most of the folder's come to one another."""
    cousins, labels = np.unique([picture.file.cousin for picture in pictures], return_inverse=True)
    folder = np.array([picture.file.statement is None for picture in pictures])
    nearest = nearest_other_picture(scenes[folder], faces[folder], labels[folder], hyper)
    least = hyper.cosines.same_picture
    return np.maximum(highest_of_most(nearest, labels[folder], len(cousins), least), least)[labels]


def _disagree(later: Picture, earlier: Picture) -> bool:
    """Whether two words on one face can't both be true; folders speak too."""
    if earlier.file.is_cousin:
        return later.file.contradicts(earlier.file.cousin)
    return later.file.is_cousin and earlier.file.contradicts(later.file.cousin)


def _chose_another_face(stated: Picture, folder: Picture) -> bool:
    """Whether training would take another of the photo's faces for the cousin than the one a person pointed at."""
    same_cousin = stated.file.is_cousin and folder.file.is_cousin and stated.file.cousin == folder.file.cousin
    return same_cousin and folder.file.statement is None and len(folder.faces) > 1


def _claimed_twice(pictures: Sequence[Picture]) -> list[int]:
    """The library's pictures whose chosen face another cousin's folder claims too, in the same photo.

    Where somebody pointed at it for one of them, it is theirs.
    """
    disputed: set[int] = set()
    claims: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, picture in enumerate(pictures):
        if picture.chosen is not None and picture.file.statement is None and picture.faces_are_found:
            claims[picture.sha256, picture.places[picture.chosen]].append(number)
    for claim in claims.values():
        pointed = [number for number in claim if pictures[number].file.box is not None]
        if len(claim) > 1:
            disputed.update(claim if len(pointed) != 1 else set(claim) - set(pointed))
    return sorted(disputed)
