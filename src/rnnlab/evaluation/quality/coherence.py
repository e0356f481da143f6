"""Coherence: whether a text stays on its subject. U units of a text, K dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnnlab.evaluation.quality.diversity import words

UNIT = 30  # words; units of a play's lines are too short to have a subject
DIMENSIONS = 50
COMMON = 0.3  # fraction of units above which a word is too common to show their subject


class Coherence:
    """The mean cosine of neighbouring units under latent semantic analysis (Foltz, Kintsch & Landauer
    1998), fitted to the training text.

    Units are runs of 30 words, weighted by how rare the words are: coherent neighbours have words in common,
    or words that occur together elsewhere. A text of unrelated lines scores lower. Beyond the paper, the
    length of each unit's vector is the square root of the fraction of its words that the training text has.
    Otherwise a unit of unknown words would count in full, and the one or two real words that shuffled
    characters spell by chance would give high cosines.
    """

    def __init__(self, training: str) -> None:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        told = units(training)
        self._known = frozenset(words(training))
        self._weigh: Any = TfidfVectorizer(analyzer=str.split, sublinear_tf=True, min_df=2, max_df=COMMON)
        self._reduce: Any = None  # of a text whose few words stand in nearly all units
        try:
            counted = self._weigh.fit_transform(told)
        except ValueError:  # no word is left between the rarest and the commonest
            return
        size = min(DIMENSIONS, counted.shape[1] - 1, len(told) - 1)
        if size > 0:
            self._reduce = TruncatedSVD(size, random_state=0).fit(counted)

    def of(self, texts: Sequence[str]) -> float:
        """Return the mean over texts; texts of fewer than two units are left out, nan if all are.

        It is nan as well for a training text of too few words to compare units by.
        """
        found = [self._of(text) for text in texts]
        return float(np.nanmean(found)) if np.isfinite(found).any() else float("nan")

    def _of(self, text: str) -> float:
        told = units(text)
        if len(told) < 2 or self._reduce is None:
            return float("nan")
        places = self._reduce.transform(self._weigh.transform(told))  # (U, K)
        lengths = np.linalg.norm(places, axis=1, keepdims=True)
        known = np.array([np.mean([word in self._known for word in unit.split()]) for unit in told])
        places = places / np.maximum(lengths, 1e-12) * np.sqrt(known)[:, None]
        return float((places[1:] * places[:-1]).sum(axis=1).mean())


def units(text: str) -> list[str]:
    """Return runs of 30 words joined by spaces; the remainder at the end is left out."""
    found = words(text)
    return [" ".join(found[i : i + UNIT]) for i in range(0, len(found) - UNIT + 1, UNIT)]
