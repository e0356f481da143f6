"""What a token is called when people read it."""

from __future__ import annotations

from rnnlab.tokenizer.base import Tokenizer

BROKEN = "\ufffd"


def name_of(tokenizer: Tokenizer, token: int) -> str:
    """Its entry in the vocabulary; of bytes the text that they are, where they are whole characters."""
    entry = tokenizer.vocabulary[token]
    if tokenizer.settings()["type"] != "byte_bpe":
        return entry
    text = tokenizer.decode([token])
    return text if text and BROKEN not in text else entry
