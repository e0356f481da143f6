"""The names of what each task logs while it trains, so that a monitored metric can be checked from the config
alone.

Nothing heavy is imported here. Classification also logs `val/precision_CLASS`, `val/recall_CLASS` and
`val/f1_CLASS` for each class.
"""

from __future__ import annotations

CLASSIFICATION: tuple[str, ...] = (
    "train/loss",
    "train/accuracy",
    "val/loss",
    "val/accuracy",
    "val/macro_precision",
    "val/macro_recall",
    "val/macro_f1",
)

LANGUAGE_MODELING: tuple[str, ...] = (
    "train/loss",
    "val/loss",
    "val/nats_windows",
    "val/bits_windows",
    "val/perplexity_windows",
    "val/accuracy_windows",
)
