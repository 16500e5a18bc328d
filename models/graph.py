"""Networks on the CPU through OpenVINO, in two thirds of the time that torch and OpenCV take.

The table is in docs/measurements/performance.md.
"""

import os
import threading
from typing import Any, Final

import numpy as np
import openvino
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_PREPARED: Final = 2000
"""Layers kept prepared for the shapes seen last: all of YuNet's for some 25 shapes of pictures. With 100 a picture took
twice as long wherever shapes took turns; with OpenVINO's own 5,000 memory goes on growing
(docs/measurements/performance.md)."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Graph:
    """A compiled graph with one input; may be called from several threads at once.

    A call that is alone gets all cores; calls at the same time get one core each, which does more of them a second.
    """

    def __init__(self, model: openvino.Model) -> None:
        self._model = model
        self._alone = _compiled(model, streams=1)
        self._together: openvino.CompiledModel | None = None
        self._own = threading.local()
        self._lock = threading.Lock()
        self._calls = 0

    def __call__(self, values: NDArray[Any]) -> list[Floats]:
        """The outputs, in the graph's order."""
        with self._lock:
            self._calls += 1
            alone = self._calls == 1
        try:
            return self._infer(values, alone=alone)
        finally:
            with self._lock:
                self._calls -= 1

    def _infer(self, values: NDArray[Any], *, alone: bool) -> list[Floats]:
        kind = "alone" if alone else "together"
        request: openvino.InferRequest | None = getattr(self._own, kind, None)
        if request is None:
            request = (self._alone if alone else self._for_several()).create_infer_request()
            setattr(self._own, kind, request)
        outputs = request.infer(np.ascontiguousarray(values), share_inputs=True)
        return list(outputs.values())

    def _for_several(self) -> openvino.CompiledModel:
        """Compiled when it is first needed: a network that is only ever called from one thread never is."""
        with self._lock:
            self._together = self._together or _compiled(self._model, streams=cores())
            return self._together


def _compiled(model: openvino.Model, streams: int) -> openvino.CompiledModel:
    options = {
        "INFERENCE_PRECISION_HINT": "f32",
        "INFERENCE_NUM_THREADS": cores(),
        "NUM_STREAMS": streams,
        "ENABLE_CPU_PINNING": False,
        "CPU_RUNTIME_CACHE_CAPACITY": _PREPARED,
    }
    return openvino.Core().compile_model(model, "CPU", options)
