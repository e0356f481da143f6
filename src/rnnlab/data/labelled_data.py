"""What all data modules of labelled texts do, given their parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pytorch_lightning import LightningDataModule

from rnnlab.data.augment.augmenter import Augmenter
from rnnlab.data.augmented import AugmentedRows, DrawSampler
from rnnlab.data.batching import Batching, BucketSampler, check_batching
from rnnlab.data.cache import Corpus, Split
from rnnlab.data.labelled import SplitSpec, build
from rnnlab.data.limited import Limits
from rnnlab.data.loader import ResumableLoader, make_loader
from rnnlab.data.paired import PairedRows, PairSampler
from rnnlab.data.prepared import Prepared, prepare_corpus
from rnnlab.data.ranks import DistributedRank, place_of
from rnnlab.data.rows import Rows
from rnnlab.data.source import DatasetSpec, no_unlabelled, resolve_source
from rnnlab.data.truncation import Truncation, check_shape, evaluation_shape
from rnnlab.data.unlabelled import fingerprint_of, read_unlabelled
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer

READER = 2  # part of the cache key: raise it when the reading of tables or the rules of labels change
EVALUATION_BATCH = 4  # times a training batch: no gradients are kept


class LabelledData(LightningDataModule):
    """Batches of labelled texts; `prepare` comes first, and gives the attributes below.

    Attributes:
        tokenizer: trained on the train rows.
        classes: names in the order of their ids; `num_classes` of them; `class_counts` train rows of each.
        augmenter: changes the train rows anew each epoch; set before training, None changes nothing.
        unlabelled_share: texts without labels that come with each labelled row in training, never augmented;
            set before `prepare`, 0 brings none.
        taught: (N, C) what a teacher says of those texts, in their order; set before training, if at all.
        padding, bucketing, sampling: as they were given.
        limits: limits on the batches of validation and test; set before training, none by default.
        provenance: source, official, rows, tokens, empty_texts, fingerprint, vocabulary, notes, cached,
            classes, class_counts, tested (`test`, or `validation` where no test rows are held out), and, if
            any, the counts of rows that were `skipped` or that also occur in another file (`shared`).

    Args:
        recipe, source: where the data set is. reading: what its rows are.
        cleaner: from raw text to what the tokenizer reads.
        shape, batching: what batches are; evaluation batches are four times as large.
        evaluation_length: tokens that are read of a text outside training; None: as many as in training.
        seed: decides the order of batches, what is drawn and how it is augmented.
        num_workers: processes that load batches. workers: processes that clean and tokenise; None takes every
            core.

    Raises:
        SettingError: a value is out of range; `prepare` raises it for all that can be wrong with files.
    """

    augmenter: Augmenter | None = None
    unlabelled_share: float = 0.0
    taught: np.ndarray | None = None

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
        super().__init__()
        check_shape(*shape)
        check_batching(batching)
        self.recipe, self.source, self.reading = recipe, source, reading
        self.data_dir = None if data_dir is None else Path(data_dir)
        self.cache_dir, self.workers = Path(cache_dir), workers
        self.tokenizer, self.cleaner = tokenizer, cleaner
        self.shape, self.batching = shape, batching
        self.evaluation_shape = evaluation_shape(shape, evaluation_length)
        self.padding, self.bucketing, self.sampling = shape.padding, batching.bucketing, batching.sampling
        self.seed, self.num_workers = seed, num_workers
        self.limits, self.train_rows = Limits("rows", reading.split_seed), reading.train_rows
        self._prepared: Prepared | None = None
        self._more: Rows | None = None

    def prepare(self) -> None:
        """Finds, splits and encodes the texts, or takes them from the cache; a second call does nothing."""
        if self._prepared is not None:
            return
        found = resolve_source(self.recipe, self.source, self.data_dir, self.cache_dir)
        tokenizer = self.tokenizer
        settings = {**self.reading.key(found.files), "text": self.cleaner.settings(), "reader": READER}

        def make() -> Corpus:
            return build(found.files, self.reading, self.cleaner, tokenizer, self.workers)

        self._prepared = prepare_corpus(found, settings, tokenizer, self.cache_dir, make)
        corpus = self._prepared.corpus
        self.tokenizer, self.classes = corpus.tokenizer, corpus.classes
        self.class_counts = np.bincount(corpus.splits["train"].labels, minlength=self.num_classes).tolist()
        self.provenance = self._prepared.provenance()
        if self.provenance["official"]:
            self.provenance["official"] = "test" in found.files
        held_out = "test" in found.files or self.reading.test_fraction > 0
        self.provenance["tested"] = "test" if held_out else "validation"
        self.provenance |= {"classes": list(self.classes), "class_counts": self.class_counts}
        self._more = self._unlabelled_rows() if self.unlabelled_share else None

    @property
    def num_classes(self) -> int:
        return len(self.classes)

    def setup(self, stage: str) -> None:
        self.prepare()

    def split_texts(self, split: str) -> list[str]:
        """The raw texts of a split in the order of its rows, read again from their file."""
        return self.reading.texts(self._ready().found.files, self.encoded(split))

    def encoded(self, split: str) -> Split:
        """The ids of a split, whole rows one after the other, and where each begins."""
        return self._ready().corpus.splits[split]

    def unlabelled(self) -> Split | None:
        """The texts without labels, encoded like the rest; None where the data set has none."""
        found, reading = self._ready().found, self.reading
        self.provenance |= fingerprint_of(found)
        return read_unlabelled(found, reading, self.cleaner, self.tokenizer, self.cache_dir, self.workers)

    def padding_fraction(self) -> float:
        """Part of the tokens of the first training epoch's batches that is padding."""
        return self._train_sampler(BucketSampler, self._rows("train"), DistributedRank()).padding_fraction()

    def train_dataloader(self) -> ResumableLoader:
        rows, place = self._rows("train"), place_of(self.trainer)
        dataset: Rows | AugmentedRows = rows
        sampler = self._train_sampler(BucketSampler, rows, place)
        if self.augmenter is not None and self.augmenter.active:
            dataset = AugmentedRows(rows, self.augmenter, self.seed)
            sampler = self._train_sampler(DrawSampler, rows, place)
        if self._more is None:
            return make_loader(dataset, sampler, self.num_workers)
        paired = PairSampler(sampler, self._more.lengths, self.unlabelled_share, self.seed)
        return make_loader(PairedRows(dataset, self._more, self.taught), paired, self.num_workers)

    def val_dataloader(self) -> ResumableLoader:
        return self.evaluation_loader("validation", place_of(self.trainer))

    def test_dataloader(self) -> ResumableLoader:
        return self.evaluation_loader("test", place_of(self.trainer))

    def reading_loader(self, split: Split) -> ResumableLoader:
        """All rows of an encoded split once, in batches of evaluation, for a network without a trainer."""
        rows = Rows(split, *self.evaluation_shape)
        return make_loader(rows, self._whole_sampler(rows.lengths, DistributedRank()), self.num_workers)

    def evaluation_loader(self, split: str, place: DistributedRank) -> ResumableLoader:
        """A process's part of a split, within its limit."""
        rows = Rows(self.encoded(split), *self.evaluation_shape)
        sampler = self.limits.sampler(split, rows.lengths, place, self._whole_sampler)
        return make_loader(rows, sampler, self.num_workers)

    def _unlabelled_rows(self) -> Rows:
        split = self.unlabelled()
        if split is None:
            raise no_unlabelled(self.unlabelled_share, self.recipe.name)
        return Rows(split, *self.shape)

    def _rows(self, split: str) -> Rows:
        return Rows(self.encoded(split), *self.shape)

    def _train_sampler(self, kind: type[BucketSampler], rows: Rows, place: DistributedRank) -> BucketSampler:
        labels = rows.split.labels if self.sampling == "balanced" else None
        size, tokens = self.batching.limits(1)
        shares = (place.rank, place.world_size)
        fixed, bucketing = place.overfits, self.bucketing
        return kind(rows.lengths, size, tokens, self.seed, True, *shares, fixed, bucketing, labels)

    def _whole_sampler(self, lengths: np.ndarray, place: DistributedRank) -> BucketSampler:
        """Return a sampler of evaluation batches: each row once, the longest first."""
        size, tokens = self.batching.limits(EVALUATION_BATCH)
        shares = (place.rank, place.world_size)
        return BucketSampler(lengths, size, tokens, self.seed, False, *shares, bucketing=self.bucketing)

    def _ready(self) -> Prepared:
        if self._prepared is None:
            self.prepare()
        assert self._prepared is not None
        return self._prepared
