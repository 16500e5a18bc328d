"""What Prometheus may read: how many, how fast, what went wrong."""

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info

# Seconds: a photo takes a fraction of one, an album waits for its end, a queue after an outage takes minutes.
_BUCKETS: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0)


class Metrics:
    """One registry a bot, so that two in one process (the tests) count apart."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._updates = Counter(
            "cousinbot_updates",
            "Updates that are over: handled, or set aside after three failures",
            ("outcome",),
            registry=self.registry,
        )
        self._answer = Histogram(
            "cousinbot_answer_seconds",
            "From an update's arrival in this process to the end of its handling",
            ("kind",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._errors = Counter(
            "cousinbot_errors",
            "Failed attempts, by the kind of error; Telegram's own trouble included",
            ("kind",),
            registry=self.registry,
        )
        self._queue = Gauge("cousinbot_queue_depth", "Updates waiting or under way", registry=self.registry)
        self._model = Info("cousinbot_model", "The trained version in use", registry=self.registry)

    def watch_queue(self, depth: Callable[[], int]) -> None:
        self._queue.set_function(depth)

    def model(self, version: str | None) -> None:
        self._model.info({"version": version or "none"})

    def handled(self, kind: str, seconds: float, updates: int) -> None:
        """`updates` of one `kind` (photo, tap, reaction, message) were handled as one, `seconds` after they came."""
        self._updates.labels("handled").inc(updates)
        self._answer.labels(kind).observe(seconds)

    def set_aside(self, updates: int) -> None:
        self._updates.labels("set_aside").inc(updates)

    def failed(self, error: Exception) -> None:
        self._errors.labels(type(error).__name__).inc()
