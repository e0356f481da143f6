"""Figures, texts and final numbers to whichever loggers can show them; metrics.csv cannot, the run folder has
the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pytorch_lightning.loggers import Logger, TensorBoardLogger, WandbLogger
from pytorch_lightning.utilities.rank_zero import rank_zero_only


@rank_zero_only
def log_figure(loggers: Iterable[Logger], name: str, path: str | Path, step: int) -> None:
    """Show the picture file at `path` under `name`."""
    for logger in loggers:
        if isinstance(logger, WandbLogger):
            logger.log_image(name, [str(path)], step)
        elif isinstance(logger, TensorBoardLogger):
            logger.experiment.add_image(name, read_picture(path), step, dataformats="HWC")


@rank_zero_only
def log_text(loggers: Iterable[Logger], name: str, text: str, step: int) -> None:
    """Show a text, line ends and all, under `name`."""
    for logger in loggers:
        if isinstance(logger, WandbLogger):
            logger.log_text(name, columns=["text"], data=[[text]], step=step)
        elif isinstance(logger, TensorBoardLogger):
            indented = "\n".join("    " + line for line in text.splitlines())  # TensorBoard reads Markdown
            logger.experiment.add_text(name, indented, step)


@rank_zero_only
def log_config(loggers: Iterable[Logger], config: Mapping[str, Any]) -> None:
    """Give the loggers that keep settings all choices of the run, as plain containers."""
    for logger in loggers:
        logger.log_hyperparams(dict(config))


@rank_zero_only
def log_summary(loggers: Iterable[Logger], metrics: Mapping[str, float]) -> None:
    """Put a run's final numbers where runs are compared: W&B's summary."""
    for logger in loggers:
        if isinstance(logger, WandbLogger):
            logger.experiment.summary.update(dict(metrics))


def read_picture(path: str | Path) -> Any:
    """The pixels of a PNG file, (height, width, 3 or 4), between 0 and 1."""
    from matplotlib.image import imread

    return imread(str(path))
