"""How search, training and memory grow with the family: 7, 70 and 700 cousins of 60 photos.

So many real photos are not to be had. A cousin here is a stranger's face, or, beyond the strangers, one halfway between
two of them, as embeddings of morphed faces are; their photos lie around it as the measured family's lie around its
cousins, with the covariance of those. What is timed is all that training does but look at photos: the cache of faces
holds what would have been found.
"""

import hashlib
import json
import math
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figure, Material, Say, figure, peak_mb, ratio
from data.files.face_cache import FaceCache
from data.files.library import PhotoLibrary
from foundation.box import Box
from foundation.face import Clarity
from foundation.progress import silent
from inference.embedding.embedder import Features
from inference.faces.detectors import load_detector
from inference.faces.finding import Face
from inference.naming.gallery import Floats, unit
from models.architectures import best_face_network
from models.registry import Registry
from training.dataset.extracted_faces import ExtractedFaces, jpeg
from training.dataset.face_extractor import FaceExtractor, PhotoPart

FAMILIES: Final = (7, 70, 700)
PHOTOS: Final = 60
_LOOKED_AT: Final = 15
"""Photos of each of the measured family's cousins from which the covariance is taken."""
_SEARCHES: Final = 200
_FACE: Final = Face(Box(0.2, 0.2, 0.8, 0.8), np.zeros((5, 2), np.float32), "yunet", 1.0)


def measure(material: Material, say: Say) -> dict[str, Figure]:
    """Seconds and megabytes of each family by those of the smallest, and the exponents of growth."""
    with tempfile.TemporaryDirectory() as folder:
        say("the strangers' and the family's faces")
        people, spread, pipeline = _people(material)
        grown = []
        for cousins in FAMILIES:
            say(f"{cousins} cousins")
            home = Path(folder) / str(cousins)
            shutil.copytree(material.weights, home / "weights")
            _settle(home, _photos(people, spread, cousins), pipeline)
            grown.append(_process(home))
            shutil.rmtree(home)
    figures = {}
    for name, what in (
        ("search", "naming one face in a gallery"),
        ("training", "training beyond looking at photos"),
        ("memory", "memory that training takes beyond its imports"),
    ):
        values = [one[name] for one in grown]
        for cousins, value in zip(FAMILIES[1:], values[1:], strict=True):
            times = cousins / FAMILIES[0]
            figures[f"{name}_{cousins}_vs_{FAMILIES[0]}"] = ratio(
                [value], values[:1], f"{what} of {cousins} cousins, by one of {FAMILIES[0]}", f"≤ {times:g}"
            )
        exponent = math.log(values[-1] / values[1]) / math.log(FAMILIES[-1] / FAMILIES[1])
        figures[f"{name}_exponent"] = figure([exponent], f"{what}: power of the family's size, from 70 to 700", "≤ 1")
    units = {"search": "ms of a search", "training": "seconds of training", "memory": "MB that training takes"}
    for cousins, one in zip(FAMILIES, grown, strict=True):
        for name, what in units.items():
            figures[f"{name}_{cousins}"] = figure([one[name]], f"{what}, {cousins} cousins")
    return figures


def _people(material: Material) -> tuple[Floats, NDArray[np.float64], str]:
    """The strangers' embeddings `(M, D)`, the Cholesky factor `(D, D)` of how one person's vary, and the pipeline."""
    extractor = FaceExtractor(best_face_network(material.weights), load_detector(material.weights), "cpu", FaceCache())
    strangers = [PhotoPart(path) for path in sorted(material.strangers.rglob("*.jpg"))]
    people = np.stack([faces.features.gallery[0] for faces in _alone(extractor, strangers)])
    deviations = []
    photos = PhotoLibrary(material.photos).photos()
    for cousin in sorted({photo.cousin for photo in photos})[: FAMILIES[0]]:
        own_photos = [PhotoPart(photo.path) for photo in photos if photo.cousin == cousin][:_LOOKED_AT]
        own = np.stack([faces.features.gallery[0] for faces in _alone(extractor, own_photos)])
        deviations.append(own - own.mean(0))
    together = np.concatenate(deviations).astype(np.float64)
    covariance = together.T @ together / (len(together) - len(deviations))
    factor = np.linalg.cholesky(covariance + 1e-6 * np.eye(len(covariance))).astype(np.float64)
    return people, factor, extractor.pipeline


