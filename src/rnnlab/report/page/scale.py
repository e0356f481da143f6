"""Positions of numbers along an axis, and round tick values."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor, isfinite, log10
from typing import NamedTuple


class Scale(NamedTuple):
    """A scale from `low` (place 0) to `high` (place 1); both are above 0 if it is logarithmic."""

    low: float
    high: float
    is_log: bool = False

    def place(self, value: float) -> float:
        """Return the place of a value, in [0, 1] for values inside."""
        if self.is_log:
            return (log10(max(value, 1e-300)) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return (value - self.low) / (self.high - self.low)

    def ticks(self, most: int = 5) -> list[float]:
        """Return about `most` round numbers inside the scale."""
        if self.is_log and self.high / self.low >= 30:
            decades = range(ceil(log10(self.low) - 1e-9), floor(log10(self.high) + 1e-9) + 1)
            return [10.0**decade for decade in decades[:: max(1, ceil(len(decades) / most))]]
        rough = (self.high - self.low) / most
        power = 10.0 ** floor(log10(rough))
        step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * 0.999)
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [float(f"{index * step:.12g}") for index in range(first, last + 1)]


def scale_of(values: Iterable[float], is_log: bool = False, room: float = 0.06) -> Scale:
    """Return a scale that holds all finite values, with some room at both ends."""
    finite = [value for value in values if isfinite(value) and (value > 0 or not is_log)]
    if not finite:
        return Scale(1.0, 10.0, True) if is_log else Scale(0.0, 1.0)
    low, high = min(finite), max(finite)
    if is_log:
        ratio = max(high / low, 1.5) ** room
        return Scale(low / ratio, high * ratio, True)
    spread = high - low or abs(high) or 1.0
    return Scale(low - room * spread, high + room * spread)


def short(value: float) -> str:
    """Format a tick label: `0.25`, `1,200`, `15k`, `2M`, `1e-4`."""
    size = abs(value)
    if size >= 1e6:
        return f"{value / 1e6:.3g}M"
    if size >= 1e4:
        return f"{value / 1e3:.3g}k"
    if size >= 1000:
        return f"{value:,.0f}"
    if 0 < size < 1e-3:
        return f"{value:.0e}".replace("e-0", "e-").replace("-", "−")
    return f"{value:.4g}".replace("-", "−")
