"""Facts about the labels: mean, standard deviation and, where they are few, the distinct values."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.kinds.regression.settings import MOST_LEVELS, ORDINAL
from rnnlab.kinds.work import Facts, Settings


def facts_of(labels: np.ndarray) -> Facts:
    """Return facts of the labels (N,) of the train rows.

    `levels` are the different numbers and `fractions` those of the rows with each, both None where there are
    more than an ordinal regression takes.
    """
    exact = labels.astype(np.float64)
    levels, counts = np.unique(exact, return_counts=True)
    few = len(levels) <= MOST_LEVELS
    return {
        "mean": float(exact.mean()),
        "std": float(exact.std()),
        "median": float(np.median(exact)),
        "low": float(levels[0]),
        "high": float(levels[-1]),
        "distinct": len(levels),
        "levels": levels.tolist() if few else None,
        "fractions": (counts / counts.sum()).tolist() if few else None,
    }


def expected_facts() -> Facts:
    """Return facts of two numbers, to count weights before the data are read."""
    return facts_of(np.array([0.0, 1.0]))


def network_settings(settings: Settings, facts: Facts) -> dict[str, Any]:
    """Return the arguments of the network that come from the labels."""
    ordinal = settings.task.loss == ORDINAL
    levels = {name: facts[name] if ordinal else None for name in ("levels", "fractions")}
    return {"padding": facts["padding"], "mean": facts["mean"], "std": facts["std"], **levels}


def check_levels(settings: Settings, facts: Facts) -> None:
    """Refuse an ordinal loss for more different numbers than it can put in order.

    Raises:
        SettingError: names their number.
    """
    if settings.task.loss == ORDINAL and facts["levels"] is None:
        rule = f"the train rows have {facts['distinct']:,} different numbers, and at most {MOST_LEVELS} can"
        raise SettingError("task.loss", ORDINAL, f"{rule} be levels: choose squared, absolute or huber")
