"""Names and formats of forecasts' numbers. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def shown(cell: Any) -> str:
    """Return a cell of a printed table."""
    return f"{cell:.5g}" if isinstance(cell, float) else str(cell)


def quantile_name(level: float) -> str:
    """Return the name of a quantile's column: q0.025."""
    return f"q{level:g}"


def plain(value: float) -> float:
    """Return a number of 32 bits without the digits that it does not have."""
    return float(f"{value:.7g}")


def lines_of(answer: Mapping[str, Any], columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return an answer as a row for each step and target.

    Args:
        columns: series, time, target, predicted, and the quantiles' names.
    """
    found = []
    for place, time in enumerate(answer["times"]):
        for name, values in answer["predicted"].items():
            spread = [one[place] for one in answer["quantiles"][name].values()]
            row = (answer["series"], time, name, values[place], *spread)
            found.append(dict(zip(columns, row, strict=True)))
    return found
