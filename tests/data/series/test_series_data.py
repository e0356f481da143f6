"""The data module of series: rows of each split, batches, what may not leak, what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlab.data.series.prepare_input import SeriesReader
from rnnlab.data.series.rows import ForecastWindows
from rnnlab.errors import SettingError


def test_a_window_has_the_points_before_and_after_its_origin(make_table, make_data):
    table = make_table()
    data = make_data(table)
    rows = data.rows("test")
    batch = rows[[0, len(rows) - 1]]
    for place, row in enumerate((0, len(rows) - 1)):
        origin, series = int(rows.origins[row]), int(rows.series[row])
        raw, ahead = table.values[origin - 24 : origin], table.values[origin : origin + 12]
        scaled = (raw - data.scaler.loc[series]) / data.scaler.scale[series]
        assert np.allclose(batch.values[place], np.nan_to_num(scaled), atol=1e-6)
        assert np.array_equal(batch.observed[place], ~np.isnan(raw))
        assert np.array_equal(batch.target_observed[place], ~np.isnan(ahead))
        back = data.scaler.invert(batch.target[place].numpy(), series)
        assert np.allclose(np.where(np.isnan(ahead), 0, ahead), np.where(np.isnan(ahead), 0, back), atol=1e-5)
        assert np.array_equal(rows.labels([row])[0], ahead, equal_nan=True)
    width = data.facts["known"]
    assert batch.future.shape == (2, 12, width)
    assert width == 1 + 6
    assert batch.lengths.tolist() == [24, 24]
    assert batch.rows.tolist() == [0, len(rows) - 1]


def test_every_window_whose_horizon_lies_in_the_part_is_a_row_of_it(make_table, make_data):
    # 100 points: 70, 10, 20; 80 points: 56, 8, 16. The horizon of 5 with inputs that reach back
    data = make_data(make_table((100, 80), missing=0.0), horizon=5)
    found = {part: len(data.rows(part)) for part in ("train", "validation", "test")}
    assert found == {"train": (70 - 24 - 4) + (56 - 24 - 4), "validation": 6 + 4, "test": 16 + 12}
    test = data.rows("test")
    assert test.origins.tolist() == [*range(80, 96), *range(164, 176)]


def test_windows_without_an_observed_target_are_not_trained_on_but_tested(make_table, make_data):
    table = make_table((100,), missing=0.0)
    table.values[40:60] = np.nan
    table.values[85:95] = np.nan
    data = make_data(table, horizon=5)
    assert set(range(40, 56)).isdisjoint(data.rows("train").origins.tolist())
    assert data.rows("test").origins.tolist() == list(range(80, 96))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), kind=st.sampled_from(["standard", "robust", "mean_abs", "log", "none"]))
def test_later_values_change_no_statistic_and_no_training_batch(make_table, make_data, seed, kind):
    table, other = (t._replace(values=np.abs(t.values)) for t in (make_table(), make_table()))
    data = make_data(table, scaling=kind)
    data.prepare()
    rng = np.random.default_rng(seed)
    for start, stop in zip(data.bounds["train"][:, 1], table.starts[1:], strict=True):
        shape = (stop - start, 1)
        other.values[start:stop] = rng.exponential(1e3, (stop - start, 2))
        other.known[start:stop], other.past[start:stop] = rng.normal(9, 99, shape), rng.normal(9, 99, shape)
    changed = make_data(other, scaling=kind)
    changed.prepare()
    assert data.spec() == changed.spec()
    index = list(range(len(data.rows("train"))))
    for one, two in zip(data.rows("train")[index], changed.rows("train")[index], strict=True):
        assert torch.equal(one, two)


def test_a_finished_runs_reader_makes_the_same_windows(make_table, make_data):
    import json

    table = make_table()
    data = make_data(table, fourier=[[24, 2]], scaling="robust")
    reader = SeriesReader.from_json(json.loads(json.dumps(data.prepare() or data.spec())))
    prepared = reader.prepare(table)
    rows = data.rows("validation")
    index = np.arange(len(rows))
    again = prepared.windows(rows.series, rows.origins, reader.input_length, reader.horizon)
    for one, two in zip(rows[index], again, strict=True):
        assert np.array_equal(one.numpy(), two)


def test_short_histories_are_padded_where_min_length_lets_them_in(make_table, make_data):
    table = make_table((100,), missing=0.0)
    data = make_data(table, horizon=5, min_length=3)
    rows = data.rows("train")
    assert rows.origins[0] == 3
    assert rows.lengths[:4].tolist() == [3, 4, 5, 6]
    assert rows.lengths.max() == 24
    batch = rows[[0, 40]]
    assert batch.lengths.tolist() == [3, 24]
    assert not batch.values[0, 3:].any()
    assert not batch.observed[0, 3:].any()
    alone = rows[[0]]
    assert torch.equal(alone.values[0], batch.values[0])
    assert data.padding_fraction() > 0


def test_train_sees_every_window_once_an_epoch_in_an_order_of_seed_and_epoch(make_table, make_data):
    data = make_data(make_table(), batch_size=32)
    loader = data.train_dataloader()
    first = torch.cat([batch.rows for batch in loader])
    assert sorted(first.tolist()) == list(range(len(data.rows("train"))))
    loader.sampler.set_epoch(1)
    second = torch.cat([batch.rows for batch in loader])
    assert not torch.equal(first, second)
    assert len(second) == len(first)
    again = make_data(make_table(), batch_size=32).train_dataloader()
    assert torch.equal(first, torch.cat([batch.rows for batch in again]))


def test_training_goes_on_at_the_next_batch(make_table, make_data):
    data = make_data(make_table(), batch_size=32, windows_per_epoch=150)
    loader = data.train_dataloader()
    whole = [batch.rows for batch in loader]
    iterator = iter(loader)
    next(iterator), next(iterator)
    state = loader.state_dict()
    resumed = data.train_dataloader()
    resumed.load_state_dict(state)
    left = [batch.rows for batch in resumed]
    assert len(left) == len(whole) - 2
    assert all(torch.equal(one, two) for one, two in zip(left, whole[2:], strict=True))


def test_drawn_windows_are_even_over_series(make_table, make_data):
    data = make_data(make_table((300, 200, 60), missing=0.0), windows_per_epoch=100, batch_size=30)
    rows = data.rows("train")
    counts = np.bincount(rows.series)
    loader = data.train_dataloader()
    drawn = torch.cat([batch.rows for batch in loader])
    per = np.bincount(rows.series[drawn.numpy()])
    assert len(drawn) == 100 == len(set(drawn.tolist()))
    assert per[2] == counts[2] == 7
    assert sorted(per[:2].tolist()) == [46, 47]


@pytest.mark.parametrize("size", [1, 64])
def test_evaluation_reads_every_window_whatever_the_batch_size(make_table, make_data, size):
    data = make_data(make_table(), batch_size=size)
    seen = torch.cat([batch.rows for batch in data.test_dataloader()])
    assert sorted(seen.tolist()) == list(range(len(data.rows("test"))))


def test_processes_share_an_epoch(make_table, make_data):
    from rnnlab.data.series.sampler import WindowSampler

    series = np.repeat([0, 1], [50, 33])
    parts = [WindowSampler(series, 8, None, 3, rank, 2) for rank in (0, 1)]
    assert len(parts[0]) == len(parts[1])
    seen = [row for part in parts for batch in part.batches() for row in batch.tolist()]
    assert set(seen) == set(range(83))


def test_validation_windows_are_evenly_spread(make_table, make_data):
    data = make_data(make_table((400,)))
    every = make_data(make_table((400,))).rows("validation").origins
    data.read_as(ForecastWindows(7))
    few = data.rows("validation").origins
    assert len(few) == 7
    assert set(few) <= set(every)
    assert (np.diff(few) > 0).all()


def test_irregular_series_tell_the_gap(make_table, make_data):
    table = make_table((200,), alias=None)
    data = make_data(table)
    batch, rows = data.rows("train")[[5]], data.rows("train")
    origin = int(rows.origins[5])
    steps = np.diff(table.times)[origin - 25 : origin - 1] / data.reader.median_step
    assert data.facts["irregular"]
    assert np.allclose(batch.gap[0], np.log1p(steps), atol=1e-6)
    regular = make_data(make_table((200,)))
    assert not regular.rows("train")[[5]].gap.any()
    assert not regular.facts["irregular"]


def test_provenance_and_facts(make_table, make_data):
    data = make_data(make_table())
    data.prepare()
    assert data.provenance["tested"] == "test"
    assert set(data.provenance["rows"]) == {
        "train",
        "validation",
        "test",
    }
    facts = data.facts
    assert (facts["targets"], facts["past"], facts["static"], facts["num_series"]) == (2, 1, 1, 3)
    assert facts["season"] == 24
    assert facts["input_size"] == 4 + 1 + 7 + 1
    assert data.inputs("test")[0]["series"] == "north"
    assert len(data.inputs("test")[0]["values"]) == 24
    assert data.targets("test").shape == (len(data.rows("test")), 12, 2)


def test_without_a_test_part_validation_is_tested(make_table, make_data):
    data = make_data(make_table(), split={"train": None, "validation": 0.2, "test": 0})
    assert data.rows("test").origins.tolist() == data.rows("validation").origins.tolist()
    assert data.provenance["tested"] == "validation"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"horizon": 200},
            "data.horizon=200: leaves no window in train: the series has 70 of 100 points there, "
            "and needs 224 (data.input_length 24 + data.horizon 200)",
        ),
        (
            {"horizon": 15},
            "data.split={train: null, validation: 0.1, test: 0.2}: leaves no window in validation: "
            "the series has 10 of 100 points there, and needs 15 (data.horizon), after 24 earlier ones",
        ),
        (
            {"scaling": "revin"},
            "data.scaling=revin: is no scaling of a whole series; reversible normalisation of each window is "
            "model.window_norm=revin",
        ),
        ({"horizon": 0}, "data.horizon=0: must be a whole number >= 1 and <= 1000000"),
        ({"stride": 0}, "data.stride=0: must be a whole number >= 1"),
    ],
)
def test_refused(make_table, make_data, settings, message):
    with pytest.raises(SettingError) as error:
        make_data(make_table((100,)), **settings).prepare()
    assert str(error.value).startswith(message)


def test_series_that_are_too_short_are_refused_and_min_length_lets_them_in(make_table, make_data):
    table = make_table((100, 20, 30), missing=0.0)
    with pytest.raises(SettingError) as error:
        make_data(table, horizon=4).prepare()
    assert str(error.value) == (
        "data.input_length=24: a window needs 28 points with data.horizon=4, and series south has 20 (1 of 3 "
        "series are too short): choose a smaller data.min_length, or leave them out"
    )
    data = make_data(table, horizon=4, min_length=12)
    assert set(data.rows("test").series.tolist()) == {0, 1, 2}
    assert data.provenance["notes"] == ["1 of 3 series have no training window, such as south"]


def test_a_negative_value_has_no_logarithm(make_table, make_data):
    table = make_table((100, 100), missing=0.0)
    table.values[:] = np.abs(table.values)
    table.values[130, 1] = -2.5
    with pytest.raises(SettingError) as error:
        make_data(table, scaling="log").prepare()
    assert str(error.value) == (
        "data.scaling=log: needs values of 0 or more, "
        "and price of series south at 1970-01-02 06:00:00 is -2.5"
    )
