"""Recognition on real photos, where they lie beside this repository: a small part of them, and loose bounds."""

import io
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Final

import cv2
import dlib
import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter

from data.files.library import PhotoLibrary
from foundation.face import RecognizedFace
from foundation.progress import silent
from inference.decoding.photo import decode
from inference.embedding.embedder import embedder, views
from inference.faces.alignment import aligned_face
from inference.faces.detectors import Hog, YuNet, load_detector
from inference.faces.finding import FaceDetector, find_faces, largest
from inference.naming.gallery import unit
from inference.recognizer import Recognizer
from models.architectures import architecture
from models.dlib_face import load_pretrained
from models.network import normalised
from models.registry import Registry
from models.weights import package_file
from training.dataset.labelled import LabelledFile
from training.evaluation.evaluation import Evaluation, evaluate, stranger_photos
from training.run import train

CPU: Final = "cpu"
GROUPS = {"group_1.jpg": 4, "group_2.jpg": 2, "group_3.jpg": 5, "group_4.jpg": 6, "group_5.jpg": 5, "group_6.jpg": 6}


@pytest.fixture(scope="module")
def detector(shared: Path) -> FaceDetector:
    return load_detector(shared / "weights")


def some_of(folder: Path, photos_each: int) -> list[LabelledFile]:
    photos = PhotoLibrary(folder).photos()
    cousins = sorted({photo.cousin for photo in photos})
    return [
        LabelledFile(photo.path, cousin)
        for cousin in cousins
        for photo in islice((photo for photo in photos if photo.cousin == cousin), photos_each)
    ]


def measured(shared: Path, family: str, detector: FaceDetector, network: str = "face") -> Evaluation:
    strangers = stranger_photos(shared / "photos" / "strangers")[:60]
    files = some_of(shared / "photos" / family, 9)
    shape = architecture(network, weights=shared / "weights")
    return evaluate(files, strangers, shape, detector, CPU, silent, folds=3)


def test_the_detector_is_yunet_where_its_weights_lie(detector: FaceDetector) -> None:
    assert isinstance(detector, YuNet)


def test_sports(shared: Path, detector: FaceDetector) -> None:
    """Full photos of seven people, as guests send them."""
    figures = measured(shared, "sports", detector)
    assert figures.photos >= 50
    assert figures.accuracy >= 0.88  # all photos, five folds: .97
    assert figures.tpir_at_far1 is not None
    assert figures.tpir_at_far1 >= 0.6
    assert figures.far_at_threshold is not None
    assert figures.far_at_threshold <= 0.1
    assert figures.ece <= 0.15


def test_relatives(shared: Path, detector: FaceDetector) -> None:
    """Seven members of one family, from childhood to old age."""
    figures = measured(shared, "relatives", detector)
    assert figures.photos >= 50
    assert figures.accuracy >= 0.75  # all photos, five folds: .94
    assert figures.look_alikes_refused >= 0.7  # all photos, five folds: .94
    assert figures.far_at_threshold is not None
    assert figures.far_at_threshold <= 0.1


def test_relatives_by_two_networks(shared: Path, detector: FaceDetector) -> None:
    figures = measured(shared, "relatives", detector, "fused")
    assert figures.accuracy >= 0.78
    assert figures.look_alikes_refused >= 0.6  # of few photos; what others have is asked about
    assert figures.far_at_threshold is not None
    assert figures.far_at_threshold <= 0.1
    assert figures.named_strangers is not None
    assert figures.named_strangers <= figures.far_at_threshold
    assert figures.tpir_at_threshold == pytest.approx(figures.named_known + figures.maybe_known)
    assert figures.ece <= 0.15


