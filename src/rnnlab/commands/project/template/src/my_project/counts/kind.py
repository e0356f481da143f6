"""Counts as a kind of problem: a whole number for each text, by Poisson regression.

It imports no torch, so that commands which need none answer at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from my_project.counts.scores import scores
from rnnlab.kinds.metric import Metric
from rnnlab.kinds.row_answers import TextAnswers
from rnnlab.kinds.row_kind import RowKind

FIELDS = {"predicted": float}


class CountsKind(RowKind):
    """Texts with a count each; the network gives the logarithm of the expected count (B, 1)."""

    name = "counts"
    noun = "a count model"
    needs = "texts with a count each"
    commands = RowKind.commands | {"explain"}
    metrics = (
        Metric("loss", lower_is_better=True, splits=("train",)),
        Metric("deviance", lower_is_better=True, interval=True),
        Metric("mae", lower_is_better=True, interval=True),
        Metric("exact", interval=True),
    )

    def scores(self, columns: Mapping[str, np.ndarray]) -> Mapping[str, float]:
        return scores(columns["label"], columns["predicted"])

    def baselines(self) -> Sequence[Any]:
        from my_project.counts.baseline import TrainMean

        return (TrainMean(),)

    def answer(self, run: Any, options: Mapping[str, Any]) -> TextAnswers:
        return TextAnswers.of_run(run, count_of, FIELDS)

    def explain(self, run: Any) -> Any:
        from rnnlab.kinds.row_explainer import NumberExplainer

        return NumberExplainer(run, "the log of the expected count")


def count_of(output: np.ndarray) -> dict[str, float]:
    """Return the answer to a text from the network's output (1,)."""
    return {"predicted": float(np.exp(output[0]))}


KIND = CountsKind()
