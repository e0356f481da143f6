"""Errors of a network at every time of series, chunk by chunk, with a state that carries on. No torch.

Shapes: B rows, T times of a chunk, F features of a time, C channels, A numbers of steps ahead, P parameters,
M = max(ahead), W times of a window. An error is NaN where a value is missing or nothing was expected of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from rnnlab.kinds.anomaly.density import Measure
from rnnlab.kinds.anomaly.inputs import values_of

Arrays = tuple[np.ndarray, ...]
# inputs (B, T, F) and a state to expectations (B, T, A, C, P) and the state after them; () is the empty state
Expect = Callable[[np.ndarray, Arrays], tuple[np.ndarray, Arrays]]
MOST_WINDOWS = 1024  # in a batch


class Reader(Protocol):
    """Reads chunks of series.

    Attributes:
        ahead: A numbers, (0,) for a reconstruction.
    """

    ahead: tuple[int, ...]

    def start(self, rows: int) -> Arrays:
        """Return the state before the first time, for B rows."""

    def errors(self, inputs: np.ndarray, state: Arrays) -> tuple[np.ndarray, Arrays]:
        """Map (B, T, F) to errors (B, T, A, C) and the state after the last time."""


class Sizes(NamedTuple):
    """Sizes of a network: features F of a time, channels C, parameters P of an expectation."""

    features: int
    channels: int
    parameters: int


class ForecastReader:
    """Errors of forecasts; each stands at the time that was forecast.

    The state is the last M expectations (B, M, A, C, P), NaN where there were none, then the network's state.

    Args:
        expect: the network. sizes, ahead: of the network. measure: see `rnnlab.kinds.anomaly.density`.
    """

    def __init__(self, expect: Expect, sizes: Sizes, ahead: tuple[int, ...], measure: Measure) -> None:
        self.expect, self.sizes, self.ahead, self.measure = expect, sizes, ahead, measure

    def start(self, rows: int) -> Arrays:
        shape = (rows, max(self.ahead), len(self.ahead), self.sizes.channels, self.sizes.parameters)
        return (np.full(shape, np.nan, dtype=np.float32),)

    def errors(self, inputs: np.ndarray, state: Arrays) -> tuple[np.ndarray, Arrays]:
        before, steps = state[0], inputs.shape[1]
        expected, after = self.expect(inputs, state[1:])
        known = np.concatenate([before, expected], axis=1)  # (B, M + T, A, C, P)
        values, most = values_of(inputs, self.sizes.channels), before.shape[1]
        errors = np.empty((*inputs.shape[:2], *known.shape[2:4]))
        for place, step in enumerate(self.ahead):
            own = known[:, most - step : most - step + steps, place]  # (B, T, C, P)
            errors[:, :, place] = self.measure(own, values)
        return errors, (known[:, steps:], *after)


class WindowReader:
    """Errors of reconstructed windows; each stands at the time that ends the window, as its mean.

    Between the windows that are read the last error holds. The state is the number of times read (1,), the
    last error (B, 1, C) and the last W - 1 input steps (B, W - 1, F).

    Args:
        window: W. every: a window ends at each time whose number is a multiple of it.
    """

    ahead: tuple[int, ...] = (0,)

    def __init__(self, expect: Expect, sizes: Sizes, window: int, every: int, measure: Measure) -> None:
        self.expect, self.sizes, self.window, self.every = expect, sizes, window, every
        self.measure = measure

    def start(self, rows: int) -> Arrays:
        nothing = np.full((rows, 1, self.sizes.channels), np.nan)
        return np.zeros(1), nothing, np.zeros((rows, self.window - 1, self.sizes.features), dtype=np.float32)

    def errors(self, inputs: np.ndarray, state: Arrays) -> tuple[np.ndarray, Arrays]:
        count, held, before = int(state[0][0]), state[1], state[2]
        steps = np.concatenate([before, inputs], axis=1)  # (B, W - 1 + T, F)
        numbers = count + 1 + np.arange(inputs.shape[1])  # of times, from 1
        ends = np.flatnonzero((numbers % self.every == 0) & (numbers >= self.window))
        found = self._windows(steps, ends)  # (B, N, 1, C)
        last = np.searchsorted(ends, np.arange(inputs.shape[1]), side="right")  # 0: the held one
        errors = np.concatenate([held[:, None], found], axis=1)[:, last]  # (B, T, 1, C)
        kept = steps[:, steps.shape[1] - self.window + 1 :]
        return errors, (np.array([count + inputs.shape[1]], dtype=float), errors[:, -1], kept)

    def _windows(self, steps: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Return the errors (B, N, 1, C) of the windows that end at N places of the new times."""
        rows, channels = len(steps), self.sizes.channels
        views = sliding_window_view(steps, self.window, axis=1)[:, ends]  # (B, N, F, W)
        windows = views.transpose(0, 1, 3, 2).reshape(-1, self.window, steps.shape[2])
        found = np.empty((len(windows), channels))
        for start in range(0, len(windows), MOST_WINDOWS):
            own = np.ascontiguousarray(windows[start : start + MOST_WINDOWS])
            expected, _ = self.expect(own, ())
            errors = self.measure(expected[:, :, 0], values_of(own, channels))  # (b, W, C)
            there = ~np.isnan(errors)
            total, number = np.where(there, errors, 0).sum(1), there.sum(1)
            found[start : start + MOST_WINDOWS] = np.where(number, total / np.maximum(number, 1), np.nan)
        return found.reshape(rows, len(ends), 1, channels)


def read_series(reader: Reader, inputs: np.ndarray, chunk: int) -> np.ndarray:
    """Return the errors (B, T, A, C) of whole series (B, T, F) from an empty state, `chunk` times at once."""
    state, found = reader.start(len(inputs)), []
    for start in range(0, inputs.shape[1], chunk):
        errors, state = reader.errors(inputs[:, start : start + chunk], state)
        found.append(errors)
    return np.concatenate(found, axis=1)
