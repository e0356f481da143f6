"""Metrics for Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """Counters of one service, in a registry of their own.

    Attributes:
        route: path of a route, or `other`, so that strangers cannot make up new time series.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "rnnlab_requests", "Answers by route and status", ["route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "rnnlab_request_seconds", "Time to the end of an answer", ["route"], buckets=SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._batches = Histogram(
            "rnnlab_batch_texts", "Texts that a network read at once", ["run"], buckets=SIZES,
            registry=self.registry,
        )  # fmt: skip
        self._queue = Gauge("rnnlab_queue_texts", "Texts that wait", ["run"], registry=self.registry)
        self._characters = Counter("rnnlab_written_characters", "Characters written", registry=self.registry)
        self._children: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count one answer and its duration."""
        key = (route, status)
        if key not in self._children:  # looking them up by label is slow
            self._children[key] = (
                self._requests.labels(route, str(status)),
                self._seconds.labels(route),
            )
        count, time = self._children[key]
        count.inc()
        time.observe(seconds)

    def batch(self, run: str) -> Callable[[int], None]:
        """Return a function to call with the size of each batch of the run."""
        return self._batches.labels(run).observe

    def watch_queue(self, run: str, length: Callable[[], float]) -> None:
        """Register `length` as the queue's length; it is called whenever the metrics are read."""
        self._queue.labels(run).set_function(length)

    def wrote(self, characters: int) -> None:
        self._characters.inc(characters)

    def text(self) -> bytes:
        """Return the metrics in Prometheus' text format."""
        return generate_latest(self.registry)
