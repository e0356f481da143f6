"""Checks of forecasting: heads, models and data that cannot go together."""

from __future__ import annotations

import numpy as np

from rnnlab.data.series.check import check_series
from rnnlab.data.series.table import SeriesTable
from rnnlab.errors import SettingError
from rnnlab.kinds.forecasting.conformal import NONE, pairs_of
from rnnlab.kinds.work import Settings, Work
from rnnlab.model.forecast.options import CAUSAL, SEGMENTS, SMOOTHED, UNSHIFTED

OF_WORDS = {  # heads that label words, by the classes of conf/head
    "rnnlab.model.head.crf.CRF": "crf",
    "rnnlab.model.head.softmax.Softmax": "softmax",
}
HEADS = "quantile, point, gaussian, student_t, negative_binomial or mixture"
SEASONAL = ("seasonal", "both")  # values of model.skip
AT_ONCE = 1 << 20  # points
COUNTS = "rnnlab.model.head.negative_binomial.NegativeBinomial"


def check_forecasting(settings: Settings) -> None:
    """Raise SettingError for the first clash."""
    if "horizon" in settings.data:  # other data are refused by their class
        check_series(settings.data)
    check_head(settings)
    check_network(settings)
    check_forecaster(settings)
    check_prices(settings)
    check_conformal(settings)


def check_prepared(work: Work) -> None:
    """Raise SettingError for the first setting that does not fit the data."""
    skip, season = work.settings.model.get("skip"), work.facts["season"]
    if skip in SEASONAL and season < 2:
        rule = "repeats the last season, and these data have none: set data.season, or choose none or linear"
        raise SettingError("model.skip", skip, rule)
    if skip in SEASONAL and season > work.facts["input_length"]:
        rule = f"must be at least the season of {season} steps, which model.skip={skip} repeats"
        raise SettingError("data.input_length", work.facts["input_length"], rule)
    if work.settings.model.get("forecaster") == SMOOTHED and season > work.facts["input_length"]:
        rule = f"must be at least the season of {season} steps, which model=es_rnn smooths"
        raise SettingError("data.input_length", work.facts["input_length"], rule)
    if work.settings.head.get("_target_") == COUNTS:
        check_counts(work.data.table)


def check_counts(table: SeriesTable) -> None:
    """Refuse targets that are no counts for a head of counts."""
    for start in range(0, len(table.values), AT_ONCE):
        part = np.asarray(table.values[start : start + AT_ONCE])
        points, columns = np.nonzero(np.isfinite(part) & ((part < 0) | (part != np.floor(part))))
        if len(points):
            point = start + int(points[0])
            series = int(np.searchsorted(table.starts, point, side="right")) - 1
            where = f"{table.columns.targets[columns[0]]} of series {table.names[series]}"
            rule = f"needs counts 0, 1, 2, ..., and {where} has {part[points[0], columns[0]]:g}"
            raise SettingError("head", "negative_binomial", f"{rule}: choose student_t or quantile")


def check_head(settings: Settings) -> None:
    """Refuse a head of words, and one of counts on values that are scaled to others."""
    head, scaling = settings.head.get("_target_"), settings.data.get("scaling", "none")
    if head in OF_WORDS:
        rule = f"labels words, and task={settings.task.name} predicts numbers: choose {HEADS}"
        raise SettingError("head", OF_WORDS[head], rule)
    if head == COUNTS and scaling != "none":
        rule = "head=negative_binomial needs the counts themselves: choose data.scaling=none"
        raise SettingError("data.scaling", scaling, f"{rule} (and model.window_norm=scale)")


def check_network(settings: Settings) -> None:
    """Refuse a model of sentences in documents, and segments that are longer than a window."""
    if "sentence_encoder" in settings.model:
        rule = f"task={settings.task.name} reads numbers, and this model reads sentences: choose model=gru"
        raise SettingError("model", "hierarchical", rule)
    length, most = settings.model.get("segment_length"), settings.data.get("input_length")
    if settings.model.get("forecaster") == SEGMENTS and length and most and length > most:
        rule = f"must be at most data.input_length={most}: a window has whole segments"
        raise SettingError("model.segment_length", length, rule)


def check_forecaster(settings: Settings) -> None:
    """Refuse what a forecaster or a head of counts cannot do: shifts, other levels, two directions."""
    model, forecaster = settings.model, settings.model.get("forecaster")
    norm, skip = model.get("window_norm", "none"), model.get("skip", "none")
    counts = settings.head.get("_target_") == COUNTS
    if counts and norm not in UNSHIFTED:
        rule = "shifts counts, which head=negative_binomial does not take: choose scale or none"
        raise SettingError("model.window_norm", norm, rule)
    if counts and forecaster == SMOOTHED:
        rule = "adds a level, which head=negative_binomial does not take: choose model=deepar"
        raise SettingError("model", "es_rnn", rule)
    if skip != "none" and (counts or forecaster == SMOOTHED):
        why = "head=negative_binomial takes no shift" if counts else "model=es_rnn has a level of its own"
        raise SettingError("model.skip", skip, f"is added to the forecast, and {why}: choose none")
    if forecaster in CAUSAL and model.get("bidirectional"):
        rule = "reads a window from both ends, and this forecaster goes on from its end: choose false"
        raise SettingError("model.bidirectional", "true", rule)


def check_prices(settings: Settings) -> None:
    """Refuse a forecast of prices without the baseline that repeats the last one."""
    if settings.data.get("prices") and not settings.get("baselines"):
        rule = "a forecast of prices is shown beside the one that repeats the last price: choose true"
        raise SettingError("baselines", "false", rule)


def check_conformal(settings: Settings) -> None:
    """Refuse conformal intervals without two levels that mirror each other."""
    levels = list(settings.task.levels)
    if settings.task.conformal != NONE and not pairs_of(sorted(levels)):
        rule = "needs levels on both sides of an interval, such as 0.1 and 0.9, for task.conformal"
        raise SettingError("task.levels", levels, f"{rule}={settings.task.conformal}")


def check_tested(work: Work) -> None:
    """Refuse conformal intervals that would be measured on the windows that they were fitted on."""
    method = work.settings.task.conformal
    if method != NONE and not work.has_test:
        rule = "needs a test part: intervals fitted on the validation windows cannot be measured on them"
        raise SettingError("task.conformal", method, f"{rule}; choose none")
