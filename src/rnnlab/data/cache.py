"""Disk cache of encoded text: memory-mapped flat arrays, under a key of all that changes them."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.data.array_file import save_array
from rnnlab.data.store import record, staged
from rnnlab.tokenizer import Tokenizer, load, save

VERSION = 4  # of the files' format and the cleaning steps; increased when either changes
META = "meta.json"
ARRAYS = ("ids", "offsets", "labels", "rows")


@dataclass(frozen=True)
class Split:
    """N rows of encoded text.

    Attributes:
        ids: token ids of all rows one after the other, in the smallest unsigned type.
        offsets: (N + 1,) int64; row i is `ids[offsets[i]:offsets[i + 1]]`.
        labels: (N,) int64 class ids, or numbers float32, or flags (N, C) uint8; zeros for running text.
        rows: (N,) int64, each row's index in its file, from 0, not counting the heading and empty lines.
        file: the split whose file the rows come from (`train` for rows held out of it).
        empty: rows without a token, which became one unknown token.
    """

    ids: np.ndarray
    offsets: np.ndarray
    labels: np.ndarray
    rows: np.ndarray
    file: str = "train"
    empty: int = 0

    @property
    def lengths(self) -> np.ndarray:
        """Return the number of tokens of each row, (N,)."""
        return np.diff(self.offsets)


@dataclass(frozen=True)
class Corpus:
    """Encoded splits with their tokenizer and classes; `facts` are plain values for `result.json`."""

    tokenizer: Tokenizer
    splits: dict[str, Split]
    classes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


def key_of(content: Mapping[str, Any]) -> str:
    """Return the sha256 of plain JSON values, independent of the order of keys."""
    text = json.dumps({"version": VERSION, **content}, sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def store(folder: Path, corpus: Corpus) -> None:
    """Write a corpus atomically; other processes may write the same one at once.

    Raises:
        SettingError: the cache folder cannot be made.
    """
    if folder.exists() and open_corpus(folder, type(corpus.tokenizer)) is None:
        shutil.rmtree(folder, ignore_errors=True)  # damaged: other entries here are complete
    with staged(folder) as stage:
        _write(stage, corpus)
        record(stage, {name: f"{name}.ids.npy" for name in corpus.splits}, True, corpus.notes)


def open_corpus(folder: Path, tokenizer: type[Tokenizer] | None = None) -> Corpus | None:
    """Open what `store` wrote, its arrays memory-mapped; None if nothing usable is stored.

    Args:
        tokenizer: the class of a tokenizer that is not rnnlab's own.
    """
    try:
        meta = json.loads((folder / META).read_text(encoding="utf-8"))
        splits = {name: _open_split(folder, name, entry) for name, entry in meta["splits"].items()}
        read = load(folder / "tokenizer.json", tokenizer)
        return Corpus(read, splits, meta["classes"], meta["notes"], meta.get("facts", {}))
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None


def _write(folder: Path, corpus: Corpus) -> None:
    meta: dict[str, Any] = {"splits": {}, "classes": corpus.classes, "notes": corpus.notes}
    meta["facts"] = corpus.facts
    for name, split in corpus.splits.items():
        for array in ARRAYS:
            save_array(folder / f"{name}.{array}.npy", getattr(split, array))
        meta["splits"][name] = {"file": split.file, "empty": split.empty}
    save(corpus.tokenizer, folder / "tokenizer.json")
    (folder / META).write_text(json.dumps(meta, indent=2), encoding="utf-8")


def _open_split(folder: Path, name: str, entry: Mapping[str, Any]) -> Split:
    # as plain arrays: slices of np.memmap objects take several times as long
    arrays = {array: np.asarray(np.load(folder / f"{name}.{array}.npy", mmap_mode="r")) for array in ARRAYS}
    split = Split(**arrays, file=entry["file"], empty=entry["empty"])
    rows = len(split.offsets) - 1
    if (rows, rows, split.offsets[-1]) != (len(split.labels), len(split.rows), len(split.ids)):
        raise ValueError(f"{folder} has arrays of {name} that do not fit together")
    return split
