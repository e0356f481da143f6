"""Correction of a classifier from its training's class balance to another (Elkan 2001, Saerens et al. 2002).

    p'(c | x)  is proportional to  p(c | x) target(c) / trained(c)

Nothing heavy is imported here. C classes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rnnlab.errors import SettingError

RULE = "must be null, train, uniform or a list with a probability > 0 for each class, which sum to 1"
ROUNDING = 0.011  # lists such as [0.33, 0.33, 0.33]


def target_prior(setting: str | Sequence[float] | None, counts: Sequence[int]) -> list[float] | None:
    """Return the C probabilities that `task.prior` asks for, or None for no correction.

    Args:
        setting: null, train (the class fractions of the train split), uniform or C probabilities.
        counts: train rows of each class.

    Raises:
        SettingError: anything else; another number of probabilities than classes; a class that train lacks.
    """
    if setting is None or setting == "train":
        return None if setting is None else _normalised(counts)
    if 0 in counts:
        rule = f"cannot be reached: no row of train is of class {list(counts).index(0)}, counted from 0"
        raise SettingError("task.prior", setting, rule)
    if setting == "uniform":
        return [1 / len(counts)] * len(counts)
    wanted: list[float] = []
    if isinstance(setting, Sequence) and not isinstance(setting, str):
        wanted = list(setting)
    if not wanted or not all(isinstance(p, int | float) and p > 0 for p in wanted):
        raise SettingError("task.prior", setting, RULE)
    if len(wanted) != len(counts):
        raise SettingError("task.prior", setting, f"must have {len(counts)} probabilities, one a class")
    if abs(sum(wanted) - 1) > ROUNDING:
        raise SettingError("task.prior", setting, RULE)
    return _normalised(wanted)


def trained_prior(counts: Sequence[int], weights: Sequence[float] | None, balanced: bool) -> list[float]:
    """Return the class balance in training: rows of each class times the class's weight in the loss.

    `balanced` sampling shows each class that has rows equally often.
    """
    shown: Sequence[float] = [float(count > 0) for count in counts] if balanced else counts
    return _normalised(shown if weights is None else [n * w for n, w in zip(shown, weights, strict=True)])


def log_shift(
    target: Sequence[float] | None, trained: Sequence[float] | None, number: int
) -> list[float] | None:
    """Return the shift of the log probability of each of `number` classes: log target - log trained.

    None without a target; 0 for a class absent from both.

    Raises:
        ValueError: a target alone; another number of probabilities; a class that only one of them leaves out.
    """
    if target is None:
        return None
    for name, values in (("prior", target), ("trained_prior", trained)):
        if values is None or len(values) != number:
            raise ValueError(f"{name}={values} must have {number} probabilities, one a class")
    return [_shift(wanted, seen) for wanted, seen in zip(target, trained or (), strict=True)]


def _shift(wanted: float, seen: float) -> float:
    if wanted == seen == 0:
        return 0.0
    if not wanted > 0 or not seen > 0:
        raise ValueError(f"prior={wanted} and trained_prior={seen} of a class must be > 0, or both 0")
    return math.log(wanted) - math.log(seen)


def _normalised(values: Sequence[float]) -> list[float]:
    return [value / sum(values) for value in values]
