"""Reading and writing of tokenizer files (JSON), also for tokenizer classes of other packages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rnnlab.atomic import write_whole
from rnnlab.tokenizer.base import Tokenizer
from rnnlab.tokenizer.char import CharTokenizer
from rnnlab.tokenizer.pair import PairTokenizer
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
PAIR = "pair"
CLASS = "class"


def class_name(kind: type[Tokenizer]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def is_own(tokenizer: Tokenizer) -> bool:
    """Return whether a tokenizer is one of rnnlab's, whose file every version reads."""
    return type(tokenizer).__module__.startswith("rnnlab.")


def save(tokenizer: Tokenizer, path: str | Path) -> None:
    """Write the file atomically; the file of an external tokenizer names its class."""
    # ASCII only: lone surrogates cannot be written as UTF-8, but their escapes can
    write_whole(Path(path), json.dumps(_content(tokenizer), ensure_ascii=True))


def _content(tokenizer: Tokenizer) -> dict[str, Any]:
    content = tokenizer.to_json()
    if isinstance(tokenizer, PairTokenizer):
        target = None if tokenizer.shared else _content(tokenizer.target)
        return {**content, "source": _content(tokenizer.source), "target": target}
    return content if is_own(tokenizer) else {**content, CLASS: class_name(type(tokenizer))}


def load(path: str | Path, own: type[Tokenizer] | None = None) -> Tokenizer:
    """Load the tokenizer that `save` wrote: the same ids for any text.

    Args:
        own: the class of a tokenizer from elsewhere, which reads files that name it. A file imports nothing;
            the config of a run says which class it is.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not a tokenizer's, lacks a part, or is of a type or class that is not known.
    """
    try:
        content = read_json(Path(path))
        kind = content["type"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is not a tokenizer file: {error!r}") from error
    try:
        return _read(content, path, own)
    except _Unknown:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is not a whole tokenizer file of type {kind!r}: {error!r}") from error


class _Unknown(ValueError):
    """The type or class of a tokenizer is not known."""


def _read(content: dict[str, Any], path: str | Path, own: type[Tokenizer] | None) -> Tokenizer:
    """Build a tokenizer, or the two of a pair, from JSON."""
    if content["type"] != PAIR or CLASS in content:
        return _read_one(content, path, own)
    source, target = content["source"], content["target"]
    return PairTokenizer(
        _read_one(source, path, own), None if target is None else _read_one(target, path, own)
    )


def _read_one(content: dict[str, Any], path: str | Path, own: type[Tokenizer] | None) -> Tokenizer:
    kind, named = content["type"], content.get(CLASS)
    if named is not None and (own is None or named != class_name(own)):
        raise _Unknown(f"{path} holds a tokenizer of {named}, which only the run that trained it reads")
    if named is None and (not isinstance(kind, str) or kind not in _READERS):
        listed = ", ".join(sorted([*_READERS, PAIR]))
        raise _Unknown(f"{path} holds a tokenizer of type {kind!r}; there are: {listed}")
    return _READERS[kind](content) if named is None or own is None else own.from_json(content)
