"""Processes that Lightning starts next to this one where a run has several devices."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from rnnlab.training.callback.signals import Interrupted

if TYPE_CHECKING:
    import pytorch_lightning as pl

PATIENCE = 10.0  # seconds that a process has to end in after it was asked to


@contextmanager
def companions(trainer: pl.Trainer) -> Iterator[None]:
    """End the other processes if the block ends by an exception: none waits for ever for this process.

    Lightning watches them, and kills this process where one of them ends with another code than 0; that watch
    ends before they do.
    """
    try:
        yield
    except BaseException as error:
        together = isinstance(error, Interrupted) and error.saved  # they stop after the same batch
        dismiss(getattr(trainer.strategy.launcher, "procs", []), PATIENCE if together else 0.0)
        raise


def dismiss(processes: list[subprocess.Popen[bytes]], patience: float) -> None:
    """Wait for the processes, then end those that are left; the list, which is watched, is emptied."""
    mine = list(processes)
    processes.clear()
    for process in mine:
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
        if process.poll() is None:
            process.kill()
            process.wait()
