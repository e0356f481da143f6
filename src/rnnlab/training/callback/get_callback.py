"""Lookup of a trainer's callback by type."""

from __future__ import annotations

from typing import TypeVar

import pytorch_lightning as pl
from pytorch_lightning.callbacks import Callback

C = TypeVar("C", bound=Callback)


def get_callback(trainer: pl.Trainer, kind: type[C]) -> C | None:
    """Return the first callback of `trainer` that is a `kind`, or None."""
    callbacks: list[Callback] = trainer.callbacks  # type: ignore[attr-defined]
    return next((callback for callback in callbacks if isinstance(callback, kind)), None)
