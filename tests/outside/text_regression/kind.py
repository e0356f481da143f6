"""Text regression as a kind of problem, such as the stars of a review."""

from __future__ import annotations

import numpy as np

from rnnlab.kinds.metric import Metric
from rnnlab.kinds.row_answers import TextAnswers
from rnnlab.kinds.row_kind import RowKind

FIELDS = {"predicted": float}


class TextRegression(RowKind):
    name = "text_regression"
    noun = "a text regression model"
    commands = RowKind.commands | {"export", "explain"}
    needs = "texts with a number each"
    metrics = (
        Metric("loss", lower_is_better=True, splits=("train",)),
        Metric("mae", lower_is_better=True, interval=True),
        Metric("rmse", lower_is_better=True, interval=True),
        Metric("r2", interval=True),
    )

    def scores(self, columns):
        label, error = columns["label"], columns["predicted"] - columns["label"]
        squares = np.square(error).mean()
        return {"mae": np.abs(error).mean(), "rmse": squares**0.5, "r2": 1 - squares / label.var()}

    def answer(self, run, options):
        return TextAnswers.of_run(run, said, FIELDS)

    def export(self, run):
        from rnnlab.kinds.row_export import text_exportable

        return text_exportable(run, "A recurrent regression of texts")

    def open_exported(self, exported):
        return TextAnswers.of_export(exported, said, FIELDS)

    def explain(self, run):
        from rnnlab.kinds.row_explainer import NumberExplainer

        return NumberExplainer(run, "the number")


def said(output):
    return {"predicted": float(output[0])}


KIND = TextRegression()
