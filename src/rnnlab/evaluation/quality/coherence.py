"""Whether a text stays with what it speaks of. U units of a text, K dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnnlab.evaluation.quality.diversity import words

UNIT = 30  # words; units of a play's lines are too short to be about anything
DIMENSIONS = 50
COMMON = 0.3  # share of units above which a word says nothing of what they are about


class Coherence:
    """The mean cosine of neighbouring units in a space of latent semantic analysis (Foltz, Kintsch &
    Landauer 1998), which is learned from the training text.

    Units are runs of 30 words, weighed by their rarity: what is said near each other shares its words, or
    words that stand together elsewhere. A text whose lines come from anywhere has less of that. Beyond the
    paper, each unit's vector is as long as the root of the share of its words that the training text has:
    what nobody says is about nothing, and of the one or two words that shuffled characters spell by chance
    the cosines are high.
    """

    def __init__(self, training: str) -> None:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        told = units(training)
        self._known = frozenset(words(training))
        self._weigh: Any = TfidfVectorizer(analyzer=str.split, sublinear_tf=True, min_df=2, max_df=COMMON)
        counted = self._weigh.fit_transform(told)
        size = min(DIMENSIONS, counted.shape[1] - 1, len(told) - 1)
        self._reduce: Any = TruncatedSVD(size, random_state=0).fit(counted)

    def of(self, texts: Sequence[str]) -> float:
        """The mean over texts; one of fewer than two units is left out, and nan if all are."""
        found = [self._of(text) for text in texts]
        return float(np.nanmean(found)) if np.isfinite(found).any() else float("nan")

    def _of(self, text: str) -> float:
        told = units(text)
        if len(told) < 2:
            return float("nan")
        places = self._reduce.transform(self._weigh.transform(told))  # (U, K)
        lengths = np.linalg.norm(places, axis=1, keepdims=True)
        known = np.array([np.mean([word in self._known for word in unit.split()]) for unit in told])
        places = places / np.maximum(lengths, 1e-12) * np.sqrt(known)[:, None]
        return float((places[1:] * places[:-1]).sum(axis=1).mean())


def units(text: str) -> list[str]:
    """Runs of 30 words with a space between them; the rest at the end is left out."""
    found = words(text)
    return [" ".join(found[i : i + UNIT]) for i in range(0, len(found) - UNIT + 1, UNIT)]
