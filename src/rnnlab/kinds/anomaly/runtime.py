"""Score series with an exported model. No torch. T points, C channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rnnlab.kinds.anomaly.answer import AnomalyAnswers
from rnnlab.kinds.anomaly.detector import SeriesDetector
from rnnlab.kinds.anomaly.points import table_of
from rnnlab.kinds.anomaly.reading import Arrays, Expect
from rnnlab.kinds.anomaly.saved import Detection
from rnnlab.kinds.anomaly.stream import StreamState

if TYPE_CHECKING:
    from rnnlab.kinds.usable import Exported


class SeriesScores(NamedTuple):
    """scores (T,) float64, NaN where nothing was expected yet; alarms (T,) bool; blamed: of each point the
    channel with the largest score, "" for none.
    """

    scores: np.ndarray
    alarms: np.ndarray
    blamed: tuple[str, ...]


class PointScore(NamedTuple):
    """score: NaN where nothing was expected yet; alarm; blamed: name of a channel, "" for none."""

    score: float
    alarm: bool
    blamed: str


class Detector:
    """Scores as its run did.

    Attributes:
        targets: names of the C channels. threshold: a score above it is an alarm.
        answerer: answers in plain values, as the service gives them.
    """

    def __init__(self, exported: Exported) -> None:
        detection = Detection.from_json(exported.settings["detection"])
        self.detector = SeriesDetector(detection, expect_of(exported.session))
        self.targets = detection.series.columns.targets
        self.threshold = detection.calibration.threshold
        self.answerer = AnomalyAnswers(self.detector)

    def score(
        self,
        values: Any,
        times: Sequence[Any] | None = None,
        series: str | None = None,
        past: Any = None,
        known: Any = None,
    ) -> SeriesScores:
        """Score a series from its first point on; the score of a point depends on no later one.

        Args:
            values: (T, C) numbers, NaN or None where one is missing; (T,) where C is 1.
            times: dates in ISO 8601 or step numbers, where the network needs them.
            series: a name of the training; another one is scaled by its first points.
            past, known: covariates (T, P) and (T, K), where the training had some.

        Raises:
            SettingError: see `rnnlab.kinds.anomaly.points.table_of`.
        """
        return self.stream(series).add_all(values, times, past, known)

    def stream(self, series: str | None = None) -> Stream:
        """Return a stream of points, before the first one."""
        return Stream(self, series)


class Stream:
    """Points that come one after the other; what is kept of them does not grow.

    Attributes:
        state: after the last point; None before the first.
    """

    def __init__(self, model: Detector, series: str | None = None) -> None:
        self.model, self.series = model, series
        self.state: StreamState | None = None

    def add(self, values: Any, time: Any = None, past: Any = None, known: Any = None) -> PointScore:
        """Score the next point: C numbers, and covariates where the training had some.

        A series that training did not see begins with `add_all`, whose points scale it.
        """
        one = (None if part is None else [part] for part in (time, past, known))
        found = self.add_all([values], *one)
        return PointScore(float(found.scores[0]), bool(found.alarms[0]), found.blamed[0])

    def add_all(
        self, values: Any, times: Sequence[Any] | None = None, past: Any = None, known: Any = None
    ) -> SeriesScores:
        """Score the next points; see `Detector.score`."""
        fields = {"values": plain(values), "times": times, "series": self.series}
        fields |= {"past": plain(past), "known": plain(known)}
        detector = self.model.detector
        last = None if self.state is None else self.state.last
        table, places = table_of(fields, detector.detection.series, last)
        found = detector.score(table, self.state)
        self.state = found.state
        names = self.model.targets
        blamed = tuple("" if place < 0 else names[place] for place in found.blamed[places].tolist())
        return SeriesScores(found.scores[places], found.alarms[places], blamed)


def plain(values: Any) -> Any:
    return values.tolist() if isinstance(values, np.ndarray) else values


def expect_of(session: Any) -> Expect:
    """Return an exported graph as a function of arrays."""
    names = [one.name for one in session.get_inputs()]
    shapes = [one.shape for one in session.get_inputs()]

    def expect(inputs: np.ndarray, state: Arrays) -> tuple[np.ndarray, Arrays]:
        given = state
        if len(state) < len(names) - 1:  # an empty one
            given = tuple(np.zeros((s[0], len(inputs), s[2]), dtype=np.float32) for s in shapes[1:])
        found, *after = session.run(None, dict(zip(names, (inputs, *given), strict=True)))
        return found, tuple(after)

    return expect
