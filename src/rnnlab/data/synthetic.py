"""Generated data sets with a known rule to learn, without network: written to the cache, read as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from rnnlab.data import store
from rnnlab.data.batching import Batching
from rnnlab.data.labelled_data import LabelledData
from rnnlab.data.labels import given_names
from rnnlab.data.language_modeling import LanguageModelingData
from rnnlab.data.source import DatasetSpec
from rnnlab.data.split_spec import SplitSpec
from rnnlab.data.synthetic_brackets import brackets
from rnnlab.data.synthetic_sentiment import sentiment
from rnnlab.data.truncation import Truncation
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.base import Tokenizer

VERSION = 1  # part of the cache key: raise it when a generator makes something else
SPLITS = ("train", "validation", "test")


class SyntheticSentiment(LabelledData):
    """Sentences of `rnnlab.data.synthetic_sentiment`: the label depends on negation and order.

    `clauses`, `negations`, `fillers` set how hard it is; `text_seed` draws the sentences, `seed` the batches.
    """

    def __init__(
        self,
        *,
        cache_dir: str | Path,
        tokenizer: Tokenizer,
        cleaner: Cleaner,
        name: str = "synthetic",
        classes: Sequence[str] = ("negative", "positive"),
        train_rows: int | None = 8000,
        validation_rows: int = 1000,
        test_rows: int = 1000,
        clauses: int = 3,
        negations: int = 1,
        fillers: int = 1,
        text_seed: int = 0,
        max_length: int = 500,
        truncation: str = "head",
        head_fraction: float = 0.25,
        padding: str = "post",
        batch_size: int | None = 32,
        batch_tokens: int | None = None,
        bucketing: bool = True,
        sampling: str = "natural",
        seed: int = 0,
        num_workers: int = 0,
        workers: int | None = None,
    ) -> None:
        rows = dict(zip(SPLITS, (given(train_rows), validation_rows, test_rows), strict=True))
        settings = (clauses, negations, fillers, text_seed)
        folder = _folder(cache_dir, name, {"rows": rows, "settings": settings})
        self._generate = partial(write_sentences, folder, rows, settings)
        files = {split: str(folder / f"{split}.parquet") for split in SPLITS}
        super().__init__(
            DatasetSpec(name, files, None, None),
            SplitSpec("text", "label", given_names(classes), 0.1, 0.2, 0),
            tokenizer,
            cleaner,
            Truncation(max_length, truncation, head_fraction, padding),
            Batching(batch_size, batch_tokens, bucketing, sampling),
            seed,
            cache_dir=cache_dir,
            num_workers=num_workers,
            workers=workers,
        )

    def prepare(self) -> None:
        """Write the sentences unless the cache has them, then prepare them like any other files."""
        self._generate()
        super().prepare()


def given(train_rows: int | None) -> int:
    """Return the number of rows to generate; raises SettingError for None."""
    if train_rows is None:
        raise SettingError("data.train_rows", "null", "must be a number: these rows are generated")
    return train_rows


class SyntheticBrackets(LanguageModelingData):
    """Text of `rnnlab.data.synthetic_brackets`: matched brackets of several kinds, to a depth limit."""

    def __init__(
        self,
        *,
        cache_dir: str | Path,
        tokenizer: Tokenizer,
        cleaner: Cleaner,
        name: str = "synthetic_brackets",
        train_characters: int = 200_000,
        validation_characters: int = 20_000,
        test_characters: int = 20_000,
        train_rows: int | None = None,
        kinds: int = 3,
        max_depth: int = 8,
        max_pairs: int = 20,
        text_seed: int = 0,
        batch_size: int = 32,
        window: int = 64,
        eval_window: int = 256,
        eval_batch_size: int = 64,
        seed: int = 0,
        num_workers: int = 0,
        workers: int | None = None,
    ) -> None:
        characters = (train_characters, validation_characters, test_characters)
        sizes = dict(zip(SPLITS, characters, strict=True))
        settings = (kinds, max_depth, max_pairs, text_seed)
        folder = _folder(cache_dir, name, {"characters": sizes, "settings": settings})
        self._generate = partial(write_brackets, folder, sizes, settings)
        files = {split: str(folder / f"{split}.txt") for split in SPLITS}
        super().__init__(
            *(name, files, None, None, tokenizer, cleaner),
            cache_dir=cache_dir,
            batch_size=batch_size,
            window=window,
            eval_window=eval_window,
            eval_batch_size=eval_batch_size,
            train_rows=train_rows,
            seed=seed,
            num_workers=num_workers,
            workers=workers,
        )

    def prepare(self) -> None:
        """Write the lines unless the cache has them, then prepare them like any other text."""
        self._generate()
        super().prepare()


def write_sentences(folder: Path, rows: Mapping[str, int], settings: tuple[int, int, int, int]) -> None:
    """Write Parquet files with columns text and label to `folder`, unless they exist.

    Args:
        rows: of each split.
        settings: clauses, negations, fillers and seed, as `sentiment` takes them.
    """
    import pyarrow
    import pyarrow.parquet

    if store.load(folder) is not None:
        return
    with store.staged(folder) as stage:
        for split, (texts, labels) in sentiment(rows, *settings).items():
            table = pyarrow.table({"text": texts, "label": labels})
            pyarrow.parquet.write_table(table, stage / f"{split}.parquet")
        store.record(stage, {split: f"{split}.parquet" for split in rows}, True, [])


def write_brackets(folder: Path, sizes: Mapping[str, int], settings: tuple[int, int, int, int]) -> None:
    """Write text files to `folder`, unless they exist.

    Args:
        sizes: characters of each split at most.
        settings: kinds, max_depth, max_pairs and seed, as `brackets` takes them.
    """
    if store.load(folder) is not None:
        return
    kinds, max_depth, max_pairs, seed = settings
    with store.staged(folder) as stage:
        for number, (split, size) in enumerate(sizes.items()):
            text = brackets(size, kinds, max_depth, max_pairs, [seed, number])
            (stage / f"{split}.txt").write_text(text, encoding="utf-8", newline="")
        store.record(stage, {split: f"{split}.txt" for split in sizes}, True, [])


def _folder(cache_dir: str | Path, name: str, settings: Mapping[str, object]) -> Path:
    return store.folder(Path(cache_dir).absolute() / "synthetic", name, settings, VERSION)
