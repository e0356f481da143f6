"""Prepare the restart of a job that ran out of memory: halve its batch, move its old files aside."""

from __future__ import annotations

import shutil
from pathlib import Path

from omegaconf import OmegaConf

from rnnlab.run.config.saved import saved_config

WHOLE = ("data.batch_size", "data.batch_tokens")


def half_batch(path: Path) -> list[str]:
    """Return overrides that halve a run's batch and double its accumulation; [] if it cannot be halved."""
    config = path / "config.yaml"
    if not config.is_file():
        return []
    cfg = saved_config(config)
    sizes = {key: OmegaConf.select(cfg, key) for key in WHOLE}
    halves = [f"{key}={int(size) // 2}" for key, size in sizes.items() if size and int(size) > 1]
    parts = int(OmegaConf.select(cfg, "trainer.accumulate_grad_batches") or 1)
    return [*halves, f"trainer.accumulate_grad_batches={2 * parts}"] if halves else []


def set_aside(path: Path, attempt: int) -> None:
    """Move the files of an attempt into `attempt_N`; its log and earlier attempts stay."""
    aside = path / f"attempt_{attempt}"
    aside.mkdir(exist_ok=True)
    for entry in list(path.iterdir()):
        if entry.name != "job.log" and not entry.name.startswith("attempt_"):
            shutil.move(str(entry), str(aside / entry.name))
