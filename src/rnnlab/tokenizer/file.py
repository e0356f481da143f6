"""A tokenizer as one JSON file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rnnlab.tokenizer.base import Tokenizer
from rnnlab.tokenizer.char import CharTokenizer
from rnnlab.tokenizer.sentence import SentenceTokenizer
from rnnlab.tokenizer.subword import BpeTokenizer, ByteBpeTokenizer, UnigramTokenizer, WordPieceTokenizer
from rnnlab.tokenizer.word import WordTokenizer
from rnnlab.untrusted import read_json

_READERS: dict[str, Callable[[dict[str, Any]], Tokenizer]] = {
    "char": CharTokenizer.from_json,
    "word": WordTokenizer.from_json,
    "sentence": SentenceTokenizer.from_json,
    "bpe": BpeTokenizer.from_json,
    "byte_bpe": ByteBpeTokenizer.from_json,
    "wordpiece": WordPieceTokenizer.from_json,
    "unigram": UnigramTokenizer.from_json,
}


def save(tokenizer: Tokenizer, path: str | Path) -> None:
    """Writes the file whole or not at all."""
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    # ASCII only: lone surrogates cannot be written as UTF-8, but their escapes can
    part.write_text(json.dumps(tokenizer.to_json(), ensure_ascii=True), encoding="ascii")
    os.replace(part, path)


def load(path: str | Path) -> Tokenizer:
    """The tokenizer that `save` wrote: the same ids for any text.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not a tokenizer's, lacks a part, or is of a type that this version
            does not know.
    """
    try:
        content = read_json(Path(path))
        kind = content["type"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is not a tokenizer file: {error!r}") from error
    if not isinstance(kind, str) or kind not in _READERS:
        raise ValueError(
            f"{path} holds a tokenizer of type {kind!r}; there are: {', '.join(sorted(_READERS))}"
        )
    try:
        return _READERS[kind](content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is not a whole tokenizer file of type {kind!r}: {error!r}") from error
