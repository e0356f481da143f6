"""Baselines of a multi-label classification: label frequencies, and logistic regression on TF-IDF.

N rows, C labels.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnnlab.data.labelled_data import LabelledData
from rnnlab.evaluation.label_sets import WHOLE, LabelSetScores
from rnnlab.evaluation.label_thresholds import ONE, Thresholds, choose_thresholds
from rnnlab.kinds.baselines import MOST_TOKENS, Baseline, LeftOut, Measured
from rnnlab.kinds.tfidf import Texts, texts_of, tfidf
from rnnlab.kinds.work import Work

STRENGTHS = (1.0, 10.0)  # inverse penalties, of which validation chooses
MOST_WORK = 20 * MOST_TOKENS  # train tokens times labels


class Flags(NamedTuple):
    """Flags (N, C) of the three splits."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


class LabelFrequencies:
    """Gives every text the same labels: those whose train frequency is above one threshold."""

    name = "label frequencies"
    version = 1

    def read(self, work: Work) -> Flags:
        data = work.data
        train, validation = (np.asarray(data.targets(name)) for name in ("train", "validation"))
        return Flags(train, validation, work.task.columns["label"].numpy())

    def measure(self, inputs: Flags) -> Measured:
        share = inputs.train.mean(axis=0)  # (C,)
        held, tested = (np.tile(share, (len(rows), 1)) for rows in (inputs.validation, inputs.test))
        return figures(inputs.validation, held, inputs.test, tested, ONE, {})


class LabelInputs(NamedTuple):
    """Texts and flags of the three splits, the test rows in the order of their numbers."""

    train: Texts
    validation: Texts
    test: Texts
    flags: Flags
    vocab_size: int
    how: str | float


class LinearTfidf:
    """One logistic regression for each label on TF-IDF of single tokens and pairs.

    Validation chooses the penalty by mean average precision, and the thresholds as it does for the network.
    """

    name = "linear on tf-idf"
    version = 1

    def read(self, work: Work) -> LabelInputs:
        data = work.data
        if not isinstance(data, LabelledData):
            raise LeftOut(f"data of the class {type(data).__name__} are no encoded texts")
        tokens, labels = len(data.encoded("train").ids), data.num_classes
        if tokens > MOST_TOKENS:
            raise LeftOut(f"{tokens:,} train tokens are more than {MOST_TOKENS:,}")
        if tokens * labels > MOST_WORK:
            raise LeftOut(f"{tokens:,} train tokens times {labels:,} labels are more than {MOST_WORK:,}")
        rows, how = work.task.columns["row"].numpy(), work.settings.task.thresholds
        splits = [data.encoded(name) for name in ("train", "validation", "test")]
        texts = [texts_of(splits[0]), texts_of(splits[1]), texts_of(splits[2], rows)]
        train, validation = (np.asarray(one.labels) for one in splits[:2])
        flags = Flags(train, validation, splits[2].labels[rows])
        return LabelInputs(texts[0], texts[1], texts[2], flags, data.tokenizer.vocab_size, how)

    def measure(self, inputs: LabelInputs) -> Measured:
        train, held, tested = tfidf(inputs.train, (inputs.validation, inputs.test), inputs.vocab_size)
        if not train.shape[1]:
            raise LeftOut("no token comes in two train texts")
        flags, found = inputs.flags, {}
        for strength in STRENGTHS:
            said = fitted(train, flags.train, (held, tested), strength)
            nothing = np.zeros_like(flags.validation)
            names = [str(place) for place in range(flags.train.shape[1])]
            score = LabelSetScores(flags.validation, nothing, said[0], names).scores()["average_precision"]
            found[strength] = (score, said)
        best = max(found, key=lambda strength: found[strength][0])
        chosen = {"strength": best, "features": train.shape[1]}
        held, tested = found[best][1]
        return figures(flags.validation, held, flags.test, tested, inputs.how, chosen)


def fitted(train: Any, flags: np.ndarray, others: tuple[Any, Any], strength: float) -> list[np.ndarray]:
    """Return probabilities (N, C) of two other splits."""
    from sklearn.linear_model import LogisticRegression

    said = [np.zeros((one.shape[0], flags.shape[1])) for one in others]
    for place in range(flags.shape[1]):
        own = flags[:, place]
        if own.min() == own.max():
            for one in said:
                one[:, place] = own[0]
            continue
        model = LogisticRegression(C=strength, solver="liblinear", random_state=0).fit(train, own)
        for one, features in zip(said, others, strict=True):
            one[:, place] = model.predict_proba(features)[:, 1]
    return said


def figures(
    held_flags: np.ndarray,
    held: np.ndarray,
    test_flags: np.ndarray,
    tested: np.ndarray,
    how: str | float,
    chosen: dict[str, Any],
) -> Measured:
    """Choose thresholds on the validation rows, and score the test rows over all labels."""
    values = choose_thresholds(held_flags, held, how)
    names = [str(place) for place in range(len(values))]
    scores = LabelSetScores(test_flags, Thresholds(values).flags(tested), tested, names).scores()
    return Measured({name: scores[name] for name in WHOLE}, chosen)


BASELINES: tuple[Baseline, ...] = (LabelFrequencies(), LinearTfidf())
