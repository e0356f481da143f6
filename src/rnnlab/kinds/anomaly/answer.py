"""Scores and alarms of points, by a run's network or by an exported graph. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rnnlab.data.series.table import SeriesTable
from rnnlab.errors import SettingError
from rnnlab.kinds.anomaly.detector import Found, SeriesDetector
from rnnlab.kinds.anomaly.points import fields_of, table_of
from rnnlab.kinds.anomaly.saved import detection_of
from rnnlab.kinds.anomaly.stream import StreamState
from rnnlab.kinds.series_form import series_form
from rnnlab.kinds.use import JSON, Answerer
from rnnlab.untrusted import read_json

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.table_answer import TableAnswer, TableFile

ROUTE = "anomaly"
FIELDS: dict[str, Any] = {
    "scores": list[float | None],
    "alarms": list[bool],
    "blamed": list[str],
    "threshold": float,
    "state": str,
    "note": str,
}
NO_ALARM = "no alarm"


class Points(NamedTuple):
    """Points to score.

    Attributes:
        table: of one series. places: of the given points there, the others fill gaps.
        state: after the points before them; None begins a series.
    """

    table: SeriesTable
    places: np.ndarray
    state: StreamState | None


class AnomalyAnswers(Answerer):
    """Scores of points in their order, and the state from which the next ones go on.

    A row is a list of points, or `{"values": [...], "times": [...], "series": "...", "state": "..."}`. The
    server keeps nothing: a client sends the state of an answer back with the next points.

    Args:
        detector: scores series.
        settings: `data` of the run, to read files with; None for an exported model, which reads rows alone.
    """

    reads = JSON
    reads_tables = True
    columns = ("scores", "alarms", "blamed", "threshold", "state", "note")
    fields = FIELDS
    route = ROUTE

    def __init__(self, detector: SeriesDetector, settings: Mapping[str, Any] | None = None) -> None:
        self.detector, self.settings = detector, settings
        self.targets = detector.detection.series.columns.targets
        self.example = example_of(detector)
        reader = detector.detection.series
        self.series = series_form(self.example, reader.columns, reader.frequency, reader.names)

    @classmethod
    def of_run(cls, run: FinishedRun) -> AnomalyAnswers:
        """Answer with a run's network."""
        from rnnlab.kinds.anomaly.network import expect_by

        detection = detection_of(run.folder, read_json)
        detector = SeriesDetector(detection, expect_by(run.network, run.device))
        return cls(detector, run.settings["data"])

    def table(self, file: TableFile) -> TableAnswer:
        from rnnlab.kinds.anomaly.answer_table import answer_table

        if self.settings is None:
            raise SettingError("--input", file.path, "an exported model reads rows alone")
        return answer_table(self.detector, self.settings, file)

    def encode(self, rows: Sequence[Any]) -> list[Points]:
        return [self._points(row) for row in rows]

    def _points(self, row: Any) -> Points:
        fields = fields_of(row)
        text = fields.get("state")
        state = None if text is None else self.detector.state_of(text)
        if state is not None and fields.get("series") not in (None, state.series):
            raise SettingError("series", fields["series"], "is another one than the state's")
        last = None if state is None else state.last
        table, places = table_of(fields, self.detector.detection.series, last)
        if state is not None:
            table = table._replace(names=(state.series or "",))
        else:
            self.detector.begun(table)
        return Points(table, places, state)

    def compute(self, encoded: Sequence[Points]) -> list[Found]:
        return [self.detector.score(one.table, one.state) for one in encoded]

    def answers(
        self, rows: Sequence[Any], encoded: Sequence[Points], outputs: Sequence[Found]
    ) -> list[dict[str, Any]]:
        return [self._answer(points, found) for points, found in zip(encoded, outputs, strict=True)]

    def _answer(self, points: Points, found: Found) -> dict[str, Any]:
        scores = found.scores[points.places]
        blamed = found.blamed[points.places].tolist()
        plain = [None if np.isnan(score) else float(score) for score in scores]
        nothing = all(score is None for score in plain)
        return {
            "scores": plain,
            "alarms": found.alarms[points.places].tolist(),
            "blamed": ["" if place < 0 else self.targets[place] for place in blamed],
            "threshold": float(self.detector.detection.calibration.threshold),
            "state": self.detector.text_of(found.state),
            "note": "nothing was expected of these points yet" if nothing else "",
        }

    def cells(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        import json

        lists = {name: json.dumps(answer[name]) for name in ("scores", "alarms", "blamed")}
        return {**lists, **{name: answer[name] for name in ("threshold", "state", "note")}}

    def shown(self, answer: Mapping[str, Any]) -> dict[str, str]:
        scores = [score for score in answer["scores"] if score is not None]
        first = next((place for place, alarm in enumerate(answer["alarms"], 1) if alarm), None)
        return {
            "points": f"{len(answer['scores']):,}",
            "highest score": f"{max(scores):.4f}" if scores else "",
            "threshold": f"{answer['threshold']:.4f}",
            "alarms": f"{sum(answer['alarms']):,}",
            "first alarm": NO_ALARM if first is None else f"point {first:,}",
        }


def example_of(detector: SeriesDetector) -> dict[str, Any]:
    """Return points in the usual range, with a jump near the end."""
    series, width = detector.detection.series, detector.detection.network.channels
    loc, scale = (np.median(part, axis=0) for part in (series.scaler.loc, series.scaler.scale))
    waves = np.sin(np.arange(60) / 5)[:, None] * np.ones(width)
    waves[50:53, -1] += 6
    if series.scaler.kind == "log":
        loc, scale = np.zeros(width), np.ones(width)
        waves = np.abs(waves)
    values = (loc + scale * waves).round(3).tolist()
    row: dict[str, Any] = {"values": values if width > 1 else [one for (one,) in values]}
    if series.frequency.dated and (series.calendar or series.frequency.alias is None):
        hours = np.datetime64("2026-01-01T00:00:00") + np.arange(60) * step_of(series.frequency.step)
        row["times"] = [str(one) for one in hours]
    for name in ("past", "known"):
        count = len(getattr(series.columns, name))
        if count:
            row[name] = [[0.0] * count] * 60
    return row


def step_of(step: int | None) -> np.timedelta64:
    return np.timedelta64((step or 3600 * 10**9) // 10**9 or 1, "s")
