import math

from rnnlab.report.history import Series, epoch_ends, read_history


def test_blank_cells_are_not_points(tmp_path):
    path = tmp_path / "metrics.csv"
    path.write_text("epoch,step,train/loss,val/loss\n0,10,0.7,\n0,20,nan,0.6\n1,30,0.5,\n")
    history = read_history(path)
    assert history["val/loss"] == Series([0], [20], [0.6])
    assert history["train/loss"].steps == [10, 20, 30]
    assert math.isnan(history["train/loss"].values[1])


def test_a_column_that_was_never_filled_and_a_missing_file_give_nothing(tmp_path):
    path = tmp_path / "metrics.csv"
    path.write_text("epoch,step,train/loss\n0,10,\n")
    assert read_history(path) == {}
    assert read_history(tmp_path / "none.csv") == {}


def test_epoch_ends_are_the_last_step_of_all_epochs_but_the_last(tmp_path):
    history = {"a": Series([0, 0, 1, 2], [5, 10, 20, 25], [1.0] * 4), "b": Series([1], [21], [1.0])}
    assert epoch_ends(history) == [10, 21]
