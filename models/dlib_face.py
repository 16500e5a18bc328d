"""dlib's face network, ResNet-29, ported to torch.

The network and its weights are Davis King's (CC0), `dlib_face_recognition_resnet_model_v1.dat`: 150×150 RGB in,
128 numbers out, trained on three million faces so that two photos of one person lie within 0.6; 99.38 % on LFW.
The architecture follows dlib's `dnn_face_recognition_ex.cpp`.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from models.face_layout import STAGES
from models.weights import package_file

_WEIGHTS = "dlib_face_recognition_resnet_model_v1.dat"


class Affine(nn.Module):
    """A batch norm frozen at dlib's export: one scale and one shift a channel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(channels))
        self.beta = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gamma[:, None, None] + self.beta[:, None, None]


class Block(nn.Module):
    """Two 3×3 convolutions beside a shortcut; a halving block averages 2×2 on the shortcut."""

    def __init__(self, inputs: int, outputs: int, *, halve: bool) -> None:
        super().__init__()
        self.halve = halve
        self.conv1 = nn.Conv2d(inputs, outputs, 3, 2 if halve else 1, 0 if halve else 1)
        self.affine1 = Affine(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1)
        self.affine2 = Affine(outputs)

    def forward(self, x: Tensor) -> Tensor:
        y = self.affine2(self.conv2(F.relu(self.affine1(self.conv1(x)))))
        if self.halve:
            x = F.avg_pool2d(x, 2)
        return F.relu(_padded_sum(x, y))


def _padded_sum(x: Tensor, y: Tensor) -> Tensor:
    """dlib's `add_prev`: the smaller operand is padded with zeros at the end of channels, height and width."""
    if x.shape == y.shape:
        return x + y
    channels, height, width = (max(a, b) for a, b in zip(x.shape[1:], y.shape[1:], strict=True))

    def padded(t: Tensor) -> Tensor:
        return F.pad(t, (0, width - t.shape[3], 0, height - t.shape[2], 0, channels - t.shape[1]))

    return padded(x) + padded(y)


class DlibFace(nn.Module):
    """Aligned faces `(N, 3, 150, 150)`, normalised by `face_layout` → embeddings `(N, 128)` of any length."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 32, 7, 2), Affine(32), nn.ReLU(), nn.MaxPool2d(3, 2))
        stages = []
        inputs = 32
        for number, (outputs, blocks) in enumerate(STAGES):
            stages.append(
                nn.Sequential(
                    *(Block(inputs if i == 0 else outputs, outputs, halve=i == 0 and number > 0) for i in range(blocks))
                )
            )
            inputs = outputs
        self.stages = nn.Sequential(*stages)
        self.embed = nn.Linear(256, 128, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stages(self.stem(x))
        embeddings: Tensor = self.embed(x.mean((2, 3)))
        return embeddings


def load_pretrained() -> DlibFace:
    """The network with dlib's own weights. Raises `WeightsMissing`."""
    network = DlibFace()
    read_dat(network, package_file(_WEIGHTS))
    return network.eval()


def read_dat(network: DlibFace, file: Path) -> None:
    """Fill `network` from dlib's serialised one.

    Behind each layer's tag stands one tensor: a version, four dimensions, then little-endian float32; the layers come
    in the order of the forward pass, a convolution's filters before its biases, an affine's gammas before its betas. An
    integer is one byte that holds a count n in its low four bits, then n bytes.
    """
    data = file.read_bytes()
    with torch.no_grad():
        convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
        for layer, values in zip(convolutions, _tensors(data, b"con_4"), strict=True):
            split = layer.weight.numel()
            layer.weight.copy_(torch.from_numpy(values[:split]).view_as(layer.weight))
            assert layer.bias is not None
            layer.bias.copy_(torch.from_numpy(values[split:]))
        affines = [module for module in network.modules() if isinstance(module, Affine)]
        for affine, values in zip(affines, _tensors(data, b"affine_"), strict=True):
            affine.gamma.copy_(torch.from_numpy(values[: len(affine.gamma)]))
            affine.beta.copy_(torch.from_numpy(values[len(affine.gamma) :]))
        (matrix,) = _tensors(data, b"fc_2", integers_before=2)
        network.embed.weight.copy_(torch.from_numpy(matrix).view(256, 128).T)


def _tensors(data: bytes, tag: bytes, integers_before: int = 0) -> list[NDArray[np.float32]]:
    found = []
    start = data.find(tag)
    while start >= 0:
        position = start + len(tag)
        for _ in range(integers_before + 1):
            _, position = _integer(data, position)
        count = 1
        for _ in range(4):
            dimension, position = _integer(data, position)
            count *= dimension
        found.append(np.frombuffer(data, "<f4", count, position).copy())
        start = data.find(tag, position + 4 * count)
    return found


def _integer(data: bytes, position: int) -> tuple[int, int]:
    count = data[position] & 15
    return int.from_bytes(data[position + 1 : position + 1 + count], "little"), position + 1 + count
