import pytest

from rnnlab.sweep.outcome.figures import curves_of, goals_of, scale_of, tried_of, write_figures
from rnnlab.sweep.outcome.record import read_record
from rnnlab.sweep.outcome.settings import settings_of
from rnnlab.sweep.space.search_space import Dimension

GRU = {"model": "gru", "optimizer.lr": 0.01}
TWO = {"metrics": ("val/macro_recall", "parameters"), "directions": ("maximize", "minimize")}


def fill(made, count, *, pair=False):
    for number in range(count):
        values = {"model": "gru" if number % 2 else "lstm", "optimizer.lr": 10 ** (-4 + number / 6)}
        reached = 0.5 + 0.01 * (number % 5)
        made.try_out(values, (reached, 100.0 + number) if pair else reached)


@pytest.mark.filterwarnings("error")
def test_all_figures_of_two_goals_are_written(sweep):
    made = sweep(trials=13, **TWO)
    fill(made, 12, pair=True)
    made.try_out(GRU, "pruned")
    paths, notes = write_figures(read_record(made.folder))
    assert [path.stem for path in paths] == ["learning_curves", "history", "parallel", "importance", "pareto"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)
    assert {path.parent for path in paths} == {made.folder.figures}
    assert notes == []


def test_a_small_sweep_has_a_sentence_for_what_it_lacks(small):
    paths, notes = write_figures(read_record(small.folder))
    assert [path.stem for path in paths] == ["learning_curves", "history", "parallel"]
    assert notes == ["importance needs 10 finished settings, there are 2"]


def test_without_a_finished_setting_only_curves_are_drawn(sweep):
    made = sweep()
    made.try_out(GRU, "pruned")
    made.try_out(GRU, "ValueError: no")
    paths, notes = write_figures(read_record(made.folder))
    assert [path.stem for path in paths] == ["learning_curves"]
    assert notes == ["history and the like: no setting has finished with a value of what is looked for"]


def test_a_sweep_of_an_older_version_is_drawn_as_well(older):
    folder = older([{"metrics": {"val/loss": 0.1 * number}} for number in range(4)])
    assert [path.stem for path in write_figures(read_record(folder))[0]] == ["history", "parallel"]


def test_a_pruned_setting_stands_at_the_last_that_was_seen_of_it(small):
    small.try_out(GRU, "pruned")
    record = read_record(small.folder)
    pruned = tried_of(settings_of(record)[3], record)
    assert (pruned.state, pruned.objectives) == ("pruned", (0.1,))


def test_curves_are_those_of_the_goal_or_of_another_validation(small, sweep):
    curves, goal = curves_of(read_record(small.folder))
    assert (goal.name, goal.lowest) == ("val/macro_recall", False)
    assert [(curve.state, curve.is_best) for curve in curves] == [
        ("finished", False),
        ("finished", True),
        ("failed", False),
    ]
    other = sweep("other", metrics=("training_seconds",), directions=("minimize",))
    other.try_out(GRU, 60.0)
    record = read_record(other.folder)
    assert [goal.name for goal in goals_of(record)] == ["training_seconds"]
    assert curves_of(record)[1].name == "val/macro_recall"


def test_an_axis_holds_the_space_and_what_was_tried_outside(small):
    record = read_record(small.folder)
    tried = [tried_of(setting, record) for setting in settings_of(record)]
    rate = scale_of(Dimension("optimizer.lr", "float", low=1e-3, high=1e-2, log=True), tried)
    assert (rate.low, rate.high, rate.is_log) == (1e-3, 0.1, True)
    assert scale_of(Dimension("model", "choice", ("rnn", "gru")), tried).choices == ("rnn", "gru", "lstm")


def test_a_metrics_file_that_a_kill_broke_costs_its_curve_alone(small):
    (small.folder.job(0) / "metrics.csv").write_text("epoch,step,val/macro_recall\n0,1,-")
    curves, _ = curves_of(read_record(small.folder))
    assert len(curves) == 2
