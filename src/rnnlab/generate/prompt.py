"""Handling of prompt characters and words that the vocabulary lacks."""

from __future__ import annotations

import unicodedata

from rnnlab.errors import SettingError
from rnnlab.tokenizer.base import Tokenizer

_PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "æ": "ae", "œ": "oe", "ß": "ss"}
)
SHOWN = 10


def unknown_pieces(tokenizer: Tokenizer, prompt: str) -> list[str]:
    """Return the characters or words that would be read as the unknown token, each once."""
    ids = tokenizer.encode(prompt)
    if tokenizer.unknown_id not in ids:
        return []
    spans = zip(ids, tokenizer.offsets(prompt), strict=True)
    pieces = [prompt[start:end] for number, (start, end) in spans if number == tokenizer.unknown_id]
    return list(dict.fromkeys(pieces))


def refuse_unknown(tokenizer: Tokenizer, prompt: str) -> None:
    """Raise a SettingError that names what the vocabulary lacks."""
    lacking = unknown_pieces(tokenizer, prompt)
    if lacking:
        shown = " ".join(lacking[:SHOWN]) + (" ..." if len(lacking) > SHOWN else "")
        rule = (
            f"the model's vocabulary lacks: {shown} (--unknown map reads what is nearest, or leaves it out)"
        )
        raise SettingError("--prompt", shorten(prompt), rule)


def map_unknown(tokenizer: Tokenizer, prompt: str) -> tuple[str, list[str]]:
    """Replace what the vocabulary lacks by the nearest it has: a plain sign, a letter without its accent, or
    the other case. What has none of them is left out. Return the prompt and what was lacking.
    """
    lacking = unknown_pieces(tokenizer, prompt)
    for piece in lacking:
        prompt = prompt.replace(piece, _nearest(tokenizer, piece))
    return prompt, lacking


def _nearest(tokenizer: Tokenizer, piece: str) -> str:
    plain = piece.translate(_PLAIN)
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    for near in (plain, bare, bare.lower(), bare.upper()):
        if near and tokenizer.unknown_id not in tokenizer.encode(near):
            return near
    return ""


def shorten(prompt: str, width: int = 40) -> str:
    """Return the start of the prompt on one line."""
    line = " ".join(prompt.split())
    return line if len(line) <= width else line[: width - 3] + "..."
