"""Human ratings of the same runs, from a results file of `rnnlab rate`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rnnlab.report.page.markup import number, section, table, text

if TYPE_CHECKING:
    from rnnlab.serve.rating.results import Row, Summary

COLUMNS = ("source", "wins", "of", "win rate", "low", "high", "strength")


def find_ratings(folders: Sequence[Path], named: Path | None) -> Path | None:
    """Return the named results file, or else that of the first run which has one."""
    from rnnlab.commands.rate import FILE

    if named is not None:
        return named
    return next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)


def ratings_section(found: Summary) -> str:
    """Return a section with the results of both questions as tables."""
    parts = []
    for title, rows, agreement in (
        ("Which reads better", found.rows, found.agreement),
        ("Which was taken for the real text", found.real_rows, found.real_agreement),
    ):
        agreed = "" if agreement is None else f"; Krippendorff's alpha {agreement:.3f}"
        parts.append(table(COLUMNS, map(_cells, rows), title + agreed))
    raters = ", ".join(f"{name} ({count})" for name, count in sorted(found.raters.items()))
    note = f"Blind comparisons by {text(raters or 'nobody yet')}; a cannot say is half a win to each."
    return section("ratings", "Rated by people", "".join(parts), note)


def _cells(row: Row) -> list[str]:
    shares = [number(value) for value in (row.win_rate, row.low, row.high, row.strength)]
    return [text(row.name), f"{row.wins:g}", str(row.comparisons), *shares]
