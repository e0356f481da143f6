"""A linear classifier over n-grams, a baseline for a network that reads in order.

Shapes: N texts, C classes, F n-grams.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnlab.errors import SettingError
from rnnlab.evaluation.temperature import combined, fit_blend
from rnnlab.kinds.classification.ngrams.ratios import log_count_ratios, weighted
from rnnlab.kinds.classification.ngrams.table import CODE_POINTS, Line, NgramTable, Texts, blocks

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_TOLERANCE = 0.1  # liblinear's own for the dual problem: a tighter one takes longer and predicts no better


class Labelled(NamedTuple):
    """Texts and their labels (N,)."""

    texts: Texts
    labels: np.ndarray


class NaiveBayesNgrams:
    """Logistic regression on n-grams weighted by naive-Bayes log-count ratios, one class against the rest.

    Wang & Manning 2012; with trigrams and logistic regression Mesnil et al. 2014.

    `fit` comes first. It learns n-grams, ratios and weights from the train texts alone; validation texts
    choose between the strengths.

    Args:
        longest: tokens of the longest n-gram.
        characters: characters of the longest n-gram of characters, which are features like those of
            tokens; 0 has none.
        min_count: least number of train texts with an n-gram.
        smoothing: > 0, added to every count of the ratios.
        strengths: > 0, of which one is chosen: the weight of the errors against the squared weights (C of a
            linear classifier).
        self_training: a setting of the run, which `fit` does not use: to fit another one like it, on texts
            without labels too.
        blend: another such setting: the weights of network and n-grams in their blend.

    Attributes:
        strength: the one that was chosen. features: F.
        tables: of n-grams of tokens, and of characters if any. lines: one for each class, of two one in all.

    Raises:
        SettingError: a value out of range.
    """

    def __init__(
        self,
        longest: int = 3,
        characters: int = 0,
        min_count: int = 2,
        smoothing: float = 1.0,
        strengths: Sequence[float] = (0.03, 0.1, 0.3, 1.0, 3.0),
        self_training: bool = False,
        blend: Sequence[float] | None = None,
    ) -> None:
        check_strengths(strengths)
        self.longest, self.characters = longest, characters
        self.min_count, self.smoothing = min_count, smoothing
        self.strengths, self.self_training = list(strengths), self_training
        self.blend = blend
        self.strength, self.features = 0.0, 0
        self.tables: list[NgramTable] = []
        self.lines: list[Line] = []

    def fit(
        self, train: Labelled, validation: Labelled, vocab_size: int, class_weights: Sequence[float]
    ) -> None:
        """Fit on `train`, with the strength of least loss on `validation`, each at its best temperature.

        Strengths are tried from the smallest on until that loss rises.

        Args:
            class_weights: C of them, the weight of a text of each class, in training and in that loss.

        Raises:
            ValueError: a class without a train text.
        """
        counts = np.bincount(train.labels, minlength=len(class_weights))
        if (counts == 0).any():
            raise ValueError(f"labels: no train text is of class {int(counts.argmin())}, counted from 0")
        sizes = [(self.longest, vocab_size), (self.characters, CODE_POINTS)]
        self.tables = [NgramTable(longest, self.min_count, ids) for longest, ids in sizes if longest]
        matrix, held = self._matrix(train.texts, learns=True), self._matrix(validation.texts)
        self.features = sum(table.size for table in self.tables)
        labels = torch.tensor(validation.labels)  # a copy: what is mapped from a file cannot be written
        weights = torch.tensor(class_weights, dtype=torch.float64)
        least = float("inf")
        for strength, lines in self._fits(matrix, train.labels, weights.numpy()):
            loss = _least_loss(_normalized(_scores(held, lines)), labels, weights)
            if loss >= least:
                return
            least, self.strength, self.lines = loss, strength, lines

    def log_probabilities(self, texts: Texts) -> Tensor:
        """Return log probabilities (N, C), float64."""
        if not self.tables:
            raise RuntimeError("there are no weights before fit")
        scores = [_scores(self._matrix(block), self.lines) for block in blocks(texts)]
        return _normalized(torch.cat(scores) if scores else torch.zeros(0, len(self.lines)).double())

    def _matrix(self, texts: Texts, learns: bool = False) -> csr_matrix:
        """Return the matrix (N, F) of all n-grams side by side."""
        from scipy.sparse import hstack

        views = [texts, *([texts.characters] if texts.characters is not None else [])]
        pairs = zip(self.tables, views, strict=True)
        parts = [t.learn(view) if learns else t.matrix(view) for t, view in pairs]
        return parts[0] if len(parts) == 1 else hstack(parts, format="csr")  # which copies

    def _fits(
        self, matrix: csr_matrix, labels: np.ndarray, class_weights: np.ndarray
    ) -> Iterator[tuple[float, list[Line]]]:
        """Yield each strength and its line for each class; of two classes only the second is fitted."""
        classes = range(len(class_weights)) if len(class_weights) > 2 else (1,)
        inside = [labels == number for number in classes]
        ratios = [log_count_ratios(matrix, own, self.smoothing) for own in inside]
        for strength in sorted(self.strengths):
            lines = []
            for own, ratio in zip(inside, ratios, strict=True):
                model = _regression(strength)
                model.fit(weighted(matrix, ratio), own, sample_weight=class_weights[labels])
                lines.append(Line(model.coef_[0] * ratio, float(model.intercept_[0])))
            yield strength, lines


def _regression(strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    settings = {"tol": _TOLERANCE, "max_iter": 1000, "random_state": 0}
    return LogisticRegression(C=strength, solver="liblinear", dual=True, **settings)


def _least_loss(log_probabilities: Tensor, labels: Tensor, class_weights: Tensor) -> float:
    """Return the class-weighted cross-entropy at the best temperature, or at 1 for too few rows."""
    parts = log_probabilities[None]  # (1, N, C)
    best = combined(parts, fit_blend(parts, labels, class_weights))
    return float(torch.nn.functional.nll_loss(best, labels, class_weights))


def _scores(matrix: csr_matrix, lines: Sequence[Line]) -> Tensor:
    """Return the score (N, L) of each text by each line."""
    return torch.stack([torch.from_numpy(matrix @ line.weights) + line.bias for line in lines], 1)


def _normalized(scores: Tensor) -> Tensor:
    """Return log probabilities (N, C): each class's own against the rest, normalized to a sum of 1."""
    if scores.shape[1] == 1:
        scores = torch.cat([-scores, scores], 1)
    return torch.nn.functional.logsigmoid(scores).log_softmax(1)


def check_strengths(strengths: Sequence[float]) -> None:
    """Raise SettingError unless there is at least one strength, and each is > 0."""
    numbers = isinstance(strengths, Sequence) and not isinstance(strengths, str) and len(strengths) > 0
    if not numbers or not all(isinstance(s, int | float) and s > 0 and s != float("inf") for s in strengths):
        raise SettingError("ngrams.strengths", strengths, "must be a list of at least one number > 0")
