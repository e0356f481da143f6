import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.sweep.ledger.row import Row
from rnnlab.sweep.outcome.record import read_record
from rnnlab.sweep.outcome.settings import Setting, front, ranked, settings_of
from rnnlab.sweep.space.search_space import Dimension, Space

GRU, LSTM = {"model": "gru", "optimizer.lr": 0.01}, {"model": "lstm", "optimizer.lr": 0.01}


def trials(made, **directions):
    record = read_record(made.folder)
    return [setting.trial for setting in ranked(settings_of(record), record.directions)]


def test_the_best_setting_comes_first_and_failed_ones_are_left_out(small):
    assert trials(small) == [1, 0]


@pytest.mark.parametrize(("direction", "order"), [("minimize", [0, 1]), ("maximize", [1, 0])])
def test_the_specs_direction_counts(sweep, direction, order):
    made = sweep(directions=(direction,))
    made.try_out(GRU, 0.1)
    made.try_out(LSTM, 0.2)
    assert trials(made) == order


def test_the_seeds_of_a_trial_are_averaged(sweep):
    made = sweep(seeds=3)
    made.try_out(GRU, 0.5, 0.6, 0.7)
    (setting,) = settings_of(read_record(made.folder))
    assert [row.overrides[-1] for row in setting.rows] == ["seed=1", "seed=2", "seed=3"]
    assert setting.objective[0].mean == pytest.approx(0.6)
    assert (setting.objective[0].count, setting.is_complete, setting.seconds) == (3, True, 60.0)


def test_a_setting_that_lacks_a_seed_stands_behind_those_that_lack_none(sweep):
    made = sweep(seeds=2)
    made.try_out(GRU, 0.9, "RuntimeError: diverged")
    made.try_out(LSTM, 0.5, 0.5)
    assert trials(made) == [1, 0]


def test_a_setting_whose_seed_was_pruned_is_pruned(sweep):
    made = sweep(seeds=2)
    made.try_out(GRU, "pruned", 0.9)
    assert settings_of(read_record(made.folder))[0].state == "pruned"
    assert trials(made) == []


def test_seeds_that_are_swept_like_any_key_are_gathered(sweep):
    space = Space((Dimension("model", "choice", ("gru", "lstm")), Dimension("seed", "choice", ("1", "2"))))
    made = sweep(space=space, sampler="grid", trials=None)
    for model, seed, value in [("gru", "1", 0.5), ("gru", "2", 0.7), ("lstm", "1", 0.8)]:
        made.try_out({"model": model, "seed": seed}, value)
    gru, lstm = settings_of(read_record(made.folder))
    assert (gru.values, gru.objective[0].mean, gru.objective[0].count) == ({"model": "gru"}, 0.6, 2)
    assert lstm.trial == 2


def test_trials_that_chose_the_same_are_not_taken_for_seeds(sweep):
    made = sweep()
    made.try_out(GRU, 0.5)
    made.try_out(GRU, 0.5)
    assert [len(setting.rows) for setting in settings_of(read_record(made.folder))] == [1, 1]


def test_the_front_holds_what_nothing_beats_and_comes_first(sweep):
    made = sweep(metrics=("val/macro_recall", "parameters"), directions=("maximize", "minimize"))
    for recall, parameters in [(0.6, 100.0), (0.8, 900.0), (0.7, 950.0), (0.7, 500.0), (0.6, 120.0)]:
        made.try_out(GRU, (recall, parameters))
    record = read_record(made.folder)
    assert [setting.trial for setting in front(settings_of(record), record.directions)] == [0, 1, 3]
    assert trials(made) == [1, 3, 0, 2, 4]


def test_a_running_setting_is_running_whatever_its_other_seeds_did(sweep):
    made = sweep(seeds=2)
    made.try_out(GRU, 0.5, "running")
    assert settings_of(read_record(made.folder))[0].state == "running"


def test_nothing_is_ranked_without_a_metric(older):
    record = read_record(older([{}, {}]))
    assert ranked(settings_of(record), record.directions) == []


def test_what_blew_up_is_not_ranked(sweep):
    made = sweep()
    made.try_out(GRU, float("inf"))
    made.try_out(LSTM, 0.5)
    assert trials(made) == [1]


@given(values=st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=1, max_size=25))
def test_the_front_has_what_no_other_setting_beats(values):
    rows = [
        Row(number, number, (), {}, "finished", objective=tuple(map(float, v)))
        for number, v in enumerate(values)
    ]
    settings = [Setting(row.number, {}, (row,)) for row in rows]
    found = {setting.trial for setting in front(settings, ("minimize", "maximize", "minimize"))}
    costs = [(a, -b, c) for a, b, c in values]
    beats = [
        any(all(x <= y for x, y in zip(other, one, strict=True)) and other != one for other in costs)
        for one in costs
    ]
    assert found == {number for number, is_beaten in enumerate(beats) if not is_beaten}
