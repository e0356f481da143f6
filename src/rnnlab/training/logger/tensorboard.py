"""TensorBoard, an extra: its events are in the run folder's `tensorboard`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytorch_lightning.loggers import TensorBoardLogger


def tensorboard_logger(folder: str | Path) -> TensorBoardLogger:
    """Return a logger that writes events to folder/tensorboard.

    Raises:
        ValueError: tensorboard is not installed.
    """
    if find_spec("tensorboard") is None:
        raise ValueError(
            "logger=tensorboard needs the tensorboard package: pip install 'rnnlab[tensorboard]'"
        )
    from pytorch_lightning.loggers import TensorBoardLogger

    return TensorBoardLogger(str(folder), name="tensorboard", version="", default_hp_metric=False)
