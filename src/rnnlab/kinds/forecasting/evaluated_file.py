"""A file of series as a finished forecaster evaluates it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rnnlab.data.file_format import Format
from rnnlab.data.series.input_source import input_source
from rnnlab.data.series.prepare_input import SeriesReader
from rnnlab.data.series.read_series import read_series
from rnnlab.data.series.scaling import Scaler
from rnnlab.data.series.splits import history_ends
from rnnlab.data.series.table import SeriesTable
from rnnlab.data.series.windows import find_origins
from rnnlab.kinds.forecasting.backtest import Span, rolling_origins
from rnnlab.kinds.forecasting.evaluation_results import Evaluated
from rnnlab.kinds.forecasting.naive import Places
from rnnlab.kinds.use import EvaluationRequest

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun


class Empty(NamedTuple):
    """Windows of a part that a file lacks."""

    series: np.ndarray
    origins: np.ndarray


class FileData(NamedTuple):
    """The members of a data module that measures and baselines read; a file is all test."""

    table: SeriesTable
    bounds: Mapping[str, np.ndarray]
    facts: Mapping[str, Any]
    scaler: Scaler

    def rows(self, split: str) -> Empty:
        """Return no windows."""
        return Empty(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def of_file(run: FinishedRun, request: EvaluationRequest) -> Evaluated:
    """Return every window of a file, or its rolling origins.

    A series that training did not see is scaled by its points before its first origin.

    Raises:
        SettingError: the file cannot be read, or has other columns or another frequency.
    """
    assert request.path is not None
    reader = SeriesReader.from_json(json.loads(run.folder.series.read_text(encoding="utf-8")))
    cache = Path(run.config.paths.cache_dir)
    source = input_source(run.settings["data"], reader.columns, request.path, request.form or Format(), cache)
    table = read_series(source, columns=reader.columns, frequency=reader.frequency)
    starts, fewest, horizon = table.starts[:-1], run.facts["min_length"], run.facts["horizon"]
    ends = history_ends(table.values, table.starts)
    span = Span(starts, starts + fewest, ends, fewest, horizon)
    if "origins" in request.options:
        places = rolling_origins(span, request.options["origins"], request.options.get("step"))
    else:
        found = find_origins(np.stack([starts, ends], axis=1), table.starts, fewest, horizon)
        places = Places(*found) if len(found.series) else rolling_origins(span, 1)
    first = np.array(ends)
    np.minimum.at(first, places.series, places.origins)
    prepared = reader.prepare(table, first)
    test = np.stack([first, ends], axis=1)
    none = np.stack([starts, starts], axis=1)
    data = FileData(
        prepared.table, {"train": none, "validation": none, "test": test}, run.facts, prepared.scaler
    )
    return Evaluated(data, prepared, span, places, (*table.notes, *prepared.notes), True)
