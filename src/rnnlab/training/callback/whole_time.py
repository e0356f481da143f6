"""An end of training by the time since the process started, preparation included."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from pytorch_lightning.callbacks import Timer

from rnnlab.training.settings import checked

LEAST = 1.0  # seconds of training, however long the preparation took


class WholeTime(Timer):
    """Ends training so many seconds after its process started: imports, data, vectors and teachers count.

    `trainer.max_time` counts training alone. The learning rate decays towards whichever limit is nearer.

    Args:
        seconds: from the process's start to the end of training, > 0.
        reserve: seconds of them that are left for the last validation and the end of the run, >= 0.
    """

    def __init__(self, seconds: float, reserve: float = 0.0) -> None:
        checked("callback.whole_time.seconds", seconds)
        checked("callback.whole_time.reserve", reserve)
        super().__init__(duration=timedelta(seconds=max(LEAST, seconds - reserve - age())))


def age() -> float:
    """Return the seconds since this process started."""
    ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    up = float(Path("/proc/uptime").read_text().split()[0])
    return up - ticks / os.sysconf("SC_CLK_TCK")
