"""LightningDataModule for language modelling on the texts of a labelled data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.batching import BucketSampler
from rnnlab.data.cache import Split
from rnnlab.data.classification import ClassificationData
from rnnlab.data.documents import Documents, merged, spread, without
from rnnlab.data.language_data import LanguageData, WindowSizes
from rnnlab.data.loader import ResumableLoader, make_loader
from rnnlab.data.ranks import DistributedRank, place_of
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer


class DocumentData(LanguageData):
    """The train and unlabelled texts of a labelled data set, to pretrain a classifier on.

    Corpus, splits and tokenizer are those that the classification of the same data set has under the same
    settings, from the same cache. The final metrics are those of its validation rows. Its test rows serve
    only to leave out texts without labels that equal one of them.

    Every document starts from a zero state, long ones in pieces; see `Documents`. There is no stream.

    Attributes:
        tokenizer: trained on the train rows with a label.
        provenance: as of `ClassificationData`; its train rows are all that is read.

    Args:
        name, files, hub, package, source, classes, text_column, label_column, validation_fraction,
        test_fraction, split_seed, split_block, train_rows, tokenizer, cleaner: as of `ClassificationData`.
        window, eval_window: most steps of a training piece and of one that is evaluated.
        batch_size, eval_batch_size: most rows of a batch, whose rows have similar lengths.
        eval_documents: most documents that are evaluated, evenly spaced; None takes all.
        reversed: read every document from its end to its start, for a backward encoder.
        seed: decides the order of batches. num_workers, workers: as of `ClassificationData`.

    Raises:
        SettingError: a value is out of range; `prepare` raises it for errors in files.
    """

    running = False

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
        classes: Sequence[object] | None = None,
        text_column: str = "text",
        label_column: str = "label",
        validation_fraction: float = 0.1,
        test_fraction: float = 0.2,
        split_seed: int = 0,
        split_block: int = 1,
        train_rows: int | None = None,
        batch_size: int = 32,
        window: int = 128,
        eval_window: int = 256,
        eval_batch_size: int = 16,
        eval_documents: int | None = None,
        reversed: bool = False,
        seed: int = 0,
        num_workers: int = 0,
        workers: int | None = None,
    ) -> None:
        sizes = WindowSizes(batch_size, window, eval_batch_size, eval_window)
        work = (cache_dir, seed, num_workers, workers)
        super().__init__(tokenizer, cleaner, sizes, *work, train_rows=train_rows, reversed=reversed)
        columns: dict[str, Any] = {"text_column": text_column, "label_column": label_column}
        drawn: dict[str, Any] = {"split_seed": split_seed, "split_block": split_block}
        drawn["train_rows"] = train_rows
        drawn |= {"validation_fraction": validation_fraction, "test_fraction": test_fraction}
        places: dict[str, Any] = {"source": source, "data_dir": data_dir, "cache_dir": cache_dir}
        kept = {**places, **columns, **drawn, "classes": classes, "workers": workers}
        self._labelled = ClassificationData(name, files, hub, package, tokenizer, cleaner, **kept)
        self.eval_documents = eval_documents
        self._splits: dict[str, Split] | None = None

    def prepare(self) -> None:
        """Find and encode the texts, or load them from the cache; a second call does nothing."""
        if self._splits is not None:
            return
        labelled = self._labelled
        labelled.prepare()
        self.tokenizer = labelled.tokenizer
        held = [labelled.encoded(split) for split in ("validation", "test")]
        found = labelled.unlabelled() if self.train_rows is None else None
        more = None if found is None else without(found, held)
        train, notes = merged(labelled.encoded("train"), more), []
        if found is not None and more is not None:
            left = len(found.labels) - len(more.labels)
            notes.append(f"{left} texts without labels are validation or test rows too and are left out")
        validation = spread(held[0], self.eval_documents)
        self._splits = {"train": train, "validation": validation, "test": validation}
        counts = {name: len(split.labels) for name, split in self._splits.items()}
        tokens = {name: len(split.ids) for name, split in self._splits.items()}
        kept = [note for note in labelled.provenance["notes"] if "test" not in note]
        self.provenance = {**labelled.provenance, "rows": counts, "tokens": tokens}
        self.provenance |= {"official": False, "notes": [*kept, *notes]}
        self.say_tested(False)

    def encoded(self, split: str) -> Split:
        """Return the ids of a split, whole documents one after the other, and where each begins."""
        self.prepare()
        assert self._splits is not None
        return self._splits[split]

    def train_dataloader(self) -> ResumableLoader:
        rows, place = Documents(self.encoded("train"), self.window, self.reversed), place_of(self.trainer)
        shares = (place.rank, place.world_size, place.overfits)
        sampler = BucketSampler(rows.lengths, self.batch_size, None, self.seed, True, *shares)
        return make_loader(rows, sampler, self.num_workers)

    def evaluation_loader(self, split: str, place: DistributedRank) -> ResumableLoader:
        """Return a loader of pieces of `eval_window` tokens, in batches of similar length."""
        rows = Documents(self.encoded(split), self.eval_window, self.reversed)

        def make(lengths: np.ndarray, place: DistributedRank) -> BucketSampler:
            shares = (place.rank, place.world_size)
            return BucketSampler(lengths, self.eval_batch_size, None, 0, False, *shares)

        sampler = self.limits.sampler(split, rows.lengths, place, make)
        return make_loader(rows, sampler, self.num_workers)
