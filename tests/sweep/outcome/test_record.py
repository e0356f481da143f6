import pytest

from rnnlab.errors import UserError
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.outcome.record import read_record


def test_a_sweep_is_read_with_what_is_still_to_come(small):
    record = read_record(small.folder)
    assert record.counts == {"waiting": 1, "finished": 2, "failed": 1}
    assert (record.planned, record.is_over, record.repeats_seeds) == (4, False, False)
    assert record.keys == ["model", "optimizer.lr", "model.num_layers"]
    assert sorted(record.jobs) == [0, 1, 2]


def test_a_sweep_is_over_when_all_that_was_planned_has_ended(small):
    small.try_out({"model": "gru", "optimizer.lr": 0.02}, "pruned")
    assert read_record(small.folder).is_over


def test_trials_that_no_setting_was_found_for_are_counted_out(sweep):
    made = sweep(trials=2)
    made.try_out({"model": "gru", "optimizer.lr": 0.01}, 0.6)
    number = made.ledger.open_trial("worker", 2)
    made.ledger.fill_trial("worker", number, [], error="200 settings in a row break sweep.constraints")
    record = read_record(made.folder)
    assert (record.planned, record.is_over) == (1, True)
    assert record.lost == {1: "200 settings in a row break sweep.constraints"}


def test_a_key_that_never_differs_is_no_column(sweep):
    made = sweep(trials=2)
    for rate in (0.1, 0.01):
        made.try_out({"model": "gru", "optimizer.lr": rate}, 0.5)
    assert read_record(made.folder).keys == ["optimizer.lr"]


def test_a_sweep_without_a_ledger_is_read_from_its_jobs_folders(older):
    folder = older(
        [
            {"metrics": {"val/loss": 0.5, "test/accuracy": 0.9}},
            {"metrics": {"val/loss": 0.4, "test/accuracy": 0.1}},
            {"status": "failed", "error": "ValueError: no\nmore"},
            {"status": "running"},
        ]
    )
    record = read_record(folder)
    assert (record.spec, record.metrics, record.directions) == (None, ("val/loss",), ("minimize",))
    assert [row.state for row in record.rows] == ["finished", "finished", "failed", "failed"]
    assert [row.objective for row in record.rows[:2]] == [(0.5,), (0.4,)]
    assert record.rows[2].error == "ValueError: no"
    assert record.rows[3].error == "left without an end, its result.json says running"
    assert record.keys == ["model"]
    assert not folder.ledger.exists()


def test_test_metrics_never_choose(older):
    record = read_record(older([{"metrics": {"test/accuracy": value}} for value in (0.1, 0.2)]))
    assert (record.metrics, record.directions) == ((), ())


def test_a_folder_without_jobs_is_no_sweep(tmp_path):
    with pytest.raises(UserError, match="is not the folder of a sweep"):
        read_record(SweepFolder(tmp_path))
