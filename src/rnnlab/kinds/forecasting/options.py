"""Options of `rnnlab predict` and `rnnlab evaluate` that a forecaster reads."""

from __future__ import annotations

from types import MappingProxyType

from rnnlab.kinds.forecasting.conformal import METHODS
from rnnlab.kinds.option import Option
from rnnlab.rule import SIZE, Choice, Number

HORIZON = Number(1, 100_000, whole=True)
SAMPLES = Number(2, 10_000, whole=True)
OPTIONS = MappingProxyType(
    {
        "horizon": Option(int, "STEPS", "steps to forecast (default: as trained)", HORIZON),
        "plot": Option(bool, "", "with --input: a picture too, beside --output or in the current folder"),
    }
)
EVALUATION_OPTIONS = MappingProxyType(
    {
        "origins": Option(int, "N", "the last N origins of each series instead of every window", SIZE),
        "step": Option(int, "N", "points between origins (default: the horizon, so that none overlap)", SIZE),
        "refit": Option(bool, "", "go on training before each origin, on windows that end before it"),
        "conformal": Option(
            str, "METHOD", f"intervals: {', '.join(METHODS)} (default: task.conformal)", Choice(METHODS)
        ),
        "samples": Option(int, "N", "also the CRPS of N samples of each window, such as 200", SAMPLES),
    }
)
