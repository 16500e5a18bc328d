"""A network of one's own on the CPU, through OpenVINO: read, looked over, and made to take faces as we have them."""

from pathlib import Path
from typing import Final

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino.frontend import FrontEndManager
from openvino.preprocess import ColorFormat, PrePostProcessor

from models import wording
from models.graph import Graph
from models.own_network.network import FEEDINGS, OwnNetwork, UnusableNetwork

SIZE: Final = 112
"""Side of the aligned face that it takes, in pixels."""

_FEWEST_NUMBERS: Final = 32
"""That tell a face: what has fewer outputs tells ages or smiles."""

_SAME: Final = 1e-3
"""By how much the numbers of one face may differ, at length one."""

_ALIKE: Final = 0.9999
"""Cosine from which pictures that have nothing in common are no different to a network."""


class OwnGraph:
    """Crops `(N, 112, 112, 3)` of bytes, RGB → embeddings `(N, D)`, by the network in a file.

    Raises `UnusableNetwork` where it takes or gives something else.
    """

    def __init__(self, file: Path, own: OwnNetwork) -> None:
        if not FrontEndManager().load_by_framework("onnx").supported(str(file)):
            raise UnusableNetwork(wording.not_onnx())  # other readers would try, and print what they make of it
        try:
            model = openvino.Core().read_model(file)
        except RuntimeError:
            raise UnusableNetwork(wording.not_onnx()) from None
        layout, self.at_once = _input_of(model)
        try:
            batch = 1 if self.at_once == 1 else -1
            model.reshape([batch, 3, SIZE, SIZE] if layout == "NCHW" else [batch, SIZE, SIZE, 3])
            self._graph = Graph(_taking_bytes(model, layout, own))
        except RuntimeError:
            raise UnusableNetwork(wording.cannot_be_run()) from None

    def __call__(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self._graph(crops)[0]


def require_usable(file: Path) -> None:
    """Try the network in `file` out. Raises `UnusableNetwork`: it is nothing that could tell faces apart."""
    pictures = _pictures()
    for number, feeding in enumerate(FEEDINGS):
        graph = OwnGraph(file, OwnNetwork("", feeding))
        try:
            alone = np.concatenate([graph(pictures[i : i + 1]) for i in range(len(pictures))])
            if number == 0:
                _require_the_same(alone, np.concatenate([graph(pictures[i : i + 1]) for i in range(len(pictures))]))
                if graph.at_once > 1:
                    _require_the_same_in_company(alone, graph(pictures))
        except RuntimeError:
            raise UnusableNetwork(wording.cannot_be_run()) from None
        if np.isfinite(alone).all() and (_unit(alone) @ _unit(alone).T).min() < _ALIKE:
            return
    raise UnusableNetwork(wording.all_faces_alike())


def _input_of(model: openvino.Model) -> tuple[str, int]:
    """The order of the input's axes, and how many faces it is best given at once."""
    if len(model.inputs) != 1:
        raise UnusableNetwork(wording.several_inputs(len(model.inputs)))
    shape = model.input().get_partial_shape()
    sizes = [None if size.is_dynamic else size.get_length() for size in shape] if shape.rank.is_static else []
    if not model.input().get_element_type().is_real() or len(sizes) != 4:
        raise UnusableNetwork(wording.not_a_face_as_input(SIZE))
    if sizes[1] == 3 and set(sizes[2:]) <= {None, SIZE}:
        layout = "NCHW"
    elif sizes[3] == 3 and set(sizes[1:3]) <= {None, SIZE}:
        layout = "NHWC"
    else:
        raise UnusableNetwork(wording.not_a_face_as_input(SIZE))
    if sizes[0] not in (None, 1):
        raise UnusableNetwork(wording.fixed_batch(sizes[0]))
    return layout, 1 if sizes[0] == 1 else 8  # as for the other face networks: see `GraphBody`


def _taking_bytes(model: openvino.Model, layout: str, own: OwnNetwork) -> openvino.Model:
    results = [result for result in model.get_results() if _is_embedding(result.input(0))]
    if len(results) != 1:
        raise UnusableNetwork(wording.no_embedding(len(results), _FEWEST_NUMBERS))
    steps = PrePostProcessor(openvino.Model(results, model.get_parameters(), "own"))
    steps.input().tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    steps.input().tensor().set_color_format(ColorFormat.RGB)
    steps.input().model().set_layout(openvino.Layout(layout))
    pixels = steps.input().preprocess().convert_element_type(openvino.Type.f32)
    if own.feeding.startswith("bgr"):
        pixels = pixels.convert_color(ColorFormat.BGR)
    pixels.mean(own.mean).scale(own.scale)
    steps.output().tensor().set_element_type(openvino.Type.f32)
    return steps.build()


def _is_embedding(output: openvino.Input) -> bool:
    shape = output.get_partial_shape()
    if not output.get_element_type().is_real() or shape.rank.is_dynamic or len(shape) != 2:
        return False
    return bool(shape[1].is_static and shape[1].get_length() >= _FEWEST_NUMBERS)


def _pictures() -> NDArray[np.uint8]:
    """Three that have nothing in common: `(3, 112, 112, 3)`."""
    patches = np.random.default_rng(0).integers(0, 256, (3, 7, 7, 3), np.uint8)
    return patches.repeat(SIZE // 7, 1).repeat(SIZE // 7, 2)


def _require_the_same(first: NDArray[np.float32], second: NDArray[np.float32]) -> None:
    if np.abs(_unit(first) - _unit(second)).max() > _SAME:
        raise UnusableNetwork(wording.not_deterministic())


def _require_the_same_in_company(alone: NDArray[np.float32], together: NDArray[np.float32]) -> None:
    if alone.shape != together.shape or np.abs(_unit(alone) - _unit(together)).max() > _SAME:
        raise UnusableNetwork(wording.otherwise_in_company())


def _unit(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(embeddings, axis=1, keepdims=True)
    return np.asarray(embeddings / np.maximum(lengths, 1e-12), np.float32)
