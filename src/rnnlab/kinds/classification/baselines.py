"""Baselines of a classifier: the most frequent class, and a linear model of n-grams.

Shapes: N rows, C classes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnlab.data.labelled_data import LabelledData
from rnnlab.kinds.baselines import MOST_TOKENS, Baseline, LeftOut, Measured
from rnnlab.kinds.classification.labels import class_weights
from rnnlab.kinds.classification.ngrams.table import Texts
from rnnlab.kinds.classification.scores import Scored, scores
from rnnlab.kinds.work import Work


class Frequencies(NamedTuple):
    """Train rows of each class (C,), and the labels of the test rows (N,)."""

    counts: list[int]
    labels: np.ndarray


class MajorityClass:
    """Predicts the most frequent class of the train rows, with the frequencies as probabilities."""

    name = "majority class"
    version = 1

    def read(self, work: Work) -> Frequencies:
        return Frequencies(list(work.data.class_counts), work.task.scored.labels.numpy())

    def measure(self, inputs: Frequencies) -> Measured:
        counts = torch.tensor(inputs.counts, dtype=torch.float64) + 1  # no class is impossible
        log_probabilities = (counts / counts.sum()).log().expand(len(inputs.labels), -1)
        return Measured(figures(inputs.labels, log_probabilities), {})


class LabelledTexts(NamedTuple):
    """Texts and their labels (N,)."""

    texts: Texts
    labels: np.ndarray


class NgramInputs(NamedTuple):
    """Three splits, the test rows in the order of their numbers, and the weight of a train row of each class.

    `shift` is added to the log probabilities of a test row; None adds nothing.
    """

    train: LabelledTexts
    validation: LabelledTexts
    test: LabelledTexts
    vocab_size: int
    class_weights: list[float]
    shift: list[float] | None


class LinearNgrams:
    """Logistic regression on the single tokens and pairs of a text, whose weights start from naive Bayes.

    It reads whole texts, where a network reads `data.max_length` tokens, and weighs the classes and moves
    their balance as the network does.
    """

    name = "linear n-grams"
    version = 1

    def read(self, work: Work) -> NgramInputs:
        data, task = work.data, work.task
        if not isinstance(data, LabelledData):
            raise LeftOut(f"data of the class {type(data).__name__} are no encoded texts")
        tokens, absent = len(data.encoded("train").ids), list(data.class_counts).count(0)
        if tokens > MOST_TOKENS:
            raise LeftOut(f"{tokens:,} train tokens are more than {MOST_TOKENS:,}")
        if absent:
            raise LeftOut(f"{absent} of {data.num_classes} classes have no train row")
        splits = rows_of(data, "train"), rows_of(data, "validation")
        test = rows_of(data, "test", task.scored.rows.numpy())
        shift = None if task.prior_shift is None else task.prior_shift.tolist()
        return NgramInputs(*splits, test, data.tokenizer.vocab_size, weights(work), shift)

    def measure(self, inputs: NgramInputs) -> Measured:
        from rnnlab.kinds.classification.ngrams.naive_bayes import Labelled, NaiveBayesNgrams

        ngrams = NaiveBayesNgrams(longest=2)
        train, validation = Labelled(*inputs.train), Labelled(*inputs.validation)
        ngrams.fit(train, validation, inputs.vocab_size, inputs.class_weights)
        found = ngrams.log_probabilities(inputs.test.texts)
        if inputs.shift is not None:
            found = (found + torch.tensor(inputs.shift, dtype=torch.float64)).log_softmax(1)
        chosen = {"strength": ngrams.strength, "features": ngrams.features}
        return Measured(figures(inputs.test.labels, found), chosen)


BASELINES: tuple[Baseline, ...] = (MajorityClass(), LinearNgrams())


def figures(labels: np.ndarray, log_probabilities: Tensor) -> dict[str, float]:
    """Return the scores over all classes of log probabilities (N, C)."""
    scored = Scored(torch.arange(len(labels)), torch.tensor(labels, dtype=torch.int64), log_probabilities)
    found = scores(scored, [str(number) for number in range(log_probabilities.size(1))])
    return {name: value for name, value in found.items() if name in WHOLE}


WHOLE = ("loss", "accuracy", "macro_precision", "macro_recall", "macro_f1")


def rows_of(data: Any, split: str, rows: np.ndarray | None = None) -> LabelledTexts:
    """Return whole texts of a split; `rows` are ascending numbers, None takes all."""
    whole = data.encoded(split)
    if rows is None or len(rows) == len(whole.labels):
        return LabelledTexts(Texts(whole.ids, whole.offsets), whole.labels)
    texts = [whole.ids[whole.offsets[row] : whole.offsets[row + 1]] for row in rows.tolist()]
    offsets = np.cumsum([0, *map(len, texts)])
    return LabelledTexts(Texts(np.concatenate(texts), offsets), whole.labels[rows])


def weights(work: Work) -> list[float]:
    """Return the weight of a train row of each class (C,), the same as in the training of the network."""
    task, counts = work.settings.task, work.data.class_counts
    setting = "balanced" if task.get("sampling") == "balanced" else task.get("class_weights")
    return class_weights(setting, counts) or [1.0] * len(counts)
