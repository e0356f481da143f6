"""Bracket language: lines in which every bracket is closed by its own kind, innermost first (Dyck words).

The next character depends on the open brackets, so the depth limit sets how much a network has to remember.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnlab.errors import SettingError

KINDS = ("()", "[]", "{}", "<>")


def brackets(characters: int, kinds: int, max_depth: int, max_pairs: int, seed: int | Sequence[int]) -> str:
    """Return lines of matched brackets, at most `characters` and less than a line short of that.

    Args:
        kinds: kinds of brackets, 1 to 4.
        max_depth: brackets that may be open at once.
        max_pairs: pairs in a line at most.

    Raises:
        SettingError: a number out of range.
    """
    if not 1 <= kinds <= len(KINDS):
        raise SettingError("data.kinds", kinds, f"must lie between 1 and {len(KINDS)}")
    for name, value in (("max_depth", max_depth), ("max_pairs", max_pairs)):
        if value < 1:
            raise SettingError(f"data.{name}", value, "must be 1 or more")
    if characters < 3:
        raise SettingError("characters", characters, "must be 3 or more, for a pair and the end of its line")
    rng = np.random.default_rng(seed)
    lines: list[str] = []
    left = characters
    while left >= 3:
        line = _line(
            int(rng.integers(1, min(max_pairs, (left - 1) // 2), endpoint=True)), kinds, max_depth, rng
        )
        lines.append(line)
        left -= len(line)
    return "".join(lines)


def _line(pairs: int, kinds: int, max_depth: int, rng: np.random.Generator) -> str:
    open_: list[int] = []
    symbols: list[str] = []
    for left in range(2 * pairs, 0, -1):  # symbols still to come
        must_close = len(open_) in (max_depth, left)
        if open_ and (must_close or rng.random() < 0.5):
            symbols.append(KINDS[open_.pop()][1])
        else:
            open_.append(int(rng.integers(kinds)))
            symbols.append(KINDS[open_[-1]][0])
    return "".join(symbols) + "\n"
