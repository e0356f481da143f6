"""Builds the encoded corpus of pairs: read, split, clean, train both tokenizers, encode, leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from itertools import accumulate
from pathlib import Path

import numpy as np

from rnnlab.data.cache import Corpus, Split
from rnnlab.data.encode import Encoded, clean_texts, encode_texts
from rnnlab.data.fewer import needed
from rnnlab.data.file_parts import TARGET, files_of
from rnnlab.data.pair_copies import encode_copies
from rnnlab.data.pair_settings import SPLITS, PairSpec
from rnnlab.data.pair_split import (
    REASONS,
    PairPart,
    distinct_pairs,
    notes_on,
    split_pairs,
    wrong_pairs,
)
from rnnlab.data.pair_table import PairTable, read_pairs
from rnnlab.data.split import shared_rows
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.pair import PairTokenizer

COPIES = (
    ".copy_source",
    ".copy_target",
)  # end the names of what `Corpus.splits` holds beside sources, targets


def build_pairs(
    files: Mapping[str, Path], spec: PairSpec, cleaner: Cleaner, tokenizer: PairTokenizer, workers: int | None
) -> Corpus:
    """Build the corpus of some files; an untrained tokenizer is trained on the train pairs alone.

    `splits` of the corpus has the sources of each split under its name, the targets under `SPLIT.target`
    and, with `spec.copies`, both with own words under `SPLIT.copy_source` and `SPLIT.copy_target`.

    Raises:
        SettingError: see `read_pairs`; a vocabulary cannot be learned, or no pair is left to train on.
    """
    tables = {name: read_table(files, name, spec) for name in SPLITS if name in files}
    parts, notes = split_pairs(tables, spec)
    notes += [note for table in tables.values() for note in table.notes]
    shared, known = shared_rows(_sources(tables, parts))
    sides = clean_sides(tables, parts, cleaner, workers)
    if not tokenizer.trained:
        tokenizer = trained(tokenizer, sides, parts["train"].rows, workers)
    sources, targets = (
        encode_texts(side, texts, workers)
        for side, texts in zip((tokenizer, tokenizer.target), sides, strict=True)
    )
    first = first_rows(tables)
    parts, dropped, more = leave_out(parts, first, sources, targets, spec)
    splits = {}
    for name, part in parts.items():
        places, rows = part.rows + first[part.file], np.asarray(tables[part.file].rows)[part.rows] - 1
        splits[name] = take(sources, places, rows, part.file)
        splits[name + TARGET] = take(targets, places, rows, part.file, placeholder=False)
    if spec.copies:
        texts = [
            [side[row + first[part.file]] for row in part.rows] for part in parts.values() for side in sides
        ]
        more += add_copies(splits, list(parts), texts, tokenizer, spec.max_copies, workers)
    skipped = {name: len(table.broken) for name, table in tables.items() if table.broken}
    facts = {"shared": shared, "left_out": dropped, "skipped": skipped}
    said = [*notes, *known, *more]
    return Corpus(tokenizer, splits, [], said, {name: fact for name, fact in facts.items() if fact})


def add_copies(
    splits: dict[str, Split],
    names: Sequence[str],
    texts: Sequence[Sequence[str]],
    tokenizer: PairTokenizer,
    most: int,
    workers: int | None,
) -> list[str]:
    """Add both sides of each split with own words, and return notes.

    Args:
        texts: cleaned sources, then targets, of one split after the other.
    """
    found, notes = encode_copies(tokenizer, texts, most, workers)
    for (name, end), encoded in zip(((name, end) for name in names for end in COPIES), found, strict=True):
        rows, file = splits[name].rows, splits[name].file
        splits[name + end] = take(encoded, np.arange(len(rows)), rows, file, end == COPIES[0])
    return notes


def read_table(files: Mapping[str, Path], name: str, spec: PairSpec) -> PairTable:
    """Return the pairs of a split's files, without repetitions where they are not wanted."""
    table = read_pairs(files_of(files, name), spec)
    return distinct_pairs(table, name) if spec.distinct else table


