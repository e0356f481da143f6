"""Series regression as a kind of problem: real-valued steps in, a number out, no text anywhere."""

from __future__ import annotations

import numpy as np

from rnnlab.kinds.metric import Metric
from rnnlab.kinds.row_answers import SeriesAnswers, exported_network, network_of
from rnnlab.kinds.row_kind import RowKind

FIELDS = {"predicted": float}


class SeriesRegression(RowKind):
    name = "series_regression"
    noun = "a series regression model"
    commands = RowKind.commands | {"export"}
    needs = "series with a number each"
    metrics = (
        Metric("loss", lower_is_better=True, splits=("train",)),
        Metric("mae", lower_is_better=True, unit="Hz", interval=True),
        Metric("worst", lower_is_better=True, unit="Hz", decimals=2),
    )

    def scores(self, columns):
        error = np.abs(columns["predicted"] - columns["label"])
        return {"mae": error.mean(), "worst": error.max()}

    def answer(self, run, options):
        return SeriesAnswers(network_of(run), said, FIELDS, run.facts["input_size"])

    def export(self, run):
        from rnnlab.kinds.row_export import series_exportable

        return series_exportable(run, "A recurrent regression of series")

    def open_exported(self, exported):
        return SeriesAnswers(exported_network(exported), said, FIELDS, exported.settings["features"])


def said(output):
    return {"predicted": float(output[0])}


KIND = SeriesRegression()
