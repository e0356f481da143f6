"""LightningDataModule of running text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rnnlab.data.cache import Corpus, Split
from rnnlab.data.jitter import JitteredLanes, JitterSampler
from rnnlab.data.lanes import Lanes, LaneSampler, Windows, WindowSampler
from rnnlab.data.language_data import LanguageData, WindowSizes
from rnnlab.data.loader import ResumableLoader, make_loader
from rnnlab.data.prepared import Prepared, prepare_corpus
from rnnlab.data.ranks import DistributedRank, place_of
from rnnlab.data.running import SplitSpec, build
from rnnlab.data.source import DatasetSpec, resolve_source
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer

STREAM_CHUNK = (
    2048  # steps of the one-stream protocol at a time; the state is carried, so it changes no result
)


class LanguageModelingData(LanguageData):
    """Running text in two protocols; call `prepare` first, which sets the attributes below.

    Training reads `batch_size` contiguous lanes side by side, `window` steps at a time; the offset of the
    lanes depends on (seed, epoch). Validation and test read windows of `eval_window` from a zero state over
    the whole text, every token but the first predicted once. `stream_dataloader` reads the same text as one
    stream.

    Attributes:
        tokenizer: trained on the training text.
        provenance: as of `ClassificationData`; its rows are tokens.

    Args:
        name, files, hub, package: location of the data set; see `rnnlab.data.source.DatasetSpec`.
        source: auto, files, hub or package.
        cleaner: cleans raw text for the tokenizer.
        validation_fraction, test_fraction: the end of the training text that becomes the split if the source
            has no file for it; with a test_fraction of 0 there is no test split, and the final metrics are
            reported as validation metrics.
        validation_tests: report them as test metrics, as is usual for some data sets.
        train_rows: number of lines to keep from the start of the training text; the vocabulary is learned
            from these alone. None keeps all.
        window_jitter: standard deviation of a training window's length; 0 makes all equal. See
            `rnnlab.data.jitter`.
        reversed: read every split from its end to its start.
        seed: seed of the lanes' offsets and of random window lengths.
        num_workers: processes that load batches. workers: processes that clean and tokenise; None takes every
            core.

    Raises:
        SettingError: a value is out of range; `prepare` raises it for errors in files.
    """

    def __init__(
        self,
        name: str,
        files: Mapping[str, str | None],
        hub: Mapping[str, object] | None,
        package: Mapping[str, object] | None,
        tokenizer: Tokenizer,
        cleaner: Cleaner,
        source: str = "auto",
        data_dir: str | Path | None = None,
        cache_dir: str | Path = ".cache",
        batch_size: int = 32,
        window: int = 64,
        eval_window: int = 256,
        eval_batch_size: int = 64,
        validation_fraction: float = 0.1,
        test_fraction: float = 0.0,
        validation_tests: bool = False,
        train_rows: int | None = None,
        window_jitter: float = 0.0,
        reversed: bool = False,
        seed: int = 0,
        num_workers: int = 0,
        workers: int | None = None,
    ) -> None:
        sizes = WindowSizes(batch_size, window, eval_batch_size, eval_window)
        work = (cache_dir, seed, num_workers, workers)
        super().__init__(tokenizer, cleaner, sizes, *work, train_rows=train_rows, reversed=reversed)
        self.recipe, self.source = DatasetSpec(name, files, hub, package), source
        self.data_dir = None if data_dir is None else Path(data_dir)
        self.reading = SplitSpec(validation_fraction, test_fraction, train_rows)
        self.validation_tests, self.window_jitter = validation_tests, window_jitter
        self._prepared: Prepared | None = None

    def prepare(self) -> None:
        """Find, split and encode the text, or load it from the cache; a second call does nothing."""
        if self._prepared is not None:
            return
        found = resolve_source(self.recipe, self.source, self.data_dir, self.cache_dir)
        tokenizer = self.tokenizer
        settings = {**self.reading.key(found.files), "text": self.cleaner.settings()}

        def make(own: Path) -> Corpus:
            return build(found.files, self.reading, self.cleaner, tokenizer, self.workers, own)

        prepared = prepare_corpus(found, settings, tokenizer, self.cache_dir, make)
        ids, shape = prepared.corpus.splits["train"].ids, (self.batch_size, self.window)
        self.check_lanes(lambda: Lanes(ids, *shape), self.train_rows)
        self._prepared, self.tokenizer = prepared, prepared.corpus.tokenizer
        self.provenance = prepared.provenance()
        held_out = "test" in found.files or self.reading.test_fraction > 0
        self.say_tested(held_out or self.validation_tests)
        self.provenance["rows"] = self.provenance["tokens"]  # a running text has no rows to count

    def encoded(self, split: str) -> Split:
        """Return the ids of a split as one row."""
        self.prepare()
        assert self._prepared is not None
        return self._prepared.corpus.splits[split]

    def train_dataloader(self) -> ResumableLoader:
        place = place_of(self.trainer)
        shape = (self.batch_size, self.window, place.rank, place.world_size)
        if not self.window_jitter:
            lanes = Lanes(self._ids("train"), *shape)
            return make_loader(lanes, LaneSampler(lanes, self.seed, place.overfits), self.num_workers)
        uneven = JitteredLanes(self._ids("train"), *shape)
        sampler = JitterSampler(uneven, self.window_jitter, self.seed, place.overfits)
        return make_loader(uneven, sampler, self.num_workers)

    def stream_dataloader(self, split: str) -> ResumableLoader:
        """Return a loader of a split as one stream, in long chunks of batch 1; `fresh` on the first alone."""
        windows = Windows(self._ids(split), STREAM_CHUNK, carried=True)
        return make_loader(windows, WindowSampler(len(windows), 1))

    def evaluation_loader(self, split: str, place: DistributedRank) -> ResumableLoader:
        """Return a loader of windows of `eval_window`, in order."""
        return self.window_loader(Windows(self._ids(split), self.eval_window), split, place)

    def _ids(self, split: str) -> np.ndarray:
        ids = self.encoded(split).ids
        return ids[::-1] if self.reversed else ids
