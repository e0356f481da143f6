"""What a run does in a Slurm job, with a Slurm that only writes down what it is asked."""

import os
import sys

import pytest

from rnnlab.run.train import slurm

JOB = {"SLURM_JOB_ID": "17", "SLURM_PROCID": "0", "SLURM_NTASKS": "4"}


@pytest.fixture(autouse=True)
def no_slurm(monkeypatch):
    for name in [n for n in os.environ if n.startswith(("SLURM_", "RNNLAB_SWEEP")) or n == "LOCAL_RANK"]:
        monkeypatch.delenv(name)


@pytest.fixture
def job(monkeypatch):
    for name, value in JOB.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def scontrol(tmp_path, monkeypatch, job):
    """The calls of `scontrol`, whose answer to `show` is in the file `shown`; with `refuse` it refuses."""
    program = tmp_path / "scontrol"
    program.write_text(
        f"""#!{sys.executable}
import pathlib, sys
here = pathlib.Path(__file__).parent
with (here / "calls").open("a") as calls:
    print(*sys.argv[1:], file=calls)
if sys.argv[1] == "show":
    print((here / "shown").read_text())
elif (here / "refuse").exists():
    sys.exit("Requested operation is presently disabled")
"""
    )
    program.chmod(0o755)
    (tmp_path / "shown").write_text("JobId=17 JobName=x JobState=RUNNING Reason=None Restarts=0 Requeue=1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    calls = tmp_path / "calls"
    return lambda: calls.read_text().splitlines() if calls.exists() else []


def test_a_preempted_job_asks_once_to_be_queued_again(scontrol):
    slurm.go_back()
    assert scontrol() == ["show job --oneliner 17", "requeue 17"]


@pytest.mark.parametrize(
    "facts",
    [
        "JobState=CANCELLED Reason=None Restarts=0",
        "JobState=PENDING Restarts=1",
        "JobState=RUNNING Restarts=1",
    ],
)
def test_a_job_that_was_cancelled_or_is_queued_already_is_left_alone(scontrol, tmp_path, facts):
    (tmp_path / "shown").write_text(f"JobId=17 {facts}")
    slurm.go_back()
    assert scontrol() == ["show job --oneliner 17"]


def test_one_at_its_time_limit_goes_back(scontrol, tmp_path):
    (tmp_path / "shown").write_text("JobId=17 JobState=TIMEOUT Reason=TimeLimit Restarts=0")
    slurm.go_back()
    assert scontrol()[-1] == "requeue 17"


@pytest.mark.parametrize(
    "more",
    [
        {"RNNLAB_SWEEP": "/a/sweep"},
        {"LOCAL_RANK": "1"},
        {"SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "1"},
    ],
    ids=str,
)
def test_only_the_leader_of_a_run_of_its_own_asks(scontrol, monkeypatch, more):
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    slurm.go_back()
    assert scontrol() == []


def test_a_refusal_is_told(scontrol, tmp_path, capsys):
    (tmp_path / "refuse").touch()
    slurm.go_back()
    assert capsys.readouterr().err == "scontrol requeue 17: Requested operation is presently disabled\n"


def test_without_scontrol_that_is_told(job, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    slurm.go_back()
    assert "scontrol requeue 17: [Errno 2]" in capsys.readouterr().err


def test_outside_of_slurm_nothing_happens(capsys):
    slurm.go_back()
    assert slurm.job_id() is None
    assert not slurm.follows()
    assert slurm.environment() is None
    assert capsys.readouterr().err == ""


def test_lightning_starts_its_own_processes_unless_srun_has(job, monkeypatch):
    from pytorch_lightning.plugins.environments import LightningEnvironment, SLURMEnvironment

    assert type(slurm.environment()) is LightningEnvironment
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "2")
    monkeypatch.setenv("SLURM_NTASKS_PER_NODE", "2")
    environment = slurm.environment()
    assert type(environment) is SLURMEnvironment
    assert not environment.auto_requeue
    monkeypatch.setenv("RNNLAB_SWEEP", "/a/sweep")  # a worker's place among others says nothing of its child
    assert type(slurm.environment()) is LightningEnvironment


def test_the_first_of_several_leads(job, monkeypatch):
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "2")
    assert not slurm.follows()
    monkeypatch.setenv("SLURM_PROCID", "1")
    assert slurm.follows()
    monkeypatch.setenv("RNNLAB_SWEEP", "/a/sweep")
    assert not slurm.follows()


def test_one_that_trains_by_itself_forgets_its_place(scontrol, monkeypatch):
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "2")
    monkeypatch.setenv("SLURM_PROCID", "1")
    slurm.stand_alone()
    assert not slurm.follows()
    assert slurm.job_id() == "17"
    slurm.go_back()
    assert scontrol()[-1] == "requeue 17"
