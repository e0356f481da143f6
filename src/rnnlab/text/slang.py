"""Conversion of slang and abbreviations to plain English."""

from __future__ import annotations

from rnnlab.text.slang_table import SLANG
from rnnlab.text.words import WORD, word_pattern

_WITH_SIGNS = {
    key: value for key, value in SLANG.items() if not key.replace("'", "").isalnum() or key[0] == "'"
}
_SIGNED = word_pattern("|".join(sorted(_WITH_SIGNS, key=len, reverse=True)))


def slang(text: str) -> str:
    """Replace slang (`idk` by `i do not know`, `gr8` by `great`): whole words in any case, from `SLANG`."""
    if "/" in text or "'" in text:
        text = _SIGNED.sub(lambda m: _WITH_SIGNS[m[0].lower()], text)
    return WORD.sub(lambda m: SLANG.get(m[0].lower(), m[0]), text)


def holds_slang(piece: str) -> bool:
    """Return whether a piece of a text holds a word of the table."""
    if (word := piece.strip('.,!?:;"')).isalpha():
        return word.lower() in SLANG
    signed = ("/" in piece or "'" in piece) and _SIGNED.search(piece) is not None
    return signed or any(word.lower() in SLANG for word in WORD.findall(piece))
