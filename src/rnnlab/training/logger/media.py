"""Figures, texts and final numbers for the loggers that can show them; metrics.csv cannot, but the run folder
has the files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytorch_lightning.loggers import Logger, TensorBoardLogger, WandbLogger
from pytorch_lightning.utilities.rank_zero import rank_zero_only

from rnnlab.training.logger.wandb import SENDS


def shows_pictures(loggers: Iterable[Logger]) -> bool:
    """Return whether any of the loggers shows pictures."""
    return any(isinstance(logger, WandbLogger | TensorBoardLogger) for logger in loggers)


@rank_zero_only
def log_figure(loggers: Iterable[Logger], name: str, path: str | Path, step: int) -> None:
    """Show the image file at `path` under `name`."""
    for logger in loggers:
        if isinstance(logger, WandbLogger):
            logger.log_image(name, [str(path)], step)
        elif isinstance(logger, TensorBoardLogger):
            logger.experiment.add_image(name, read_picture(path), step, dataformats="HWC")


@rank_zero_only
def log_text(loggers: Iterable[Logger], name: str, text: str, step: int) -> None:
    """Show a text under `name`, with its line ends."""
    for logger in loggers:
        if isinstance(logger, WandbLogger):
            logger.log_text(name, columns=["text"], data=[[text]], step=step)
        elif isinstance(logger, TensorBoardLogger):
            indented = "\n".join("    " + line for line in text.split("\n"))  # TensorBoard reads Markdown
            logger.experiment.add_text(name, indented, step)


@rank_zero_only
def log_table(
    loggers: Iterable[Logger], name: str, table: Callable[[], tuple[list[str], list[list[Any]]]], step: int
) -> None:
    """Show columns and rows under `name`, in W&B."""
    for logger in loggers:
        if isinstance(logger, WandbLogger):
            columns, rows = table()
            logger.log_table(name, columns=columns, data=rows, step=step)


@rank_zero_only
def log_checkpoints(loggers: Iterable[Logger], paths: Iterable[Path]) -> None:
    """Send checkpoints to W&B as versions of one artifact of the run, if the logger is set to do so."""
    for logger in loggers:
        if isinstance(logger, WandbLogger) and getattr(logger, SENDS, False):
            import wandb

            artifact = wandb.Artifact(f"checkpoints-{logger.experiment.id}", type="model")
            for path in paths:
                if path.is_file():
                    artifact.add_file(str(path), name=path.name)
            logger.experiment.log_artifact(artifact, aliases=["latest"])


@rank_zero_only
def log_config(loggers: Iterable[Logger], config: Mapping[str, Any]) -> None:
    """Pass all settings of the run, as plain containers, to the loggers that keep them."""
    for logger in loggers:
        logger.log_hyperparams(dict(config))


@rank_zero_only
def log_summary(loggers: Iterable[Logger], metrics: Mapping[str, float], limited: Sequence[str] = ()) -> None:
    """Write a run's final metrics to W&B's summary, where runs are compared.

    Args:
        limited: such as `test: 7,653 of 25,000 rows`, for each split that was not read whole.
    """
    more = {"limited": "; ".join(limited)} if limited else {}
    for logger in loggers:
        if isinstance(logger, WandbLogger):
            logger.experiment.summary.update({**metrics, **more})


def read_picture(path: str | Path) -> Any:
    """Return the pixels of a PNG file, (height, width, 3 or 4), between 0 and 1."""
    from matplotlib.image import imread

    return imread(str(path))
