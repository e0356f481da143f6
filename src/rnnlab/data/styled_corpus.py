"""Builds an encoded corpus of text files with a style each, one row per text."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

import numpy as np

from rnnlab.data.array_file import ArrayFile
from rnnlab.data.cache import Corpus, Split
from rnnlab.data.encode import encode_long, smallest
from rnnlab.data.long_text import blocks_of, clean_text
from rnnlab.data.running import SPLITS, SplitSpec, split_text
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer
from rnnlab.tokenizer.blocks import drops_blank


def build(
    files: Mapping[str, Path],
    reading: SplitSpec,
    cleaner: Cleaner,
    tokenizer: Tokenizer,
    workers: int | None,
    own: Path,
) -> Corpus:
    """Build the corpus of a text per style; an untrained tokenizer is trained on all training parts.

    Args:
        own: a folder for the files of this work.

    Raises:
        SettingError: a file is empty or not UTF-8; a split of a text has nothing left; the training parts
            give no vocabulary.
    """
    read = enumerate(files.values())
    texts = [clean_text(path, cleaner, workers, own / f"{number}.txt") for number, path in read]
    parts, notes = zip(*(split_text({"train": text}, reading) for text in texts), strict=True)
    train = [part["train"] for part in parts]
    if not tokenizer.trained:
        tokenizer = deepcopy(tokenizer)
        tokenizer.train(blocks_of(train, drops_blank(tokenizer.settings())), workers)
    if not tokenizer.trained:
        rule = "the training texts give no vocabulary: no token comes tokenizer.min_count times"
        raise SettingError("data.paths", f"[{','.join(map(str, files.values()))}]", rule)
    splits, said = {}, [note.replace("the training file", "each text") for note in notes[0]]
    for name in SPLITS:
        with ArrayFile(own / f"{name}.npy", smallest(tokenizer.vocab_size)) as ids:
            counted = [encode_long(tokenizer, part[name], workers, ids) for part in parts]
        labels = np.arange(len(texts), dtype=np.int64)
        offsets = np.cumsum([0, *(one.tokens for one in counted)])
        empty, unknown = (sum(one) for one in zip(*((c.empty, c.unknown) for c in counted), strict=True))
        splits[name] = Split(ids.memory_map(), offsets, labels, labels, "train", empty)
        if unknown:
            said.append(f"{unknown} of {offsets[-1]} {name} tokens are not in the vocabulary")
    return Corpus(tokenizer, splits, list(files), said)
