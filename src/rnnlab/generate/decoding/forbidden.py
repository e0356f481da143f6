"""Tokens that the decoding settings forbid."""

from __future__ import annotations

from typing import NamedTuple

from rnnlab.errors import SettingError
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.tokenizer.base import Tokenizer


class Forbidden(NamedTuple):
    """Forbidden tokens: ids are never written; of sequences, the last token may not follow the others."""

    ids: tuple[int, ...]
    sequences: tuple[tuple[int, ...], ...] = ()


def forbidden(tokenizer: Tokenizer, decoding: Decoding) -> Forbidden:
    """Forbid padding, the unknown token, tokens with banned text and those with characters outside `only`.

    Raises:
        SettingError: nothing is left to write.
    """
    never = {tokenizer.pad_id, tokenizer.unknown_id}
    if decoding.banned or decoding.only:
        allowed = set("".join(decoding.only))
        for number in range(tokenizer.vocab_size):
            text = tokenizer.decode([number])
            held = any(banned in text for banned in decoding.banned)
            if held or (allowed and not set(text) <= allowed):
                never.add(number)
    if len(never) >= tokenizer.vocab_size:
        name, value = ("only", decoding.only) if decoding.only else ("ban", decoding.banned)
        raise SettingError(f"--{name}", "".join(value), "leaves the model no token that it may write")
    rows = [tuple(tokenizer.encode(banned)) for banned in decoding.banned]
    return Forbidden(tuple(sorted(never)), tuple(row for row in rows if len(row) > 1 and not never & {*row}))
