"""Baselines of a classifier of series: the most frequent class, and a linear model of all values.

Shapes: N rows, T steps, F values of a step, C classes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from rnnlab.kinds.baselines import Baseline, LeftOut, Measured
from rnnlab.kinds.classification.baselines import MajorityClass, figures
from rnnlab.kinds.work import Work

STRENGTHS = (0.01, 0.1, 1.0, 10.0)


class SeriesInputs(NamedTuple):
    """Values (N, T * F) and labels (N,) of train, validation and test."""

    train: tuple[np.ndarray, np.ndarray]
    validation: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]


class LinearValues:
    """Logistic regression on the values of all steps, which sees each by its place.

    Its strength is chosen on the validation rows.
    """

    name = "linear on values"
    version = 1

    def read(self, work: Work) -> SeriesInputs:
        data = work.data
        splits = ("train", "validation")
        lengths = {length for split in splits for length in data.rows(split).lengths.tolist()}
        if len(lengths) > 1:
            raise LeftOut("series of unequal lengths have no fixed places")
        tested = work.task.scored.rows.numpy()
        parts = {split: (table_of(data.inputs(split)), data.targets(split)) for split in splits}
        split = "test" if work.has_test else "validation"
        test = table_of(data.inputs(split))[tested], data.targets(split)[tested]
        return SeriesInputs(parts["train"], parts["validation"], test)

    def measure(self, inputs: SeriesInputs) -> Measured:
        from sklearn.linear_model import LogisticRegression

        models = [LogisticRegression(C=strength, max_iter=2000).fit(*inputs.train) for strength in STRENGTHS]
        best = int(np.argmax([model.score(*inputs.validation) for model in models]))
        found = torch.from_numpy(models[best].predict_log_proba(inputs.test[0]))
        if found.shape[1] != int(max(labels.max() for _, labels in inputs)) + 1:
            raise LeftOut("a class has no train row")
        return Measured(figures(inputs.test[1], found), {"strength": STRENGTHS[best]})


def table_of(series: list[list[list[float]]]) -> np.ndarray:
    """Return series of one length as a table (N, T * F)."""
    return np.array(series, dtype=np.float64).reshape(len(series), -1)


BASELINES: tuple[Baseline, ...] = (MajorityClass(), LinearValues())
