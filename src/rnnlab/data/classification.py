"""Labelled texts as a LightningDataModule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from pytorch_lightning import LightningDataModule

from rnnlab.data.batching import BucketSampler, check_limits
from rnnlab.data.cache import Corpus
from rnnlab.data.labelled import Reading, build
from rnnlab.data.loader import ResumableLoader, make_loader
from rnnlab.data.prepared import Prepared, prepare_corpus
from rnnlab.data.ranks import Place, place_of
from rnnlab.data.rows import Rows, check_truncation
from rnnlab.data.source import Recipe, find
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer

EVALUATION_BATCH = 4  # times a training batch: no gradients are kept


class ClassificationData(LightningDataModule):
    """Batches of labelled texts; `prepare` comes first, and gives the attributes below.

    Attributes:
        tokenizer: trained on the train rows.
        classes: names in the order of their ids; `num_classes` of them; `class_counts` train rows of each.
        provenance: source, official, rows, tokens, empty_texts, fingerprint, vocabulary, notes, cached.

    Args:
        name, files, hub, package: where the data set is; see `rnnlab.data.source.Recipe`.
        source: auto, files, hub or package.
        classes: None takes those of the train file, sorted.
        cleaner: from raw text to what the tokenizer reads.
        max_length, truncation, head_fraction: see `rnnlab.data.rows.Rows`.
        batch_size, batch_tokens: see `BucketSampler`; evaluation batches are four times as large.
        validation_fraction, test_fraction: part of the train rows that is held out where the source lacks the
            split; a test_fraction of 0 tests the validation rows.
        split_seed: decides which rows are held out. seed: decides the order of batches.
        num_workers: processes that load batches. workers: processes that clean and tokenise; None takes every
            core.

    Raises:
        SettingError: a value is out of range; `prepare` raises it for all that can be wrong with files.
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
        classes: Sequence[str] | None = None,
        text_column: str = "text",
        label_column: str = "label",
        max_length: int = 500,
        truncation: str = "head",
        head_fraction: float = 0.25,
        batch_size: int | None = 32,
        batch_tokens: int | None = None,
        validation_fraction: float = 0.1,
        test_fraction: float = 0.2,
        split_seed: int = 0,
        seed: int = 0,
        num_workers: int = 0,
        workers: int | None = None,
    ) -> None:
        super().__init__()
        check_truncation(max_length, truncation, head_fraction)
        check_limits(batch_size, batch_tokens)
        self.recipe, self.source = Recipe(name, files, hub, package), source
        self.data_dir = None if data_dir is None else Path(data_dir)
        self.cache_dir, self.workers = Path(cache_dir), workers
        self.tokenizer, self.cleaner = tokenizer, cleaner
        names = None if classes is None else tuple(map(str, classes))
        self.reading = Reading(
            text_column, label_column, names, validation_fraction, test_fraction, split_seed
        )
        self.max_length, self.truncation, self.head_fraction = max_length, truncation, head_fraction
        self.batch_size, self.batch_tokens = batch_size, batch_tokens
        self.seed, self.num_workers = seed, num_workers
        self._prepared: Prepared | None = None

    def prepare(self) -> None:
        """Finds, splits and encodes the texts, or takes them from the cache; a second call does nothing."""
        if self._prepared is not None:
            return
        found = find(self.recipe, self.source, self.data_dir, self.cache_dir)
        tokenizer = self.tokenizer
        settings = {**self.reading.key(found.files), "text": self.cleaner.settings()}

        def make() -> Corpus:
            return build(found.files, self.reading, self.cleaner, tokenizer, self.workers)

        self._prepared = prepare_corpus(found, settings, tokenizer, self.cache_dir, make)
        corpus = self._prepared.corpus
        self.tokenizer, self.classes = corpus.tokenizer, corpus.classes
        self.class_counts = np.bincount(corpus.splits["train"].labels, minlength=self.num_classes).tolist()
        self.provenance = self._prepared.provenance()
        self.provenance["official"] &= "test" in found.files

    @property
    def num_classes(self) -> int:
        return len(self.classes)

    def setup(self, stage: str) -> None:
        self.prepare()

    def split_texts(self, split: str) -> list[str]:
        """The raw texts of a split in the order of its rows, read again from their file."""
        from rnnlab.data.files import read_table

        found, rows = self._ready().found, self._ready().corpus.splits[split]
        texts = read_table(found.files[rows.file], self.reading.text_column, self.reading.label_column).texts
        return [texts[row] for row in rows.rows]

    def padding_fraction(self) -> float:
        """Part of the tokens of the first training epoch's batches that is padding."""
        return self._sampler(self._rows("train"), True, Place()).padding_fraction()

    def train_dataloader(self) -> ResumableLoader:
        return self._loader("train", shuffle=True)

    def val_dataloader(self) -> ResumableLoader:
        return self._loader("validation", shuffle=False)

    def test_dataloader(self) -> ResumableLoader:
        return self._loader("test", shuffle=False)

    def _loader(self, split: str, shuffle: bool) -> ResumableLoader:
        rows = self._rows(split)
        return make_loader(rows, self._sampler(rows, shuffle, place_of(self.trainer)), self.num_workers)

    def _rows(self, split: str) -> Rows:
        corpus = self._ready().corpus
        return Rows(corpus.splits[split], self.max_length, self.truncation, self.head_fraction)

    def _sampler(self, rows: Rows, shuffle: bool, place: Place) -> BucketSampler:
        factor = 1 if shuffle else EVALUATION_BATCH
        size = None if self.batch_size is None else self.batch_size * factor
        tokens = None if self.batch_tokens is None else self.batch_tokens * factor
        return BucketSampler(
            rows.lengths, size, tokens, self.seed, shuffle, place.rank, place.world_size, place.overfits
        )

    def _ready(self) -> Prepared:
        if self._prepared is None:
            self.prepare()
        assert self._prepared is not None
        return self._prepared
