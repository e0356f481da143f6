"""The settings of series: where they are, how they are split, and what a window is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from rnnlab.data.file_format import AUTO
from rnnlab.data.series.calendar import Fourier
from rnnlab.data.series.scaling import Scaler
from rnnlab.data.series.settings import CHECKED, PARTS, checked
from rnnlab.data.series.source import SeriesSource
from rnnlab.data.series.splits import TimeSplit, shown, time_split


@dataclass(eq=False, repr=False, kw_only=True)
class SeriesSettings(SeriesSource):
    """Settings of a data module of series: those of `SeriesSource`, and how windows are made.

    Attributes:
        horizon: steps ahead. input_length: most points that a window reads; min_length: fewest, null for
            `input_length`: shorter histories are padded.
        scaling: see `rnnlab.data.series.scaling.Scaler`.
        calendar, fourier: features of the time; see `rnnlab.data.series.calendar`.
        split, purge: see `rnnlab.data.series.splits.TimeSplit`.
        stride, test_stride: steps between the windows of train, and of validation and test.
        windows_per_epoch: windows that an epoch draws, evenly over series; None reads all.
        prices: whether targets are prices, whose forecasts are shown with returns.
        seed: of the order of batches.

    Raises:
        SettingError: a value is out of range.
    """

    name: str = field()  # no default: each configuration names its data
    path: str | None = None
    horizon: int = 24
    input_length: int = 96
    min_length: int | None = None
    scaling: str = "standard"
    calendar: str | Sequence[str] = AUTO
    fourier: Fourier = ()
    split: Mapping[str, Any]
    purge: int = 0
    stride: int = 1
    test_stride: int = 1
    windows_per_epoch: int | None = None
    prices: bool = False
    batch_size: int = 64
    seed: int = 0
    num_workers: int = 0

    def __post_init__(self) -> None:
        """Check the values; raises SettingError."""
        super().__post_init__()
        for name in CHECKED:
            checked(name, getattr(self, name))
        Scaler(self.scaling)
        _ = self.time_split

    @cached_property
    def time_split(self) -> TimeSplit:
        return time_split(self.split, self.purge)

    @cached_property
    def reading(self) -> SeriesSource:
        """Return where series are and how their files are read."""
        return SeriesSource(**{one.name: getattr(self, one.name) for one in fields(SeriesSource)})

    @property
    def fewest(self) -> int:
        """Return the fewest points that a window reads."""
        return self.min_length or self.input_length

    @property
    def shown_split(self) -> str:
        """Return the split as it is typed."""
        return shown({part: getattr(self.time_split, part) for part in PARTS})
