"""How a network of the family's own is to be shown faces: nobody wrote that into its file, so it is tried."""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from foundation.progress import Progress
from inference.decoding.photo import PhotoError, decode
from inference.embedding.embedder import OwnBody, views
from inference.faces.finding import FaceDetector, Pixels, find_faces
from inference.naming.gallery import unit
from models.architectures import Architecture, architecture
from models.graph import cores
from models.own_network.network import FEEDINGS, Feeding, OwnNetwork
from training import wording
from training.dataset.labelled import LabelledFile
from training.errors import TrainingError

_PHOTOS: Final = 100
_FEWEST_PAIRS: Final = 5
"""Of one cousin's faces, with which anything is tried."""

_NO_WORSE: Final = 0.005
"""Share by which the commonest way may be behind another one: networks that hardly mind the order of the colours are
taken as most are published."""

_NEARER: Final = 0.5
"""Of the widest gap between the cosines of one cousin's faces and of different ones: to a network whose pixels are all
a hundred times too small every face is nearly the same, even where what little is left is in order."""

_GUESSED: Final = 0.7
"""What tells faces apart has .9 even among relatives, seen as it should .985 among athletes; MobileFaceNet shown pixels
of the wrong size has .54 to .70 (docs/measurements/recognition.md)."""


@dataclass(frozen=True, slots=True)
class Fed:
    """The network and the way that was chosen.

    Attributes:
        shares: how often two faces of one cousin were more alike than two of different ones, by each way; none where
            there were too few photos to try.
    """

    shape: Architecture
    shares: dict[Feeding, float]


def choose_feeding(own: OwnNetwork, files: Sequence[LabelledFile], detector: FaceDetector, progress: Progress) -> Fed:
    """The way by which faces of one cousin are most often more alike than those of different cousins (the AUC).

    Raises:
        TrainingError: by none they are, so that the network is of no use.
        WeightsMissing: its file is gone.
    """
    shape = architecture(own.name, weights=own.weights)
    chosen = _evenly(files)
    progress(wording.trying_feedings(), 0, len(FEEDINGS))
    with ThreadPoolExecutor(cores(), thread_name_prefix="photos") as pool:
        seen = list(pool.map(lambda file: _only_face(file, shape, detector), chosen))
    faces = [face for face in seen if face is not None]
    cousins = np.array([file.cousin for file, face in zip(chosen, seen, strict=True) if face is not None])
    first, second = np.triu_indices(len(faces), 1)
    same = cousins[first] == cousins[second] if len(faces) else np.zeros(0, np.bool_)
    if same.sum() < _FEWEST_PAIRS or same.all():
        return Fed(shape, {})
    shares, gaps = dict[Feeding, float](), dict[Feeding, float]()
    for number, feeding in enumerate(FEEDINGS):
        progress(wording.trying_feedings(), number, len(FEEDINGS))
        embeddings = unit(_embedded(replace(own, feeding=feeding), faces))
        alike = np.nan_to_num((embeddings[first] * embeddings[second]).sum(1))
        shares[feeding] = float(roc_auc_score(same, alike))
        gaps[feeding] = float(alike[same].mean() - alike[~same].mean())
    progress(wording.trying_feedings(), len(FEEDINGS), len(FEEDINGS))
    best = max(shares.values())
    if best < _GUESSED:
        raise TrainingError(wording.network_guesses(best))
    good = [feeding for feeding in FEEDINGS if shares[feeding] >= best - _NO_WORSE]
    widest = max(gaps[feeding] for feeding in good)
    taken = next(feeding for feeding in good if gaps[feeding] >= _NEARER * widest)
    return Fed(architecture(replace(own, feeding=taken).name, weights=own.weights), shares)


def _evenly(files: Sequence[LabelledFile]) -> list[LabelledFile]:
    """Some of each cousin, as many as there is time for."""
    by_cousin = defaultdict[str, list[LabelledFile]](list)
    for file in files:
        if file.statement is None and file.box is None and not file.nobodys:
            by_cousin[file.cousin].append(file)
    turns = chain.from_iterable(zip_longest(*(by_cousin[cousin] for cousin in sorted(by_cousin))))
    return list(islice((file for file in turns if file is not None), _PHOTOS))


def _only_face(file: LabelledFile, shape: Architecture, detector: FaceDetector) -> Pixels | None:
    """The one face of a photo `(112, 112, 3)`; None where there are none or several, or it can't be read."""
    try:
        pixels = decode(file.path.read_bytes()).pixels
    except (PhotoError, OSError):
        return None
    faces = find_faces(detector, pixels)
    return views(shape, pixels, faces[0])[0][0] if len(faces) == 1 and faces[0].found else None


def _embedded(own: OwnNetwork, faces: Sequence[Pixels]) -> NDArray[np.float32]:
    body = OwnBody(own)
    starts = range(0, len(faces), body.at_once)
    return np.concatenate([body(np.stack(faces[start : start + body.at_once])) for start in starts])
