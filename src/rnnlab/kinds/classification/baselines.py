"""What stands beside a classifier: the most frequent class, and a linear model of n-grams.

Shapes: N rows, C classes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from rnnlab.data.ranks import DistributedRank
from rnnlab.kinds.baselines import MOST_TOKENS, Baseline, LeftOut, Measured
from rnnlab.kinds.classification.ngrams.table import Texts
from rnnlab.kinds.classification.scores import Scored, scores


class Frequencies(NamedTuple):
    """Train rows of each class, and the labels (N,) of the test rows."""

    counts: list[int]
    labels: np.ndarray


class MajorityClass:
    """Predicts the most frequent class of the train rows, with the frequencies as probabilities."""

    name = "majority class"
    version = 1

    def read(self, data: Any, task: Any, world_size: int) -> Frequencies:
        rows = tested_rows(data, world_size)
        return Frequencies(list(data.class_counts), data.encoded("test").labels[rows])

    def measure(self, inputs: Frequencies) -> Measured:
        counts = torch.tensor(inputs.counts, dtype=torch.float64) + 1  # no class is impossible
        log_probabilities = (counts / counts.sum()).log().expand(len(inputs.labels), -1)
        return Measured(figures(inputs.labels, log_probabilities), {})


class LabelledTexts(NamedTuple):
    """Texts and their labels (N,)."""

    texts: Texts
    labels: np.ndarray


class NgramInputs(NamedTuple):
    """Three splits, the test rows in the order of their numbers, and what a train row of each class counts.

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

    def read(self, data: Any, task: Any, world_size: int) -> NgramInputs:
        tokens, absent = len(data.encoded("train").ids), data.class_counts.count(0)
        if tokens > MOST_TOKENS:
            raise LeftOut(f"{tokens:,} train tokens are more than {MOST_TOKENS:,}")
        if absent:
            raise LeftOut(f"{absent} of {len(data.class_counts)} classes have no train row")
        train, validation = rows_of(data, "train"), rows_of(data, "validation")
        test = rows_of(data, "test", tested_rows(data, world_size))
        shift = None if task.prior_shift is None else task.prior_shift.tolist()
        return NgramInputs(
            train, validation, test, data.tokenizer.vocab_size, class_weights(data, task), shift
        )

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
    """The scores over all classes of log probabilities (N, C)."""
    scored = Scored(torch.arange(len(labels)), torch.tensor(labels, dtype=torch.int64), log_probabilities)
    found = scores(scored, [str(number) for number in range(log_probabilities.size(1))])
    return {name: value for name, value in found.items() if name in WHOLE}


WHOLE = ("loss", "accuracy", "macro_precision", "macro_recall", "macro_f1")


def tested_rows(data: Any, world_size: int) -> np.ndarray:
    """Ascending numbers of the test rows that the network is tested on, by all its processes."""
    places = [DistributedRank(rank, world_size) for rank in range(world_size)]
    batches = [b for place in places for b in data.evaluation_loader("test", place).sampler.batches()]
    return np.unique(np.concatenate([np.asarray(batch) for batch in batches]))


def rows_of(data: Any, split: str, rows: np.ndarray | None = None) -> LabelledTexts:
    """Whole texts of a split; `rows` are ascending numbers, None takes all."""
    whole = data.encoded(split)
    if rows is None or len(rows) == len(whole.labels):
        return LabelledTexts(Texts(whole.ids, whole.offsets), whole.labels)
    texts = [whole.ids[whole.offsets[row] : whole.offsets[row + 1]] for row in rows.tolist()]
    offsets = np.cumsum([0, *map(len, texts)])
    return LabelledTexts(Texts(np.concatenate(texts), offsets), whole.labels[rows])


def class_weights(data: Any, task: Any) -> list[float]:
    """(C,) what a train row of each class counts: as much as in the training of the network."""
    counts = data.class_counts
    if data.sampling == "balanced":
        return [sum(counts) / (len(counts) * count) for count in counts]
    return [1.0] * len(counts) if task.class_weights is None else task.class_weights.tolist()
