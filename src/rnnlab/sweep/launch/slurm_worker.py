"""Exit of a worker from its Slurm job: it is requeued, never marked complete while jobs are left.

Slurm's behaviour (observed with 22.05): a job that ends by itself within the grace time of a preemption
counts as COMPLETED and is lost, and one that reaches its time limit is never started again. So the worker
requeues its own job once its training has saved. It must not do so if the job was already requeued
(`scontrol requeue`) or cancelled: Slurm would start a cancelled job again.

The batch script runs this module after a worker that was killed before it could leave by itself.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from typing import NoReturn

from rnnlab.run.train.slurm import requeue_is_ours, scontrol

log = logging.getLogger("rnnlab.worker")
MARK = "RNNLAB_SLURM_WORKER"  # set only in jobs that our launcher submits
TRIES = 3
PAUSE = 2.0  # seconds between two tries
PATIENCE = 600.0  # seconds until Slurm has surely killed what it wanted to kill


def leave(number: int) -> NoReturn:
    """End this process; its Slurm job is requeued unless it was cancelled.

    Args:
        number: the signal that the worker received. SIGINT: a person wants it to end.
    """
    job = os.environ.get("SLURM_JOB_ID", "")
    if MARK not in os.environ or number == signal.SIGINT:
        sys.exit(128 + number)
    wanted = requeue_is_ours(job)
    if wanted and not requeue(job):
        log.error("waiting for Slurm to kill job %s: one that is preempted is then queued again", job)
        time.sleep(PATIENCE)
    log.info("Slurm job %s: leaving, %s", job, "queued again" if wanted else "nothing to ask for")
    sys.exit(128 + number)


def requeue(job: str) -> bool:
    """Ask Slurm to requeue the job, a few times; return False if it refused each time."""
    for attempt in range(TRIES):
        time.sleep(PAUSE if attempt else 0)
        code, said = scontrol("requeue", job)
        if code == 0:
            return True
        log.error("scontrol requeue %s: %s", job, said.strip())
    return False


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="[%(asctime)s] %(message)s", stream=sys.stdout)
    leave(int(sys.argv[1]))
