"""The progress of a training towards whichever limit it has."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytorch_lightning import Trainer
    from pytorch_lightning.callbacks import Timer


def progress(trainer: Trainer) -> float:
    """Return the fraction of a training that is done, in [0, 1]; 0 for one without limits.

    It is the largest of optimizer steps over `max_steps`, epochs over `max_epochs` (with fractions by
    batches) and time over `max_time`, which is that of Lightning's Timer and kept in checkpoints. With
    several processes all must call it: all use the clock of the first, so that their learning rates stay
    equal.
    """
    epochs = _share(_epochs(trainer), trainer.max_epochs)
    shares = [_share(trainer.global_step, trainer.max_steps), epochs, *map(_time_share, _timers(trainer))]
    furthest = max(shares)
    return trainer.strategy.broadcast(furthest) if trainer.world_size > 1 else furthest


def has_end(trainer: Trainer) -> bool:
    """Return whether any limit is set, so that `progress` can change."""
    counts = [limit for limit in (trainer.max_steps, trainer.max_epochs) if limit is not None and limit > 0]
    return bool(counts or _timers(trainer))


def _epochs(trainer: Trainer) -> float:
    epoch = trainer.fit_loop.epoch_progress.current
    if epoch.ready == epoch.completed:  # between two epochs the batches are still those of the last one
        return epoch.completed
    return epoch.completed + _share(trainer.fit_loop.batch_idx + 1, trainer.num_training_batches)


def _timers(trainer: Trainer) -> list[Timer]:
    from pytorch_lightning.callbacks import Timer

    timers = [each for each in trainer.callbacks if isinstance(each, Timer)]  # type: ignore[attr-defined]
    return [timer for timer in timers if timer.time_remaining() is not None]


def _time_share(timer: Timer) -> float:
    elapsed, remaining = timer.time_elapsed(), timer.time_remaining() or 0.0
    return _share(elapsed, elapsed + remaining) if remaining > 0 else 1.0


def _share(done: float, total: float | None) -> float:
    if total is None or total <= 0 or not math.isfinite(total):
        return 0.0
    return min(max(done / total, 0.0), 1.0)
