"""How a worker leaves its Slurm job: queued again, never taken for complete while jobs are left.

What Slurm does, as seen with 22.05: a job that ends by itself within the grace time of a preemption counts as
COMPLETED and is lost, and one that reaches its time limit is never started again. So the worker asks for its
own job to be queued again, once its training has saved. It must not ask where somebody else has asked already
(`scontrol requeue`), nor where the job was cancelled: Slurm would start a cancelled job again.

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
MARK = "RNNLAB_SLURM_WORKER"  # set in the jobs that our launcher submits, alone
TRIES = 3
PAUSE = 2.0  # seconds between two tries
PATIENCE = 600.0  # seconds until Slurm has surely killed what it wanted to kill


def leave(number: int) -> NoReturn:
    """End this process; its job is in the queue again unless it was cancelled.

    Args:
        number: the signal that the worker got. SIGINT: a person wants it to end.
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
    """Ask for it, a few times; False if Slurm refused each time."""
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
