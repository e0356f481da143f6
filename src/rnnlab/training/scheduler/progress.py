"""How far a training has come, whichever limit it was given."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytorch_lightning import Trainer
    from pytorch_lightning.callbacks import Timer


def progress(trainer: Trainer) -> float:
    """The share of a training that is done, in [0, 1]; 0 for one without limits.

    The furthest of the optimizer's steps in `max_steps`, the epochs in `max_epochs` (parts by batches) and
    the time in `max_time`, which is that of Lightning's Timer and kept by checkpoints. With several processes
    all must call it: the first one's clock counts for all, so that their learning rates stay equal.
    """
    epochs = _share(_epochs(trainer), trainer.max_epochs)
    shares = [_share(trainer.global_step, trainer.max_steps), epochs, *map(_time_share, _timers(trainer))]
    furthest = max(shares)
    return trainer.strategy.broadcast(furthest) if trainer.world_size > 1 else furthest


def has_end(trainer: Trainer) -> bool:
    """Whether some limit is known, so that `progress` can move."""
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
