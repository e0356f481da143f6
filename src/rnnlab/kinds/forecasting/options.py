"""Options of `rnnlab predict` that a forecaster reads."""

from __future__ import annotations

from rnnlab.kinds.option import Option
from rnnlab.rule import Number

HORIZON = Number(1, 100_000, whole=True)
OPTIONS = {
    "horizon": Option(int, "STEPS", "steps to forecast (default: as trained)", HORIZON),
    "plot": Option(bool, "", "with --input: a picture too, beside --output or in the current folder"),
}
