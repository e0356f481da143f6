"""Unlabelled texts, encoded by a run's own tokenizer.

They serve word vectors and terms of the loss that need no labels, and are never part of a split.
"""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from rnnlab.atomic import scratch
from rnnlab.data.cache import Corpus, Split, key_of, open_corpus, store
from rnnlab.data.file_hashes import file_hashes
from rnnlab.data.files import read_texts
from rnnlab.data.source import UNLABELLED, ResolvedFiles
from rnnlab.data.split_spec import SplitSpec
from rnnlab.data.text_rows import clean_rows, encode_rows
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer

log = logging.getLogger(__name__)


def fingerprint_of(found: ResolvedFiles, folder: Path) -> dict[str, str]:
    """Return `unlabelled_fingerprint`, the sha256 of the file of unlabelled texts; {} without such a file."""
    path = found.unlabelled
    return (
        {}
        if path is None
        else {"unlabelled_fingerprint": file_hashes({UNLABELLED: path}, folder)[UNLABELLED]}
    )


def read_unlabelled(
    found: ResolvedFiles,
    reading: SplitSpec,
    cleaner: Cleaner,
    tokenizer: Tokenizer,
    folder: Path,
    workers: int | None,
) -> Split | None:
    """Return the unlabelled texts as flat ids and offsets, from `folder/encoded/` or built and stored there.

    Args:
        tokenizer: a trained one, which learns nothing from them.

    Returns:
        Rows whose labels are all -1; None where the data set has no such texts.

    Raises:
        SettingError: the file has no such column, no rows, or cannot be read.
    """
    path = found.unlabelled
    if path is None:
        log.info("there are no texts without labels")
        return None
    content = {
        "files": file_hashes({UNLABELLED: path}, folder),
        "settings": {**reading.key_of_texts(), "text": cleaner.settings()},
        "learned": key_of(tokenizer.to_json()),
    }
    place = folder / "encoded" / key_of(content)[:32]
    corpus = open_corpus(place, type(tokenizer))
    log.info("texts without labels from %s", path if corpus is None else f"the cache: {place}")
    if corpus is None:
        with scratch(place.parent) as own:
            split = _encode(path, reading, cleaner, tokenizer, workers, own)
            store(place, Corpus(tokenizer, {UNLABELLED: split}))
        corpus = open_corpus(place, type(tokenizer))
    if corpus is None:
        raise OSError(f"the cache folder {place} cannot be read after it was written")
    return corpus.splits[UNLABELLED]


def _encode(
    path: Path, reading: SplitSpec, cleaner: Cleaner, tokenizer: Tokenizer, workers: int | None, own: Path
) -> Split:
    raw = read_texts(path, reading.text_column, reading.form, reading.on_error)
    texts = clean_rows(raw, cleaner, workers, own / "texts.txt")
    del raw
    encoded = encode_rows(tokenizer, texts, workers, own / "ids.npy")
    rows = np.arange(len(texts))
    labels = np.full(len(texts), -1)
    return Split(encoded.ids, encoded.offsets, labels, rows, UNLABELLED, int(encoded.empty.sum()))
