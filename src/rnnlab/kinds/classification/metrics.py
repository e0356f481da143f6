"""Metrics of a classifier."""

from __future__ import annotations

from rnnlab.kinds.metric import Metric

EVERYWHERE = ("train", "val", "test")

METRICS: tuple[Metric, ...] = (
    Metric("loss", lower_is_better=True, unit="nats", interval=True, splits=EVERYWHERE),
    Metric("accuracy", interval=True, splits=EVERYWHERE),
    Metric("macro_precision", interval=True),
    Metric("macro_recall", interval=True),
    Metric("macro_f1", interval=True),
    Metric("precision", by="class"),
    Metric("recall", interval=True, by="class"),
    Metric("f1", by="class"),
    Metric("ece", lower_is_better=True, splits=("test",)),
    Metric("ece_calibrated", lower_is_better=True, splits=("test",)),
    Metric("loss_calibrated", lower_is_better=True, unit="nats", splits=("test",)),
    *(
        Metric(f"loss_{who}", lower_is_better=True, unit="nats", splits=("test",))
        for who in ("ngrams", "ensemble")
    ),
    *(
        Metric(f"{what}_{who}", splits=("test",))
        for what in ("accuracy", "macro_recall")
        for who in ("ngrams", "ensemble")
    ),
)
