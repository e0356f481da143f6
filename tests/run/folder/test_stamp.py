"""Names of run folders, and how a job that was queued again finds its own."""

import json

import pytest

from rnnlab.run.folder import stamp

TYPED = ["task=imdb", "seed=2"]


@pytest.fixture(autouse=True)
def place(monkeypatch, tmp_path):
    monkeypatch.setattr(stamp, "_stamp", "now")
    monkeypatch.delenv("RNNLAB_SWEEP", raising=False)
    monkeypatch.delenv("SLURM_STEP_NUM_TASKS", raising=False)
    monkeypatch.delenv("SLURM_RESTART_COUNT", raising=False)
    monkeypatch.setenv("SLURM_JOB_ID", "17")
    return tmp_path


def found(place, typed=TYPED):
    return stamp.slurm_folder(typed, lambda: place / stamp.stamp())


def leave(place, status):
    found(place)
    folder = place / stamp.stamp()
    folder.mkdir()
    (folder / "result.json").write_text(json.dumps({"status": status}))
    return folder


def test_outside_of_slurm_and_in_a_sweep_it_is_the_time(place, monkeypatch):
    monkeypatch.setenv("RNNLAB_SWEEP", "/a/sweep")
    assert found(place) is None
    monkeypatch.delenv("SLURM_JOB_ID")
    assert found(place) is None
    assert stamp.stamp() == "now"


def test_a_first_start_finds_nothing_and_is_no_error(place):
    assert found(place) is None
    assert stamp.stamp().startswith("slurm_17_")


def test_a_job_queued_again_before_its_first_save_starts_afresh_in_the_same_place(place, monkeypatch):
    found(place)
    before = stamp.stamp()
    monkeypatch.setenv("SLURM_RESTART_COUNT", "1")
    assert found(place) is None
    assert stamp.stamp() == before


@pytest.mark.parametrize("status", ["preempted", "running", "failed", "interrupted"])
def test_a_job_queued_again_finds_its_folder(place, monkeypatch, status):
    folder = leave(place, status)
    monkeypatch.setenv("SLURM_RESTART_COUNT", "1")
    assert found(place) == folder
    assert found(place, TYPED[::-1]) == folder
    assert found(place, [*TYPED, "model=gru"]) is None  # another training of the same script


@pytest.mark.parametrize("status", ["finished", "pruned"])
def test_a_training_that_has_ended_is_not_repeated(place, monkeypatch, capsys, status):
    folder = leave(place, status)
    monkeypatch.setenv("SLURM_RESTART_COUNT", "1")
    with pytest.raises(SystemExit) as left:
        found(place)
    assert left.value.code == 0
    assert f"{folder}: {status}" in capsys.readouterr().out


def test_the_same_command_twice_in_one_job_is_two_runs(place):
    leave(place, "running")
    stamp._stamp = "later"
    assert found(place) is None
    assert stamp.stamp() == "later"


def test_processes_that_srun_starts_together_share_the_folder(place, monkeypatch):
    folder = leave(place, "running")
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "2")
    stamp._stamp = "later"
    assert found(place) is None
    assert stamp.stamp() == folder.name
