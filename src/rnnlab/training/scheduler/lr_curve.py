"""Learning rates as a function of progress: from progress in [0, 1] to a fraction of `optimizer.lr`."""

from __future__ import annotations

import math
import warnings
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rnnlab.rule import Number
from rnnlab.rule import checked as checked_by
from rnnlab.training.scheduler.progress import has_end, progress
from rnnlab.training.settings import POSITIVE_SHARE, checked

if TYPE_CHECKING:
    from pytorch_lightning import Trainer
    from torch.optim import Optimizer

FIRST = 0.01  # where a warm-up starts: at 0 the first step would be wasted


class LRCurve(ABC):
    """A schedule over steps, epochs or time, whichever limit ends the training."""

    @abstractmethod
    def __call__(self, progress: float) -> float:
        """Return the fraction of the peak learning rate, in [0, 1]."""

    def build(self, optimizer: Optimizer, trainer: Trainer, monitor: str, mode: str) -> dict[str, Any]:
        """Return Lightning's `lr_scheduler` entry, updated after every step. Warns if no limit is set."""
        from rnnlab.training.scheduler.follow import Follow

        if not has_end(trainer) and not isinstance(self, Constant):
            warnings.warn(
                f"{self} needs max_epochs, max_steps or max_time: it stays at its start", stacklevel=2
            )
        return {"scheduler": Follow(optimizer, lambda: self(progress(trainer))), "interval": "step"}


@dataclass(frozen=True)
class Constant(LRCurve):
    """A constant rate."""

    def __call__(self, progress: float) -> float:
        return 1.0


@dataclass(frozen=True)
class Cosine(LRCurve):
    """A linear rise over `warmup`, then half a cosine down to `final` (Loshchilov & Hutter 2017).

    Args:
        warmup: fraction of the training in [0, 1).
        final: fraction of the peak at the end, in [0, 1].
    """

    warmup: float = 0.05
    final: float = 0.0

    def __post_init__(self) -> None:
        checked("scheduler.warmup", self.warmup)
        checked("scheduler.final", self.final)

    def __call__(self, progress: float) -> float:
        if progress < self.warmup:
            return _line(FIRST, 1.0, progress / self.warmup)
        fallen = (progress - self.warmup) / (1 - self.warmup)
        return _line(self.final, 1.0, (1 + math.cos(math.pi * fallen)) / 2)


@dataclass(frozen=True)
class OneCycle(LRCurve):
    """A linear rise, an equally long fall, then far below the start (Smith & Topin 2019); constant momentum.

    Args:
        warmup: fraction of the training that rises, in (0, 0.5]; the fall takes as much, the rest goes
            to `final`.
        start: fraction of the peak at the start and after the fall, in (0, 1].
        final: fraction of the peak at the end, from 0 to `start`.
    """

    warmup: float = 0.45
    start: float = 0.04
    final: float = 0.0004

    def __post_init__(self) -> None:
        checked_by("warmup", self.warmup, Number(0, 0.5, open="low"))
        checked_by("start", self.start, POSITIVE_SHARE)
        checked_by("final", self.final, Number(0, self.start))

    def __call__(self, progress: float) -> float:
        distance = abs(progress - self.warmup) / self.warmup  # from the peak, 1 at both feet of the cycle
        if distance <= 1:
            return _line(1.0, self.start, distance)
        return _line(self.start, self.final, (progress - 2 * self.warmup) / (1 - 2 * self.warmup))


@dataclass(frozen=True)
class Step(LRCurve):
    """A rate multiplied by `factor` after every fraction `every` of the training.

    Args:
        every: fraction of the training, in (0, 1].
        factor: in (0, 1].
    """

    every: float = 0.25
    factor: float = 0.5

    def __post_init__(self) -> None:
        checked("scheduler.every", self.every)
        checked("scheduler.factor", self.factor)

    def __call__(self, progress: float) -> float:
        return self.factor ** math.floor(progress / self.every + 1e-9)  # 0.3 / 0.1 is a little under 3


@dataclass(frozen=True)
class SlantedTriangular(LRCurve):
    """A linear rise over the fraction `cut` of the training, then a fall (Howard & Ruder 2018, equation 3).

    Args:
        cut: fraction of the training that rises, in (0, 1).
        ratio: the peak divided by the lowest rate, at least 1.
    """

    cut: float = 0.1
    ratio: float = 32.0

    def __post_init__(self) -> None:
        checked("scheduler.cut", self.cut)
        checked("scheduler.ratio", self.ratio)

    def __call__(self, progress: float) -> float:
        risen = progress / self.cut if progress < self.cut else (1 - progress) / (1 - self.cut)
        return (1 + risen * (self.ratio - 1)) / self.ratio


@dataclass(frozen=True)
class Trapezoid(LRCurve):
    """A linear rise over `warmup`, a constant peak, and a linear fall to `final` over the last `fall` (Hägele
    et al. 2024).

    Args:
        warmup, fall: fractions of the training in [0, 1), at most 1 together.
        final: fraction of the peak at the end, in [0, 1].
    """

    warmup: float = 0.02
    fall: float = 0.2
    final: float = 0.0

    def __post_init__(self) -> None:
        checked("scheduler.warmup", self.warmup)
        checked_by("fall", self.fall, Number(0, 1 - self.warmup))
        checked("scheduler.final", self.final)

    def __call__(self, progress: float) -> float:
        if progress < self.warmup:
            return _line(FIRST, 1.0, progress / self.warmup)
        left = 1 - progress
        return 1.0 if left >= self.fall else _line(self.final, 1.0, left / self.fall)


def _line(start: float, end: float, share: float) -> float:
    return start + (end - start) * share
