"""Format a spread as text."""

from __future__ import annotations

from rnnlab.evaluation.spread import Spread
from rnnlab.report.tables import number


def plus_minus(found: Spread) -> str:
    """Return the mean, followed by ± half of its 95 % interval if there is one."""
    return number(found.mean) + ("" if found.half is None else f" ± {number(found.half)}")
