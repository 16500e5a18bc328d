"""On a CUDA GPU: the face network at several precisions and batch sizes, and recognition as guests meet it.

Where there is no GPU nothing is measured. The face network runs as it is served (`inference.embedding.torch_body`:
float32 tensors, TensorFloat-32 convolutions as torch allows them by default) beside what it could be served as.
"""

import asyncio
import itertools
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.figures import Figure, Material, Say, figure
from data.files.library import PhotoLibrary
from inference.decoding.photo import Photo, decode
from inference.device import choose_device
from inference.service import RecognitionService
from models.architectures import architecture
from models.dlib_face import load_pretrained
from models.network import normalised

BATCHES: Final = (1, 8, 64, 256)
"""Crops in one pass."""
GUESTS: Final = 32
PHOTOS: Final = 200
ROUNDS: Final = 5
_SECONDS: Final = 1.0
"""For which a way repeats its batch in one round, to be timed."""
_PEAKS: Final = {"H100": 989e12, "H200": 989e12, "A100": 312e12}
"""Dense half-precision operations a second by NVIDIA's data sheets: the roof for a network this compact."""

_SHAPE: Final = architecture("face")
Pass = Callable[[torch.Tensor], torch.Tensor]


def measure(material: Material, say: Say) -> dict[str, Figure]:
    """Faces a second of each way and batch, photos a second, and how long 32 guests wait."""
    if choose_device("auto") != "cuda":
        say("there is no CUDA GPU here: not measured")
        return {}
    say(torch.cuda.get_device_name())
    return network(torch.device("cuda"), say) | asyncio.run(_guests(material, say))


def network(device: torch.device, say: Say) -> dict[str, Figure]:
    """The network alone, pixels copied from pinned memory and embeddings copied back in every pass."""
    draw = np.random.default_rng(0)
    crops = torch.from_numpy(draw.integers(0, 256, (max(BATCHES), 150, 150, 3), np.uint8))
    pinned = crops.pin_memory() if device.type == "cuda" else crops
    ways = _ways(device)
    truth = _embedded(ways["float32"], crops, device)
    figures = {}
    for name, way in ways.items():
        apart = (_embedded(way, crops, device) - truth).abs().max() / truth.norm(dim=1).mean()
        figures[f"difference_{name}"] = Figure(
            float(apart), float(apart), float(apart), "largest to float32's, by length"
        )
    operations = _operations_a_face(device)
    roof = next((peak for card, peak in _PEAKS.items() if card in _card(device)), None)
    taken: dict[tuple[str, int], list[float]] = {}
    for number, (name, batch) in itertools.product(range(ROUNDS), itertools.product(ways, BATCHES)):
        if name == next(iter(ways)) and batch == BATCHES[0]:
            say(f"network, round {number + 1} of {ROUNDS}")
        rate = _rate(partial(_embedded, ways[name], pinned[:batch], device), batch)
        taken.setdefault((name, batch), []).append(rate)
    for (name, batch), rates in taken.items():
        figures[f"crops_a_second_{name}_{batch}"] = figure(rates, "crops of 150×150 a second")
        if roof:
            shares = [rate * operations / roof for rate in rates]
            figures[f"roofline_{name}_{batch}"] = figure(shares, "of the card's dense half-precision operations")
    return figures


def _ways(device: torch.device) -> dict[str, Pass]:
    """Normalised pixels → embeddings."""
    full = load_pretrained().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    ways: dict[str, Pass] = {"float32": full}
    for name, kind in (("bfloat16", torch.bfloat16), ("float16", torch.float16)):
        lesser = load_pretrained().to(device, kind, memory_format=torch.channels_last)  # type: ignore[call-overload]
        ways[name] = partial(_at, lesser, kind)
        if device.type == "cuda":
            ways[f"{name}_graph"] = _Recorded(ways[name])
    return ways


def _at(network: torch.nn.Module, kind: torch.dtype, pixels: torch.Tensor) -> torch.Tensor:
    embeddings: torch.Tensor = network(pixels.to(kind))
    return embeddings.float()


class _Recorded:
    """The same pass as a CUDA graph, recorded once for each batch size."""

    def __init__(self, way: Pass) -> None:
        self._way = way
        self._graphs: dict[torch.Size, tuple[torch.cuda.CUDAGraph, torch.Tensor, torch.Tensor]] = {}

    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        if pixels.shape not in self._graphs:
            self._graphs[pixels.shape] = self._record(pixels)
        graph, given, result = self._graphs[pixels.shape]
        given.copy_(pixels)
        graph.replay()
        return result

    def _record(self, pixels: torch.Tensor) -> tuple[torch.cuda.CUDAGraph, torch.Tensor, torch.Tensor]:
        given = pixels.clone()
        aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(3):  # what libraries choose and allocate the first times can't be recorded
                self._way(given)
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            result = self._way(given)
        return graph, given, result


def _embedded(way: Pass, crops: torch.Tensor, device: torch.device) -> torch.Tensor:
    with torch.inference_mode():
        pixels = normalised(_SHAPE, crops.to(device, non_blocking=True)).contiguous(memory_format=torch.channels_last)
        return way(pixels).cpu()


def _operations_a_face(device: torch.device) -> int:
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        load_pretrained().to(device)(torch.zeros(1, 3, 150, 150, device=device))
    return int(counter.get_total_flops())


def _card(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else ""


def _rate(work: Callable[[], Any], batch: int) -> float:
    """Crops a second."""
    work()
    start, passes = time.perf_counter(), 0
    while time.perf_counter() < start + _SECONDS:
        work()
        passes += 1
    return passes * batch / (time.perf_counter() - start)


async def _guests(material: Material, say: Say) -> dict[str, Figure]:
    """Recognition as the bot calls it: photos decoded already, one guest alone, and 32 who ask again when answered."""
    files = PhotoLibrary(material.photos).photos()[:PHOTOS]
    photos = [decode(file.path.read_bytes()) for file in files]
    rates, alone, middle, late = [], [], [], []
    async with RecognitionService(material.home / "models", material.weights, "cuda") as service:
        await _waits(service, photos[:GUESTS], GUESTS)
        for number in range(ROUNDS):
            say(f"guests, round {number + 1} of {ROUNDS}")
            alone.append(float(np.median(await _waits(service, photos[:50], 1))))
            start = time.perf_counter()
            waits = await _waits(service, photos, GUESTS)
            rates.append(len(photos) / (time.perf_counter() - start))
            middle.append(float(np.percentile(waits, 50)))
            late.append(float(np.percentile(waits, 99)))
    return {
        "photos_a_second": figure(rates, f"photos a second, {GUESTS} guests at once"),
        "p50_seconds_alone": figure(alone, "median seconds of one guest alone"),
        "p50_seconds": figure(middle, f"median seconds of {GUESTS} guests"),
        "p99_seconds": figure(late, f"99th percentile of {GUESTS} guests"),
    }


async def _waits(service: RecognitionService, photos: list[Photo], guests: int) -> list[float]:
    """How long each photo's answer took, so many guests sending theirs one after the other."""
    rest = iter(photos)
    waits: list[float] = []

    async def guest() -> None:
        for photo in rest:
            start = time.perf_counter()
            await service.recognize(photo)
            waits.append(time.perf_counter() - start)

    await asyncio.gather(*(guest() for _ in range(guests)))
    return waits
