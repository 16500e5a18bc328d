"""The two face detectors: YuNet where its weights are, else dlib's HOG."""

import threading
from collections.abc import Sequence
from copy import copy
from functools import cache
from pathlib import Path
from typing import Final

import cv2
import dlib
import numpy as np
import openvino
from openvino.preprocess import ColorFormat, PrePostProcessor

from foundation.box import Box
from inference.faces.alignment import landmark_predictor
from inference.faces.finding import Face, FaceDetector, Pixels
from models.graph import Floats, Graph
from models.yunet import YUNET


def load_detector(weights: Path) -> FaceDetector:
    """YuNet when its file lies in the folder `weights`, whole, else dlib's HOG."""
    file = YUNET.file(weights)
    return YuNet(file) if file else Hog()


class YuNet:
    """YuNet (Wu et al. 2023): five landmarks, eyes, nose tip and mouth corners; Apache-2.0 weights.

    What its outputs mean, and the values below, are as in OpenCV's `FaceDetectorYN`, which takes 1.6 times as long.
    """

    name = "yunet"
    sure = 0.9  # of portraits, 95 % score .92 and more upright, and none above .91 when turned
    glance = 256
    hint = 0.1  # 20 of 21 faces 19 pixels wide score more, 14 of 21 that are 13 wide, and in 52 of 64 portraits nothing
    least = 0.6
    _OVERLAP = 0.3
    _SIDE = 640
    _LEAST = 20  # in narrower pictures it sees faces that are not there, and not the same ones each time
    _STRIDES: Final = (8, 16, 32)
    _STEP: Final = 64  # of the sides; 32 would do, and take memory and preparation for 1.6 times as many shapes

    def __init__(self, weights: Path) -> None:
        self._graph = Graph(_yunet_graph(weights))

    def detect(self, pixels: Pixels) -> list[Face]:
        return [face for face in self.hints(pixels) if face.score >= self.least]

    def hints(self, pixels: Pixels) -> list[Face]:
        height, width = pixels.shape[:2]
        scale = min(1.0, self._SIDE / max(height, width))
        return self._seen(pixels, (max(1, round(width * scale)), max(1, round(height * scale))), self.hint)

    def detect_on_tile(self, pixels: Pixels) -> list[Face]:
        return self._seen(pixels, (pixels.shape[1], pixels.shape[0]), self.least)

    def _seen(self, pixels: Pixels, size: tuple[int, int], least: float) -> list[Face]:
        """The faces that score at least so much where the picture is looked at in that size, width and height."""
        height, width = pixels.shape[:2]
        if min(size) < self._LEAST:
            return []
        small = _scaled(pixels, size) if size != (width, height) else pixels
        stretch = np.array([width / size[0], height / size[1]], np.float32)
        rows = self._rows(small, least)
        rows = rows[np.isfinite(rows).all(1)]  # in a picture a few pixels wide it finds faces of no size at all
        faces = []
        for row in rows[np.argsort(-rows[:, 14], kind="stable")]:
            left, top = row[0:2] * stretch
            box_width, box_height = row[2:4] * stretch
            box = Box.clipped(left, top, left + box_width, top + box_height, width, height)
            faces.append(Face(box, row[4:14].reshape(5, 2) * stretch, "yunet", float(row[14])))
        return [face for face in faces if face.box.area > 0]

    def _rows(self, pixels: Pixels, least: float) -> Floats:
        """Left, top, width, height, five points and score of each face: `(F, 15)`, in pixels."""
        height, width = pixels.shape[:2]
        padded = cv2.copyMakeBorder(pixels, 0, -height % self._STEP, 0, -width % self._STEP, cv2.BORDER_CONSTANT)
        outputs = self._graph(padded[None])
        rows = np.concatenate(
            [
                self._candidates(outputs[number :: len(self._STRIDES)], stride, padded.shape[1] // stride, least)
                for number, stride in enumerate(self._STRIDES)
            ]
        )
        if len(rows) < 2:
            return rows
        boxes = rows[:, :4].astype(np.int32).tolist()
        return rows[np.asarray(cv2.dnn.NMSBoxes(boxes, rows[:, 14].tolist(), least, self._OVERLAP), np.int64)]

    def _candidates(self, outputs: Sequence[Floats], stride: int, columns: int, least: float) -> Floats:
        """What the cells of one stride say, where they are sure enough: `(C, 15)`."""
        chance, presence, box, points = (output[0] for output in outputs)
        score = np.sqrt(np.clip(chance[:, 0], 0, 1) * np.clip(presence[:, 0], 0, 1))
        (cells,) = np.nonzero(score >= least)
        if not len(cells):
            return _NOTHING
        origin = np.stack([cells % columns, cells // columns], 1).astype(np.float32)
        size = np.exp(box[cells, 2:]) * stride
        corner = (origin + box[cells, :2]) * stride - size / 2
        landmarks = (points[cells].reshape(-1, 5, 2) + origin[:, None]) * stride
        return np.concatenate([corner, size, landmarks.reshape(-1, 10), score[cells, None]], axis=1)


_NOTHING: Final = np.zeros((0, 15), np.float32)


def _yunet_graph(weights: Path) -> openvino.Model:
    """Pictures `(1, height, width, 3)` of bytes, RGB, sides multiples of 32."""
    model = openvino.Core().read_model(weights)
    model.reshape([1, 3, -1, -1])
    steps = PrePostProcessor(model)
    steps.input().tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC")).set_color_format(
        ColorFormat.RGB
    )
    steps.input().preprocess().convert_color(ColorFormat.BGR).convert_element_type(openvino.Type.f32)
    steps.input().model().set_layout(openvino.Layout("NCHW"))
    return steps.build()


class Hog:
    """dlib's HOG detector with one upsampling, and its five landmarks: corners of the eyes and the nose's base.

    Needs no download; sees fewer faces than YuNet (.86 against .99 of full photos) and takes five times as long.
    """

    name = "hog"
    sure = 0.5
    glance = 512
    _SIDE = 800

    def __init__(self) -> None:
        self._detector = copy(_frontal_detector())
        self._predictor = landmark_predictor()
        self._one_at_a_time = threading.Lock()

    def detect(self, pixels: Pixels) -> list[Face]:
        height, width = pixels.shape[:2]
        scale = min(1.0, self._SIDE / max(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = _scaled(pixels, size) if scale < 1 else pixels
        small = small.copy()  # dlib minds strides that numpy calls contiguous in a picture one pixel wide
        with self._one_at_a_time:
            rectangles, scores, _ = self._detector.run(small, 1, 0.0)
        stretch = np.array([width / size[0], height / size[1]], np.float32)
        faces = []
        for rectangle, score in zip(rectangles, scores, strict=True):
            shape = self._predictor(small, rectangle)
            landmarks = np.array([(point.x, point.y) for point in shape.parts()], np.float32) * stretch
            (left, top), (right, bottom) = (
                np.array([rectangle.left(), rectangle.top()]) * stretch,
                np.array([rectangle.right(), rectangle.bottom()]) * stretch,
            )
            faces.append(Face(Box.clipped(left, top, right, bottom, width, height), landmarks, "dlib5", float(score)))
        return [face for face in faces if face.box.area > 0]


@cache
def _frontal_detector() -> dlib.fhog_object_detector:
    """dlib takes half a second to unpack it, and a millisecond to copy it."""
    return dlib.get_frontal_face_detector()


def _scaled(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
