"""The shape of MobileFaceNet (Chen et al. 2018), as sirius-ai/MobileFaceNet_TF trained it; torch and OpenVINO build it.

Every convolution but the last of a block and the last two of all is followed by a PReLU; batch norms are folded.
"""

from typing import Final, NamedTuple

SIZE: Final = 112
"""Side of the aligned face that it takes, in pixels."""

MEAN: Final = 127.5
SCALE: Final = 128.0
"""Taken off each channel, of 0–255, and divided by."""

DIMENSIONS: Final = 192

STEM: Final = 64
"""Channels of the first convolution, which halves, of the depthwise one behind it, and of the 1×1 one behind that."""

LAST: Final = 512
"""Channels before the 7×7 depthwise convolution that takes the place of pooling."""


class Block(NamedTuple):
    """1×1 to `inner` channels, 3×3 depthwise, 1×1 to `outputs`; what goes in is added where the shape stays."""

    inner: int
    outputs: int
    halves: bool


BLOCKS: Final = (
    Block(128, 64, True),
    *[Block(128, 64, False)] * 4,
    Block(256, 128, True),
    *[Block(256, 128, False)] * 6,
    Block(512, 128, True),
    *[Block(256, 128, False)] * 2,
)
