"""Base of all data modules of labelled texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.augment.augmenter import Augmenter
from rnnlab.data.augmented import AugmentedRows, DrawSampler
from rnnlab.data.batching import Batching, BucketSampler
from rnnlab.data.cache import Corpus, Split
from rnnlab.data.labelled import build
from rnnlab.data.loader import ResumableLoader, make_loader
from rnnlab.data.paired import PairedRows, PairSampler
from rnnlab.data.prepared import Prepared, prepare_corpus
from rnnlab.data.ranks import place_of
from rnnlab.data.row_data import RowData, RowSet
from rnnlab.data.rows import Rows
from rnnlab.data.source import DatasetSpec, no_unlabelled, resolve_source
from rnnlab.data.split_spec import SplitSpec
from rnnlab.data.truncation import Truncation, check_shape, evaluation_shape
from rnnlab.data.unlabelled import fingerprint_of, read_unlabelled
from rnnlab.text.cleaner import Cleaner
from rnnlab.text.pairs import PairCleaner, separator_of
from rnnlab.tokenizer import Tokenizer

READER = 2  # part of the cache key: raise it when the reading of tables or the rules of labels change


class LabelledData(RowData):
    """Data module of labelled texts; call `prepare` first, which sets the attributes below.

    Attributes:
        serves, holds: see `rnnlab.data.protocol.RunData`.
        tokenizer: trained on the train rows.
        classes: names in the order of their ids; `num_classes` of them; `class_counts` train rows of each.
        augmenter: changes the train rows anew each epoch; set before training, None changes nothing.
        unlabelled_share: unlabelled texts for each labelled row in training, never augmented; set before
            `prepare`, 0 brings none.
        taught: (N, C) a teacher's predictions for those texts, in their order; set before training, if at
            all.
        padding: the padding side that was set.
        separator: the id of the mark between two texts; None where rows are single texts.
        provenance: source, official, rows, tokens, empty_texts, fingerprint, vocabulary, notes, cached,
            classes, class_counts, tested (`test`, or `validation` where no test rows are held out), and, if
            any, the counts of rows that were `skipped` or that also occur in another file (`shared`).

    Args:
        recipe, source: location of the data set. reading: the settings of its rows.
        cleaner: cleans raw text for the tokenizer.
        shape, batching: settings of batches; evaluation batches are four times as large.
        evaluation_length: most tokens of a text outside training; None: as many as in training.
        seed: seed of the order of batches, of draws and of augmentation.
        num_workers: processes that load batches. workers: processes that tokenise; None takes every core.

    Raises:
        SettingError: a value is out of range; `prepare` raises it for errors in files.
    """

    serves: tuple[str, ...] = ("classification",)
    holds: str = "labelled texts"
    augmenter: Augmenter | None = None
    unlabelled_share: float = 0.0
    taught: np.ndarray | None = None
    separator: int | None = None

    def __init__(
        self,
        recipe: DatasetSpec,
        reading: SplitSpec,
        tokenizer: Tokenizer,
        cleaner: Cleaner,
        shape: Truncation,
        batching: Batching,
        seed: int = 0,
        source: str = "auto",
        data_dir: str | Path | None = None,
        cache_dir: str | Path = ".cache",
        num_workers: int = 0,
        workers: int | None = None,
        evaluation_length: int | None = None,
    ) -> None:
        super().__init__(batching, seed, num_workers, reading.split_seed)
        check_shape(*shape)
        self.recipe, self.source, self.reading = recipe, source, reading
        self.data_dir = None if data_dir is None else Path(data_dir)
        self.cache_dir, self.workers = Path(cache_dir), workers
        self.tokenizer = tokenizer
        self.cleaner: Any = cleaner
        self.shape, self.padding, self.train_rows = shape, shape.padding, reading.train_rows
        self.evaluation_shape = evaluation_shape(shape, evaluation_length)
        self._prepared: Prepared | None = None
        self._more: Rows | None = None

    def prepare(self) -> None:
        """Find, split and encode the texts, or load them from the cache; a second call does nothing."""
        if self._prepared is not None:
            return
        if self.reading.pairs and not isinstance(self.cleaner, PairCleaner):
            self.cleaner = PairCleaner(self.cleaner)
        found = resolve_source(self.recipe, self.source, self.data_dir, self.cache_dir)
        tokenizer = self.tokenizer
        settings = {**self.reading.key(found.files), "text": self.cleaner.settings(), "reader": READER}

        def make(own: Path) -> Corpus:
            return build(found.files, self.reading, self.cleaner, tokenizer, self.workers, own)

        self._prepared = prepare_corpus(found, settings, tokenizer, self.cache_dir, make)
        corpus = self._prepared.corpus
        self.tokenizer, self.classes = corpus.tokenizer, corpus.classes
        if self.reading.pairs:
            self.separator = separator_of(self.tokenizer)
            self.shape = self.shape._replace(separator=self.separator)
            self.evaluation_shape = self.evaluation_shape._replace(separator=self.separator)
            check_shape(*self.shape)
        self.provenance = self._prepared.provenance()
        if self.provenance["official"]:
            self.provenance["official"] = "test" in found.files
        held_out = "test" in found.files or self.reading.test_fraction > 0
        self.provenance["tested"] = "test" if held_out else "validation"
        if self.classes:
            self.class_counts = self.reading.counts(corpus.splits["train"].labels, self.classes)
            self.provenance |= {"classes": list(self.classes), "class_counts": self.class_counts}
        self._more = self._unlabelled_rows() if self.unlabelled_share else None

    @property
    def num_classes(self) -> int:
        return len(self.classes)

    def split_texts(self, split: str) -> list[str]:
        """Return the raw texts of a split in the order of its rows, read again from their file."""
        return self.reading.texts(self._ready().found.files, self.encoded(split))

    @property
    def facts(self) -> dict[str, Any]:
        return {"padding": self.padding}

    def inputs(self, split: str) -> list[str]:
        return self.split_texts(split)

    def targets(self, split: str) -> np.ndarray:
        return np.asarray(self.encoded(split).labels)

    def encoded(self, split: str) -> Split:
        """Return the ids of a split, whole rows one after the other, and where each begins."""
        return self._ready().corpus.splits[split]

    def unlabelled(self) -> Split | None:
        """Return the encoded unlabelled texts; None if the data set has none."""
        found, reading = self._ready().found, self.reading
        self.provenance |= fingerprint_of(found, self.cache_dir)
        return read_unlabelled(found, reading, self.cleaner, self.tokenizer, self.cache_dir, self.workers)

    def rows(self, split: str) -> Rows:
        """Return the rows of a split, truncated as training or as evaluation reads them."""
        return Rows(self.encoded(split), *(self.shape if split == "train" else self.evaluation_shape))

    def train_dataloader(self) -> ResumableLoader:
        rows, place = self.rows("train"), place_of(self.trainer)
        dataset: Rows | AugmentedRows = rows
        sampler = self._train_sampler(BucketSampler, rows, place)
        if self.augmenter is not None and self.augmenter.active:
            dataset = AugmentedRows(rows, self.augmenter, self.seed)
            sampler = self._train_sampler(DrawSampler, rows, place)
        if self._more is None:
            return make_loader(dataset, sampler, self.num_workers)
        paired = PairSampler(sampler, self._more.lengths, self.unlabelled_share, self.seed)
        return make_loader(PairedRows(dataset, self._more, self.taught), paired, self.num_workers)

    def reading_loader(self, split: Split) -> ResumableLoader:
        """Return a loader of all rows of an encoded split, in evaluation batches, without a trainer."""
        return self.whole_loader(Rows(split, *self.evaluation_shape))

    def classes_drawn(self, rows: RowSet) -> np.ndarray | None:
        return self.encoded("train").labels if self.sampling == "balanced" else None

    def _unlabelled_rows(self) -> Rows:
        split = self.unlabelled()
        if split is None:
            raise no_unlabelled(self.unlabelled_share, self.recipe.name)
        return Rows(split, *self.shape)

    def _ready(self) -> Prepared:
        if self._prepared is None:
            self.prepare()
        assert self._prepared is not None
        return self._prepared
