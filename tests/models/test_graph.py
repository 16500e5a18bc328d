import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import openvino
import pytest
from openvino import opset13 as ops

from models.graph import Graph


@pytest.fixture(scope="module")
def graph() -> Graph:
    """Pictures of any height → their pixels' sum, and their largest pixel."""
    pixels = ops.parameter([1, -1, 8], np.float32)
    axes = np.array([1, 2])
    return Graph(openvino.Model([ops.reduce_sum(pixels, axes), ops.reduce_max(pixels, axes)], [pixels], "sums"))


def test_outputs_come_in_order(graph: Graph) -> None:
    total, largest = graph(np.arange(24, dtype=np.float32).reshape(1, 3, 8))
    assert total.tolist() == [276]
    assert largest.tolist() == [23]


def test_what_a_call_gave_stays_after_the_next(graph: Graph) -> None:
    first, _ = graph(np.ones((1, 2, 8), np.float32))
    graph(np.zeros((1, 2, 8), np.float32))
    assert first.tolist() == [16]


def test_pixels_need_not_lie_in_order(graph: Graph) -> None:
    mirrored = np.arange(16, dtype=np.float32).reshape(1, 2, 8)[:, :, ::-1]
    assert graph(mirrored)[0].tolist() == [120]


def test_threads_do_not_mix_up_their_pictures(graph: Graph) -> None:
    together = Barrier(4)

    def work(number: int) -> list[float]:
        together.wait(timeout=30)
        return [float(graph(np.full((1, rows, 8), number, np.float32))[0][0]) for rows in range(1, 100)]

    with ThreadPoolExecutor(4) as pool:
        for number, sums in enumerate(pool.map(work, range(4))):
            assert sums == [8.0 * rows * number for rows in range(1, 100)]


def test_openvino_tells_nobody(tmp_path: Path) -> None:
    """By itself it sends a message to its makers at every import, with a number that it leaves in the user's folder."""
    for first in ("models.graph", "models.face_graph", "inference.faces.detectors", "inference.recognizer"):
        told = "import sys; import {}; print(sys.modules['openvino'] and sys.modules['openvino_telemetry'])"
        command = [sys.executable, "-c", told.format(first)]
        ran = subprocess.run(
            command, env=os.environ | {"HOME": str(tmp_path)}, capture_output=True, text=True, check=True
        )
        assert ran.stdout == "None\n"
    assert not (tmp_path / "intel").exists()
