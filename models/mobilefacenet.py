"""MobileFaceNet in torch: the second network beside dlib's."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models import wording
from models.mobilefacenet_layout import BLOCKS, DIMENSIONS, LAST, SIZE, STEM, Block
from models.mobilefacenet_weights import read_tensors
from models.weights import WeightsMissing


class Convolution(nn.Module):
    """A convolution, most often with a PReLU behind it. Where it halves, the border is TensorFlow's: at the end."""

    def __init__(
        self, inputs: int, outputs: int, size: int, *, halves: bool = False, depthwise: bool = False, prelu: bool = True
    ) -> None:
        super().__init__()
        padding = size // 2 if size < 7 and not halves else 0
        groups = inputs if depthwise else 1
        self.conv = nn.Conv2d(inputs, outputs, size, 2 if halves else 1, padding, groups=groups)
        self.prelu = nn.PReLU(outputs) if prelu else nn.Identity()
        self._border = 1 if halves else 0

    def forward(self, x: Tensor) -> Tensor:
        activated: Tensor = self.prelu(self.conv(F.pad(x, (0, self._border, 0, self._border))))
        return activated


class Bottleneck(nn.Module):
    """See `mobilefacenet_layout.Block`."""

    def __init__(self, inputs: int, block: Block) -> None:
        super().__init__()
        self.expand = Convolution(inputs, block.inner, 1)
        self.depthwise = Convolution(block.inner, block.inner, 3, halves=block.halves, depthwise=True)
        self.project = Convolution(block.inner, block.outputs, 1, prelu=False)
        self._adds = not block.halves

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.project(self.depthwise(self.expand(x)))
        return x + y if self._adds else y


class MobileFaceNet(nn.Module):
    """Aligned faces `(N, 3, 112, 112)`, normalised by `mobilefacenet_layout` → embeddings `(N, 192)` of any length."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            Convolution(3, STEM, 3, halves=True),
            Convolution(STEM, STEM, 3, depthwise=True),
            Convolution(STEM, STEM, 1, prelu=False),
        )
        inputs = [STEM, *(block.outputs for block in BLOCKS)]
        self.blocks = nn.Sequential(*(Bottleneck(*pair) for pair in zip(inputs[:-1], BLOCKS, strict=True)))
        self.last = Convolution(inputs[-1], LAST, 1)
        self.embed = nn.Sequential(
            Convolution(LAST, LAST, SIZE // 16, depthwise=True, prelu=False),
            Convolution(LAST, LAST, 1, prelu=False),
            Convolution(LAST, DIMENSIONS, 1, prelu=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        embeddings: Tensor = self.embed(self.last(self.blocks(self.stem(x)))).flatten(1)
        return embeddings


def load_pretrained(folder: Path | None) -> MobileFaceNet:
    """The network with its published weights, by the files in `folder`. Raises `WeightsMissing`."""
    if folder is None:
        raise WeightsMissing(wording.second_network_needed())
    network = MobileFaceNet()
    network.load_state_dict({name: torch.from_numpy(values) for name, values in read_tensors(folder).items()})
    return network.eval()
