"""Which run a person means: by path, by a part of it, or the last one."""

import json
import os
from datetime import datetime

import pytest

from rnnlab.errors import SettingError
from rnnlab.run.folder.find import find_run, run_folders
from rnnlab.run.folder.lock import FolderLock


def make_run(path, task, started):
    (path / "wandb" / "files").mkdir(parents=True)
    (path / "wandb" / "files" / "config.yaml").write_text("")  # not a run: it lies in one
    (path / "result.json").write_text(json.dumps({"task": task}))
    (path / "config.yaml").write_text("")
    os.utime(path / "config.yaml", (started, started))
    return path


def with_checkpoint(path):
    (path / "checkpoints").mkdir()
    (path / "checkpoints" / "best.ckpt").touch()
    return path


@pytest.fixture
def outputs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "outputs"
    make_run(root / "imdb" / "bilstm" / "2026-01-01_10-00-00_aaaa1111", "imdb", 100)
    make_run(root / "tweets" / "gru" / "2026-01-02_10-00-00_bbbb2222", "tweets", 300)
    make_run(root / "tweets" / "gru" / "2026-01-03_10-00-00_cccc3333", "tweets", 200)
    make_run(root / "sweeps" / "2026-01-04_10-00-00_dddd4444" / "0", "shakespeare", 50)
    return root


def found(name, outputs):
    return find_run(name, outputs).path.relative_to(outputs).as_posix()


def test_a_run_is_a_folder_with_a_config_and_nothing_inside_one_is(outputs):
    assert len(list(run_folders(outputs))) == 4


@pytest.mark.parametrize("name", ["bbbb2222", "gru/2026-01-02", "2026-01-02", "bbbb2222/"])
def test_a_part_of_one_path_is_enough(outputs, name):
    assert found(name, outputs).endswith("_bbbb2222")


def test_a_path_is_taken_as_it_is(outputs, tmp_path):
    path = outputs / "imdb" / "bilstm" / "2026-01-01_10-00-00_aaaa1111"
    assert find_run(str(path), tmp_path / "elsewhere").path == path
    assert find_run(os.path.relpath(path)).path.resolve() == path


def test_a_folder_of_one_run_means_that_run(outputs):
    assert find_run(str(outputs / "imdb")).path.name.endswith("aaaa1111")


def test_last_is_the_run_that_was_started_or_resumed_latest(outputs):
    assert found("last", outputs).endswith("bbbb2222")
    assert found("last:imdb", outputs).endswith("aaaa1111")
    assert found("last:shakespeare", outputs) == "sweeps/2026-01-04_10-00-00_dddd4444/0"


def test_last_passes_over_what_has_no_checkpoint_and_says_what_it_took_and_when(outputs, capsys):
    taken = with_checkpoint(outputs / "tweets" / "gru" / "2026-01-03_10-00-00_cccc3333")
    assert find_run("last:tweets", outputs).path == taken
    assert find_run("last:tweets", outputs).path == taken
    when = f"{datetime.fromtimestamp(200):%Y-%m-%d %H:%M}"
    passed = "passed over: one run later without a checkpoint"
    told = capsys.readouterr()
    assert told.err == f"last:tweets: {taken}, started {when} ({passed})\n"  # once
    assert told.out == ""


def test_of_runs_without_any_checkpoint_the_latest_is_taken_and_that_is_said(outputs, capsys):
    find_run("last", outputs)
    assert "(no checkpoint yet, and neither has any other)" in capsys.readouterr().err


def test_a_toy_run_is_marked_beside_the_latest_real_one(outputs, capsys):
    real = with_checkpoint(outputs / "tweets" / "gru" / "2026-01-03_10-00-00_cccc3333")
    toy = with_checkpoint(outputs / "tweets" / "gru" / "2026-01-02_10-00-00_bbbb2222")
    (toy / "result.json").write_text(json.dumps({"task": "tweets", "overrides": ["debug=fast"]}))
    assert find_run("last", outputs).path == toy
    assert f"(a toy run, debug=; the latest real one is {real})" in capsys.readouterr().err


def test_a_run_that_is_still_going_is_said_to_be(outputs, capsys):
    path = with_checkpoint(outputs / "tweets" / "gru" / "2026-01-02_10-00-00_bbbb2222")
    lock = FolderLock()
    lock.acquire(path, "this run is being trained")
    find_run("last", outputs)
    assert capsys.readouterr().err.endswith("(still training)\n")
    lock.release()


def test_last_is_not_the_run_that_asks(outputs, tmp_path):
    own = outputs / "tweets" / "gru" / "2026-01-02_10-00-00_bbbb2222"
    assert find_run("last", outputs, own).path.name.endswith("cccc3333")
    assert find_run("last:tweets", outputs, own.relative_to(tmp_path)).path.name.endswith("cccc3333")
    with pytest.raises(SettingError, match="there is no run of this task"):
        find_run("last:shakespeare", outputs, outputs / "sweeps" / "2026-01-04_10-00-00_dddd4444" / "0")


def test_outputs_is_where_it_is_without_being_named(outputs):
    assert find_run("aaaa1111").path.as_posix().startswith("outputs/imdb")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("tweets", ["RUN=tweets: this is a part of 2 runs", "bbbb2222", "cccc3333"]),
        ("bbbb2223", ["RUN=bbbb2223: is no part of the path of a run", "there are: ", "_bbbb2222"]),
        ("last:tweet", ["there is no run of this task", "did you mean last:tweets?", "last:imdb"]),
        ("last:", ["there is no run of this task"]),
        ("", ["RUN=: is no part"]),
        ("\0", ["is no part"]),
        ("x" * 5000, ["is no part"]),
    ],
)
def test_none_and_several_are_errors_that_name_the_nearest(outputs, name, parts):
    with pytest.raises(SettingError) as caught:
        find_run(name, outputs)
    assert [part for part in parts if part not in str(caught.value)] == []


def test_of_many_runs_the_latest_are_named(outputs):
    for number in range(9):
        make_run(outputs / "many" / f"run{number}", "many", 1000 + number)
    with pytest.raises(SettingError, match="9 runs, the latest 5 of which are named") as caught:
        find_run("many", outputs)
    assert "many/run8" in str(caught.value)
    assert "many/run3" not in str(caught.value)


def test_without_any_run_the_error_says_where_it_looked(tmp_path):
    with pytest.raises(SettingError, match="holds no run yet"):
        find_run("last", tmp_path)
    with pytest.raises(SettingError, match="is no folder"):
        find_run("anything", tmp_path / "nowhere")


def test_a_broken_result_is_a_run_of_no_task(outputs):
    for path in outputs.rglob("result.json"):
        path.write_text("{")
    assert found("last", outputs).endswith("bbbb2222")
    with pytest.raises(SettingError, match="no run of this task"):
        find_run("last:tweets", outputs)
