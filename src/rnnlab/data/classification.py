"""LightningDataModule of texts with labels: your own, of the hub or of a package."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from rnnlab.data.batching import Batching
from rnnlab.data.file_format import MAX_FILE, MAX_ROW, Format
from rnnlab.data.labelled_data import LabelledData
from rnnlab.data.labels import given_names
from rnnlab.data.source import DatasetSpec
from rnnlab.data.split_spec import SplitSpec
from rnnlab.data.truncation import Truncation
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer


class ClassificationData(LabelledData):
    """`LabelledData` with its parts as single settings, for each kind of problem whose rows are texts.

    Args:
        name, files, hub, package: location of the data set; see `rnnlab.data.source.DatasetSpec`.
        source: auto, files, hub or package.
        text_column: a name, or two for pairs of texts.
        classes: names of the classes; None takes those of the train file, sorted.
        max_length, truncation, head_fraction, padding: see `rnnlab.data.rows.Rows`.
        evaluation_length: replaces max_length outside training; None keeps it.
        batch_size, batch_tokens, bucketing, sampling: see `rnnlab.data.batching.Batching`.
        validation_fraction, test_fraction: fraction of the train rows that is held out if the source lacks
            the split; with a test_fraction of 0 the final metrics are those of the validation rows.
        train_rows: number of train rows to keep, of each class in proportion; the vocabulary and vectors
            are learned from these rows alone. None keeps all.
        split_seed: seed of the rows that are held out and of the draw of `train_rows`.
        split_block: number of neighbouring rows of a class that are held out together or not at all.
        delimiter, encoding, quoting, max_row, max_file: format of the files; see
            `rnnlab.data.file_format.Format`.
        on_error: for a row that cannot be read or whose label is no class: `stop`, or `skip` to leave it out
            and count it.
        seed: seed of the order of batches.
        cleaner, num_workers, workers: see `LabelledData`.

    Attributes:
        spec: the class that reads the labels; data with another target than a class set their own, and a kind
            of problem with one calls `read_as`.
    """

    serves: tuple[str, ...] = ("classification", "regression", "multi_label")
    spec: type[SplitSpec] = SplitSpec

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
        text_column: str | tuple[str, str] = "text",
        label_column: str = "label",
        max_length: int = 500,
        truncation: str = "head",
        head_fraction: float = 0.25,
        evaluation_length: int | None = None,
        padding: str = "post",
        batch_size: int | None = 32,
        batch_tokens: int | None = None,
        bucketing: bool = True,
        sampling: str = "natural",
        validation_fraction: float = 0.1,
        test_fraction: float = 0.2,
        split_seed: int = 0,
        split_block: int = 1,
        delimiter: str = "auto",
        encoding: str = "auto",
        quoting: str = "auto",
        max_row: int = MAX_ROW,
        max_file: int | None = MAX_FILE,
        on_error: str = "stop",
        train_rows: int | None = None,
        seed: int = 0,
        num_workers: int = 0,
        workers: int | None = None,
    ) -> None:
        form = (Format(delimiter, encoding, quoting, max_row, max_file), on_error, train_rows)
        drawn = (validation_fraction, test_fraction, split_seed, split_block)
        reading = self.spec(text_column, label_column, given_names(classes), *drawn, *form)
        shape = Truncation(max_length, truncation, head_fraction, padding)
        batching = Batching(batch_size, batch_tokens, bucketing, sampling)
        parts = (DatasetSpec(name, files, hub, package), reading, tokenizer, cleaner, shape, batching, seed)
        super().__init__(*parts, source, data_dir, cache_dir, num_workers, workers, evaluation_length)

    def read_as(self, spec: Callable[..., SplitSpec]) -> None:
        """Read the label column as other targets than classes, such as numbers; call it before `prepare`.

        Args:
            spec: a subclass of `SplitSpec`, or one with the arguments that it has of its own.
        """
        self.reading = spec(**{one.name: getattr(self.reading, one.name) for one in fields(self.reading)})
