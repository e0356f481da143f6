"""Lanes of running text with windows of random length, drawn anew each epoch."""

from __future__ import annotations

import numpy as np

from rnnlab.data.batch import Window
from rnnlab.data.lanes import Lanes
from rnnlab.data.sampler import EpochSampler

HALF = 0.05  # of the windows are about half as long
SHORTEST = 5  # steps that a draw gives at least, of windows that are not shorter themselves


class JitteredLanes(Lanes):
    """`Lanes` with windows of any length; `lanes[offset, start, end]` is one window of each lane.

    The batch's `scale` is its length over `window`, so that a short window makes a short optimizer step.
    """

    def __getitem__(self, place: tuple[int, ...]) -> Window:
        offset, start, end = place
        window = self.stretch(offset + start, end - start, fresh=start == 0)
        return window._replace(scale=(end - start) / self.window)


class JitterSampler(EpochSampler):
    """Places in `JitteredLanes`, in order, drawn from (seed, epoch) alone (Merity et al. 2018, section 5).

    A window's length is normal with the deviation `jitter` around `window`, or with probability 0.05 around
    half of it, and then changed by the same small factor as all others of its epoch, so that they cover the
    lanes exactly and their number stays the same.

    Args:
        jitter: standard deviation of a window's length, > 0.
    """

    def __init__(self, lanes: Lanes, jitter: float, seed: int, fixed: bool = False) -> None:
        super().__init__(fixed)
        self.length, self.window, self.room = lanes.steps * lanes.window, lanes.window, lanes.room
        self.jitter, self.seed = jitter, seed
        self.steps = min(max(round(self.length / (self.window * (1 - HALF / 2))), 1), self.length)

    def __len__(self) -> int:
        return self.steps

    def batches(self) -> list[tuple[int, int, int]]:
        rng = np.random.default_rng((self.seed, self.epoch))
        offset = int(rng.integers(self.room))
        ends = self._ends(rng).tolist()
        return [(offset, start, end) for start, end in zip([0, *ends], ends, strict=False)]

    def _ends(self, rng: np.random.Generator) -> np.ndarray:
        """Return the steps (steps,) at which the windows end, the last one at the lanes' end."""
        base = np.where(rng.random(self.steps) < HALF, self.window / 2, self.window)
        lengths = np.maximum(rng.normal(base, self.jitter), min(SHORTEST, self.window))
        whole = self.length - self.steps  # each window has one step, the rest is distributed
        shared = np.round(np.cumsum(lengths) * (whole / lengths.sum())).astype(np.int64)
        return shared + np.arange(1, self.steps + 1)