def test_the_port_agrees_with_dlib_on_real_faces(shared: Path, detector: FaceDetector) -> None:
    photos = [decode(path.read_bytes()).pixels for path in stranger_photos(shared / "photos" / "strangers")[:6]]
    chips = [aligned_face(pixels, find_faces(detector, pixels)[0]) for pixels in photos]
    original = dlib.face_recognition_model_v1(str(package_file("dlib_face_recognition_resnet_model_v1.dat")))
    theirs = np.array([original.compute_face_descriptor(chip) for chip in chips])
    with torch.inference_mode():
        ours = load_pretrained()(normalised(architecture("face"), torch.from_numpy(np.stack(chips)))).numpy()
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.fixture(scope="module")
def cast(shared: Path, detector: FaceDetector, tmp_path_factory: pytest.TempPathFactory) -> Recognizer:
    """Eight people, enrolled from five grey crops each."""
    registry = Registry(tmp_path_factory.mktemp("cast"))
    files = some_of(shared / "photos" / "cast", 5)
    outcome = train(files, registry, architecture("face"), detector, CPU, silent)
    return Recognizer.load(outcome.folder, detector, CPU)


def guess(recognizer: Recognizer, path: Path) -> tuple[RecognizedFace, ...]:
    return recognizer.recognize([decode(path.read_bytes())])[0]


@pytest.mark.parametrize("name", GROUPS)
def test_groups(shared: Path, cast: Recognizer, name: str) -> None:
    faces = guess(cast, shared / "photos" / "groups" / name)
    assert len(faces) >= GROUPS[name]
    assert all(face.found for face in faces)
    named = [face.cousin for face in faces if face.cousin]
    assert len(named) == len(set(named))
    assert [face.box.left + face.box.right for face in faces] == sorted(
        face.box.left + face.box.right for face in faces
    )


@pytest.mark.parametrize("name", ["landscape.jpg", "mask_blue.jpg", "mask_black.jpg"])
def test_nothing_to_find(shared: Path, cast: Recognizer, name: str) -> None:
    (face,) = guess(cast, shared / "photos" / "no_face" / name)
    assert not face.found
    assert face.cousin is None


def test_turned_strangers_are_embedded_as_upright_ones(shared: Path, detector: FaceDetector) -> None:
    """YuNet sees an upright face in a lying one too, less surely, with landmarks that are all wrong."""
    by = embedder(architecture("face"), load_pretrained(), CPU)
    alike = 0
    for path in stranger_photos(shared / "photos" / "strangers")[:10]:
        upright = decode(path.read_bytes()).pixels
        pictures = [np.ascontiguousarray(np.rot90(upright, quarters)) for quarters in range(4)]
        chips = [views(by.shape, picture, largest(find_faces(detector, picture))) for picture in pictures]
        first, *turned = unit(by.probe_features(chips))
        alike += sum(float(first @ other) > 0.97 for other in turned)
    assert alike >= 27  # of 30


def test_a_turned_photo_is_the_same_person(shared: Path, cast: Recognizer) -> None:
    faces = [guess(cast, shared / "photos" / "turned" / f"r{angle}.jpg") for angle in (0, 90, 180, 270)]
    assert [len(found) for found in faces] == [1, 1, 1, 1]
    assert len({found[0].cousin for found in faces}) == 1
    for (face,) in faces:
        assert face.found
        assert float(face.embedding @ faces[0][0].embedding) > 0.97


@pytest.mark.parametrize(
    ("spoil", "flaw"),
    [
        (lambda image: image.resize((16, 16)), "too_small"),
        (lambda image: image.filter(ImageFilter.GaussianBlur(14)), "too_blurred"),
        (lambda image: image.point(lambda value: value * 0.05), "too_dark"),
    ],
    ids=["small", "blurred", "dark"],
)
def test_what_can_not_be_told_gets_no_name(
    shared: Path, cast: Recognizer, spoil: Callable[[Image.Image], Image.Image], flaw: str
) -> None:
    """Of photos that it was even taught, and whether or not the detector still sees the face."""
    for path in sorted((shared / "photos" / "cast").glob("*/*1.png")):
        file = io.BytesIO()
        spoil(Image.open(path).convert("RGB")).save(file, "PNG")
        (face,) = cast.recognize([decode(file.getvalue())])[0]
        assert (face.cousin, face.flaw) == (None, flaw)


