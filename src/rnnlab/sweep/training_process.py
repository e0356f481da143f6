"""Start the process of a job's training: a new one, or a fork of one that has imported everything."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.ledger.row import Row
from rnnlab.sweep.warm.process import WarmServer, WarmTraining

BINDER = Path(__file__).with_name("child.py")
Training = subprocess.Popen[bytes] | WarmTraining


def start_training(
    arguments: Sequence[str],
    folder: str,
    environment: Mapping[str, str],
    log: IO[bytes],
    warm: WarmServer | None,
) -> Training:
    """Start a process in a session of its own, which is killed if this process dies.

    Args:
        arguments: a script and its arguments.
        folder: working folder.
        log: file for its output.
        warm: the process that forks it; None starts a new one.
    """
    forked = None if warm is None else warm.start(arguments, folder, environment, log.fileno())
    return forked or subprocess.Popen(
        [sys.executable, str(BINDER), str(os.getpid()), *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C reaches it through its worker alone
    )


def training_environment(folder: SweepFolder, row: Row, study_trial: int | None) -> dict[str, str]:
    """Return the environment of a job's training: this process's, the frozen code and the job's place.

    Args:
        study_trial: Optuna's id, if the pruner acts on the job's validations.
    """
    source = str(folder.code / "src")
    own = {
        "PYTHONPATH": os.pathsep.join([source, *filter(None, [os.environ.get("PYTHONPATH")])]),
        "PYTHONUNBUFFERED": "1",
        "RNNLAB_SWEEP": str(folder.path),
        "RNNLAB_SWEEP_JOB": str(row.number),
        "RNNLAB_SWEEP_TRIAL": str(row.trial),
    }
    if study_trial is not None:
        own["RNNLAB_SWEEP_STUDY_TRIAL"] = str(study_trial)
    return {**os.environ, **own}
