"""In process, on the same 200 photos: the tutorial's way, `face_recognition`'s, cousinbot's, and its own limit.

Each way runs in a process of its own, with the threads its libraries take by themselves; the processes take turns, a
slice of the photos at a time. Photos are decoded from their JPEG bytes in all of them.
"""

from __future__ import annotations

import io
import multiprocessing
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.figures import Figure, Material, Say, figure, ratio
from data.files.library import PhotoLibrary

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    from inference.recognizer import Recognizer
    from models.architectures import Architecture

PHOTOS: Final = 200
ROUNDS: Final = 3
_SLICE: Final = 40
_BATCH: Final = 20
"""Photos that go through cousinbot together: as under a crowd of guests."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is timed, and what its input is made of photos with beforehand."""

    do: Callable[[Any], Any]
    prepare: Callable[[Sequence[bytes]], Any] = list


Way = Callable[[Material], Work]


def measure(material: Material, say: Say) -> dict[str, Figure]:
    """Throughput as ratios; a way's name below is its function here."""
    photos = [photo.path.read_bytes() for photo in PhotoLibrary(material.photos).photos()[::2]][:PHOTOS]
    ways: dict[str, Way] = {
        "tutorial": tutorial,
        "face_recognition": face_recognition,
        "one_by_one": one_by_one,
        "together": together,
        "decode": decode_alone,
        "detect": detect_alone,
        "find": find_alone,
        "align": align_alone,
        "network": network_alone,
        "opencv": opencv_detect,
        "torch": torch_network,
    }
    workers = {name: _Worker(way, material) for name, way in ways.items()}
    try:
        _, single = workers["one_by_one"].ask(photos)
        lonely = [photo for photo, faces in zip(photos, single, strict=True) if faces == 1]
        say(f"{len(photos)} photos, {len(lonely)} of them with one face")
        everything = _rounds(workers, photos, say)
        alone = _rounds({name: workers[name] for name in ("tutorial", "one_by_one", "together")}, lonely, say)
    finally:
        for worker in workers.values():
            worker.end()

    def limit(*stages: str) -> list[float]:
        return [sum(parts) for parts in zip(*(everything[name] for name in stages), strict=True)]

    one_look = limit("decode", "detect", "align", "network")
    return {
        "tutorial_vs_ours": ratio(
            alone["tutorial"], alone["together"], "times as fast as `learn.predict`, one face", "≥ 2.5, 4"
        ),
        "tutorial_vs_ours_one_by_one": ratio(alone["tutorial"], alone["one_by_one"], "the same, one photo at a time"),
        "face_recognition_vs_ours": ratio(
            everything["face_recognition"], everything["together"], "times as fast as face_recognition", "≥ 6"
        ),
        "limit_vs_ours": ratio(one_look, everything["together"], "of the limit of its parts, each alone", "≥ .85"),
        "limit_vs_ours_one_by_one": ratio(one_look, everything["one_by_one"], "the same, one photo at a time"),
        "limit_of_all_looks_vs_ours": ratio(
            limit("decode", "find", "align", "network"),
            everything["together"],
            "of the limit with looking again where no face is sure",
        ),
        "opencv_vs_openvino": ratio(everything["opencv"], everything["detect"], "OpenCV's YuNet by OpenVINO's"),
        "torch_vs_openvino": ratio(everything["torch"], everything["network"], "torch's face networks by OpenVINO's"),
    } | {
        f"ms_{name}": figure([1000 * taken / len(photos) for taken in everything[name]], "ms a photo") for name in ways
    }


# Each way gets ready in its own process, and returns what does the work there.


