"""Speed and memory use of a training."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch

WARM = 2  # steps before the clock starts
LEAST = 4  # steps on the clock


class Pace(pl.Callback):
    """Measures a training's `rate` (real tokens per second) and largest batch (`rows`), then stops it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.rate, self.rows = 0.0, 0
        self._steps, self._tokens, self._start = 0, 0, 0.0

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self._steps += 1
        self.rows = max(self.rows, len(batch.lengths))
        if self._steps > WARM:
            self._tokens += int(batch.lengths.sum())
        if pl_module.device.type == "cuda":
            torch.cuda.synchronize(pl_module.device)
        now = time.perf_counter()
        if self._steps <= WARM:
            self._start = now
        elif self._steps >= WARM + LEAST and now - self._start >= self.seconds:
            self.rate = self._tokens / (now - self._start)
            trainer.should_stop = True


def peak_memory(device: torch.device) -> int:
    """Return the peak memory so far in bytes: torch's on a GPU, or this process's on the machine."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    import resource  # not on every system, and only needed here

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def free_memory(device: torch.device) -> int | None:
    """Return the free bytes; None if the system does not report them."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    table = Path("/proc/meminfo")
    if not table.is_file():
        return None
    lines = dict(line.split(":", 1) for line in table.read_text().splitlines())
    return int(lines["MemAvailable"].split()[0]) * 1024


def is_out_of_memory(error: BaseException) -> bool:
    words = str(error).lower()
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or any(
        sign in words for sign in ("out of memory", "can't allocate memory", "not enough memory")
    )
