"""Networks written to ONNX files. The format is protobuf, of which a few lines are enough: no package is needed."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.mobilefacenet_layout import BLOCKS, MEAN, SCALE
from models.mobilefacenet_weights import read_tensors
from models.own_network.network import Feeding

Size = int | str
"""Of an axis: a number, or the name of one that may be anything."""

_TYPES = {"float32": 1, "uint8": 2, "int64": 7, "float16": 10}
_FLOAT, _INT, _TENSOR, _INTS = 1, 2, 4, 7


@dataclass
class OnnxFile:
    """A graph under construction: `node` adds an operation and returns the name of what it gives."""

    inputs: list[tuple[str, str, Sequence[Size]]] = field(default_factory=list)
    outputs: list[tuple[str, str, Sequence[Size]]] = field(default_factory=list)
    nodes: list[bytes] = field(default_factory=list)
    constants: list[bytes] = field(default_factory=list)

    def constant(self, values: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(_tensor(name, np.asarray(values)))
        return name

    def node(self, operation: str, *inputs: str, **attributes: Any) -> str:
        name = f"n{len(self.nodes)}"
        parts = [_text(1, one) for one in inputs] + [_text(2, name), _text(4, operation)]
        parts += [_message(5, _attribute(key, value)) for key, value in attributes.items()]
        self.nodes.append(b"".join(parts))
        return name

    def write(self, file: Path) -> Path:
        graph = b"".join(_message(1, node) for node in self.nodes) + _text(2, "network")
        graph += b"".join(_message(5, constant) for constant in self.constants)
        graph += b"".join(_message(11, _value(*one)) for one in self.inputs)
        graph += b"".join(_message(12, _value(*one)) for one in self.outputs)
        file.write_bytes(_number(1, 8) + _message(8, _text(1, "") + _number(2, 13)) + _message(7, graph))
        return file


def _varint(value: int) -> bytes:
    value &= 2**64 - 1
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def _number(tag: int, value: int) -> bytes:
    return _varint(tag << 3) + _varint(value)


def _message(tag: int, content: bytes) -> bytes:
    return _varint(tag << 3 | 2) + _varint(len(content)) + content


def _text(tag: int, text: str) -> bytes:
    return _message(tag, text.encode())


def _tensor(name: str, values: NDArray[Any]) -> bytes:
    sizes = b"".join(_number(1, size) for size in values.shape)
    content = np.ascontiguousarray(values).tobytes()
    return sizes + _number(2, _TYPES[values.dtype.name]) + _text(8, name) + _message(9, content)


def _attribute(name: str, value: Any) -> bytes:
    if isinstance(value, float):
        return _text(1, name) + _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, _FLOAT)
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _INT)
    return _text(1, name) + b"".join(_number(8, one) for one in value) + _number(20, _INTS)


def _value(name: str, kind: str, sizes: Sequence[Size]) -> bytes:
    axes = b"".join(_message(1, _number(1, one) if isinstance(one, int) else _text(2, one)) for one in sizes)
    return _text(1, name) + _message(2, _message(1, _number(1, _TYPES[kind]) + _message(2, axes)))


def small_network(
    file: Path, *, batch: Size = "faces", feeding: Feeding = "rgb", channels_last: bool = False, numbers: int = 64
) -> Path:
    """One layer of fixed random weights, which tells colours in places apart."""
    onnx, size = OnnxFile(), 112
    onnx.inputs = [("face", "float32", [batch, size, size, 3] if channels_last else [batch, 3, size, size])]
    pixels = onnx.node("Transpose", "face", perm=[0, 3, 1, 2]) if channels_last else "face"
    pixels = _as_rgb(onnx, pixels, feeding, 127.5, 127.5)
    filters = np.random.default_rng(1).normal(size=(8, 3, 28, 28)).astype(np.float32) / 28
    y = onnx.node("Conv", pixels, onnx.constant(filters), strides=[28, 28])
    y = onnx.node("Flatten", onnx.node("Relu", y), axis=1)
    weights = np.random.default_rng(2).normal(size=(128, numbers)).astype(np.float32)
    onnx.outputs = [(onnx.node("MatMul", y, onnx.constant(weights)), "float32", [batch, numbers])]
    return onnx.write(file)


def mobilefacenet(file: Path, weights: Path, *, batch: Size = "faces", feeding: Feeding = "rgb") -> Path:
    """MobileFaceNet as its torch port computes it, by the published files in `weights`; fed in one of our ways."""
    tensors, onnx = read_tensors(weights), OnnxFile()
    onnx.inputs = [("face", "float32", [batch, 3, 112, 112])]
    x = _as_rgb(onnx, "face", feeding, MEAN, SCALE)
    x = _convolved(onnx, x, tensors, "stem.0", halves=True)
    x = _convolved(onnx, _convolved(onnx, x, tensors, "stem.1", depthwise=True), tensors, "stem.2")
    for number, block in enumerate(BLOCKS):
        y = _convolved(onnx, x, tensors, f"blocks.{number}.expand")
        y = _convolved(onnx, y, tensors, f"blocks.{number}.depthwise", halves=block.halves, depthwise=True)
        y = _convolved(onnx, y, tensors, f"blocks.{number}.project")
        x = y if block.halves else onnx.node("Add", x, y)
    x = _convolved(onnx, x, tensors, "last")
    x = _convolved(onnx, _convolved(onnx, x, tensors, "embed.0", depthwise=True), tensors, "embed.1")
    x = onnx.node("Flatten", _convolved(onnx, x, tensors, "embed.2"), axis=1)
    onnx.outputs = [(x, "float32", [batch, 192])]
    return onnx.write(file)


def _as_rgb(onnx: OnnxFile, pixels: str, feeding: Feeding, mean: float, scale: float) -> str:
    """What a graph begins with that is fed in this way and goes on with RGB, less `mean`, divided by `scale`."""
    if feeding.startswith("bgr"):
        pixels = onnx.node("Gather", pixels, onnx.constant(np.array([2, 1, 0])), axis=1)
    if not feeding.endswith("raw"):
        return onnx.node("Mul", pixels, onnx.constant(np.float32(127.5 / scale)))
    centred = onnx.node("Sub", pixels, onnx.constant(np.float32(mean)))
    return onnx.node("Div", centred, onnx.constant(np.float32(scale)))


def _convolved(
    onnx: OnnxFile,
    x: str,
    tensors: Mapping[str, NDArray[np.float32]],
    name: str,
    *,
    halves: bool = False,
    depthwise: bool = False,
) -> str:
    filters = tensors[f"{name}.conv.weight"]
    size = filters.shape[-1]
    before = size // 2 if size < 7 and not halves else 0
    y = onnx.node(
        "Conv",
        x,
        onnx.constant(filters),
        onnx.constant(tensors[f"{name}.conv.bias"]),
        strides=[2 if halves else 1] * 2,
        pads=[before, before, before + halves, before + halves],
        group=len(filters) if depthwise else 1,
    )
    slopes = tensors.get(f"{name}.prelu.weight")
    return y if slopes is None else onnx.node("PRelu", y, onnx.constant(slopes.reshape(-1, 1, 1)))