def tutorial(material: Material) -> Work:
    """(a) fastai's `learn.predict`, ResNet-34 at 224, the whole picture."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fastai.vision.all import ImageDataLoaders, PILImage, Resize, resnet34, vision_learner
    loaders = ImageDataLoaders.from_folder(
        material.home / "photos", valid_pct=0.2, item_tfms=Resize(224), num_workers=0, bs=8
    )
    learner = vision_learner(loaders, resnet34, pretrained=False)  # how fast it is does not hang on the weights

    def predict(photos: Sequence[bytes]) -> None:
        with learner.no_bar(), learner.no_logging():
            for photo in photos:
                learner.predict(PILImage.create(io.BytesIO(photo)))

    return Work(predict)


def face_recognition(material: Material) -> Work:
    """(b) dlib's detector with one upsampling, five landmarks, descriptors, nearest neighbour."""
    import dlib
    from PIL import Image
    from sklearn.neighbors import KNeighborsClassifier

    from models.weights import package_file

    detector = dlib.get_frontal_face_detector()
    landmarks = dlib.shape_predictor(str(package_file("shape_predictor_5_face_landmarks.dat")))
    network = dlib.face_recognition_model_v1(str(package_file("dlib_face_recognition_resnet_model_v1.dat")))
    draw = np.random.default_rng(0)
    neighbours = KNeighborsClassifier(3, algorithm="ball_tree", weights="distance")
    neighbours.fit(draw.standard_normal((250, 128)), draw.integers(0, 7, 250))

    def name(photos: Sequence[bytes]) -> None:
        for photo in photos:
            pixels = np.asarray(Image.open(io.BytesIO(photo)).convert("RGB"))
            for box in detector(pixels, 1):
                descriptor = network.compute_face_descriptor(pixels, landmarks(pixels, box))
                neighbours.predict([np.array(descriptor)])

    return Work(name)


def one_by_one(material: Material) -> Work:
    """cousinbot in process, each photo alone."""
    from inference.decoding.photo import decode

    recognizer = _recognizer(material)

    def guess(photos: Sequence[bytes]) -> list[int]:
        return [len(recognizer.recognize([decode(photo)])[0]) for photo in photos]

    return Work(guess)


def together(material: Material) -> Work:
    """cousinbot in process, photos in batches; the next ones are decoded while one is recognised, as in the bot."""
    from inference.decoding.photo import decode
    from models.graph import cores

    recognizer, pool = _recognizer(material), ThreadPoolExecutor(cores())

    def guess(photos: Sequence[bytes]) -> None:
        decoded = pool.map(decode, photos)
        while batch := list(islice(decoded, _BATCH)):
            recognizer.recognize(batch)

    return Work(guess)


# (c) The stages alone, each on everything at once, as fast as it goes.


def decode_alone(material: Material) -> Work:
    from inference.decoding.photo import decode
    from models.graph import cores

    pool = ThreadPoolExecutor(cores())
    return Work(lambda photos: list(pool.map(decode, photos)))


def detect_alone(material: Material) -> Work:
    """YuNet, one look at each picture."""
    from inference.faces.detectors import load_detector
    from models.graph import cores

    pool, detector = ThreadPoolExecutor(cores()), load_detector(material.weights)
    return Work(lambda pictures: list(pool.map(detector.detect, pictures)), _pixels)


def find_alone(material: Material) -> Work:
    """YuNet with all its looks: with a border and turned, where one is not enough."""
    from inference.faces.detectors import load_detector
    from inference.faces.finding import find_faces
    from models.graph import cores

    pool, detector = ThreadPoolExecutor(cores()), load_detector(material.weights)
    return Work(lambda pictures: list(pool.map(partial(find_faces, detector), pictures)), _pixels)


def align_alone(material: Material) -> Work:
    """What each network sees of each face."""
    from inference.embedding.embedder import views
    from models.graph import cores

    pool, shape = ThreadPoolExecutor(cores()), _shape(material)
    return Work(lambda faces: list(pool.map(lambda face: views(shape, *face), faces)), partial(_faces, material))


def network_alone(material: Material) -> Work:
    from inference.embedding.embedder import load_embedder

    return _network(material, lambda shape, tensors: load_embedder(shape, tensors, "cpu"))


def opencv_detect(material: Material) -> Work:
    """YuNet as OpenCV runs it."""
    import cv2

    from models.yunet import YUNET

    network = cv2.FaceDetectorYN.create(str(material.weights / YUNET.name), "", (640, 640), 0.6)

    def detect(pictures: Sequence[Any]) -> None:
        for pixels in pictures:
            scale = min(1.0, 640 / max(pixels.shape[:2]))
            small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
            network.setInputSize(small.shape[1::-1])
            network.detect(cv2.cvtColor(small, cv2.COLOR_RGB2BGR))

    return Work(detect, _pixels)


