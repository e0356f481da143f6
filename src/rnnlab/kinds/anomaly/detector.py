"""Scores of raw series, whole or as a stream, by a network as a function of arrays. No torch.

T points of a series, C channels, S series.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnlab.data.series.scaling import Scaler
from rnnlab.data.series.table import SeriesTable
from rnnlab.data.series.windows import SeriesArrays
from rnnlab.errors import SettingError
from rnnlab.kinds.anomaly.inputs import steps_of
from rnnlab.kinds.anomaly.reading import Expect
from rnnlab.kinds.anomaly.saved import Detection
from rnnlab.kinds.anomaly.stream import StreamState, from_text, to_text

HISTORY = 500  # first points by which a series that training did not see is scaled
LEAST_HISTORY = 20  # of these
STEPS = 4096  # points that are read at once


class Found(NamedTuple):
    """scores (T,) float64, NaN where nothing was expected yet; alarms (T,); blamed (T,), -1 for none; state:
    after the last point.
    """

    scores: np.ndarray
    alarms: np.ndarray
    blamed: np.ndarray
    state: StreamState


class SeriesDetector:
    """Scores points in their order; the score of a point depends on no later one.

    Args:
        detection: of the run. expect: its network.
    """

    def __init__(self, detection: Detection, expect: Expect) -> None:
        self.detection = detection
        self.reader = detection.network.reader(expect)
        self.fingerprint = detection.fingerprint()
        self.names = frozenset(detection.series.names)

    def score(self, table: SeriesTable, state: StreamState | None = None) -> Found:
        """Score one series.

        Args:
            table: of S = 1. state: after its earlier points; None begins a series.

        Raises:
            SettingError: another frequency or missing columns; times that are not later than the state's; too
                few points to scale a series that training did not see.
        """
        before = self.begun(table) if state is None else state
        self.check_order(table, before)
        arrays = self.scaled(table, before)
        errors, network = [], before.network
        for start in range(0, len(table.times), STEPS):
            steps = steps_of(arrays, start, min(start + STEPS, len(table.times)))
            found, network = self.reader.errors(steps[None], network)
            errors.append(found[0])
        calibration, joined = self.detection.calibration, np.concatenate(errors).astype(np.float32)
        result = calibration.scores(joined.astype(np.float64), calibration.of(before.series), before.level)
        after = before._replace(
            last=int(table.times[-1]),
            level=result.level,
            network=network,
        )
        return Found(result.score, result.score > calibration.threshold, result.blamed, after)

    def begun(self, table: SeriesTable) -> StreamState:
        """Return the state before the first point of a series."""
        name, series = table.names[0], self.detection.series
        if name in self.names:
            place = series.names.index(name)
            loc, scale = series.scaler.loc[place], series.scaler.scale[place]
        else:
            end = min(len(table.times), HISTORY)
            if end < LEAST_HISTORY:
                rule = f"was not in training and is scaled by its first points: at least {LEAST_HISTORY}"
                raise SettingError("series", name or "(no name)", f"{rule}, and these are {end}")
            own = Scaler(series.scaler.kind).fit(table.values, np.array([0]), np.array([end]))
            loc, scale = own.loc[0], own.scale[0]
        return self.empty(name, loc, scale)

    def empty(self, name: str | None, loc: np.ndarray, scale: np.ndarray) -> StreamState:
        """Return the state of a series of which nothing has been read."""
        facts = self.detection.network
        parts = tuple(np.zeros(shape, dtype=np.float32) for shape in facts.state)
        level = np.full(facts.channels, np.nan)
        return StreamState(name, None, loc, scale, level, (*self.reader.start(1), *parts))

    def scaled(self, table: SeriesTable, state: StreamState) -> SeriesArrays:
        """Return the points as the network reads them; the first one's gap counts from the state's last."""
        series = self.detection.series
        scaler = Scaler(series.scaler.kind, state.loc[None], state.scale[None])
        number = np.array([-1])
        arrays = series.arrays(table, scaler, number)
        if state.last is None or series.median_step is None:
            return arrays
        gap = np.array(arrays.gap)
        gap[0] = np.log1p((int(table.times[0]) - state.last) / series.median_step)
        return arrays._replace(gap=gap)

    def check_order(self, table: SeriesTable, state: StreamState) -> None:
        """Refuse points that are not later than those that were read."""
        if state.last is not None and int(table.times[0]) <= state.last:
            rule = "is not later than the last one that was read: points come in their order"
            raise SettingError("times", int(table.times[0]), rule)

    def state_of(self, text: object) -> StreamState:
        """Return the state of a client's text. Raises SettingError for one that is not of this run."""
        width = self.detection.network.channels
        like = self.empty(None, np.zeros(width), np.ones(width))
        return from_text(text, self.fingerprint, like)

    def text_of(self, state: StreamState) -> str:
        """Return a state as text."""
        return to_text(state, self.fingerprint)
