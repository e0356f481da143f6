"""Limited splits: the data draw their rows evenly, where Lightning would read the first batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rnnlab.data.limited import Limits

if TYPE_CHECKING:
    import pytorch_lightning as pl

LIMITS = {"validation": "limit_val_batches", "test": "limit_test_batches"}


def limits_of(data: Any) -> Limits | None:
    """The limits that rnnlab's own data modules keep; None of a module that leaves them to the trainer."""
    found = getattr(data, "limits", None)
    return found if isinstance(found, Limits) else None


def hand_over(trainer: pl.Trainer, data: Any) -> None:
    """Give the limits of validation and test to the data, which has its own way to keep them.

    The trainer's own become 1.0, all that the loader has; 0 stays, which leaves the split out. Data of
    somebody else's are limited by the trainer. Where the validation text is the test text both have the limit
    of validation, so that there is one figure.
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
    """Whether the data hold a test split out; else the rows that validate are read once more at the end."""
    return bool(getattr(data, "provenance", {}).get("tested", "test") == "test")


def training_part(trainer: pl.Trainer) -> dict[str, dict[str, Any]]:
    """How many of an epoch's batches were trained on, where not all were; to be asked before a test."""
    loader, batches = trainer.train_dataloader, trainer.num_training_batches
    if loader is None or batches >= len(loader):
        return {}
    return {"train": {"read": int(batches), "of": len(loader), "unit": "batches an epoch"}}


def read_parts(data: Any) -> dict[str, dict[str, Any]]:
    """Of validation and test, where they are not read whole: how much of how many rows or tokens was."""
    limits = limits_of(data)
    read = {} if limits is None else limits.read
    return {split: part._asdict() for split, part in read.items() if split == "validation" or has_test(data)}
