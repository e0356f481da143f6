"""Tables and pictures of a finished run for loggers: its scores beside the baselines', and its gates."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytorch_lightning.loggers import Logger

from rnnlab.errors import UserError
from rnnlab.report.baselines import baseline_figures
from rnnlab.report.names import bare, tested_prefix
from rnnlab.report.page.files import RunFiles
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.report_files import files_of
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.training.logger.media import log_figure, log_table, shows_pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

log = logging.getLogger("rnnlab")
COLUMNS = ("model", "score", "value", "low", "high")
NETWORK = "network"  # in the table of scores, beside the names of baselines


def show_finished(loggers: Sequence[Logger], folder: RunFolder, step: int) -> None:
    """Log the table `scores` and the picture `gates`, where a logger shows them.

    What cannot be drawn fails no run: it has its results, and a warning in its log.
    """
    if not shows_pictures(loggers):
        return
    log_table(loggers, "scores", lambda: (list(COLUMNS), score_rows(files_of(folder.path))), step)
    try:
        figure = gate_figure(OpenRun(folder))
    except UserError as error:
        log.warning("the gates cannot be drawn: %s", error)
        return
    if figure is not None:
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "gates.png"
            figure.savefig(path)
            log_figure(loggers, "gates", path, step)


def score_rows(files: RunFiles) -> list[list[Any]]:
    """Return the rows of the table `scores`: those of the network, with 95 % intervals where its kind has
    them, then those of each baseline.

    Rows of several runs can be put into one table, as their columns are the same.
    """
    prefix = tested_prefix(files.result)
    found = [] if files.kind is None else files.kind.score_table(files)
    rows: list[list[Any]] = [
        [NETWORK, bare(one.metric or one.label), one.value, one.low, one.high] for one in found
    ]
    named = {row[1] for row in rows}
    rows += [
        [NETWORK, bare(name), value, None, None]
        for name, value in files.metrics.items()
        if name.startswith(prefix) and bare(name) not in named
    ]
    for baseline, figures in baseline_figures(files.result).items():
        rows += [[baseline, bare(name), value, None, None] for name, value in figures.items()]
    return rows


def gate_figure(run: OpenRun) -> Figure | None:
    """Draw the gates over a short text; None for a kind or a network that has no gates to show."""
    if "explain" not in run.problem.commands:
        return None
    from rnnlab.explain.figure import draw_sheet
    from rnnlab.explain.look import look
    from rnnlab.explain.trace import traceable

    explainer = run.explainer
    text = explainer.example() if explainer.inside and traceable(run.network) else ""
    found = look(run, text, "gates").sheet() if text.strip() else None
    return draw_sheet(found) if found is not None and found.strips else None
