"""Error rates of written texts: edits of characters and tokens, wrong outputs, TER. N rows."""

from __future__ import annotations

import numpy as np

from rnnlab.evaluation.sequence.pairs import Written, with_count


def character_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): Levenshtein distance in characters, and characters of the reference."""
    distances = character_distances(texts)
    return np.column_stack([distances, [len(reference) for reference in texts.references]]).astype(float)


def character_distances(texts: Written) -> np.ndarray:
    """Return the Levenshtein distance (N,) of each output to its reference, in characters."""
    from rapidfuzz.distance import Levenshtein

    pairs = zip(texts.outputs, texts.references, strict=True)
    return np.array([Levenshtein.distance(output, reference) for output, reference in pairs], float)


def distance_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): the distance in characters, and 1."""
    return with_count(character_distances(texts))


def token_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): Levenshtein distance in tokens, and tokens of the reference."""
    from rapidfuzz.distance import Levenshtein

    found = np.empty((len(texts), 2))
    for row, (output, reference) in enumerate(zip(texts.outputs, texts.references, strict=True)):
        tokens = list(texts.tokens_of(reference))
        found[row] = Levenshtein.distance(list(texts.tokens_of(output)), tokens), len(tokens)
    return found


def exact_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): whether the output equals its reference character by character, and 1."""
    pairs = zip(texts.outputs, texts.references, strict=True)
    return with_count([output == reference for output, reference in pairs])


def wrong_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): whether the output differs from its reference, and 1."""
    pairs = zip(texts.outputs, texts.references, strict=True)
    return with_count([output != reference for output, reference in pairs])


def ter_statistics(texts: Written) -> np.ndarray:
    """Return (N, 2): edits and shifts of words, and words of the reference, as sacrebleu counts them."""
    from sacrebleu.metrics.ter import TER

    scorer, found = TER(), np.empty((len(texts), 2))
    for row, (output, reference) in enumerate(zip(texts.outputs, texts.references, strict=True)):
        one = scorer.sentence_score(output, [reference])
        found[row] = one.num_edits, one.ref_length
    return found
