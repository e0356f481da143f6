"""Similarity of texts to the training text in countable features: words, lines, speeches, punctuation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.quality.diversity import words

MARKS = ".,;:!?'\"-()"
_HEADING = re.compile(r"[A-Z][\w' .&-]{0,40}:")
_PAIRS = (("(", ")"), ("[", "]"))


class Profile(NamedTuple):
    """The counts of a set of texts.

    Attributes:
        lines, speeches: characters of each line, lines of each speech.
        marks: occurrences of each of `MARKS` per thousand characters.
        headed: fraction of speeches that begin with a line such as `ROMEO:`.
    """

    lines: list[int]
    speeches: list[int]
    marks: list[float]
    headed: float


class Likeness(NamedTuple):
    """Distances of texts from the training text's own profile; 0 is identical.

    Attributes:
        lines, speeches: Wasserstein distance of the distributions of lengths.
        marks: Jensen-Shannon distance in [0, 1] of the distributions of punctuation marks.
        headed: fraction of speeches that have a heading, of the texts themselves.
        balanced: fraction of brackets that are closed in their text, of the texts themselves.
    """

    lines: float
    speeches: float
    marks: float
    headed: float
    balanced: float


def real_words(texts: Sequence[str], known: frozenset[str]) -> float:
    """Return the fraction of words that are known."""
    found = [word for text in texts for word in words(text)]
    return sum(word in known for word in found) / len(found) if found else 0.0


def profile(texts: Sequence[str]) -> Profile:
    """Return the profile of whole lines and speeches; those truncated at a text's ends are left out."""
    lines = [len(line) for text in texts for line in text.split("\n")[1:-1] if line.strip()]
    parts = [part.split("\n") for text in texts for part in re.split(r"\n\s*\n", text)[1:-1] if part.strip()]
    counts = Counter("".join(texts))
    total = max(sum(map(len, texts)), 1)
    headed = [bool(_HEADING.fullmatch(part[0].strip())) for part in parts]
    return Profile(
        lines,
        [len(part) for part in parts],
        [1000 * counts[mark] / total for mark in MARKS],
        float(np.mean(headed)) if headed else 0.0,
    )


def likeness(texts: Sequence[str], own: Profile) -> Likeness:
    """Compare the texts' profile with that of the training text."""
    found = profile(texts)
    return Likeness(
        _apart(found.lines, own.lines),
        _apart(found.speeches, own.speeches),
        _divergence(found.marks, own.marks),
        found.headed,
        balanced(texts),
    )


def balanced(texts: Sequence[str]) -> float:
    """Return the fraction of opened brackets that are closed; 1 if there are none."""
    opened = closed = 0
    for text in texts:
        for start, end in _PAIRS:
            opened += max(text.count(start), text.count(end))
            closed += min(text.count(start), text.count(end))
    return closed / opened if opened else 1.0


def _apart(found: Sequence[int], own: Sequence[int]) -> float:
    from scipy.stats import wasserstein_distance

    return float(wasserstein_distance(found, own)) if found and own else float("inf")


def _divergence(found: Sequence[float], own: Sequence[float]) -> float:
    from scipy.spatial.distance import jensenshannon

    if not sum(found) or not sum(own):
        return 0.0 if sum(found) == sum(own) else 1.0
    return float(jensenshannon(found, own, base=2))
