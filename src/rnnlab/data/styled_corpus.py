"""Builds an encoded corpus of text files with a style each, one row per text."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

import numpy as np

from rnnlab.data.cache import Corpus, Split
from rnnlab.data.encode import clean_texts, encode_texts
from rnnlab.data.files import read_text
from rnnlab.data.running import SPLITS, SplitSpec, split_text
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer


def build(
    files: Mapping[str, Path],
    reading: SplitSpec,
    cleaner: Cleaner,
    tokenizer: Tokenizer,
    workers: int | None,
) -> Corpus:
    """Build the corpus of a text per style; an untrained tokenizer is trained on all training parts.

    Raises:
        SettingError: a file is empty or not UTF-8; a split of a text has nothing left; the training parts
            give no vocabulary.
    """
    texts = clean_texts([read_text(path) for path in files.values()], cleaner, workers)
    parts, notes = zip(*(split_text({"train": text}, reading) for text in texts), strict=True)
    train = [part["train"] for part in parts]
    if not tokenizer.trained:
        tokenizer = deepcopy(tokenizer)
        tokenizer.train(train, workers)
    if not tokenizer.trained:
        rule = "the training texts give no vocabulary: no token comes tokenizer.min_count times"
        raise SettingError("data.paths", f"[{','.join(map(str, files.values()))}]", rule)
    splits, said = {}, [note.replace("the training file", "each text") for note in notes[0]]
    for name in SPLITS:
        encoded = encode_texts(tokenizer, [part[name] for part in parts], workers)
        labels = np.arange(len(texts), dtype=np.int64)
        splits[name] = Split(encoded.ids, encoded.offsets, labels, labels, "train", int(encoded.empty.sum()))
        unknown = int((encoded.ids == tokenizer.unknown_id).sum())
        if unknown:
            said.append(f"{unknown} of {len(encoded.ids)} {name} tokens are not in the vocabulary")
    return Corpus(tokenizer, splits, list(files), said)
