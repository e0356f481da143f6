"""Running text as windows: B lanes of T steps, with targets one step ahead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat

import numpy as np
import torch
from torch.utils.data import Dataset

from rnnlab.data.batch import Window
from rnnlab.data.sampler import EpochSampler
from rnnlab.errors import SettingError


class Lanes(Dataset):
    """B contiguous stretches of a text side by side; `lanes[offset, step]` is one window of each.

    Each lane continues from batch to batch, so that its state can be carried.

    Args:
        ids: (N,) the text.
        lanes: B of this process. window: T.
        rank, world_size: ranks take different lanes; there are `lanes * world_size` of them.

    Raises:
        SettingError: the text is too short for one window in each lane.
    """

    def __init__(self, ids: np.ndarray, lanes: int, window: int, rank: int = 0, world_size: int = 1) -> None:
        check_window(lanes, window)
        self.ids, self.lanes, self.window, self.rank = ids, lanes, window, rank
        stride = lanes * world_size * window
        if len(ids) - 1 < stride:
            need = f"{lanes * world_size} lanes of {window} steps need {stride + 1} tokens of training text"
            rule = f"{need}, and there are {len(ids)}: lower data.batch_size or data.window"
            raise SettingError("data.batch_size", lanes, rule)
        # one window less than fits, if that leaves any, so that the start of the lanes can vary
        self.steps = max((len(ids) - window) // stride, 1)
        self.room = len(ids) - self.steps * stride  # number of offsets, at least 1

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, place: tuple[int, ...]) -> Window:
        offset, step = place
        return self.stretch(offset + step * self.window, self.window, fresh=step == 0)

    def stretch(self, start: int, steps: int, fresh: bool) -> Window:
        """Return that many steps of each lane; the first lane begins at `start` of the text."""
        length = self.steps * self.window  # of a lane
        starts = start + (self.rank * self.lanes + np.arange(self.lanes)) * length
        text = self.ids[starts[:, None] + np.arange(steps + 1)].astype(np.int64)  # (B, T + 1)
        lengths = torch.full((self.lanes,), steps)
        tokens, targets = torch.from_numpy(text[:, :-1].copy()), torch.from_numpy(text[:, 1:].copy())
        return Window(tokens, targets, lengths, fresh)


class LaneSampler(EpochSampler):
    """Samples windows of `Lanes` in order; the offset of the lanes is drawn from (seed, epoch)."""

    def __init__(self, lanes: Lanes, seed: int, fixed: bool = False) -> None:
        super().__init__(fixed)
        self.steps, self.room, self.seed = lanes.steps, lanes.room, seed

    def __len__(self) -> int:
        return self.steps

    def batches(self) -> Iterable[tuple[int, int]]:
        offset = int(np.random.default_rng((self.seed, self.epoch)).integers(self.room))
        return zip(repeat(offset), range(self.steps))


class Windows(Dataset):
    """A text divided into windows from its start; `windows[[0, 1]]` is a batch of them.

    Every token but the first is a target once: window i has the inputs `ids[i * window:]` and the targets
    `ids[i * window + 1:]`. The last window is shorter and padded.

    Args:
        carried: the state is carried from window to window (then a batch is one window); otherwise each
            begins with a zero state.

    Raises:
        SettingError: the text has fewer than two tokens.
    """

    def __init__(self, ids: np.ndarray, window: int, carried: bool = False) -> None:
        if len(ids) < 2:
            raise SettingError("data.validation_fraction", len(ids), "tokens are too few to predict one")
        self.ids, self.window, self.carried = ids, window, carried
        self.lengths = np.diff(np.append(np.arange(0, len(ids) - 1, window), len(ids) - 1))

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, windows: Sequence[int]) -> Window:
        index = np.asarray(windows)
        lengths = self.lengths[index]
        steps = np.arange(lengths.max())
        real = steps < lengths[:, None]  # (B, T)
        places = np.where(real, index[:, None] * self.window + steps, 0)
        tokens = np.where(real, self.ids[places], 0).astype(np.int64)
        targets = np.where(real, self.ids[places + 1], 0).astype(np.int64)
        fresh = not self.carried or int(index[0]) == 0
        return Window(torch.from_numpy(tokens), torch.from_numpy(targets), torch.from_numpy(lengths), fresh)


class WindowSampler(EpochSampler):
    """Windows in order, `batch_size` at a time; rank r takes every `world_size`-th batch.

    Each window comes once over all ranks, so that the last ranks may have a batch less, or none.
    """

    def __init__(self, windows: int, batch_size: int, rank: int = 0, world_size: int = 1) -> None:
        super().__init__()
        starts = range(0, windows, batch_size)[rank::world_size]
        self._batches = [range(start, min(start + batch_size, windows)) for start in starts]

    def __len__(self) -> int:
        return len(self._batches)

    def batches(self) -> Sequence[range]:
        return self._batches


def check_window(batch_size: int, window: int, prefix: str = "") -> None:
    """Check the sizes; raises SettingError unless both are at least 1."""
    for name, value in ((f"{prefix}batch_size", batch_size), (f"{prefix}window", window)):
        if value < 1:
            raise SettingError(f"data.{name}", value, "must be at least 1")
