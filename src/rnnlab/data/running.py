"""Builds an encoded corpus of running text from text files."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.array_file import ArrayFile
from rnnlab.data.cache import Corpus, Split
from rnnlab.data.encode import encode_long, smallest
from rnnlab.data.fewer import fewer_lines
from rnnlab.data.long_text import LongText, blocks_of, clean_text
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer
from rnnlab.tokenizer.base import UNKNOWN
from rnnlab.tokenizer.blocks import drops_blank

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
    own: Path,
) -> Corpus:
    """Build the corpus of some text files; an untrained tokenizer is trained on the training text alone.

    No text is in memory as a whole: the cleaned texts and the ids are in files.

    Args:
        own: a folder for these files.

    Raises:
        SettingError: a file is empty or not UTF-8; a split has no text left; the training text gives no
            vocabulary.
    """
    names = [name for name in SPLITS if name in files]
    cleaned = {name: clean_text(files[name], cleaner, workers, own / f"{name}.txt") for name in names}
    texts, notes = split_text(cleaned, reading)
    given = tokenizer.trained
    if not given:
        tokenizer = deepcopy(tokenizer)
        tokenizer.train(blocks_of([texts["train"]], drops_blank(tokenizer.settings())), workers)
    if not tokenizer.trained:
        rule = "the training text gives no vocabulary: no token of it comes tokenizer.min_count times"
        raise SettingError("data.files.train", files["train"], rule)
    splits: dict[str, Split] = {}
    for name, text in texts.items():
        if name == "test" and text is texts["validation"]:
            splits[name] = splits["validation"]
        else:
            file = name if name in files else "train"
            splits[name], unknown = encoded(tokenizer, text, workers, own / f"{name}.npy", file)
        if unknown > 0 and (given or name != "train"):
            whose = "tokenizer's" if given else "training text's"
            notes.append(
                f"{unknown} of {len(splits[name].ids)} {name} tokens are not in the {whose} vocabulary"
            )
    if not tokenizer.encode("\n") and any("\n" in block.strip() for block in texts["train"].blocks()):
        rule = "tokenizer.line_ends=true (of word) makes them so; char and byte_bpe have them"
        notes.append(f"line ends are no tokens: {rule}")
    return Corpus(tokenizer, splits, notes=notes)


def encoded(
    tokenizer: Tokenizer, text: LongText, workers: int | None, path: Path, file: str
) -> tuple[Split, int]:
    """Return a text as a split whose ids are in the file `path`, and how many of them are unknown by chance.

    Args:
        file: the split whose file the text comes from.
    """
    with ArrayFile(path, smallest(tokenizer.vocab_size)) as ids:
        counted = encode_long(tokenizer, text, workers, ids)
    unknown, zero = counted.unknown, np.zeros(1, dtype=np.int64)
    if unknown and tokenizer.encode(UNKNOWN) == [tokenizer.unknown_id]:
        unknown -= sum(block.count(UNKNOWN) for block in text.blocks())  # written in the text itself
    offsets = np.array([0, counted.tokens])
    return Split(ids.memory_map(), offsets, zero, zero, file, int(counted.empty)), unknown


def split_text(texts: Mapping[str, LongText], reading: SplitSpec) -> tuple[dict[str, LongText], list[str]]:
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
        if parts["train"].is_blank or parts[name].is_blank:
            rule = f"leaves no text for train or for {name}, of {len(whole)} characters"
            raise SettingError(f"data.{name}_fraction", fractions[name], rule)
        notes.append(f"the {name} split is the last {fractions[name]:g} of the training file")
    if "test" not in parts:
        parts["test"] = parts["validation"]
        notes.append(SHARED)
    keep_lines, few = fewer_lines(parts["train"].blocks(), reading.train_rows)
    parts["train"] = parts["train"][:keep_lines]
    return {name: parts[name] for name in SPLITS}, notes + few
