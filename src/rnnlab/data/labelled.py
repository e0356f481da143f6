"""Builds an encoded corpus from labelled tables: read, split, clean, train the tokenizer, encode."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.cache import Corpus, Split
from rnnlab.data.fewer import fewer_rows, needed
from rnnlab.data.files import Table
from rnnlab.data.split import hold_out, shared_rows
from rnnlab.data.split_spec import SPLITS, SplitSpec
from rnnlab.data.text_rows import clean_rows, encode_rows
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer

NO_TEST = "no rows are held out to test on: the figures at the end are those of the validation"


@dataclass(frozen=True)
class _Part:
    """Rows of one split in a file that holds several."""

    file: str
    rows: np.ndarray


@dataclass(frozen=True)
class _Reading:
    """What the files say, without their texts.

    Attributes:
        labels: the targets of the rows of each file. places: their indices in the file.
        first: the first row of each file among those of all files.
    """

    parts: dict[str, _Part]
    labels: dict[str, np.ndarray]
    places: dict[str, np.ndarray]
    first: dict[str, int]
    classes: list[str]
    notes: list[str]
    facts: dict[str, dict[str, Any]]

    def rows(self, name: str) -> np.ndarray:
        """Return the rows of a split among those of all files."""
        part = self.parts[name]
        return part.rows + self.first[part.file]


def build(
    files: Mapping[str, Path],
    reading: SplitSpec,
    cleaner: Cleaner,
    tokenizer: Tokenizer,
    workers: int | None,
    own: Path,
) -> Corpus:
    """Build the corpus of some files; an untrained tokenizer is trained on the train rows alone.

    The texts are in memory as they are read, and once; cleaned texts and ids are in files.

    Args:
        own: a folder for these files.

    Raises:
        SettingError: see `rnnlab.data.files`; the train rows are of one class, or give no vocabulary.
    """
    found, raw = _read({name: files[name] for name in SPLITS if name in files}, reading)
    texts = clean_rows(raw, cleaner, workers, own / "texts.txt")
    del raw
    if not tokenizer.trained:
        tokenizer = deepcopy(tokenizer)
        tokenizer.train(texts.take(found.rows("train")), workers)
    if not tokenizer.trained:
        rule = "the train rows give no vocabulary: no token comes tokenizer.min_count times"
        raise SettingError("data.text_column", reading.text_column, rule)
    splits: dict[str, Split] = {}
    for name, part in found.parts.items():
        if name == "test" and part is found.parts["validation"]:
            splits[name] = splits["validation"]
            continue
        encoded = encode_rows(tokenizer, texts.take(found.rows(name)), workers, own / f"{name}.npy")
        labels, places = found.labels[part.file][part.rows], found.places[part.file][part.rows]
        splits[name] = Split(
            encoded.ids, encoded.offsets, labels, places, part.file, int(encoded.empty.sum())
        )
    return Corpus(tokenizer, splits, found.classes, found.notes, found.facts)


def _read(files: Mapping[str, Path], reading: SplitSpec) -> tuple[_Reading, list[str]]:
    """Return what the files say, and the texts of all of them, those empty that no split uses."""
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
    places = {name: np.asarray(table.rows) - 1 for name, table in tables.items()}
    facts: dict[str, dict[str, Any]] = {"skipped": skipped, "shared": shared}
    facts = {name: fact for name, fact in facts.items() if fact}
    return _Reading(parts, labels, places, first_rows(tables), classes, notes, facts), raw


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
