"""Normalisation of negations to one mark."""

from __future__ import annotations

import re

from rnnlab.text.marks import NOT, tidy
from rnnlab.text.words import word_pattern

_IRREGULAR = {
    "ain't": "is",
    "aint": "is",
    "can't": "can",
    "won't": "will",
    "shan't": "shall",
    "cannot": "can",
    "not": "",
}
_KEPT = "never|nobody|nothing|neither|nor|none|nowhere|without|hardly|barely|no"
_VERBS = "is|are|was|were|do|does|did|has|have|had|would|could|should|must|need|might|ought|dare|ai|ca|wo|sha"
_NUMBERED = r"(?!\.? ?(?:\d|<number>))"  # "no. 5"
_NEGATION = word_pattern(rf"(?:{_KEPT}){_NUMBERED}(?! {NOT})|(?:{_VERBS})n't|cannot|not")
_HINT = re.compile("n't|no|without|hardly|barely|neither|never", re.IGNORECASE)


def negation(text: str) -> str:
    """Replace `not` by `<not>`, `don't` and `cannot` by `do <not>` and `can <not>`.

    Words that are negations by themselves stay, followed by the mark: `never <not>`, `no <not>`.
    """
    if not _HINT.search(text):
        return text
    text, found = _NEGATION.subn(_marked, text)
    return tidy(text) if found else text


def _marked(match: re.Match[str]) -> str:
    word = match[0]
    stem = _IRREGULAR.get(word.lower(), word[:-3] if word.lower().endswith("n't") else word)
    return f" {stem} {NOT} "


def denies(piece: str) -> bool:
    """Return whether a piece of a text may hold a negation; the text after it can only rule one out."""
    return (not piece.isascii() or hints(piece.lower())) and _NEGATION.search(piece) is not None


def hints(lowered: str) -> bool:
    """Match `_HINT` on ASCII text, in a sixth of the time."""
    return (
        "no" in lowered
        or "n't" in lowered
        or "never" in lowered
        or "hardly" in lowered
        or "barely" in lowered
        or "without" in lowered
        or "neither" in lowered
    )
