"""The face network as a graph for the CPU: what `models.dlib_face` computes, affines folded in."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino import Node
from openvino import opset13 as ops

from models.face_layout import MEAN, SCALE, SIZE, STAGES

Tensors = Mapping[str, NDArray[np.float32]]


def face_graph(tensors: Tensors) -> openvino.Model:
    """Crops `(N, 150, 150, 3)` of bytes, RGB → embeddings `(N, 128)`, by the `state_dict` of `DlibFace`.

    Raises:
        KeyError: a tensor is missing.
    """
    crops = ops.parameter([-1, SIZE, SIZE, 3], np.uint8)
    x = ops.transpose(ops.convert(crops, "f32"), np.array([0, 3, 1, 2]))
    x = ops.divide(ops.subtract(x, _constant(np.reshape(MEAN, (1, 3, 1, 1)))), _constant(SCALE))
    x = ops.relu(_convolved(x, tensors, "stem.0", "stem.1", stride=2, padding=0))
    x = ops.max_pool(x, [2, 2], [1, 1], [0, 0], [0, 0], [3, 3]).output(0)
    for number, (_, blocks) in enumerate(STAGES):
        for block in range(blocks):
            x = _block(x, tensors, f"stages.{number}.{block}", halve=number > 0 and block == 0)
    pooled = ops.reduce_mean(x, np.array([2, 3]))
    embeddings = ops.matmul(pooled, _constant(tensors["embed.weight"]), False, True)
    return openvino.Model([embeddings], [crops], "face")


def _block(x: Node, tensors: Tensors, name: str, *, halve: bool) -> Node:
    stride, padding = (2, 0) if halve else (1, 1)
    y = ops.relu(_convolved(x, tensors, f"{name}.conv1", f"{name}.affine1", stride=stride, padding=padding))
    y = _convolved(y, tensors, f"{name}.conv2", f"{name}.affine2", stride=1, padding=1)
    if halve:
        x = ops.avg_pool(x, [2, 2], [0, 0], [0, 0], [2, 2], exclude_pad=True)
    return ops.relu(_padded_sum(x, y))


def _convolved(x: Node, tensors: Tensors, convolution: str, affine: str, *, stride: int, padding: int) -> Node:
    gamma, beta = tensors[f"{affine}.gamma"], tensors[f"{affine}.beta"]
    filters = tensors[f"{convolution}.weight"] * gamma[:, None, None, None]
    bias = tensors[f"{convolution}.bias"] * gamma + beta
    convolved = ops.convolution(x, _constant(filters), [stride] * 2, [padding] * 2, [padding] * 2, [1, 1])
    return ops.add(convolved, _constant(bias[None, :, None, None]))


def _padded_sum(x: Node, y: Node) -> Node:
    """See `models.dlib_face`: the smaller operand gets zeros at the end of channels, height and width."""
    shapes = [np.array([size.get_length() for size in list(_shape(one))[1:]]) for one in (x, y)]
    largest = np.maximum(*shapes)
    return ops.add(*(_padded(one, largest - shape) for one, shape in zip((x, y), shapes, strict=True)))


def _padded(x: Node, missing: NDArray[np.int64]) -> Node:
    if not missing.any():
        return x
    return ops.pad(x, np.zeros(4, np.int64), np.concatenate([[0], missing]), "constant", _constant(0.0))


def _shape(x: Node) -> Any:
    return x.get_output_partial_shape(0) if isinstance(x, Node) else x.get_partial_shape()


def _constant(values: Any) -> Node:
    return ops.constant(np.asarray(values, np.float32))
