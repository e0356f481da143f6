"""Finished detectors: causal scores, streams with a carried state, exports, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.data.file_format import Format
from rnnlab.errors import SettingError
from rnnlab.export.write import export
from rnnlab.kinds.anomaly.scored import read_scores
from rnnlab.kinds.table_answer import TableFile
from rnnlab.run.folder.report_files import files_of
from rnnlab.runtime import open_model

from .conftest import csv_of, measurements, times

SCORINGS = ("forecast_error", "reconstruction", "likelihood")
STAMPS = [str(one) for one in times()]


def points(start, end, **more):
    values, _ = measurements()
    listed = [[None if np.isnan(one) else one for one in row] for row in values[start:end].tolist()]
    return {"values": listed, "times": STAMPS[start:end], "series": "a", **more}


@pytest.mark.parametrize("scoring", SCORINGS)
def test_scores_are_causal_and_those_of_the_test(finished, scoring):
    run = finished(scoring)
    answers = run.answerer()
    (whole,), (early,) = answers([points(0, 600)]), answers([points(0, 530)])
    assert early["scores"] == whole["scores"][:530]
    found = read_scores(run.folder.path / "scores.parquet")
    assert [one.name for one in found] == ["a", "b"]
    kept = np.array(whole["scores"][480:], dtype=float)
    assert (
        np.abs(kept - found[0].scores).max() < 0.05 * np.abs(kept).max()
    )  # two missing values are given here
    assert run.metrics["test/vus_pr"] > 1.5 * run.metrics["test/vus_pr_chance"]


@pytest.mark.parametrize("scoring", SCORINGS)
def test_a_stream_in_pieces_gives_what_the_whole_gives(finished, scoring):
    answers = finished(scoring).answerer()
    (whole,) = answers([points(0, 600)])
    state, scores, alarms = None, [], []
    for start, end in ((0, 1), (1, 40), (40, 41), (41, 300), (300, 600)):
        (found,) = answers([points(start, end, state=state)])
        state, scores, alarms = found["state"], scores + found["scores"], alarms + found["alarms"]
    assert alarms == whole["alarms"]
    ours, expected = (np.array(one, dtype=float) for one in (scores, whole["scores"]))
    assert np.array_equal(np.isnan(ours), np.isnan(expected))
    assert np.nanmax(np.abs(ours - expected)) < 1e-3


@pytest.mark.parametrize("scoring", SCORINGS)
def test_the_export_scores_as_its_run_does(finished, scoring, tmp_path):
    run = finished(scoring)
    written = export(run, run.problem.export(run), tmp_path / "exported")
    model = open_model(written.folder)
    (expected,) = run.answerer()([points(0, 600)])
    asked = points(0, 600)
    found = model.score(asked["values"], asked["times"], series="a")
    assert np.nanmax(np.abs(found.scores - np.array(expected["scores"], dtype=float))) < 1e-3
    stream = model.stream("a")
    one = [
        stream.add(value, time) for value, time in zip(asked["values"][:50], asked["times"][:50], strict=True)
    ]
    assert np.nanmax(np.abs(np.array([each.score for each in one]) - found.scores[:50])) < 1e-3


def test_the_channel_to_blame_is_the_one_that_changed(finished):
    (found,) = finished("forecast_error").answerer()([points(0, 530)])
    assert found["blamed"][520:523] == ["speed"] * 3


def test_a_gap_in_a_stream_is_filled_with_missing_points(finished):
    answers = finished("forecast_error").answerer()
    (first,) = answers([points(0, 300)])
    (after,) = answers([points(303, 310, state=first["state"])])
    given = points(0, 310)
    given["values"][300:303] = [[None, None]] * 3
    (whole,) = answers([given])
    assert after["scores"] == pytest.approx(whole["scores"][303:], abs=1e-6)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"values": [[1, 2]], "statte": ""}, "did you mean state?"),
        ({"values": []}, "must be a list of points of 2 numbers each"),
        ({"values": [[1]]}, "must be a list of points of 2 numbers each"),
        ({"values": [[1, 1e300]]}, "must hold finite numbers alone"),
        ({"values": [[1, 2]], "times": ["noon"]}, "must be a time such as 2026-01-31T12:00:00"),
        ({"values": [[1, 2]], "times": []}, "must be a list of as many times as there are points, 1"),
        (
            {"values": [[1, 2], [1, 2]], "times": [STAMPS[1], STAMPS[0]]},
            "must be later than the time before it",
        ),
        (
            {"values": [[1, 2], [1, 2]], "times": [STAMPS[0], "2026-01-01T00:07:00"], "series": "a"},
            "lies between the points of frequency 5min",
        ),
        ({"values": [[1, 2]] * 3, "series": "new"}, "at least 20, and these are 3"),
        ({"values": [[1, 2]], "series": 3}, "must be the name of a series as text"),
        ({"values": [[1, 2]], "state": "abc"}, "is none that this run gave"),
        ({"values": [[1, 2]], "state": "é" * 40}, "is none that this run gave"),
        ({"values": [[1, 2]], "state": "A" * 600_000}, "is none that this run gave"),
        ({"values": [[1, 2]], "state": 7}, "is none that this run gave"),
    ],
)
def test_points_that_cannot_be_read_are_refused_in_one_line(finished, row, message):
    with pytest.raises(SettingError) as error:
        finished("forecast_error").answerer()([row])
    assert message in str(error.value)
    assert len(str(error.value).splitlines()) <= 2


def test_a_changed_state_and_one_of_another_run_are_refused(finished):
    answers = finished("forecast_error").answerer()
    (found,) = answers([points(0, 50)])
    state = found["state"]
    for place in range(0, len(state), 37):
        changed = state[:place] + ("A" if state[place] != "A" else "B") + state[place + 1 :]
        with pytest.raises(SettingError, match="is none that this run gave"):
            answers([points(50, 60, state=changed)])
    (other,) = finished("reconstruction").answerer()([points(0, 50)])
    with pytest.raises(SettingError, match="is none that this run gave"):
        answers([points(50, 60, state=other["state"])])
    with pytest.raises(SettingError, match="is not later than the last point that was read"):
        answers([points(40, 60, state=state)])
    with pytest.raises(SettingError, match="is another one than the state's"):
        answers([points(50, 60, state=state) | {"series": "b"}])


def test_a_file_is_scored_as_a_table_and_a_new_series_by_its_first_points(finished, tmp_path):
    answers = finished("forecast_error").answerer()
    (expected,) = answers([points(0, 600)])
    path = tmp_path / "new.csv"
    path.write_text(csv_of(("a", "new")), encoding="utf-8")
    answer = answers.table(TableFile(path, Format()))
    rows = [row for part in answer.rows for row in part]
    assert answer.done == "1,200 points of 2 series scored"
    assert any(
        "1 series that training did not see, scaled by their first points: new" in note
        for note in answer.notes
    )
    own = [row["score"] for row in rows if row["series"] == "a"]
    assert own[:100] == pytest.approx(expected["scores"][:100], abs=1e-3)  # the file rounds to 4 digits
    assert rows[520]["time"] == STAMPS[520]
    early = tmp_path / "early.csv"
    text = [line for line in path.read_text().splitlines() if not line.startswith("a,")]
    early.write_text("\n".join(text[:550]) + "\n", encoding="utf-8")
    fewer = [row for part in answers.table(TableFile(early, Format())).rows for row in part]
    assert [row["score"] for row in fewer] == [row["score"] for row in rows if row["series"] == "new"][:549]


def test_the_page_shows_scores_events_and_alarms(finished):
    run = finished("forecast_error")
    files = files_of(run.folder.path)
    assert (run.folder.figures / "scores.png").stat().st_size > 1000
    parts = {one.name: one for one in run.problem.sections(files)}
    assert list(parts) == ["test", "scores0", "scores1", "events", "alarms"]
    assert "2 labelled events" in parts["events"].parts[0].caption
    assert [table.caption for table in parts["test"].parts[:2]] == ["", "threshold chosen on the scored data"]
