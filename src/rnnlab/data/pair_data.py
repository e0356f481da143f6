"""LightningDataModule of pairs of texts: your own, of the hub or of a package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnnlab.data.batching import Batching
from rnnlab.data.cache import Corpus, Split, key_of
from rnnlab.data.file_format import MAX_FILE, MAX_ROW, Format
from rnnlab.data.file_parts import PARTS, TARGET, flat_files
from rnnlab.data.pair_batching import PairSampler
from rnnlab.data.pair_corpus import COPIES, build_pairs, read_table
from rnnlab.data.pair_provenance import provenance_of
from rnnlab.data.pair_rows import PairRows, PairSides
from rnnlab.data.pair_settings import SETTINGS, PairSpec, column_settings
from rnnlab.data.pair_table import PairTable
from rnnlab.data.pair_tokenizers import pair_of
from rnnlab.data.prepared import Prepared, prepare_corpus
from rnnlab.data.row_data import RowData
from rnnlab.data.source import DatasetSpec, resolve_source
from rnnlab.data.truncation import Truncation, check_shape, evaluation_shape
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import PairTokenizer, Tokenizer

READER = 1  # part of the cache key: raise it when the reading of pairs changes


@dataclass(eq=False, repr=False, kw_only=True)
class PairData(RowData):
    """Data module of pairs of texts; call `prepare` first.

    Attributes:
        name, source, files, hub, package: location; see `rnnlab.data.source`. The file of a split is a table,
            or a list of two parallel text files; `settings` of a package replace those of `PairSpec`.
        tokenizer, target_tokenizer: untrained ones, None for a target tokenizer of the same settings; once
            prepared, `tokenizer` is the trained `PairTokenizer` of both sides.
        shared_vocabulary: one tokenizer for both sides, trained on both.
        cleaner: cleans raw text of both sides for the tokenizers; `inputs` and `targets` stay raw.
        truncation: the part of a longer source that is read; see `rnnlab.data.rows.Rows`.
        batch_tokens: most tokens of a batch, source and target, padding included.
        language, source_language, target_language, test_set: parts of the names of files or columns.
        workers: processes that tokenise; None takes every core.
        provenance: set by `prepare`; see `rnnlab.data.pair_provenance`.
        Others: as of `rnnlab.data.pair_settings.PairSpec`, `Format`, `RowData` and `ClassificationData`.

    Raises:
        SettingError: a value is out of range; `prepare` raises it for errors in files.
    """

    name: str
    files: Mapping[str, str | Sequence[str] | None]
    hub: Mapping[str, object] | None
    package: Mapping[str, object] | None
    tokenizer: Tokenizer
    cleaner: Cleaner
    target_tokenizer: Tokenizer | None = None
    shared_vocabulary: bool = False
    source: str = "auto"
    data_dir: str | Path | None = None
    cache_dir: str | Path = ".cache"
    source_column: str = "source"
    target_column: str = "target"
    group_column: str | None = None
    group_length: int | None = None
    language: str | None = None
    source_language: str | None = None
    target_language: str | None = None
    test_set: str | None = None
    distinct: bool = False
    max_length: int = 100
    max_target_length: int = 100
    max_ratio: float | None = None
    long_sources: str = "drop"
    truncation: str = "head"
    evaluation_length: int | None = None
    copies: bool = False
    max_copies: int = 500
    batch_size: int | None = None
    batch_tokens: int | None = 4096
    bucketing: bool = True
    validation_fraction: float = 0.1
    test_fraction: float = 0.1
    split_seed: int = 0
    delimiter: str = "auto"
    encoding: str = "auto"
    quoting: str = "auto"
    max_row: int = MAX_ROW
    max_file: int | None = MAX_FILE
    on_error: str = "stop"
    train_rows: int | None = None
    seed: int = 0
    num_workers: int = 0
    workers: int | None = None

    serves = ("text_to_text",)
    holds = "pairs of texts"
    sampler = PairSampler

    def __post_init__(self) -> None:
        batching = Batching(self.batch_size, self.batch_tokens, self.bucketing)
        super().__init__(batching, self.seed, self.num_workers, self.split_seed)
        form = Format(self.delimiter, self.encoding, self.quoting, self.max_row, self.max_file)
        for name in SETTINGS:  # a number, typed without quotes
            value = getattr(self, name)
            setattr(self, name, value if value is None else str(value))
        same = [name for name in PairSpec.__dataclass_fields__ if name not in ("form", "settings")]
        given = {name: getattr(self, name) for name in same}
        languages = (self.source_language, self.target_language)
        named_by = column_settings((self.source_column, self.target_column), languages)
        self.reading = PairSpec(form=form, settings=named_by, **given)
        self.shape = Truncation(self.max_length, self.truncation)
        check_shape(*self.shape)
        self.evaluation_shape = evaluation_shape(self.shape, self.evaluation_length)
        named = {part: getattr(self, part) for part in PARTS if getattr(self, part)}
        self.recipe = DatasetSpec(self.name, flat_files(self.files), self.hub, self.package, named)
        self.cache_dir = Path(self.cache_dir)
        self.data_dir = None if self.data_dir is None else Path(self.data_dir)
        self.tokenizer = pair_of(self.tokenizer, self.target_tokenizer, self.shared_vocabulary, self.copies)
        self._prepared: Prepared | None = None
        self._tables: dict[str, PairTable] = {}

    def prepare(self) -> None:
        """Find, split and encode the pairs, or load them from the cache; a second call does nothing."""
        if self._prepared is not None:
            return
        cache_dir, tokenizer = Path(self.cache_dir), self.tokenizer
        assert isinstance(tokenizer, PairTokenizer)
        data_dir = None if self.data_dir is None else Path(self.data_dir)
        found = resolve_source(self.recipe, self.source, data_dir, cache_dir)
        if found.source == "package":
            self.reading = self.reading.changed((self.package or {}).get("settings"))
        settings = {**self.reading.key(found.files), "text": self.cleaner.settings(), "pairs": READER}
        if (
            tokenizer.source.trained and not tokenizer.trained
        ):  # as of a language model that a run starts from
            settings["source"] = key_of(tokenizer.source.to_json())

        def make(own: Path) -> Corpus:
            return build_pairs(found.files, self.reading, self.cleaner, tokenizer, self.workers)

        self._prepared = prepare_corpus(found, settings, tokenizer, cache_dir, make)
        self.tokenizer = self._prepared.corpus.tokenizer
        self.provenance = provenance_of(self._prepared, self.reading, self.evaluation_shape)
        if self.test_set:
            self.provenance["test_set"] = self.test_set

    @property
    def facts(self) -> dict[str, Any]:
        """Return target_size, begin_id, end_id, shared and copies, on which the network depends."""
        pair: Any = self.tokenizer
        sizes = {"target_size": pair.target_size, "begin_id": pair.begin_id, "end_id": pair.end_id}
        return {**sizes, "shared": pair.shared, "copies": self.copies}

    def inputs(self, split: str) -> list[str]:
        """Return the raw source texts of a split in the order of its rows, read again from their file."""
        return self._column(split, "sources")

    def targets(self, split: str) -> Any:
        """Return the raw target texts of a split, the references, exactly as the file has them."""
        return self._column(split, "targets")

    def groups(self, split: str) -> list[str] | None:
        """Return the group of each row; None without a group column."""
        return None if self.reading.group_column is None else self._column(split, "groups")

    def encoded(self, split: str) -> Split:
        """Return the source ids of a split, or with `SPLIT.target` the target ids."""
        return self._ready().corpus.splits[split]

    def unlabelled(self) -> None:
        """Return None: pairs have no texts without targets."""

    def rows(self, split: str) -> PairRows:
        """Return the rows of a split, sources truncated as training or as evaluation reads them."""
        splits, pair = self._ready().corpus.splits, self.tokenizer
        sides = PairSides(*(splits.get(split + end) for end in ("", TARGET, *COPIES)))  # type: ignore[arg-type]
        shape = self.shape if split == "train" else self.evaluation_shape
        return PairRows(sides, shape, pair.end_id, pair.target_size)  # type: ignore[attr-defined]

    def _column(self, split: str, column: str) -> list[str]:
        part = self.encoded(split)
        if part.file not in self._tables:
            self._tables[part.file] = read_table(self._ready().found.files, part.file, self.reading)
        table = self._tables[part.file]
        texts = dict(zip(table.rows, getattr(table, column), strict=True))
        return [texts[row + 1] for row in part.rows.tolist()]

    def _ready(self) -> Prepared:
        if self._prepared is None:
            self.prepare()
        assert self._prepared is not None
        return self._prepared
