"""Conversion of Western emoticons to words for their meaning."""

from __future__ import annotations

import re

from rnnlab.text.marks import tidy
from rnnlab.text.pieces import ENDS, is_plain

# Meaning, and a pattern. Letters count in either case; a drawn-out end (`:)))`, `xDDD`) is the same emoticon.
# An emoticon that ends in a letter must not precede one (`:Party`), nor follow one if it begins with one.
# Emoticons that occur in prose or scores by chance are left out: `8)`, `):`, `:3`, `:0`, and `D:` except at
# the text's end.
EMOTICONS: dict[str, str] = {
    "broken heart": r"<[/\\]+3+(?!\w)",
    "heart": r"<3+(?!\w|[.,]\d)",
    "angry": r">+[:=]-?[(\[{]+|[:=]-?@+(?!\w)|>[:=]-?[/\\|](?!/)",
    "cry": r"[:=;]-?'-?[(\[{]+|[:=],-?\(+|(?<!\w)d-?':|(?<!\w)t_+t(?!\w)|;[_.];",
    "laugh": r"[:=]-?'-?[)\]]+|[:=]-?'?-?d+(?!\w)|(?<!\w)x-?d+(?!\w)",
    "wink": r";-?[)\]]+|;-?d+(?!\w)|\*-\)",
    "playful": r"[:=;]-?p+(?!\w)",
    "kiss": r"[:=;]-?\*+",
    "smile": r":-?[^\S\n]*[)\]}]+|=-?[)\]]+|\(+-?[:=]|\^[_.-]*\^",
    "sad": r":-?[(\[{]+|=-?\(+|[)\]]+-[:=]|(?<!\w)d:(?=\s*$)",
    "unsure": r"(?<!http)(?<!https)[:=]-?[/\\](?!/)|[:=]-s(?!\w)",
    "surprise": r"[:=]-?o+(?!\w)|(?<!\w)o[_.]+o(?!\w)",
    "neutral": r"[:=]-?\|+|-[_.]+-",
    "cool": r"(?<!\w)[8b]-\)+",
    "cheer": r"\\o/",
}
_MEANINGS = list(EMOTICONS)
_STARTS = r"(?=[-:=;<>()[\]^\\*]|(?<!\w)[tdoxb8])"  # most places begin none: one look instead of fifteen
_EACH = "|".join([f"({pattern})" for pattern in EMOTICONS.values()])
_ANY = re.compile(f"{_STARTS}(?:{_EACH})", re.IGNORECASE)
_HINT = re.compile(r"[:=;<^_\\]|-[.)]|\bx-?d|\bo\.", re.IGNORECASE)


def emoticons(text: str, mode: str = "words") -> str:
    """Replace emoticons by words for their meaning (`:)` is `smile`) or nothing (`drop`)."""
    if not _HINT.search(text):
        return text
    text, found = _ANY.subn(
        lambda m: f" {_MEANINGS[(m.lastindex or 1) - 1] if mode == 'words' else ''} ", text
    )
    return tidy(text) if found else text


def draws(piece: str) -> bool:
    """Return whether a piece of a text holds an emoticon, or its eyes (the mouth is in the next piece)."""
    if is_plain(piece) and piece.strip(ENDS)[0] not in "xX" and ":" not in piece and ";" not in piece:
        return False  # of letters alone there is only xD
    return piece.endswith((":", ":-")) or _ANY.search(piece) is not None
