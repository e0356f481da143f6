"""RUN as `best:SWEEP`."""

import json

import pytest

from rnnlab.errors import SettingError
from rnnlab.sweep.best_run import find


def sweep(outputs, accuracies):
    """A sweep of an older version: numbered run folders alone."""
    folder = outputs / "sweeps" / "2026-01-01_night"
    for number, accuracy in enumerate(accuracies):
        job = folder / str(number)
        job.mkdir(parents=True)
        (job / "config.yaml").write_text("seed: 1\n")
        status = "failed" if accuracy is None else "finished"
        metrics = {} if accuracy is None else {"val/accuracy": accuracy}
        result = {"status": status, "metrics": metrics, "overrides": [f"model.hidden_size={number}"]}
        (job / "result.json").write_text(json.dumps(result))
    return folder


def test_the_best_run_of_a_sweep(tmp_path):
    folder = sweep(tmp_path, [0.5, 0.8, None, 0.7])
    assert find("best:night", tmp_path).path == folder.absolute() / "1"
    assert find(f"best:{folder}", tmp_path).path == folder.absolute() / "1"


def test_the_best_run_that_has_a_checkpoint_is_taken_and_said(tmp_path, capsys):
    folder = sweep(tmp_path, [0.5, 0.8])
    (folder / "1" / "checkpoints").mkdir()
    (folder / "1" / "checkpoints" / "best.ckpt").touch()
    assert find("best:night", tmp_path).path == folder.absolute() / "1"
    told = capsys.readouterr()
    assert told.err.startswith(f"best:night: {folder.absolute() / '1'}, started ")
    assert told.out == ""


def test_other_names_are_those_of_runs(tmp_path):
    folder = sweep(tmp_path, [0.5, 0.8])
    assert find(str(folder / "0"), tmp_path).path == folder / "0"


def test_a_sweep_without_a_finished_run(tmp_path):
    sweep(tmp_path, [None, None])
    with pytest.raises(SettingError, match="has finished yet"):
        find("best:night", tmp_path)


def test_no_such_sweep(tmp_path):
    sweep(tmp_path, [0.5])
    with pytest.raises(SettingError, match="is no sweep's folder"):
        find("best:day", tmp_path)
