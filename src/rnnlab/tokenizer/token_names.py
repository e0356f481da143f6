"""Readable names of tokens."""

from __future__ import annotations

from rnnlab.tokenizer.base import Tokenizer

BROKEN = "\ufffd"


def name_of(tokenizer: Tokenizer, token: int) -> str:
    """Return the vocabulary entry of a token; for bytes their text, if they form whole characters."""
    entry = tokenizer.vocabulary[token]
    settings = tokenizer.settings()
    if settings.get("source", settings)["type"] != "byte_bpe":  # of a pair, the source's
        return entry
    text = tokenizer.decode([token])
    return text if text and BROKEN not in text else entry
