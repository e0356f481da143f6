"""Pairs of texts as one text: a premise and a hypothesis, a question and an answer.

A pair is written `first TAB second` or as a JSON list of both, and read as `first ‖ second`, each cleaned by
itself. Nothing else has the mark: where a text has one, it is taken out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rnnlab.errors import SettingError

TAB, MARK = "\t", "‖"
HOW = 'must be a pair of texts: both with a tab between them, or as a JSON list, ["one", "other"]'


def joined(first: str | None, second: str | None) -> str:
    """Return two texts as one, with a tab between them, the only one; None is an empty text."""
    return TAB.join((text or "").replace(TAB, " ") for text in (first, second))


def parted(text: str) -> tuple[str, str]:
    """Return the two texts of a pair.

    Raises:
        SettingError: it is no pair.
    """
    if not text:
        return "", ""
    first, tab, second = text.partition(TAB)
    if tab and TAB not in second:
        return first, second
    if text.lstrip().startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if isinstance(found, list) and len(found) == 2 and all(isinstance(one, str) for one in found):
            return found[0], found[1]
    raise SettingError("text", text[:60], HOW)


class PairCleaner:
    """Cleans each text of a pair by itself, and joins them with the mark.

    Args:
        cleaner: cleans one text; with `settings` and `trace`, as `rnnlab.text.cleaner.Cleaner` has them.
    """

    def __init__(self, cleaner: Any) -> None:
        self.cleaner: Any = cleaner

    def __call__(self, text: str) -> str:
        return self._both(text, self.cleaner)

    def settings(self) -> dict[str, Any]:
        """Return the settings of the cleaner, and that it reads pairs."""
        return {**self.cleaner.settings(), "pairs": True}

    def trace(self, text: str) -> list[tuple[str, str]]:
        """Return the name of each active step and the pair after it, in the order in which they run."""
        steps = [self.cleaner.trace(one) for one in parted(text)]
        return [(name, f"{one} {MARK} {other}") for (name, one), (_, other) in zip(*steps, strict=True)]

    def _both(self, text: str, clean: Callable[[str], str]) -> str:
        first, second = (clean(one).replace(MARK, " ") for one in parted(text))
        return f"{first} {MARK} {second}"


def separator_of(tokenizer: Any) -> int:
    """Return the id of the mark between two texts.

    Raises:
        SettingError: the tokenizer has no single token for it.
    """
    ids = tokenizer.encode(MARK)
    if len(ids) != 1 or ids[0] == tokenizer.unknown_id:
        rule = f"splits the mark {MARK} between two texts: choose word, bpe, wordpiece or char"
        raise SettingError("tokenizer", type(tokenizer).__name__, rule)
    return int(ids[0])
