"""Two texts side by side, with the words in which they differ marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from rnnlab.report.page.markup import text

_PIECE = re.compile(r"\s+|\w+|[^\w\s]")
MOST_CHARACTERS = 1200  # of each text, so that comparing stays quick


def marked(reference: str, output: str) -> tuple[str, str]:
    """Return both texts as markup: words of the reference that the output lacks are `del`, words of the
    output that the reference lacks `ins`; spaces are never marked by themselves.
    """
    first, second = (_PIECE.findall(one[:MOST_CHARACTERS]) for one in (reference, output))
    words = [[place for place, piece in enumerate(one) if piece.strip()] for one in (first, second)]
    own, other = [first[place] for place in words[0]], [second[place] for place in words[1]]
    matcher = SequenceMatcher(None, own, other, autojunk=False)
    changed: tuple[set[int], set[int]] = (set(), set())
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind != "equal":
            changed[0].update(words[0][start:end])
            changed[1].update(words[1][other_start:other_end])
    cut = [len(one) > MOST_CHARACTERS for one in (reference, output)]
    return _drawn(first, changed[0], "del", cut[0]), _drawn(second, changed[1], "ins", cut[1])


def _drawn(pieces: Sequence[str], changed: set[int], tag: str, cut: bool) -> str:
    """Return the pieces as markup; marked words that follow each other share one mark."""
    parts, inside = [], False
    for place, piece in enumerate(pieces):
        between = not piece.strip() and place - 1 in changed and place + 1 in changed
        marks = place in changed or (inside and between)
        if marks != inside:
            parts.append(f"<{tag}>" if marks else f"</{tag}>")
        inside = marks
        parts.append(text(piece))
    return "".join([*parts, f"</{tag}>" if inside else "", " …" if cut else ""])
