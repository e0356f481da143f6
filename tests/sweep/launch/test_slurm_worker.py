import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from rnnlab.sweep.launch import slurm_worker
from rnnlab.sweep.launch.slurm_worker import leave


@pytest.fixture
def inside(tools: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable:
    """A function from a job's facts, and what a request to requeue ends with, to the number of requests."""
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    monkeypatch.setenv(slurm_worker.MARK, "1")
    monkeypatch.delenv("SLURM_RESTART_COUNT", raising=False)
    monkeypatch.setattr(slurm_worker, "PAUSE", 0.0)
    monkeypatch.setattr(slurm_worker, "PATIENCE", 0.0)

    def run(facts: str, number: int = signal.SIGTERM, code: int = 0) -> int:
        tools("scontrol", f"[ $1 = requeue ] && exit {code}; echo 'JobId=7 {facts}'")
        with pytest.raises(SystemExit) as left:
            leave(number)
        assert left.value.code == 128 + number
        made = tmp_path / "calls"
        return made.read_text().count("scontrol requeue 7\n") if made.exists() else 0

    return run


def test_a_preempted_or_timed_out_job_is_queued_again(inside: Callable) -> None:
    assert inside("JobState=RUNNING Reason=None Restarts=0") == 1


def test_one_whose_time_is_over_already_is_too(inside: Callable) -> None:
    assert inside("JobState=COMPLETING Reason=TimeLimit Restarts=0", signal.SIGUSR2) == 1


def test_one_that_somebody_has_queued_again_is_left_alone(inside: Callable) -> None:
    assert inside("JobState=COMPLETING Reason=None Restarts=1") == 0


def test_one_that_was_started_again_counts_from_there(
    inside: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLURM_RESTART_COUNT", "1")
    assert inside("JobState=RUNNING Reason=None Restarts=1") == 1


def test_a_cancelled_job_stays_cancelled(inside: Callable) -> None:
    assert inside("JobState=COMPLETING Reason=None Restarts=0") == 0


def test_a_refusal_is_tried_again_and_then_slurm_is_waited_for(inside: Callable) -> None:
    assert inside("JobState=RUNNING Reason=None Restarts=0", code=1) == slurm_worker.TRIES


def test_a_person_s_interrupt_ends_it(inside: Callable) -> None:
    assert inside("JobState=RUNNING Reason=None Restarts=0", signal.SIGINT) == 0


def test_a_job_that_holds_other_things_is_left_alone(
    inside: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(slurm_worker.MARK)
    assert inside("JobState=RUNNING Reason=None Restarts=0") == 0
