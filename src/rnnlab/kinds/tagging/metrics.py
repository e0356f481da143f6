"""Metrics of a tagger."""

from __future__ import annotations

from rnnlab.kinds.metric import Metric

METRICS: tuple[Metric, ...] = (
    Metric("loss", lower_is_better=True, unit="nats a word", splits=("train", "val", "test")),
    Metric("f1", interval=True),
    Metric("precision", interval=True),
    Metric("recall", interval=True),
    Metric("accuracy", interval=True),
    Metric("macro_f1", interval=True),
    Metric("macro_precision", interval=True),
    Metric("macro_recall", interval=True),
    Metric("surface_f1", interval=True, splits=("test",)),
    Metric("surface_precision", interval=True, splits=("test",)),
    Metric("surface_recall", interval=True, splits=("test",)),
    Metric("f1", interval=True, by="type"),
    Metric("precision", by="type"),
    Metric("recall", by="type"),
)
