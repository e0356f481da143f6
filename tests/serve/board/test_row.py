"""A run's row, whatever state its folder is in."""

import json
import os
import shutil

import pytest

from rnnlab.run.folder.lock import FolderLock
from rnnlab.serve.board.row import NO_RESULT, choices_of, progress, read_row, stamp_of, sweep_of

from .conftest import write_run


def row_of(folder, root):
    stamp = stamp_of(folder, "", os.listdir(folder))
    assert stamp is not None
    return read_row(folder, root, stamp)[0]


def test_a_finished_run(tmp_path):
    row = row_of(write_run(tmp_path / "tweets" / "a", 1), tmp_path)
    assert (row["id"], row["status"], row["error"], row["sweep"]) == ("tweets/a", "finished", "", "")
    assert (row["task"], row["model"], row["seed"], row["parameters"]) == ("tweets", "lstm", 1, 8000)
    assert row["metrics"]["test/loss"] == pytest.approx(1 - row["metrics"]["val/accuracy"])
    assert row["started"] == 1_700_000_060_000  # milliseconds
    assert row["typed"] == {
        "task": "tweets",
        "model": "lstm",
        "model.hidden_size": "8",
        "optimizer.lr": "0.005623",
    }
    assert not row["report"]


def test_a_run_that_trains_says_how_far_it_is(tmp_path):
    folder = write_run(tmp_path / "a", status="running", metrics={})
    lock = FolderLock()
    lock.acquire(folder, "in use")
    try:
        row = row_of(folder, tmp_path)
    finally:
        lock.release()
    assert (row["status"], row["epoch"], row["step"]) == ("running", 3, 30)
    assert set(row["so_far"]) == {"val/accuracy", "val/loss"}


def test_a_run_whose_process_is_gone(tmp_path):
    row = row_of(write_run(tmp_path / "a", status="running", metrics={}), tmp_path)
    said = "no process is training in this folder any more; go on with python train.py resume="
    assert (row["status"], row["error"]) == ("killed", f"{said}{tmp_path}/a")


def test_a_failed_run_has_the_first_line_of_its_error(tmp_path):
    row = row_of(write_run(tmp_path / "a", status="failed", error="\nno memory\nat ..."), tmp_path)
    assert (row["status"], row["error"]) == ("failed", "no memory")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "result.json is broken: Expecting property name"),
        ("[1]", "result.json is broken: it holds a list and no mapping"),
        ('{"metrics": 3}', "result.json is broken: metrics is a int"),
        ("\ud800".encode("utf-8", "surrogatepass"), "result.json is broken: it is no UTF-8"),
    ],
    ids=["half", "list", "number", "bytes"],
)
def test_a_broken_result_is_a_row_with_its_reason(tmp_path, content, said):
    folder = write_run(tmp_path / "a")
    path = folder / "result.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    row = row_of(folder, tmp_path)
    assert row["status"] == "broken"
    assert row["error"].startswith(said)
    json.dumps(row, allow_nan=False)


def test_a_folder_without_a_result(tmp_path):
    folder = write_run(tmp_path / "a")
    (folder / "result.json").unlink()
    row = row_of(folder, tmp_path)
    assert (row["status"], row["error"]) == ("unknown", NO_RESULT)


def test_odd_values_become_plain_ones(tmp_path):
    odd = {
        "seed": [1],
        "model": {"name": "gru", "parameters": "many"},
        "metrics": {"test/loss": float("nan"), "test/accuracy": float("inf"), "x": None, "y": "z"},
        "metric_facts": 3,
        "data": None,
        "overrides": [{"a": 1}, "~b", "+c=2"],
    }
    row = row_of(write_run(tmp_path / "a", **odd), tmp_path)
    assert (row["seed"], row["parameters"], row["official"]) == (None, None, None)
    assert row["metrics"] == {"test/loss": "nan", "test/accuracy": "inf"}
    assert row["typed"] == {"{'a': 1}": "", "b": "", "c": "2"}
    json.dumps(row, allow_nan=False)


def test_half_a_table_of_metrics(tmp_path):
    folder = write_run(tmp_path / "a", status="failed")
    (folder / "metrics.csv").write_text("epoch,step,val/loss\n0,1,0.5\nx,2")
    assert progress(folder) == {}
    assert row_of(folder, tmp_path)["status"] == "failed"


def test_a_folder_that_goes(tmp_path):
    folder = write_run(tmp_path / "a")
    names = os.listdir(folder)
    stamp = stamp_of(folder, "", names)
    (folder / "config.yaml").unlink()
    assert stamp_of(folder, "", names) is None
    shutil.rmtree(folder)
    with pytest.raises(FileNotFoundError):
        read_row(folder, tmp_path, stamp)


def test_a_job_names_its_sweep(tmp_path):
    job = write_run(tmp_path / "sweeps" / "mine" / "3")
    assert sweep_of(job, tmp_path) == ""
    (job.parent / "sweep.yaml").write_text("{}")
    assert sweep_of(job, tmp_path) == "sweeps/mine"
    assert sweep_of(job, job.parent) == "."


def test_choices_leave_out_where_and_how_a_run_was_made(tmp_path):
    found = choices_of(write_run(tmp_path / "a", 6))
    assert found["model.hidden_size"] == "16"
    assert found["model.layers"] == "[1, 2]"
    assert not {"seed", "paths.run_dir", "task", "model"} & set(found)


def test_choices_of_a_broken_config(tmp_path):
    folder = write_run(tmp_path / "a")
    (folder / "config.yaml").write_text("a: [")
    assert choices_of(folder) == {}
    assert row_of(folder, tmp_path)["status"] == "finished"
