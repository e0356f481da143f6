"""Importance of each setting of a sweep, computed by Optuna."""

from __future__ import annotations

import random
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from rnnlab.report.search.tried import Tried, finished
from rnnlab.sweep.space.search_space import Dimension

FEWEST = 10  # minimum number of settings to fit a forest
MOST = 500  # maximum number: the time of the fit grows faster than linearly
METHOD = "fANOVA (Hutter et al. 2014)"


class Importance(NamedTuple):
    """Fraction of the variance by key, for each goal; `note`: what is left out, or why all is.

    `settings` is the number of settings that it is based on.
    """

    shares: list[dict[str, float]]
    note: str
    settings: int = 0


def importance(tried: Sequence[Tried], dimensions: Sequence[Dimension], goals: int) -> Importance:
    """Compute importance by fANOVA: fit a random forest to the results, divide its variance among the keys.

    Keys that act only in some settings cannot be separated from the keys that switch them, and are left out.
    """
    done = finished(tried)
    if len(done) < FEWEST:
        return Importance([], f"importance needs {FEWEST} finished settings, there are {len(done)}")
    whole = [d for d in dimensions if all(d.key in one.values for one in done)]
    varied = [d for d in whole if len({one.values[d.key] for one in done}) > 1]
    if len(varied) < 2:
        return Importance([], "importance needs two keys that vary and act in all settings")
    columns = [[one.objectives[goal] for one in done] for goal in range(goals)]
    if any(len(set(column)) < 2 for column in columns):
        return Importance([], "importance: all settings reached the same")
    if len(done) > MOST:
        chosen = sorted(random.Random(0).sample(range(len(done)), MOST))
        done, columns = [done[i] for i in chosen], [[column[i] for i in chosen] for column in columns]
    shares = [_shares(done, varied, column) for column in columns]
    left = [d.key for d in dimensions if d not in whole]
    note = f"importance leaves out what acts in some settings alone: {', '.join(left)}" if left else ""
    return Importance(shares, note, len(done))


def _shares(
    done: Sequence[Tried], dimensions: Sequence[Dimension], column: Sequence[float]
) -> dict[str, float]:
    kinds = {d.key: distribution(d, [one.values[d.key] for one in done]) for d in dimensions}
    study = optuna.create_study()
    trials = [
        optuna.trial.create_trial(
            params={key: _value(one.values[key], kind) for key, kind in kinds.items()},
            distributions=kinds,
            value=value,
        )
        for one, value in zip(done, column, strict=True)
    ]
    study.add_trials(trials)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
        return optuna.importance.get_param_importances(study, evaluator=evaluator)


def distribution(dimension: Dimension, seen: Sequence[Any]) -> BaseDistribution:
    """Return Optuna's distribution of a dimension, extended to values that were tried outside of it."""
    if dimension.kind == "choice":
        return CategoricalDistribution(tuple(dict.fromkeys([*dimension.values, *map(str, seen)])))
    numbers = [float(value) for value in seen] + [v for v in (dimension.low, dimension.high) if v is not None]
    low, high = min(numbers), max(numbers)
    if dimension.kind == "int":
        return IntDistribution(int(low), int(high), log=dimension.log)
    return FloatDistribution(low, high, log=dimension.log)


def _value(value: Any, kind: BaseDistribution) -> Any:
    return str(value) if isinstance(kind, CategoricalDistribution) else value
