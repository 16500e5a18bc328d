"""Where the networks run."""

import ctypes
import sys
from typing import Final, Literal, TypeAlias

from inference import wording

Device: TypeAlias = Literal["cpu", "cuda", "mps"]

_DRIVERS: Final = ("libcuda.so.1", "nvcuda.dll")


class DeviceMissing(ValueError):
    """The GPU that was asked for is not there."""


def choose_device(name: str) -> Device:
    """`auto` is CUDA where there is a GPU, else Apple's, else the CPU. Raises `DeviceMissing`.

    torch, which takes seconds to import, is asked only where something speaks for a GPU.
    """
    if name == "cpu" or (name == "auto" and not _may_have_a_gpu()):
        return "cpu"
    import torch

    if name in ("cuda", "auto") and torch.cuda.is_available():
        return "cuda"
    if name in ("mps", "auto") and torch.backends.mps.is_available():
        return "mps"
    if name == "cuda":
        raise DeviceMissing(wording.no_nvidia_gpu())
    if name == "mps":
        raise DeviceMissing(wording.no_apple_gpu())
    return "cpu"


def _may_have_a_gpu() -> bool:
    """Apple's, or one whose driver is installed."""
    if sys.platform == "darwin":
        return True
    for driver in _DRIVERS:
        try:
            ctypes.CDLL(driver)
        except OSError:
            continue
        return True
    return False
