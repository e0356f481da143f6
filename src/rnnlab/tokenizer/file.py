"""A tokenizer as one JSON file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rnnlab.tokenizer.base import Tokenizer
from rnnlab.tokenizer.char import CharTokenizer
from rnnlab.tokenizer.word import WordTokenizer

_READERS: dict[str, Callable[[dict[str, Any]], Tokenizer]] = {
    "char": CharTokenizer.from_json,
    "word": WordTokenizer.from_json,
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
        ValueError: the file is not a tokenizer's, or of a type that this version does not know.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        kind = content["type"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is not a tokenizer file: {error!r}") from error
    if kind not in _READERS:
        raise ValueError(
            f"{path} holds a tokenizer of type {kind!r}; there are: {', '.join(sorted(_READERS))}"
        )
    return _READERS[kind](content)