def _alone(extractor: FaceExtractor, photos: list[PhotoPart]) -> Iterator[ExtractedFaces]:
    """Of the photos with one face."""
    for extracted in extractor.extract(photos, silent):
        if isinstance(extracted, ExtractedFaces) and len(extracted.faces) == 1 and extracted.faces[0].found:
            yield extracted


def _photos(people: Floats, spread: NDArray[np.float64], cousins: int) -> Floats:
    """Embeddings `(cousins, PHOTOS, D)`."""
    generator = np.random.default_rng(0)
    pairs = [generator.choice(len(people), 2, replace=False) for _ in range(max(0, cousins - len(people)))]
    middles = np.concatenate([people[:cousins], *(people[pair].mean(0)[None] for pair in pairs)])
    noise = generator.normal(size=(cousins, PHOTOS, people.shape[1])) @ spread.T
    return np.asarray(middles[:, None] + noise, np.float32)


def _settle(home: Path, embeddings: Floats, pipeline: str) -> None:
    """A home whose photos are names only, and a cache that knows what is in them."""
    portrait = jpeg(np.full((150, 150, 3), 200, np.uint8))
    cache = FaceCache(home / "cache" / "faces.db")
    cache.keep(pipeline, ((faces.sha256, "", faces.to_bytes(), [portrait]) for faces in _made_up(home, embeddings)))
    cache.close()


def _made_up(home: Path, embeddings: Floats) -> Iterator[ExtractedFaces]:
    generator = np.random.default_rng(1)
    for cousin, own in enumerate(embeddings):
        folder = home / "photos" / f"cousin_{cousin:03d}"
        folder.mkdir(parents=True)
        for number, embedding in enumerate(own):
            content = f"photo {number} of cousin {cousin}".encode()
            (folder / f"{number}.jpg").write_bytes(content)
            scene = generator.random(64) < 0.5
            name = hashlib.sha256(content).hexdigest()
            yield ExtractedFaces(
                name, None, scene, [_FACE], [Clarity.CLEAR], Features(embedding[None], embedding[None])
            )


def _process(home: Path) -> dict[str, float]:
    command = (sys.executable, "-m", "benchmarks.speed_growth", str(home))
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _child(home: Path) -> dict[str, float]:
    """Seconds to train, megabytes beyond what the imports take, and milliseconds to name a face."""
    from inference.loading import load_identifier
    from models.architectures import architecture
    from training.dataset.labelled import LabelledFile
    from training.run import train

    detector = load_detector(home / "weights")
    files = [LabelledFile(photo.path, photo.cousin) for photo in PhotoLibrary(home / "photos").photos()]
    before, start = peak_mb(), time.perf_counter()
    outcome = train(
        files,
        Registry(home / "models"),
        architecture("face"),
        detector,
        "cpu",
        silent,
        cache=FaceCache(home / "cache" / "faces.db"),
    )
    trained, after = time.perf_counter() - start, peak_mb()
    print(f"named right: {outcome.card.metrics.closed_set_accuracy:.4f}", file=sys.stderr)
    _, identifier = load_identifier(outcome.folder)
    probes = unit(np.random.default_rng(2).normal(size=(_SEARCHES, identifier.dimensions)).astype(np.float32))
    identifier.identify(probes[:1])
    taken = []
    for probe in probes:
        start = time.perf_counter()
        identifier.identify(probe[None])
        taken.append(time.perf_counter() - start)
    return {"search": float(np.median(taken)) * 1000, "training": trained, "memory": after - before}


if __name__ == "__main__":
    print(json.dumps(_child(Path(sys.argv[1]))))
