"""Limits on splits: the data module draws rows evenly, where Lightning would read the first batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rnnlab.data.limited import Limits

if TYPE_CHECKING:
    import pytorch_lightning as pl

LIMITS = {"validation": "limit_val_batches", "test": "limit_test_batches"}


def limits_of(data: Any) -> Limits | None:
    """Return the limits of rnnlab's own data modules; None for a module that leaves limits to the trainer."""
    found = getattr(data, "limits", None)
    return found if isinstance(found, Limits) else None


def hand_over(trainer: pl.Trainer, data: Any) -> None:
    """Move the limits of validation and test from the trainer to the data module, which applies them.

    The trainer's own become 1.0, all batches of the loader; 0, which leaves the split out, stays. The trainer
    limits foreign data modules. Where the validation text is also the test text, both get the limit of
    validation, so that there is one figure.
    """
    limits = limits_of(data)
    if limits is None:
        return
    for split, name in LIMITS.items():
        limit = getattr(trainer, name if has_test(data) else LIMITS["validation"])
        if limit and not (isinstance(limit, float) and limit == 1):
            limits.wanted[split] = limit
    for split in limits.wanted:
        setattr(trainer, LIMITS[split], 1.0)


def has_test(data: Any) -> bool:
    """Return whether the data hold out a test split; if not, validation rows are read again at the end."""
    return bool(getattr(data, "provenance", {}).get("tested", "test") == "test")


def training_part(trainer: pl.Trainer) -> dict[str, dict[str, Any]]:
    """Return how many of an epoch's batches were trained on, empty if all; call it before a test."""
    loader, batches = trainer.train_dataloader, trainer.num_training_batches
    if loader is None or batches >= len(loader):
        return {}
    return {"train": {"read": int(batches), "of": len(loader), "unit": "batches an epoch"}}


def read_parts(data: Any) -> dict[str, dict[str, Any]]:
    """Return for validation and test, where they are limited, how many of their rows or tokens were read."""
    limits = limits_of(data)
    read = {} if limits is None else limits.read
    return {split: part._asdict() for split, part in read.items() if split == "validation" or has_test(data)}
