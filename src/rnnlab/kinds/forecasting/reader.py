"""Saved parts of a run: the reader of raw series, and conformal margins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnnlab.data.series.prepare_input import SeriesReader
from rnnlab.errors import SettingError
from rnnlab.kinds.forecasting.conformal import Conformal
from rnnlab.untrusted import Unreadable, read_json

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun


def reader_of(run: FinishedRun) -> SeriesReader:
    """Return the reader of series.json.

    Raises:
        SettingError: the run has none, or it is broken.
    """
    path = run.folder.series
    try:
        return SeriesReader.from_json(read_json(path))
    except (OSError, Unreadable, KeyError, TypeError, ValueError) as error:
        rule = f"its series.json cannot be read: {error!r}"[:300]
        raise SettingError("RUN", run.folder.path, rule) from error


def conformal_of(run: FinishedRun) -> Conformal | None:
    """Return the conformal intervals of a run, for which `task.conformal` asked; None where there are none.

    Raises:
        SettingError: its conformal.json is broken.
    """
    if not run.folder.conformal.is_file():
        return None
    try:
        return Conformal.from_json(read_json(run.folder.conformal))
    except (OSError, Unreadable, KeyError, TypeError, ValueError) as error:
        rule = f"its conformal.json cannot be read: {error!r}"[:300]
        raise SettingError("RUN", run.folder.path, rule) from error
