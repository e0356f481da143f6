"""Tables of scores, of one file and of two that are compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnnlab.evaluation.bootstrap import Interval
from rnnlab.evaluation.significance import Difference
from rnnlab.report.tables import number, render

Scores = Mapping[str, Mapping[str, float]]  # `value`, `low` and `high` by name


def plain(found: Mapping[str, Interval], resamples: int) -> dict[str, dict[str, float]]:
    """Return scores as plain values, with the ends of their intervals where rows were resampled."""
    return {
        name: {"value": one.value, **({"low": one.low, "high": one.high} if resamples else {})}
        for name, one in found.items()
    }


def plain_differences(found: Mapping[str, Difference], resamples: int) -> dict[str, dict[str, float]]:
    """Return differences as plain values, with interval and p-value where rows were resampled."""
    ends = plain({name: one.interval for name, one in found.items()}, resamples)
    return {name: {**ends[name], **({"p": one.p_value} if resamples else {})} for name, one in found.items()}


def score_table(scores: Scores, scales: Mapping[str, str], lower: Mapping[str, bool]) -> str:
    """Return scores as a table.

    Args:
        scales: the range or unit of each. lower: whether a lower value of it is the better one.
    """
    rows = [
        [name, number(one["value"]), ends(one), scales[name], "lower" if lower[name] else "higher"]
        for name, one in scores.items()
    ]
    return render(["score", "value", "95 % interval", "scale", "better"], rows)


def against_table(first: Scores, second: Scores, differences: Scores) -> str:
    """Return the scores of two files A and B next to each other, with their differences."""
    rows = []
    for name, one in differences.items():
        apart = f"{one['low']:+.4f} to {one['high']:+.4f}" if "low" in one else ""
        p_value = f"{one['p']:.4f}" if "p" in one else ""
        values = (number(each[name]["value"]) for each in (first, second))
        rows.append([name, *values, f"{one['value']:+.4f}", apart, p_value])
    return render(["score", "A", "B", "B - A", "95 % interval", "p"], rows)


def ends(one: Mapping[str, Any]) -> str:
    """Return the ends of an interval as a cell; empty without one."""
    return f"{number(one['low'])} to {number(one['high'])}" if "low" in one else ""
