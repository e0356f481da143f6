"""Log the board and the ratings to Weights & Biases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnlab.commands.judging.material import Entry
from rnnlab.commands.judging.page import columns_of

if TYPE_CHECKING:
    from rnnlab.serve.rating.results import Summary

PROJECT, GROUP = "rnnlab", "judge"


def log_board(
    entries: Sequence[Entry], folder: Path, rated: Summary | None = None, figure: Path | None = None
) -> None:
    """Log a W&B run with its files in `folder`: tables `board`, `samples`, `ratings`, and the figure."""
    from rnnlab.training.logger.media import log_figure
    from rnnlab.training.logger.wandb import finish, wandb_logger

    logger: Any = wandb_logger(PROJECT, GROUP, "judge", [], folder)
    try:
        if entries:
            measures = columns_of(entries)
            rows = [[e.name, e.temperature, *(e.measured.get(name) for name in measures)] for e in entries]
            logger.log_table("board", columns=["source", "temperature", *measures], data=rows)
            texts = [[e.name, number, told] for e in entries for number, told in enumerate(e.texts)]
            logger.log_table("samples", columns=["source", "number", "text"], data=texts)
        if figure is not None:
            log_figure([logger], "board/figure", figure, 0)
        if rated is not None:
            rows = [
                [question, *row]
                for question, told in (("better", rated.rows), ("real", rated.real_rows))
                for row in told
            ]
            fields = rated.rows[0]._fields if rated.rows else ()
            logger.log_table("ratings", columns=["question", *fields], data=rows)
    finally:
        finish()
