"""The threshold that task.threshold names, from validation scores. V scores of a series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.evaluation.series.thresholds import budget_threshold, peaks_over_threshold, quantile_threshold
from rnnlab.kinds.anomaly.settings import BUDGET, PEAKS

DAY = 86_400e9  # nanoseconds


def find_threshold(
    task: Any, scores: Sequence[np.ndarray], times: Sequence[np.ndarray], frequency: Any
) -> float:
    """Return the threshold above which a score is an alarm.

    Args:
        task: settings threshold, quantile, risk, alarms_per_day.
        scores: (V,) of each series; times: (V,) of their points.

    Raises:
        SettingError: there are too few scores, or a budget a day for times that are no dates.
    """
    joined = np.concatenate(scores)
    try:
        if task.threshold == PEAKS:
            return peaks_over_threshold(joined, float(task.risk))
        if task.threshold == BUDGET:
            if not frequency.dated:
                rule = "the data have no dates, and so no days: choose quantile or peaks"
                raise SettingError("task.threshold", BUDGET, rule)
            days = sum(float(own[-1] - own[0]) for own in times if len(own)) / DAY
            starts = np.cumsum([0, *map(len, scores[:-1])])
            return budget_threshold(joined, float(task.alarms_per_day), days, starts)
        return quantile_threshold(joined, float(task.quantile))
    except SettingError:
        raise
    except ValueError as error:
        raise SettingError("task.threshold", task.threshold, str(error)) from error