def first_rows(tables: Mapping[str, PairTable]) -> dict[str, int]:
    """Return the first row of each table in the concatenation of all tables."""
    starts = accumulate((len(table.sources) for table in tables.values()), initial=0)
    return dict(zip(tables, starts, strict=False))


def _sources(tables: Mapping[str, PairTable], parts: Mapping[str, PairPart]) -> dict[str, list[str]]:
    """Return the sources of each split that has rows of its own."""
    own = {name: part for name, part in parts.items() if name != "test" or part is not parts["validation"]}
    return {name: [tables[part.file].sources[row] for row in part.rows] for name, part in own.items()}


def clean_sides(
    tables: Mapping[str, PairTable], parts: Mapping[str, PairPart], cleaner: Cleaner, workers: int | None
) -> tuple[list[str], list[str]]:
    """Return the cleaned sources and targets of all tables; texts that no split uses are empty."""
    wanted = {name: [part.rows for part in parts.values() if part.file == name] for name in tables}
    raw = [
        [text for name, table in tables.items() for text in needed(getattr(table, side), wanted[name])]
        for side in ("sources", "targets")
    ]
    return clean_texts(raw[0], cleaner, workers), clean_texts(raw[1], cleaner, workers)


def trained(
    tokenizer: PairTokenizer, sides: Sequence[Sequence[str]], rows: np.ndarray, workers: int | None
) -> PairTokenizer:
    """Return the tokenizer trained on some rows of both sides."""
    tokenizer = deepcopy(tokenizer)
    sources, targets = ([texts[row] for row in rows] for texts in sides)
    tokenizer.train(sources, workers, targets)
    if not tokenizer.trained:
        column = "source" if not tokenizer.source.trained else "target"
        rule = f"the train rows give no vocabulary of the {column} side: no token comes min_count times"
        raise SettingError("tokenizer", tokenizer.source.settings()["type"], rule)
    return tokenizer


def leave_out(
    parts: Mapping[str, PairPart],
    first: Mapping[str, int],
    sources: Encoded,
    targets: Encoded,
    spec: PairSpec,
) -> tuple[dict[str, PairPart], dict[str, int], list[str]]:
    """Return the parts without the training pairs that are left out, their counts, and notes on all splits.

    Raises:
        SettingError: none is left.
    """
    kept, dropped, notes = dict(parts), {}, []
    for name, part in parts.items():
        places = part.rows + first[part.file]
        lengths = [np.where(side.empty, 0, np.diff(side.offsets))[places] for side in (sources, targets)]
        reasons = wrong_pairs(lengths[0], lengths[1], spec)
        counts = [int((reasons == number).sum()) for number in range(len(REASONS))]
        if name == "train":
            dropped = {reason: count for reason, count in zip(REASONS, counts, strict=True) if count}
            kept[name] = PairPart(part.file, part.rows[reasons < 0])
            if not len(kept[name].rows):
                rule = f"leaves no pair of {len(part.rows):,} to train on ({dropped})"
                raise SettingError("data.max_length", spec.max_length, rule)
        if name != "test" or part is not parts["validation"]:
            notes += notes_on(name, counts, len(part.rows), spec)
    return kept, dropped, notes


def take(
    encoded: Encoded, places: np.ndarray, rows: np.ndarray, file: str, placeholder: bool = True
) -> Split:
    """Copy texts into a `Split`; `rows` (N,) are their places in the file.

    Args:
        placeholder: keep the unknown token that stands for an empty text.
    """
    starts, lengths = encoded.offsets[places], np.diff(encoded.offsets)[places]
    empty = encoded.empty[places]
    lengths = lengths if placeholder else np.where(empty, 0, lengths)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    ids = encoded.ids[np.repeat(starts - offsets[:-1], lengths) + np.arange(offsets[-1])]
    return Split(ids, offsets, np.zeros(len(places), np.int64), rows, file, int(empty.sum()))
