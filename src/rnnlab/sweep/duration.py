"""Parse durations such as `1h30m`."""

from __future__ import annotations

import re

SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)\s*")


def seconds_of(text: str | float | None) -> float | None:
    """Convert `90`, `90s`, `2h`, `1d 6h` or `1h30m` to seconds; None stays None.

    Raises:
        ValueError: another format, or no duration at all.
    """
    if text is None:
        return None
    seconds = _seconds(text)
    if not seconds or not 0 < seconds < float("inf"):
        raise ValueError("must be a time such as 90s, 30m, 2h or 1d 6h")
    return seconds


def _seconds(text: object) -> float | None:
    if isinstance(text, bool):
        return None
    try:
        return float(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        parts = PART.findall(str(text).lower())
    if PART.sub("", str(text).lower()).strip() or any(unit not in SECONDS for _, unit in parts):
        return None
    return sum(float(number) * SECONDS[unit] for number, unit in parts)
