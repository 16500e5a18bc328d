"""What a network sees of the faces, cut out of their photos."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from inference.decoding.photo import PhotoError, decode
from inference.embedding.embedder import FaceViews, views
from inference.faces.finding import cut
from models.architectures import Architecture
from models.graph import cores
from training import wording
from training.dataset.labelled import LabelledFace
from training.errors import TrainingError


def cut_out(shape: Architecture, faces: Sequence[LabelledFace]) -> list[FaceViews]:
    """What each body sees of each face. Raises `TrainingError` where a photo has been deleted meanwhile."""
    with ThreadPoolExecutor(cores(), thread_name_prefix="crops") as pool:
        return list(pool.map(lambda face: _views(shape, face), faces))


def _views(shape: Architecture, face: LabelledFace) -> FaceViews:
    try:
        pixels = decode(face.file.path.read_bytes()).pixels
    except (PhotoError, OSError):
        raise TrainingError(wording.photo_deleted(face.file.name)) from None
    return views(shape, pixels if face.extracted.part is None else cut(pixels, face.extracted.part), face.face)
