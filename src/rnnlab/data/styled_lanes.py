"""Windows of several texts, each row within one text. Shapes: S texts, B lanes or windows, T steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch.utils.data import Dataset

from rnnlab.data.batch import Window
from rnnlab.data.cache import Split
from rnnlab.data.lanes import check_window
from rnnlab.data.sampler import EpochSampler
from rnnlab.errors import SettingError


def shared(lengths: np.ndarray, lanes: int) -> np.ndarray:
    """Allot lanes to the texts, (S,), at least one each, so that the shortest lane is as long as possible.

    The lanes are allotted by the d'Hondt method (highest quotients), as seats are to parties.
    """
    given = np.ones(len(lengths), np.int64)
    for _ in range(lanes - len(lengths)):
        given[np.argmax(lengths / (given + 1))] += 1
    return given


class StyledLanes(Dataset):
    """B stretches of S texts side by side; `lanes[offsets, step]` is one window of each; see `Lanes`.

    A longer text has more lanes, so that an epoch reads about the same fraction of each text, and all of it
    over the epochs: the offset of a text's lanes is drawn in each epoch.

    Args:
        split: the texts, a row each, whose labels are their styles.
        lanes: B of this process. window: T.
        rank, world_size: ranks take different lanes; there are `lanes * world_size` of them.

    Raises:
        SettingError: fewer lanes than texts, or a text too short for one window in each of its lanes.
    """

    def __init__(self, split: Split, lanes: int, window: int, rank: int = 0, world_size: int = 1) -> None:
        check_window(lanes, window)
        self.split, self.window = split, window
        lengths, count = split.lengths, lanes * world_size
        if count < len(lengths):
            rule = f"must be at least {len(lengths)}, a lane for each text"
            raise SettingError("data.batch_size", lanes, rule)
        of_texts = shared(lengths, count)  # (S,)
        self.steps = int(((lengths - 1) // (of_texts * window)).min())
        if self.steps < 1:
            text = int(np.argmin((lengths - 1) / of_texts))
            rule = (
                f"{of_texts[text]} lanes of {window} steps in text {text + 1} of {len(lengths)} need "
                f"{of_texts[text] * window + 1} tokens of training text, and there are {lengths[text]}: "
                "lower data.batch_size or data.window"
            )
            raise SettingError("data.batch_size", lanes, rule)
        # one window less than fits, if that leaves any, so that the start of the lanes can vary
        self.steps = max(int(((lengths - window) // (of_texts * window)).min()), 1)
        self.rooms = lengths - self.steps * window * of_texts  # (S,) number of offsets, at least 1
        mine = slice(rank * lanes, (rank + 1) * lanes)
        self.texts = np.repeat(np.arange(len(lengths)), of_texts)[mine]  # (B,)
        places = np.concatenate([np.arange(number) for number in of_texts])[mine]
        self.starts = split.offsets[:-1][self.texts] + places * self.steps * window
        self.styles = torch.from_numpy(split.labels[self.texts].astype(np.int64))

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, place: tuple[tuple[int, ...], int]) -> Window:
        offsets, step = place
        starts = self.starts + np.asarray(offsets)[self.texts] + step * self.window
        text = self.split.ids[starts[:, None] + np.arange(self.window + 1)].astype(np.int64)  # (B, T + 1)
        tokens, targets = torch.from_numpy(text[:, :-1].copy()), torch.from_numpy(text[:, 1:].copy())
        lengths = torch.full((len(starts),), self.window)
        return Window(tokens, targets, lengths, fresh=step == 0, styles=self.styles)


class StyledLaneSampler(EpochSampler):
    """Samples windows of `StyledLanes` in order; each text's offset is drawn from (seed, epoch)."""

    def __init__(self, lanes: StyledLanes, seed: int, fixed: bool = False) -> None:
        super().__init__(fixed)
        self.steps, self.rooms, self.seed = lanes.steps, lanes.rooms, seed

    def __len__(self) -> int:
        return self.steps

    def batches(self) -> list[tuple[tuple[int, ...], int]]:
        drawn = np.random.default_rng((self.seed, self.epoch)).integers(self.rooms)
        offsets = tuple(int(offset) for offset in drawn)
        return [(offsets, step) for step in range(self.steps)]


class StyledWindows(Dataset):
    """Texts divided into windows from their starts; `windows[[0, 1]]` is a batch of them; see `Windows`.

    Every token but a text's first is a target once. The last window of a text is shorter and padded.

    Args:
        carried: the state is carried from window to window of a text (then a batch is one window); otherwise
            each begins with a zero state.

    Raises:
        SettingError: a text has fewer than two tokens.
    """

    def __init__(self, split: Split, window: int, carried: bool = False) -> None:
        steps = split.lengths - 1  # (S,) to predict
        if steps.min() < 1:
            raise SettingError(
                "data.validation_fraction", steps.min() + 1, "tokens are too few to predict one"
            )
        counts = -(-steps // window)
        text = np.repeat(np.arange(len(steps)), counts)
        number = np.arange(len(text)) - np.repeat(np.cumsum(counts) - counts, counts)  # in its text
        self.ids, self.carried, self.first = split.ids, carried, number == 0
        self.starts = split.offsets[:-1][text] + number * window
        self.lengths = np.minimum(steps[text] - number * window, window)
        self.styles = split.labels[text].astype(np.int64)

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, windows: Sequence[int]) -> Window:
        index = np.asarray(windows)
        lengths = self.lengths[index]
        steps = np.arange(lengths.max())
        real = steps < lengths[:, None]  # (B, T)
        places = np.where(real, self.starts[index][:, None] + steps, 0)
        tokens = np.where(real, self.ids[places], 0).astype(np.int64)
        targets = np.where(real, self.ids[places + 1], 0).astype(np.int64)
        fresh = not self.carried or bool(self.first[index[0]])
        styles = torch.from_numpy(self.styles[index])
        parts = torch.from_numpy(tokens), torch.from_numpy(targets), torch.from_numpy(lengths)
        return Window(*parts, fresh, styles=styles)
