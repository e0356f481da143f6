"""Filters for Lightning's irrelevant messages; real warnings stay visible."""

from __future__ import annotations

import logging
import warnings

# Regular expressions for the beginnings of warnings.
NOISE = (
    r"The '\w+_dataloader' does not have many workers",
    r"The number of training batches .* is smaller than the logging interval",
    r"You have overridden `transfer_batch_to_device` in `LightningModule`",
    r"You defined a `validation_step` but have no `val_dataloader`",
    r"Trying to infer the `batch_size` from an ambiguous collection",
    r"It is recommended to use `self.log\(.*sync_dist=True\)",
    r"The `srun` command is available on your system",
    r"Checkpoint directory .* exists and is not empty",
    r"Found \d+ module\(s\) in eval mode at the start of training",
    r"`isinstance\(treespec, LeafSpec\)` is deprecated",
    r"Be aware that when using `ckpt_path`, callbacks used to create the checkpoint need to be provided",
    r"Detected call of `lr_scheduler.step\(\)` before `optimizer.step\(\)`",
)


def quiet() -> None:
    """Hide Lightning's tips, device lines and advice about loaders, for this process."""
    for name in (
        "pytorch_lightning",
        "lightning_fabric",
        "lightning",
        "pytorch_lightning.utilities.rank_zero",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)
    for pattern in NOISE:
        warnings.filterwarnings("ignore", message=pattern)
