"""Error rates of written texts: edits of characters and tokens, wrong outputs, TER. N rows.

Of several references the one with the fewest edits counts, and of equal ones the longest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from rnnlab.evaluation.sequence.pairs import Written, with_count


def character_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): Levenshtein distance in characters, and characters of the reference."""
    return _nearest(texts, lambda text: text)


def character_distances(texts: Written) -> np.ndarray:
    """Return the Levenshtein distance (N,) of each output to its reference, in characters."""
    return character_statistics(texts)[:, 0]


def distance_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): the distance in characters, and 1."""
    return with_count(character_distances(texts))


def token_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): Levenshtein distance in tokens, and tokens of the reference."""
    return _nearest(texts, lambda text: list(texts.tokens_of(text)))


def _nearest(texts: Written, split: Callable[[str], Sequence[str]]) -> np.ndarray:
    """Return (N, 2): edits from the nearest reference, and its length."""
    from rapidfuzz.distance import Levenshtein

    found = np.empty((len(texts), 2))
    for row, (output, references) in enumerate(texts.cases):
        own = split(output)
        against = [(Levenshtein.distance(own, each), len(each)) for each in map(split, references)]
        found[row] = min(against, key=lambda one: (one[0], -one[1]))
    return found


def exact_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): whether the output equals a reference character by character, and 1."""
    return with_count([output in references for output, references in texts.cases])


def wrong_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): whether the output differs from every reference, and 1."""
    return with_count([output not in references for output, references in texts.cases])


def ter_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): edits and shifts of words, and words of the reference, as sacrebleu counts them.

    Of several references the words are their mean.
    """
    from sacrebleu.metrics.ter import TER

    scorer, found = TER(), np.empty((len(texts), 2))
    for row, (output, references) in enumerate(texts.cases):
        one = scorer.sentence_score(output, references)
        found[row] = one.num_edits, one.ref_length
    return found
