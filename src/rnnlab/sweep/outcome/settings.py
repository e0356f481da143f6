"""Group jobs that differ only in their seed into settings, and rank the settings by their results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from statistics import fmean
from typing import Any

import numpy as np

from rnnlab.evaluation.spread import Spread, spread
from rnnlab.sweep.ledger.row import OPEN, Row
from rnnlab.sweep.outcome.record import SEED, Record


@dataclass(frozen=True)
class Setting:
    """One combination of choices.

    Attributes:
        trial: the first trial that tried it.
        values: its choices except the seed.
        rows: its jobs.
    """

    trial: int
    values: dict[str, Any]
    rows: tuple[Row, ...]

    @cached_property
    def finished(self) -> list[Row]:
        """The setting's jobs that have finished with finite objectives."""
        return [row for row in self.rows if row.state == "finished" and is_measured(row)]

    @cached_property
    def objective(self) -> tuple[Spread, ...]:
        """A spread for each objective, over the finished jobs; empty if none has finished."""
        columns = zip(*(row.objective or () for row in self.finished), strict=True)
        return tuple(spread(values) for values in columns)

    @property
    def state(self) -> str:
        """State of its jobs together: running and waiting first, then pruned, skipped, finished, failed."""
        states = {row.state for row in self.rows}
        if states & {"running"}:
            return "running"
        if states & set(OPEN):
            return "waiting"
        return next(state for state in ("pruned", "skipped", "finished", "failed") if state in states)

    @property
    def is_complete(self) -> bool:
        return len(self.finished) == len(self.rows)

    @property
    def seconds(self) -> float:
        """Mean duration of a job."""
        return fmean(row.seconds for row in self.finished or self.rows)

    @property
    def ended(self) -> float:
        return max((row.ended or 0.0) for row in self.rows)


def is_measured(row: Row) -> bool:
    return row.objective is not None and all(map(isfinite, row.objective))


def settings_of(record: Record) -> list[Setting]:
    """Return all settings in the order of their trials: one per trial, unless the seed itself is swept."""
    groups: dict[Any, list[Row]] = {}
    for row in record.rows:
        seedless = tuple((key, str(value)) for key, value in row.values.items() if key != SEED)
        groups.setdefault(seedless if SEED in row.values else row.trial, []).append(row)
    return [
        Setting(rows[0].trial, {k: v for k, v in rows[0].values.items() if k != SEED}, tuple(rows))
        for rows in groups.values()
    ]


def confirmed(record: Record) -> list[Setting]:
    """Return the chosen setting of each group, with its trainings under fresh seeds alone."""
    found = (setting for setting in settings_of(record) if setting.rows[0].confirms is not None)
    return sorted(found, key=lambda setting: setting.trial)


def candidates(record: Record) -> list[Setting]:
    """Return the settings of which one is the best: in a sweep with fresh seeds those that have them."""
    confirms = record.spec is not None and record.spec.confirm_seeds > 0
    return confirmed(record) if confirms else settings_of(record)


def ranked(settings: Sequence[Setting], directions: Sequence[str]) -> list[Setting]:
    """Return settings with results that were neither pruned nor skipped in part, best first.

    Settings of which every seed has finished come before the others. With several objectives, the Pareto
    front comes first, then the rest, both by the first objective.
    """
    found = [s for s in settings if s.objective and s.state not in ("pruned", "skipped") and directions]
    if not found:
        return []
    sign = -1 if directions[0] == "maximize" else 1
    first = {s.trial for s in front(found, directions)} if len(directions) > 1 else set()
    return sorted(
        found,
        key=lambda s: (not s.is_complete, s.trial not in first, sign * s.objective[0].mean, s.trial),
    )


def front(settings: Sequence[Setting], directions: Sequence[str]) -> list[Setting]:
    """Return the Pareto front: complete settings that no other one beats, by the means of all objectives."""
    found = [s for s in settings if s.objective and s.is_complete]
    if not found:
        return []
    signs = np.array([-1.0 if direction == "maximize" else 1.0 for direction in directions])
    costs = signs * np.array([[o.mean for o in s.objective] for s in found])  # (settings, objectives)
    kept: list[int] = []  # the front so far: in this order no setting is beaten by a later one
    beaten = np.zeros(len(found), bool)
    for place in np.lexsort(costs.T[::-1]).tolist():
        cost, best = costs[place], costs[kept]
        beaten[place] = ((best <= cost).all(1) & (best < cost).any(1)).any()
        if not beaten[place]:
            kept.append(place)
    return [setting for setting, is_beaten in zip(found, beaten, strict=True) if not is_beaten]
