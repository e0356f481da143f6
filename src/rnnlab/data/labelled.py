"""Builds an encoded corpus from labelled tables: read, split, clean, train the tokenizer, encode."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np

from rnnlab.data.cache import Corpus, Split
from rnnlab.data.encode import Encoded, clean_texts, encode_texts
from rnnlab.data.fewer import fewer_rows, needed
from rnnlab.data.files import Table
from rnnlab.data.split import hold_out, shared_rows
from rnnlab.data.split_spec import SPLITS, SplitSpec
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer

NO_TEST = "no rows are held out to test on: the figures at the end are those of the validation"


@dataclass(frozen=True)
class _Part:
    """Rows of one split in a file that holds several."""

    file: str
    rows: np.ndarray


def build(
    files: Mapping[str, Path],
    reading: SplitSpec,
    cleaner: Cleaner,
    tokenizer: Tokenizer,
    workers: int | None,
) -> Corpus:
    """Build the corpus of some files; an untrained tokenizer is trained on the train rows alone.

    Raises:
        SettingError: see `rnnlab.data.files`; the train rows are of one class, or give no vocabulary.
    """
    files = {name: files[name] for name in SPLITS if name in files}
    read = {name: reading.table(path) for name, path in files.items()}
    classes, tables, labels, notes, skipped = reading.targets(read, files)
    given = {name: table.texts for name, table in tables.items()}
    strata = reading.strata(labels["train"])
    parts, held = split_rows(given, strata, reading)
    shared, known = shared_rows(given)
    notes = held + known + notes
    rows = parts["train"].rows
    notes += reading.check_train(labels["train"][rows], classes, files["train"])
    few, said = fewer_rows(strata[rows], reading.train_rows, reading.split_seed)
    parts["train"], notes = _Part("train", rows[few]), notes + said
    wanted = {name: [part.rows for part in parts.values() if part.file == name] for name in given}
    raw = [text for name, whole in given.items() for text in needed(whole, wanted[name])]
    texts = clean_texts(raw, cleaner, workers)
    if not tokenizer.trained:
        tokenizer = deepcopy(tokenizer)
        tokenizer.train([texts[row] for row in parts["train"].rows], workers)
    if not tokenizer.trained:
        rule = "the train rows give no vocabulary: no token comes tokenizer.min_count times"
        raise SettingError("data.text_column", reading.text_column, rule)
    encoded = encode_texts(tokenizer, texts, workers)
    first = first_rows(tables)
    splits = {}
    for name, part in parts.items():
        places = np.asarray(tables[part.file].rows)[part.rows] - 1
        own = labels[part.file][part.rows]
        splits[name] = take(encoded, part.rows + first[part.file], own, places, part.file)
    facts = {"skipped": skipped, "shared": shared}
    return Corpus(tokenizer, splits, classes, notes, {name: fact for name, fact in facts.items() if fact})


def first_rows(tables: Mapping[str, Table]) -> dict[str, int]:
    """Return the first row of each table in the concatenation of all tables."""
    starts = accumulate((len(table.texts) for table in tables.values()), initial=0)
    return dict(zip(tables, starts, strict=False))


def split_rows(
    texts: Mapping[str, list[str]], train_strata: np.ndarray, reading: SplitSpec
) -> tuple[dict[str, _Part], list[str]]:
    """Return the rows of each split, in order, and a note on every split that is held out of train."""
    parts = {name: _Part(name, np.arange(len(rows))) for name, rows in texts.items()}
    notes = []
    fractions = {"test": reading.test_fraction, "validation": reading.validation_fraction}
    for name, fraction in fractions.items():
        if name in parts:
            continue
        if name == "test" and fraction == 0:
            notes.append(NO_TEST)
            continue
        train = parts["train"].rows
        kept, held = _hold_out(
            [texts["train"][i] for i in train], train_strata[train], fraction, reading, name
        )
        parts["train"], parts[name] = _Part("train", train[kept]), _Part("train", train[held])
        how = f"split_seed={reading.split_seed}"
        how += f", split_block={reading.split_block}" if reading.split_block > 1 else ""
        share = _share(len(held), len(train), fraction, f"data.{name}_fraction")
        notes.append(f"the {name} split is {len(held)} rows held out of train ({how}){share}")
    parts.setdefault("test", parts["validation"])
    return {name: parts[name] for name in SPLITS}, notes


def _share(held: int, rows: int, fraction: float, setting: str) -> str:
    """Return a phrase with the fraction that was held out, or "" where it is close to the requested one."""
    if abs(held - fraction * rows) <= max(1, 0.005 * rows):
        return ""
    return f": {held / rows:.1%} of its {rows:,} rows where {setting}={fraction:g}"


def _hold_out(
    texts: list[str], labels: np.ndarray, fraction: float, reading: SplitSpec, name: str
) -> tuple[np.ndarray, np.ndarray]:
    try:
        return hold_out(texts, labels.tolist(), fraction, reading.split_seed, reading.split_block)
    except SettingError as error:
        raise SettingError(f"data.{name}_fraction", error.value, error.rule) from error


def take(encoded: Encoded, rows: np.ndarray, labels: np.ndarray, places: np.ndarray, file: str) -> Split:
    """Copy rows of the encoded texts into a `Split`; `places` (N,) are their indices in the file."""
    starts, lengths = encoded.offsets[rows], np.diff(encoded.offsets)[rows]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    ids = encoded.ids[np.repeat(starts - offsets[:-1], lengths) + np.arange(offsets[-1])]
    return Split(ids, offsets, labels, places, file, int(encoded.empty[rows].sum()))
