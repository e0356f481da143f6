"""Checks of the settings of series that need no file, before a run starts. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnnlab.data.series.scaling import Scaler
from rnnlab.data.series.splits import time_split
from rnnlab.errors import SettingError


def check_series(data: Mapping[str, Any]) -> None:
    """Check plain settings of series that no rule of a single value covers.

    Args:
        data: `data` of a config as plain values.

    Raises:
        SettingError: for the first setting that cannot work.
    """
    time_split(data["split"], data["purge"])
    Scaler(data["scaling"])
    for pair in data["fourier"] or ():
        numbers = isinstance(pair, list | tuple) and len(pair) == 2
        if not (numbers and all(isinstance(part, int | float) for part in pair)):
            rule = "must be pairs of a period in steps and an order, such as [[24,3],[168,2]]"
            raise SettingError("data.fourier", data["fourier"], rule)
    fewest, most = data.get("min_length"), data["input_length"]
    if fewest is not None and fewest > most:
        rule = f"must be at most data.input_length={most}: a window reads no more"
        raise SettingError("data.min_length", fewest, rule)
