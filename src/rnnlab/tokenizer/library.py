"""Tokenizers of the `tokenizers` library: how they split, train and serialise."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rnnlab.tokenizer.base import PAD, UNKNOWN
from rnnlab.tokenizer.settle import settle

if TYPE_CHECKING:
    from tokenizers import Tokenizer as Library

# Words with contractions, emoticons with a letter, and runs of all else. The lengths are limited, because
# learning from a word of a megabyte takes minutes, and one above 100 characters is unknown to WordPiece.
WORDS = r"\w{1,64}(?:'\w{1,32})?|[:;=]['^-]?[3DPOdpo](?![\w/])|</?3(?!\d)|[^\w\s]{1,16}"
# The same words, each with the space before it, and the other blanks: nothing is left out.
BYTES = r" ?\w{1,64}(?:['’]\w{1,32})?| ?[^\w\s]{1,16}|\s{1,16}(?!\S)|\s"
CONTINUED = "##"  # begins a piece that continues a word
START = "▁"  # begins a piece that begins a word


def blank(kind: str, exact: bool = False) -> Library:
    """Return an untrained library tokenizer of kind bpe, byte_bpe, wordpiece or unigram.

    Args:
        exact: of bpe and unigram, pieces hold the blank before a word, as those of byte_bpe do.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

    if exact:
        return _exact(models.BPE(unk_token=UNKNOWN) if kind == "bpe" else models.Unigram())
    words = pre_tokenizers.Split(Regex(WORDS), "removed", invert=True)
    if kind == "byte_bpe":
        tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
        split = pre_tokenizers.Split(Regex(BYTES), "isolated")
        to_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, to_bytes])
        tokenizer.decoder = decoders.ByteLevel()
    elif kind == "unigram":
        tokenizer = Tokenizer(models.Unigram())
        starts = pre_tokenizers.Metaspace(START, prepend_scheme="always", split=False)
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([words, starts])
        tokenizer.decoder = decoders.Metaspace(START, prepend_scheme="always", split=False)
    else:
        model = (
            models.BPE(unk_token=UNKNOWN, continuing_subword_prefix=CONTINUED)
            if kind == "bpe"
            else models.WordPiece(unk_token=UNKNOWN, continuing_subword_prefix=CONTINUED)
        )
        tokenizer = Tokenizer(model)
        tokenizer.pre_tokenizer = words
        tokenizer.decoder = decoders.WordPiece(CONTINUED, cleanup=False)
    return tokenizer


def _exact(model: Any) -> Library:
    """Return a tokenizer whose pieces hold the blanks; one is put before the first word, as before others."""
    from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers

    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Prepend(" ")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(BYTES), "isolated")
    tokenizer.decoder = decoders.Sequence([decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return tokenizer


def learner(
    kind: str, vocab_size: int, min_count: int, marks: Sequence[str], inner: Sequence[str] | None
) -> Any:
    """Return the library's trainer for `blank(kind)`: ids 0 pad, 1 unknown, then `marks`.

    Args:
        inner: the characters inside words. Unless given, the library numbers their pieces in no fixed order,
            and decides between equal pairs by these numbers. None where pieces hold the blanks.
    """
    from tokenizers import pre_tokenizers, trainers

    special = [PAD, UNKNOWN, *marks]
    if kind == "unigram":
        return trainers.UnigramTrainer(
            vocab_size=vocab_size, special_tokens=special, unk_token=UNKNOWN, show_progress=False
        )
    common: dict[str, Any] = {"vocab_size": vocab_size, "min_frequency": min_count, "show_progress": False}
    if kind == "byte_bpe":
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        return trainers.BpeTrainer(special_tokens=special, initial_alphabet=alphabet, **common)
    if inner is None:
        return trainers.BpeTrainer(special_tokens=special, **common)
    special += [CONTINUED + character for character in inner]
    trainer = trainers.BpeTrainer if kind == "bpe" else trainers.WordPieceTrainer
    return trainer(special_tokens=special, continuing_subword_prefix=CONTINUED, **common)


def finished(tokenizer: Library, marks: Sequence[str]) -> dict[str, Any]:
    """Return the JSON of a trained tokenizer, whose only added tokens are `marks`, matched before all else.

    Pad and unknown stay in the vocabulary, but no text is read as one of them.
    """
    content: dict[str, Any] = json.loads(tokenizer.to_str())
    kept = [entry for entry in content["added_tokens"] if entry["content"] in marks]
    content["added_tokens"] = [{**entry, "special": False, "normalized": False} for entry in kept]
    if content["model"]["type"] == "Unigram":
        settle(content["model"], 2 + len(marks))
    return content


def read(content: dict[str, Any]) -> Library:
    """Load a tokenizer from the library's own JSON.

    Raises:
        ValueError: it is not such JSON.
    """
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_str(json.dumps(content))
    except Exception as error:  # the library raises nothing more exact
        raise ValueError(f"not a tokenizer of the tokenizers library: {error}") from error


@contextmanager
def cores(all_of_them: bool) -> Iterator[None]:
    """Let the library use every core, or one; it reads the environment variable at every call."""
    name = "TOKENIZERS_PARALLELISM"
    before = os.environ.get(name)
    os.environ[name] = "true" if all_of_them else "false"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
