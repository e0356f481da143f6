"""Base of the data modules of language models: evaluation of their splits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pytorch_lightning import LightningDataModule

from rnnlab.data.cache import Split
from rnnlab.data.lanes import Windows, WindowSampler, check_window
from rnnlab.data.limited import Limits
from rnnlab.data.loader import ResumableLoader, make_loader
from rnnlab.data.ranks import DistributedRank, place_of
from rnnlab.data.running import NO_TEST, SHARED, SPLITS
from rnnlab.data.styled_lanes import StyledWindows
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer


class WindowSizes(NamedTuple):
    """Sizes of batches and windows, in training and in evaluation."""

    batch_size: int
    window: int
    eval_batch_size: int
    eval_window: int


class LanguageData(LightningDataModule):
    """Base of the data modules of language models; subclasses prepare and evaluate their splits.

    Attributes:
        serves, holds: see `rnnlab.data.protocol.RunData`.
        running: whether each split is a running text, which `stream_dataloader(split)` reads as one stream.
        styles: names of the texts' styles, in the order of their numbers; empty without styles.
        limits: limits on the batches of validation and test; set before training, none by default.

    Args:
        tokenizer: trained, or to be trained on the training text.
        cleaner: cleans raw text for the tokenizer.
        sizes: sizes of batches and windows.
        seed: seed of the order in which training reads.
        num_workers: processes that load batches. workers: processes that clean and tokenise; None takes every
            core.
        train_rows: number of rows or lines of the training text to keep; None keeps all.
        reversed: read every row from its end to its start.

    Raises:
        SettingError: a value is out of range; `prepare` raises it for errors in files.
    """

    serves: tuple[str, ...] = ("language_modeling",)
    holds = "a running text"
    running = True
    styles: tuple[str, ...] = ()

    def __init__(
        self,
        tokenizer: Tokenizer,
        cleaner: Cleaner,
        sizes: WindowSizes,
        cache_dir: str | Path,
        seed: int,
        num_workers: int,
        workers: int | None,
        *,
        train_rows: int | None,
        reversed: bool = False,
    ) -> None:
        super().__init__()
        check_window(sizes.batch_size, sizes.window)
        check_window(sizes.eval_batch_size, sizes.eval_window, "eval_")
        self.tokenizer, self.cleaner = tokenizer, cleaner
        self.batch_size, self.window, self.eval_batch_size, self.eval_window = sizes
        self.cache_dir, self.seed = Path(cache_dir), seed
        self.num_workers, self.workers = num_workers, workers
        self.train_rows, self.reversed = train_rows, reversed
        self.limits = Limits("tokens")
        self.provenance: dict[str, Any] = {}

    def prepare(self) -> None:
        """Find, split and encode the texts, or load them from the cache; a second call does nothing."""
        raise NotImplementedError

    def encoded(self, split: str) -> Split:
        """Return the ids of a split, whole texts one after the other, and where each begins."""
        raise NotImplementedError

    def evaluation_loader(self, split: str, place: DistributedRank) -> ResumableLoader:
        """Return a loader of a process's part of a split, in order, each text part from a zero state."""
        raise NotImplementedError

    def window_loader(
        self, windows: Windows | StyledWindows, split: str, place: DistributedRank
    ) -> ResumableLoader:
        """Return a loader of a process's windows of a split, in order, within the limits on its batches."""

        def make(lengths: np.ndarray, place: DistributedRank) -> WindowSampler:
            return WindowSampler(len(lengths), self.eval_batch_size, place.rank, place.world_size)

        return make_loader(
            windows, self.limits.sampler(split, windows.lengths, place, make), self.num_workers
        )

    def say_tested(self, held_out: bool) -> None:
        """Record in the provenance whether the final metrics are those of test or validation."""
        self.provenance["tested"] = "test" if held_out else "validation"
        if not held_out:
            notes = [NO_TEST if note == SHARED else note for note in self.provenance["notes"]]
            self.provenance["notes"] = notes if NO_TEST in notes else [*notes, NO_TEST]

    def check_lanes(self, make: Callable[[], object], rows: int | None) -> None:
        """Build the lanes once, so that a text that is too short fails before training.

        Raises:
            SettingError: the text is too short; names `data.train_rows` if that is set.
        """
        try:
            make()
        except SettingError as error:
            if rows is None:
                raise
            raise SettingError("data.train_rows", rows, f"are too few lines: {error.rule}") from error

    def setup(self, stage: str) -> None:
        self.prepare()

    def unlabelled(self) -> Split | None:
        """Return None: all texts are read already."""
        return None

    def val_dataloader(self) -> ResumableLoader:
        return self.evaluation_loader("validation", place_of(self.trainer))

    def test_dataloader(self) -> ResumableLoader:
        return self.evaluation_loader("test", place_of(self.trainer))

    def splits(self) -> dict[str, ResumableLoader]:
        """Return each split whole, as `evaluation_loader` reads it."""
        return {name: self.evaluation_loader(name, DistributedRank()) for name in SPLITS}
