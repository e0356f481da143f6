"""Print the results in the terminal."""

from __future__ import annotations

import math

from rnnlab.serve.rating.results import Row, Summary

HEADS = ("", "wins", "of", "rate", "95 % interval", "strength", "95 % interval")


def text_of(found: Summary) -> str:
    """Return the results as two tables with the raters' agreement."""
    raters = ", ".join(f"{name} {count}" for name, count in sorted(found.raters.items())) or "none yet"
    parts = [f"answers of {found.pairs} comparisons: {raters}"]
    for title, rows, agreement in (
        ("Which reads better", found.rows, found.agreement),
        ("Which was taken for the real text", found.real_rows, found.real_agreement),
    ):
        parts.append(f"{title}\n{_table(rows)}\n{_agreement(agreement)}")
    parts.append("A cannot say is half a win to each. Strength: Bradley and Terry's, a logarithm around 0.")
    return "\n\n".join(parts)


def _table(rows: tuple[Row, ...]) -> str:
    lines = [HEADS, *(_cells(row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEADS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    if not row.comparisons:
        return (row.name, "0", "0", "-", "-", "-", "-")
    interval = f"{100 * row.low:.1f} to {100 * row.high:.1f}"
    spread = f"{row.strength_low:+.2f} to {row.strength_high:+.2f}"
    return (
        row.name,
        f"{row.wins:g}",
        str(row.comparisons),
        f"{100 * row.win_rate:.1f} %",
        interval,
        f"{row.strength:+.2f}",
        spread,
    )


def _agreement(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "agreement between raters: not defined (it needs two who answered alike and unlike)"
    return f"agreement between raters (Krippendorff's alpha): {value:.3f}"
