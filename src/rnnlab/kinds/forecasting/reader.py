"""The reader of raw series that a run has saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnlab.data.series.prepare_input import SeriesReader
from rnnlab.errors import SettingError
from rnnlab.untrusted import Unreadable, read_json

if TYPE_CHECKING:
    from rnnlab.data.series.source import SeriesSource
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


def source_of(run: FinishedRun) -> SeriesSource | None:
    """Return how the files of a run's training were read; None for data that come from no file."""
    from rnnlab.data.series.source import SeriesSource

    settings: dict[str, Any] = dict(run.settings["data"])
    known = {name: settings[name] for name in SeriesSource.__dataclass_fields__ if name in settings}
    known |= {name: Path(known[name]) for name in ("data_dir", "cache_dir") if known.get(name)}
    return SeriesSource(**known)
