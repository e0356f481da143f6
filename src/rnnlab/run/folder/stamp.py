"""The last part of a run folder's name: the time, or in a Slurm job one that stays the same on a requeue.

A job that Slurm queued again runs its whole script again, with the same number. Each training in it finds its
own folder by its command, and resumes there; one that has ended is not repeated.
"""

from __future__ import annotations

import hashlib
import secrets
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from rnnlab.run.folder.result import ENDED, read
from rnnlab.run.train.slurm import has_several_tasks, job_id, was_requeued

_stamp = ""  # one a process, drawn when it is first asked for


def stamp() -> str:
    """Return the time and random bytes, to part runs of the same second; the same for the whole process."""
    global _stamp
    _stamp = _stamp or f"{datetime.now():%Y-%m-%d_%H-%M-%S}_{secrets.token_hex(4)}"
    return _stamp


def slurm_folder(overrides: Sequence[str], folder_of: Callable[[], Path]) -> Path | None:
    """Return the folder of this very command before its Slurm job was requeued.

    None outside of Slurm and where there is none, as at a first start. Ends the process if the training has
    ended.

    Args:
        folder_of: the run folder under the present stamp.
    """
    global _stamp
    job = job_id()
    if job is None:
        return None
    command = hashlib.sha256("\0".join(sorted(overrides)).encode()).hexdigest()[:8]
    own, _stamp = stamp(), f"slurm_{job}_{command}"
    result = folder_of() / "result.json"
    if not result.exists():
        return None
    if not was_requeued():
        if not has_several_tasks():  # the same command once more in one job
            _stamp = own
        return None
    status = read(result).get("status")
    if status in ENDED:
        print(f"{result.parent}: {status} before its job was queued again")
        sys.exit(0)
    return result.parent