def torch_network(material: Material) -> Work:
    """The networks as torch runs them."""
    import torch

    from inference.embedding.embedder import Embedder
    from inference.embedding.torch_body import TorchBody

    def build(shape: Architecture, tensors: dict[str, Any]) -> Embedder:
        network: Any = shape.build_body(False)
        network.load_state_dict({name: torch.from_numpy(values) for name, values in tensors.items()})
        bodies = [(body, network[body.name] if shape.parts else network) for body, _ in shape.bodies]
        return Embedder(shape, [TorchBody(body, own, "cpu") for body, own in bodies])

    return _network(material, build)


def _network(material: Material, build: Callable[[Any, Any], Any]) -> Work:
    from inference.embedding.embedder import views

    shape = _shape(material)
    by = build(shape, _body(material))
    return Work(by.probe_features, lambda photos: [views(shape, *face) for face in _faces(material, photos)])


def _pixels(photos: Sequence[bytes]) -> list[Any]:
    from inference.decoding.photo import decode

    return [decode(photo).pixels for photo in photos]


def _faces(material: Material, photos: Sequence[bytes]) -> list[Any]:
    """The pixels of each photo with each face in them."""
    from inference.faces.detectors import load_detector
    from inference.faces.finding import find_faces

    detector = load_detector(material.weights)
    return [(pixels, face) for pixels in _pixels(photos) for face in find_faces(detector, pixels)]


def _shape(material: Material) -> Architecture:
    from models.architectures import architecture
    from models.card import Card

    return architecture(Card.read(_champion(material) / "card.json").architecture)


def _body(material: Material) -> dict[str, Any]:
    from safetensors.numpy import load_file

    tensors = load_file(_champion(material) / "weights.safetensors")
    return {name.removeprefix("body."): values for name, values in tensors.items() if name.startswith("body.")}


def _recognizer(material: Material) -> Recognizer:
    from inference.faces.detectors import load_detector
    from inference.recognizer import Recognizer

    return Recognizer.load(_champion(material), load_detector(material.weights), "cpu")


def _champion(material: Material) -> Path:
    models = material.home / "models"
    return models / (models / "current").read_text().strip()


class _Worker:
    """A process that does one way's work when it is asked to."""

    def __init__(self, way: Way, material: Material) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, way, material), daemon=True)
        self._process.start()

    def ask(self, photos: Sequence[bytes]) -> tuple[float, Any]:
        """Seconds that it took, and what came of it where that is a list of numbers."""
        self._pipe.send(photos)
        answer: tuple[float, Any] = self._pipe.recv()
        return answer

    def end(self) -> None:
        self._pipe.send(None)
        self._process.join()


def _serve(pipe: Connection, way: Way, material: Material) -> None:
    work = way(material)
    prepared: dict[tuple[bytes, ...], Any] = {}
    while (photos := pipe.recv()) is not None:
        key = tuple(photos)
        if key not in prepared:
            prepared[key] = work.prepare(photos)
        start = time.perf_counter()
        result = work.do(prepared[key])
        pipe.send((time.perf_counter() - start, result if way is one_by_one else None))


def _rounds(workers: dict[str, _Worker], photos: Sequence[bytes], say: Say) -> dict[str, list[float]]:
    """Seconds for all photos, in each round, of each way; the first slice once more before, to warm up."""
    slices = [photos[start : start + _SLICE] for start in range(0, len(photos), _SLICE)]
    for worker in workers.values():
        worker.ask(slices[0])
    taken: dict[str, list[float]] = {name: [] for name in workers}
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS}")
        sums = dict.fromkeys(workers, 0.0)
        for part in slices:
            for name, worker in workers.items():
                sums[name] += worker.ask(part)[0]
        for name, total in sums.items():
            taken[name].append(total)
    return taken
