"""Builds an encoded corpus of running text from text files."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.cache import Corpus, Split
from rnnlab.data.encode import clean_texts, encode_texts
from rnnlab.data.fewer import fewer_lines
from rnnlab.data.files import read_text
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer
from rnnlab.tokenizer.base import UNKNOWN

SPLITS = ("train", "validation", "test")
SHARED = "the validation text is the test text too"
NO_TEST = "no text is held out to test on: the figures at the end are those of the validation"


@dataclass(frozen=True)
class SplitSpec:
    """The settings that decide what text a split has."""

    validation_fraction: float
    test_fraction: float
    train_rows: int | None = None

    def key(self, splits: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings that change the corpus, given the splits that the source has."""
        unused = {f"{name}_fraction" for name in splits}
        unused |= {"train_rows"} if self.train_rows is None else set()
        return {name: value for name, value in asdict(self).items() if name not in unused}


def build(
    files: Mapping[str, Path],
    reading: SplitSpec,
    cleaner: Cleaner,
    tokenizer: Tokenizer,
    workers: int | None,
) -> Corpus:
    """Build the corpus of some text files; an untrained tokenizer is trained on the training text alone.

    Raises:
        SettingError: a file is empty or not UTF-8; a split has no text left; the training text gives no
            vocabulary.
    """
    names = [name for name in SPLITS if name in files]
    cleaned = clean_texts([read_text(files[name]) for name in names], cleaner, workers)
    texts, notes = split_text(dict(zip(names, cleaned, strict=True)), reading)
    given = tokenizer.trained
    if not given:
        tokenizer = deepcopy(tokenizer)
        tokenizer.train([texts["train"]], workers)
    if not tokenizer.trained:
        rule = "the training text gives no vocabulary: no token of it comes tokenizer.min_count times"
        raise SettingError("data.files.train", files["train"], rule)
    encoded = encode_texts(tokenizer, list(texts.values()), workers)
    splits = {}
    for number, name in enumerate(texts):
        ids = encoded.ids[encoded.offsets[number] : encoded.offsets[number + 1]]
        zero = np.zeros(1, dtype=np.int64)
        file = name if name in files else "train"
        splits[name] = Split(ids, np.array([0, len(ids)]), zero, zero, file, int(encoded.empty[number]))
        unknown = int((ids == tokenizer.unknown_id).sum())
        if tokenizer.encode(UNKNOWN) == [tokenizer.unknown_id]:
            unknown -= texts[name].count(UNKNOWN)  # written in the text itself
        if unknown > 0 and (given or name != "train"):
            whose = "tokenizer's" if given else "training text's"
            notes.append(f"{unknown} of {len(ids)} {name} tokens are not in the {whose} vocabulary")
    if "\n" in texts["train"].strip() and not tokenizer.encode("\n"):
        rule = "tokenizer.line_ends=true (of word) makes them so; char and byte_bpe have them"
        notes.append(f"line ends are no tokens: {rule}")
    return Corpus(tokenizer, splits, notes=notes)


def split_text(texts: Mapping[str, str], reading: SplitSpec) -> tuple[dict[str, str], list[str]]:
    """Return the text of each split: train, then validation, then test if one file has them all.

    Character counts are rounded so that with 0.1 held out training gets the usual first 90 % of the text.
    """
    parts = dict(texts)
    notes = []
    fractions = {"validation": reading.validation_fraction, "test": reading.test_fraction}
    for name in ("test", "validation"):  # from the end of the text
        if name in parts or (name == "test" and fractions["test"] == 0):
            continue
        whole = texts["train"]
        keep = len(parts["train"]) - (len(whole) - int(len(whole) * (1 - fractions[name])))
        parts["train"], parts[name] = parts["train"][: max(keep, 0)], parts["train"][max(keep, 0) :]
        if not parts["train"].strip() or not parts[name].strip():
            rule = f"leaves no text for train or for {name}, of {len(whole)} characters"
            raise SettingError(f"data.{name}_fraction", fractions[name], rule)
        notes.append(f"the {name} split is the last {fractions[name]:g} of the training file")
    if "test" not in parts:
        parts["test"] = parts["validation"]
        notes.append(SHARED)
    parts["train"], few = fewer_lines(parts["train"], reading.train_rows)
    return {name: parts[name] for name in SPLITS}, notes + few
