"""LightningDataModule of tagged sentences: entities, parts of speech, or any label for each word."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.batching import Batching
from rnnlab.data.cache import Split
from rnnlab.data.file_format import MAX_FILE
from rnnlab.data.file_hashes import file_hashes
from rnnlab.data.prepared import fingerprint_of
from rnnlab.data.row_data import RowData
from rnnlab.data.source import DatasetSpec, ResolvedFiles, resolve_source
from rnnlab.data.split_spec import SplitSpec
from rnnlab.data.tagged_corpus import NameTags, TaggedCorpus, build_corpus, plain_names
from rnnlab.data.tagged_more import MoreSentences
from rnnlab.data.tagged_rows import TaggedRows
from rnnlab.data.tagged_sentence import TaggedFormat
from rnnlab.data.tagged_words import EncodedWords, WordEncoder, alphabet_of
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer


class TaggedData(RowData):
    """Data module of sentences with a tag for each word; call `prepare` first, which sets the attributes.

    Attributes:
        tokenizer: trained on the train rows.
        tag_names, scheme: names of the tags in the order of their ids; see `TagNames`.
        encoder: turns words into ids, as for every split.
        name_tags: gives tags their names; set before `prepare`, by default as they are written.
        reads_letters: whether batches hold the letters of words; set before `prepare`.
        provenance: as of `rnnlab.data.labelled_data.LabelledData`, without classes.

    Args:
        name, files, hub, package: location of the data set; see `rnnlab.data.source.DatasetSpec`.
        source: auto, files, hub or package.
        format, token_column, tag_column, encoding, max_file, on_error: see `TaggedFormat`.
        scheme: how the files' tags mark entities, for `name_tags`, as `given_scheme`.
        more_types, more_outside: of the file `more`, whose sentences are added to train; see `MoreSentences`.
        common_words: letters begin with a mark of how common the word is; see `rnnlab.data.word_marks`.
        max_length: most words of a train row, of longer ones the start; other splits are read whole.
        batch_size, batch_tokens, bucketing: see `rnnlab.data.batching.Batching`; in words.
        validation_fraction, test_fraction, split_seed: rows held out of train if the source lacks a split.
        train_rows: number of train rows to draw; None keeps all.
        seed: seed of the order of batches. num_workers: processes that load batches.
        workers: processes that train the tokenizer.
    """

    serves: tuple[str, ...] = ("tagging",)
    holds = "sentences with a tag for each word"
    reads_letters = False

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
        format: str = "auto",
        token_column: str | int = "auto",
        tag_column: str | int = "auto",
        scheme: str = "auto",
        more_types: Mapping[str, str] | None = None,
        more_outside: str | None = None,
        common_words: bool = False,
        encoding: str = "auto",
        max_file: int | None = MAX_FILE,
        on_error: str = "stop",
        max_length: int = 500,
        batch_size: int | None = 32,
        batch_tokens: int | None = None,
        bucketing: bool = True,
        validation_fraction: float = 0.1,
        test_fraction: float = 0.2,
        split_seed: int = 0,
        train_rows: int | None = None,
        seed: int = 0,
        num_workers: int = 0,
        workers: int | None = None,
    ) -> None:
        super().__init__(Batching(batch_size, batch_tokens, bucketing), seed, num_workers, split_seed)
        self.spec, self.source = DatasetSpec(name, files, hub, package), source
        self.data_dir = None if data_dir is None else Path(data_dir)
        self.cache_dir, self.workers = Path(cache_dir), workers
        self.form = TaggedFormat(format, token_column, tag_column, encoding, max_file, on_error)
        drawn = (validation_fraction, test_fraction, split_seed)
        self.split = SplitSpec("text", "label", None, *drawn, train_rows=train_rows)
        self.tokenizer, self.cleaner, self.max_length = tokenizer, cleaner, max_length
        self.train_rows, self.given_scheme = train_rows, scheme
        self.more, self.common_words = MoreSentences(more_types, more_outside), common_words
        self.name_tags: NameTags = plain_names
        self._corpus: TaggedCorpus | None = None

    def prepare(self) -> None:
        """Find, read and encode the sentences; a second call does nothing."""
        if self._corpus is not None:
            return
        found = resolve_source(self.spec, self.source, self.data_dir, self.cache_dir)
        corpus = build_corpus(found.files, self.form, self.split, self.name_tags, self.more)
        self.tag_names, self.scheme = corpus.names, corpus.scheme
        self._encoded: dict[str, list[EncodedWords]] = {}
        self._train_tokenizer(corpus)
        for name, split in corpus.splits.items():
            most = self.max_length if name == "train" else None
            self._encoded[name] = [self.encoder(words[:most]) for words in split.words]
        self._corpus = corpus
        self.provenance = self._provenance(found, corpus)

    def _train_tokenizer(self, corpus: TaggedCorpus) -> None:
        """Train the tokenizer where it is not, and make the encoder of words."""
        train = corpus.splits["train"].words
        alphabet = alphabet_of(train, self.common_words) if self.reads_letters else None
        encoder = WordEncoder(self.cleaner, self.tokenizer, alphabet, subwords=True)
        if not self.tokenizer.trained:
            self.tokenizer.train([" ".join(map(encoder.clean, words)) for words in train], self.workers)
        known = {word for split in corpus.splits.values() for words in split.words for word in words}
        subwords = any(len(encoder.pieces(word)) > 1 for word in known)
        self.encoder = WordEncoder(self.cleaner, self.tokenizer, alphabet, subwords)

    def _provenance(self, found: ResolvedFiles, corpus: TaggedCorpus) -> dict[str, Any]:
        splits, notes = corpus.splits, [*found.notes, *corpus.notes]
        long = sum(len(words) > self.max_length for words in splits["train"].words)
        if long:
            notes.append(
                f"{long:,} train rows of more than {self.max_length} words are truncated (data.max_length)"
            )
        held_out = "test" in found.files or self.split.test_fraction > 0
        return {
            "source": found.source,
            "official": "test" in found.files if found.official else found.official,
            "held_out": [name for name in ("validation", "test") if splits[name].file != name],
            "rows": {name: len(split.words) for name, split in splits.items()},
            "tokens": {name: sum(map(len, split.words)) for name, split in splits.items()},
            "fingerprint": fingerprint_of(file_hashes(found.files, self.cache_dir)),
            "vocabulary": self.tokenizer.vocab_size,
            "notes": notes,
            "cached": False,
            "tested": "test" if held_out else "validation",
            **({"skipped": corpus.skipped} if corpus.skipped else {}),
        }

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "tags": list(self.tag_names),
            "scheme": self.scheme,
            "alphabet": self.encoder.alphabet,
            "subwords": self.encoder.subwords,
        }

    def rows(self, split: str) -> TaggedRows:
        """Return the rows of a split; those of train truncated to `max_length` words."""
        sentences = self._encoded[split]
        tags = self._ready().splits[split].tags
        kept = [tags[: len(words.sizes)] for words, tags in zip(sentences, tags, strict=True)]
        return TaggedRows(self.encoder, sentences, kept)

    def inputs(self, split: str) -> list[list[str]]:
        """Return the words of each row of a split, whole and as written."""
        return self._ready().splits[split].words

    def targets(self, split: str) -> np.ndarray:
        """Return the tag ids of each row of a split, an array (N,) of arrays (T,)."""
        found = np.empty(len(self._ready().splits[split].tags), dtype=object)
        found[:] = self._ready().splits[split].tags
        return found

    def encoded(self, split: str) -> Split:
        """Return the ids of a split's pieces, whole rows one after the other, for training word vectors."""
        rows = self._encoded[split]
        offsets = np.cumsum([0, *(len(row.ids) for row in rows)])
        ids = np.concatenate([row.ids for row in rows])
        found = self._ready().splits[split]
        return Split(ids, offsets, np.zeros(len(rows), dtype=np.int64), found.rows, found.file)

    def unlabelled(self) -> None:
        """Return None: tagged data sets have no texts without tags."""
        return

    def _ready(self) -> TaggedCorpus:
        if self._corpus is None:
            self.prepare()
        assert self._corpus is not None
        return self._corpus
