"""Settings of networks that forecast, and the width of what their encoder reads. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from rnnlab.rule import MOST, SIZE, WIDTH, Choice, Number
from rnnlab.rule import checked as checked_by

T = TypeVar("T")
WINDOW_NORMS = ("none", "last", "mean", "revin", "scale")
CHANNELS = ("joint", "independent")
SKIPS = ("none", "linear", "seasonal", "both")
DIRECT = "rnnlab.model.forecast.direct.DirectForecaster"
SEGMENTS = "rnnlab.model.forecast.segrnn.SegRNN"
SMOOTHED = "rnnlab.model.forecast.es_rnn.ESRNN"
CAUSAL = (SEGMENTS, "rnnlab.model.forecast.deepar.DeepAR")
"""Forecasters that continue from the encoder's state."""
UNSHIFTED = ("none", "scale")
"""Norms of a window that keep zero where it is, as counts need it."""

FORECAST_RULES: dict[str, Number | Choice] = {
    "window_norm": Choice(WINDOW_NORMS),
    "channels": Choice(CHANNELS),
    "skip": Choice(SKIPS),
    "series_embedding_size": Number(0, WIDTH.high, whole=True),
    "segment_length": SIZE,
    "num_paths": Number(2, 100_000, whole=True),
}
"""Checks by setting name, which is also the name of the constructors' argument."""
PARTS: dict[str, Number | Choice] = {
    **dict.fromkeys(("horizon", "input_length", "targets", "num_series", "season"), SIZE),
    **dict.fromkeys(("past", "known", "static"), Number(0, MOST, whole=True)),
}
"""Checks of arguments that are facts of the data."""


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, FORECAST_RULES[name] if name in FORECAST_RULES else PARTS[name])


@dataclass(frozen=True)
class ForecastOptions:
    """Settings of a forecaster besides its encoder, head and sizes.

    Args:
        window_norm: normalisation of each window's values, undone in the forecast. none; last or mean:
            subtract the last value or the mean; revin: also divide by the standard deviation, with a learned
            scale and shift (Kim et al. 2022); scale: divide by 1 + the mean absolute value (Salinas et al.
            2020), which keeps zero and the sign.
        channels: joint: the encoder reads all targets together; independent: each target is read as a row of
            its own by the same weights (Nie et al. 2023), beside all covariates.
        skip: what the network's output is added to. none; linear: a learned map of the inputs, after their
            last value is subtracted (NLinear, Zeng et al. 2023); seasonal: the last season repeated; both.
        series_embedding_size: features of a learned vector for each series (and target, where channels are
            independent); 0 for none.
        segment_length: points of a segment, for `SegRNN`.
        num_paths: sample paths of an autoregressive forecast.

    Raises:
        ValueError: a value outside its range.
    """

    window_norm: str = "none"
    channels: str = "joint"
    skip: str = "none"
    series_embedding_size: int = 0
    segment_length: int = 24
    num_paths: int = 100

    def __post_init__(self) -> None:
        for field in fields(self):
            checked(field.name, getattr(self, field.name))


def step_size(targets: int, past: int, known: int, static: int, options: ForecastOptions) -> int:
    """Return the features of an encoder step: each target's value and whether it is missing, the gap, the
    covariates and the series' vector.
    """
    read = 1 if options.channels == "independent" else targets
    return 2 * read + 1 + past + known + static + options.series_embedding_size


def input_size(model: Mapping[str, Any], facts: Mapping[str, Any]) -> int:
    """Return the features of an encoder step from the settings under `model` and the facts of the data."""
    if model.get("forecaster", DIRECT) == SEGMENTS:
        return int(model["hidden_size"])
    names = ("window_norm", "channels", "skip", "series_embedding_size")
    options = ForecastOptions(**{name: model[name] for name in names if name in model})
    return step_size(facts["targets"], facts["past"], facts["known"], facts["static"], options)