def test_yunet_finds_what_hog_finds(shared: Path, detector: FaceDetector) -> None:
    hog = Hog()
    agreed = 0
    for path in stranger_photos(shared / "photos" / "strangers")[:12]:
        pixels = decode(path.read_bytes()).pixels
        ours, theirs = find_faces(detector, pixels), find_faces(hog, pixels)
        assert all(face.found for face in ours)
        agreed += any(a.box.overlap(b.box) > 0.4 for a in ours for b in theirs)
    assert agreed >= 10


def test_yunet_finds_what_opencv_finds(shared: Path, detector: FaceDetector) -> None:
    """OpenCV's own YuNet is what its outputs are read after."""
    theirs = cv2.FaceDetectorYN.create(str(shared / "weights" / "yunet_n_640_640.onnx"), "", (640, 640), 0.6)
    compared = 0
    for path in sorted((shared / "photos" / "groups").iterdir()):
        pixels = decode(path.read_bytes()).pixels
        height, width = pixels.shape[:2]
        scale = min(1.0, 640 / max(height, width))
        size = (round(width * scale), round(height * scale))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
        # As ours fills it up; what it shows near its edge hangs on that a little.
        filled = cv2.copyMakeBorder(small, 0, -size[1] % 64, 0, -size[0] % 64, cv2.BORDER_CONSTANT)
        theirs.setInputSize(filled.shape[1::-1])
        _, rows = theirs.detect(cv2.cvtColor(filled, cv2.COLOR_RGB2BGR))
        rows = rows[np.argsort(-rows[:, 14])]
        faces = detector.detect(pixels)
        np.testing.assert_allclose([face.score for face in faces], rows[:, 14], atol=1e-4)
        stretch = np.array([width / size[0], height / size[1]])
        for face, row in zip(faces, rows, strict=True):
            assert face.landmarks is not None
            np.testing.assert_allclose(face.landmarks, row[4:14].reshape(5, 2) * stretch, atol=0.01)
            compared += 1
    assert compared > 5


def test_both_alignments_show_nearly_the_same_face(shared: Path, detector: FaceDetector) -> None:
    """The template for YuNet's landmarks was fitted to what dlib's own show."""
    hog = Hog()
    network = load_pretrained()
    shape = architecture("face")
    cosines = []
    for path in stranger_photos(shared / "photos" / "strangers")[:12]:
        pixels = decode(path.read_bytes()).pixels
        ours, theirs = find_faces(detector, pixels), find_faces(hog, pixels)
        if len(ours) == len(theirs) == 1 and ours[0].found and theirs[0].found:
            chips = torch.from_numpy(np.stack([aligned_face(pixels, found[0]) for found in (ours, theirs)]))
            with torch.inference_mode():
                a, b = torch.nn.functional.normalize(network(normalised(shape, chips)), dim=1)
            cosines.append(float(a @ b))
    assert len(cosines) >= 6
    assert np.median(cosines) > 0.96


def test_two_views_are_nearer_to_the_person_than_either(shared: Path, detector: FaceDetector) -> None:
    """What averaging two alignments is for: photos of one person come closer to each other than by either alone."""
    by = embedder(architecture("face"), load_pretrained(), CPU)
    faces = []
    for path in sorted((shared / "photos" / "cast").glob("*/*.png"))[:20]:
        pixels = decode(path.read_bytes()).pixels
        faces.append(views(by.shape, pixels, find_faces(detector, pixels)[0]))
    assert [len(face) for (face,) in faces] == [2] * 20
    people = np.arange(20) // 5
    same = (people[:, None] == people) & ~np.eye(20, dtype=bool)

    def alike(features: np.ndarray) -> float:
        return float((unit(features) @ unit(features).T)[same].mean())

    # Once by one alignment: an embedder mirrors the first of two views back.
    by_yunet, by_dlib = (
        by.probe_features([(np.stack([face[i, :, ::-1], face[i]]),) for (face,) in faces]) for i in (0, 1)
    )
    assert alike(by.probe_features(faces)) > max(alike(by_yunet), alike(by_dlib))


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (3, 2), (2000, 9)])
def test_yunet_survives_odd_shapes(detector: FaceDetector, size: tuple[int, int]) -> None:
    (face,) = find_faces(detector, np.full((*size, 3), 128, np.uint8))
    assert not face.found
