"""predictions.parquet: what is written is read, and what is too much keeps its sums."""

from types import SimpleNamespace

import numpy as np
import pytest

from rnnlab.evaluation.series.forecasts import Forecasts, row_sums
from rnnlab.kinds.forecasting import predicted as module
from rnnlab.kinds.forecasting.predicted import Predicted, predicted_of, read_predictions, write_predictions

HOUR = 3_600_000_000_000
LEVELS = (0.1, 0.5, 0.975)
TABLE = SimpleNamespace(
    names=("north", "south"),
    times=np.arange(40, dtype=np.int64) * HOUR,
    columns=SimpleNamespace(targets=("demand", "price")),
)


def windows(count=6, horizon=3):
    rng = np.random.default_rng(1)
    label, found = rng.normal(size=(2, count, horizon, 2)).astype(np.float32)
    label[0, 1, 0] = np.nan
    quantiles = np.sort(rng.normal(size=(count, horizon, 2, 3)).astype(np.float32), axis=-1)
    series = np.arange(count) % 2
    return Predicted(np.arange(count), series, 10 + np.arange(count), label, found, quantiles, LEVELS)


def test_what_is_written_is_read(tmp_path):
    found = windows()
    seen, scale = ~np.isnan(found.label), np.ones((2, 2))
    sums = row_sums(
        Forecasts(found.label, found.predicted, seen, found.series, scale, LEVELS, found.quantiles)
    )
    write_predictions(tmp_path / "p.parquet", found, sums, TABLE)
    kept = read_predictions(tmp_path / "p.parquet")
    assert kept.series.tolist() == ["north", "south"] * 3
    assert kept.times.tolist() == [HOUR * (10 + row) for row in range(6)]
    assert (kept.levels, kept.targets) == (LEVELS, ("demand", "price"))
    assert kept.places.tolist() == kept.rows.tolist() == list(range(6))
    for name in ("label", "predicted", "quantiles"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(found, name))
    assert set(kept.sums) == set(sums)
    for name, values in sums.items():
        np.testing.assert_array_equal(kept.sums[name], values)


def test_of_too_many_numbers_evenly_spaced_windows_keep_theirs(tmp_path, monkeypatch):
    found = windows(10)
    monkeypatch.setattr(module, "MOST_NUMBERS", 3 * 30)  # a window has 3 steps of 2 targets in 5 columns
    write_predictions(tmp_path / "p.parquet", found, {"count": np.ones((10, 2))}, TABLE)
    kept = read_predictions(tmp_path / "p.parquet")
    assert kept.places.tolist() == [0, 3, 6]
    np.testing.assert_array_equal(kept.predicted, found.predicted[[0, 3, 6]])
    np.testing.assert_array_equal(kept.quantiles, found.quantiles[[0, 3, 6]])
    assert kept.sums["count"].tolist() == [[1, 1]] * 10


@pytest.mark.parametrize("content", [None, b"", b"PAR1 and no more"])
def test_a_file_that_cannot_be_read_is_none(tmp_path, content):
    if content is not None:
        (tmp_path / "p.parquet").write_bytes(content)
    assert read_predictions(tmp_path / "p.parquet") is None


def test_windows_of_a_task_have_their_places_and_the_labels_of_the_table():
    values = np.arange(20.0).reshape(20, 1)
    rows = SimpleNamespace(
        series=np.zeros(4, int),
        origins=np.array([5, 6, 7, 8]),
        labels=lambda index: values[np.array([5, 6, 7, 8])[index][:, None] + np.arange(2)],
    )
    data = SimpleNamespace(rows=lambda split: rows)
    columns = {"row": np.array([1, 3]), "predicted": np.zeros((2, 2, 1)), "quantiles": np.zeros((2, 2, 1, 3))}
    found = predicted_of(data, "test", columns, LEVELS)
    assert found.origins.tolist() == [6, 8]
    assert found.label[..., 0].tolist() == [[6, 7], [8, 9]]
