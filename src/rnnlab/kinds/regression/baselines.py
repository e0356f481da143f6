"""Baselines of a regression: the mean, the median, and ridge regression on TF-IDF. N rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rnnlab.data.labelled_data import LabelledData
from rnnlab.kinds.baselines import MOST_TOKENS, Baseline, LeftOut, Measured
from rnnlab.kinds.regression.scores import scores
from rnnlab.kinds.tfidf import Texts, texts_of, tfidf
from rnnlab.kinds.work import Work

ALPHAS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)  # strengths of the penalty, of which validation chooses


class Numbers(NamedTuple):
    """Labels (N,) of the train rows, and of the test rows."""

    train: np.ndarray
    test: np.ndarray


class Constant:
    """Predicts one number for every text: the mean of the train labels, or their median."""

    version = 1

    def __init__(self, name: str) -> None:
        self.name = f"train {name}"
        self.of: Callable[[np.ndarray], Any] = np.mean if name == "mean" else np.median

    def read(self, work: Work) -> Numbers:
        return Numbers(np.asarray(work.data.targets("train")), work.task.columns["label"].numpy())

    def measure(self, inputs: Numbers) -> Measured:
        number = float(self.of(inputs.train.astype(np.float64)))
        return Measured(scores(inputs.test, np.full(len(inputs.test), number)), {"number": number})


class RatedTexts(NamedTuple):
    """Texts and their numbers (N,)."""

    texts: Texts
    labels: np.ndarray


class RidgeInputs(NamedTuple):
    """Three splits, the test rows in the order of their numbers."""

    train: RatedTexts
    validation: RatedTexts
    test: RatedTexts
    vocab_size: int


class RidgeTfidf:
    """Ridge regression on TF-IDF of single tokens and pairs; validation chooses the penalty by its RMSE.

    It reads whole texts, where a network reads `data.max_length` tokens.
    """

    name = "ridge on tf-idf"
    version = 1

    def read(self, work: Work) -> RidgeInputs:
        data = work.data
        if not isinstance(data, LabelledData):
            raise LeftOut(f"data of the class {type(data).__name__} are no encoded texts")
        tokens = len(data.encoded("train").ids)
        if tokens > MOST_TOKENS:
            raise LeftOut(f"{tokens:,} train tokens are more than {MOST_TOKENS:,}")
        rows = work.task.columns["row"].numpy()
        splits = [data.encoded(name) for name in ("train", "validation", "test")]
        train, validation = (RatedTexts(texts_of(one), np.asarray(one.labels)) for one in splits[:2])
        test = RatedTexts(texts_of(splits[2], rows), splits[2].labels[rows])
        return RidgeInputs(train, validation, test, data.tokenizer.vocab_size)

    def measure(self, inputs: RidgeInputs) -> Measured:
        from sklearn.linear_model import Ridge

        others = (inputs.validation.texts, inputs.test.texts)
        train, validation, test = tfidf(inputs.train.texts, others, inputs.vocab_size)
        if not train.shape[1]:
            raise LeftOut("no token comes in two train texts")
        labels = inputs.train.labels.astype(np.float64)
        fitted = {alpha: Ridge(alpha, solver="sparse_cg").fit(train, labels) for alpha in ALPHAS}
        errors = {
            alpha: scores(inputs.validation.labels, model.predict(validation))["rmse"]
            for alpha, model in fitted.items()
        }
        best = min(errors, key=errors.__getitem__)
        chosen: dict[str, Any] = {"alpha": best, "features": train.shape[1]}
        return Measured(scores(inputs.test.labels, fitted[best].predict(test)), chosen)


BASELINES: tuple[Baseline, ...] = (Constant("mean"), Constant("median"), RidgeTfidf())
