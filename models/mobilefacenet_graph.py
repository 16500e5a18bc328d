"""MobileFaceNet as a graph for the CPU: what `models.mobilefacenet` computes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino import Node
from openvino import opset13 as ops

from models.mobilefacenet_layout import BLOCKS, MEAN, SCALE, SIZE, Block

Tensors = Mapping[str, NDArray[np.float32]]


def mobilefacenet_graph(tensors: Tensors) -> openvino.Model:
    """Crops `(N, 112, 112, 3)` of bytes, RGB → embeddings `(N, 192)`, by the `state_dict` of `MobileFaceNet`.

    Raises:
        KeyError: a tensor is missing.
    """
    crops = ops.parameter([-1, SIZE, SIZE, 3], np.uint8)
    x = ops.transpose(ops.convert(crops, "f32"), np.array([0, 3, 1, 2]))
    x = ops.divide(ops.subtract(x, _constant(MEAN)), _constant(SCALE))
    x = _convolved(x, tensors, "stem.0", halves=True)
    x = _convolved(_convolved(x, tensors, "stem.1", depthwise=True), tensors, "stem.2")
    for number, block in enumerate(BLOCKS):
        x = _bottleneck(x, tensors, f"blocks.{number}", block)
    x = _convolved(x, tensors, "last")
    x = _convolved(_convolved(x, tensors, "embed.0", depthwise=True), tensors, "embed.1")
    x = _convolved(x, tensors, "embed.2")
    embeddings = ops.squeeze(x, np.array([2, 3]))
    return openvino.Model([embeddings], [crops], "mobilefacenet")


def _bottleneck(x: Node, tensors: Tensors, name: str, block: Block) -> Node:
    y = _convolved(x, tensors, f"{name}.expand")
    y = _convolved(y, tensors, f"{name}.depthwise", halves=block.halves, depthwise=True)
    y = _convolved(y, tensors, f"{name}.project")
    return y if block.halves else ops.add(x, y)


def _convolved(x: Node, tensors: Tensors, name: str, *, halves: bool = False, depthwise: bool = False) -> Node:
    filters = tensors[f"{name}.conv.weight"]
    size = filters.shape[-1]
    before = size // 2 if size < 7 and not halves else 0
    strides, begin, end = [2 if halves else 1] * 2, [before] * 2, [before + halves] * 2
    if depthwise:  # groups, outputs and inputs of each, height, width
        y = ops.group_convolution(x, _constant(filters[:, None]), strides, begin, end, [1, 1])
    else:
        y = ops.convolution(x, _constant(filters), strides, begin, end, [1, 1])
    y = ops.add(y, _constant(tensors[f"{name}.conv.bias"][None, :, None, None]))
    slopes = tensors.get(f"{name}.prelu.weight")
    return y if slopes is None else ops.prelu(y, _constant(slopes))


def _constant(values: Any) -> Node:
    return ops.constant(np.asarray(values, np.float32))
