"""Spans of time as people write them."""

from __future__ import annotations

import re

SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")


def seconds_of(text: str | float | None) -> float | None:
    """`90`, `90s`, `2h`, `1d 6h` or `1h30m` in seconds; None stays None.

    Raises:
        ValueError: text that is none of this.
    """
    if text is None or isinstance(text, int | float):
        return None if text is None else float(text)
    found = PART.findall(text.lower())
    rest = PART.sub("", text.lower()).strip()
    if text.strip().replace(".", "", 1).isdecimal():
        return float(text)
    if not found or rest or any(unit not in SECONDS for _, unit in found):
        raise ValueError(f"{text!r} must be a time such as 90s, 30m, 2h or 1d 6h")
    return sum(float(number) * SECONDS[unit] for number, unit in found)
