"""Table of the runs, to work with in a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rnnlab.errors import UserError
from rnnlab.run.folder.find import OUTPUTS
from rnnlab.run.folder.listing import list_runs

if TYPE_CHECKING:
    import pandas


def runs(outputs: str | Path = OUTPUTS, task: str | None = None) -> pandas.DataFrame:
    """Return a row a run, the latest first.

    Columns are run, task, model, status, seed, parameters, state_size, operations_per_token, seconds and
    started, then every metric (`test/accuracy`) and every override that was typed (`model.hidden_size`).

    Raises:
        UserError: pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise UserError('rnnlab.runs() needs pandas: pip install "rnnlab[notebooks]"') from error
    rows = [row for row in list_runs(Path(outputs)) if task in (None, row["task"])]
    own = ("overrides", "metrics")
    flat = [{**{k: v for k, v in row.items() if k not in own}, **row["metrics"]} for row in rows]
    for line, row in zip(flat, rows, strict=True):
        line.update({key: value for key, value in row["overrides"].items() if key not in line})
    return pandas.DataFrame(flat)
