"""Options of `rnnlab evaluate` that forecasters read."""

from __future__ import annotations

from types import MappingProxyType

from rnnlab.kinds.option import Option
from rnnlab.rule import SIZE

EVALUATION_OPTIONS = MappingProxyType(
    {
        "origins": Option(int, "N", "the last N origins of each series instead of every window", SIZE),
        "step": Option(int, "N", "points between origins (default: the horizon, so that none overlap)", SIZE),
        "refit": Option(bool, "", "go on training before each origin, on windows that end before it"),
    }
)
