"""A run on its own in a Slurm job: its place among the job's processes, and its return to the queue.

A run in a sweep is led by its sweep's worker, wherever that runs, and knows nothing of Slurm.

What Slurm does, as seen with 22.05: a job that ends by itself within the grace time of a preemption counts as
COMPLETED and is lost, and one that reaches its time limit is never started again. So the run asks for its own
job to be queued again, once it has saved; but not where somebody has asked already, nor where the job was
cancelled, as Slurm would start a cancelled job again.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

PLACE = ("SLURM_PROCID", "SLURM_LOCALID", "SLURM_NTASKS", "SLURM_STEP_NUM_TASKS")


def job_id() -> str | None:
    """Return the id of the Slurm job whose only leader is this run."""
    return None if "RNNLAB_SWEEP" in os.environ else os.environ.get("SLURM_JOB_ID")


def has_several_tasks() -> bool:
    """Return whether `srun` started this process as one of several that train together."""
    return job_id() is not None and int(os.environ.get("SLURM_STEP_NUM_TASKS", "1")) > 1


def follows() -> bool:
    """Return whether another process leads this run; that one writes the run folder and asks Slurm."""
    rank = os.environ.get("SLURM_PROCID", "0") if has_several_tasks() else "0"
    return os.environ.get("LOCAL_RANK", "0") != "0" or rank != "0"


def stand_alone() -> None:
    """Forget this process's place in its Slurm step, as it trains by itself.

    Lightning would take it for one of several and leave all files to the first.
    """
    for name in PLACE:
        os.environ.pop(name, None)


def was_requeued() -> bool:
    return job_id() is not None and int(os.environ.get("SLURM_RESTART_COUNT", "0")) > 0


def environment() -> Any:
    """Return Lightning's cluster environment; None lets it look for itself.

    Lightning must never queue a job again or wait for processes that nobody starts.
    """
    from pytorch_lightning.plugins.environments import (
        LightningEnvironment,
        SLURMEnvironment,
        TorchElasticEnvironment,
    )

    if "SLURM_JOB_ID" not in os.environ or TorchElasticEnvironment.detect():
        return None
    return SLURMEnvironment(auto_requeue=False) if has_several_tasks() else LightningEnvironment()


def go_back() -> None:
    """Requeue this run's job, if it is a Slurm job and nobody has; a refusal is reported."""
    job = job_id()
    if job is None or follows() or not requeue_is_ours(job):
        return
    code, said = scontrol("requeue", job)
    if code:
        print(f"scontrol requeue {job}: {said.strip()}", file=sys.stderr)


def requeue_is_ours(job: str) -> bool:
    """Return whether nobody has queued the job again, or cancelled it, already."""
    code, said = scontrol("show", "job", "--oneliner", job)
    facts = dict(re.findall(r"(\w+)=(\S+)", said)) if code == 0 else {}
    if not facts:
        return True  # the controller does not answer; asking once too often is the smaller harm
    if int(facts.get("Restarts", "0")) > int(os.environ.get("SLURM_RESTART_COUNT", "0")):
        return False
    return facts.get("JobState") in ("RUNNING", "SUSPENDED", "STOPPED") or facts.get("Reason") == "TimeLimit"


def scontrol(*arguments: str) -> tuple[int, str]:
    """Run scontrol; return its exit code and output."""
    try:
        done = subprocess.run(["scontrol", *arguments], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired) as error:
        return 1, str(error)
    return done.returncode, done.stdout + done.stderr
