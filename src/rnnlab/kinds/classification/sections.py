"""A classifier's sections of a run's page: scores with intervals, charts, its surest mistakes."""

from __future__ import annotations

from collections.abc import Iterator

from rnnlab.evaluation.bootstrap import RESAMPLES, Interval
from rnnlab.report.limited import part_of, part_of_metric
from rnnlab.report.names import label, tested, tested_prefix
from rnnlab.report.page import confidence, quality
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.markup import number, text
from rnnlab.report.page.mistakes import mistakes
from rnnlab.report.page.parts import Markup, Score, Section
from rnnlab.report.page.predictions import Predictions

CARDS = ("accuracy", "macro_recall", "macro_f1", "loss")


def cards(files: RunFiles) -> Iterator[tuple[str, str, str]]:
    """Yield the main scores, with their intervals."""
    found = intervals(files)
    for name in CARDS:
        metric = f"{tested_prefix(files.result)}{name}"
        value = files.metrics.get(metric)
        if value is not None and name in found:
            part = part_of_metric(files.result, metric)
            below = f"{number(found[name].low, 3)} to {number(found[name].high, 3)}"
            yield label(name), number(value), below + (f", {part}" if part else "")


def score_table(files: RunFiles) -> list[Score]:
    """Return the scores over all classes."""
    found, prefix = intervals(files), tested_prefix(files.result)
    return [
        Score(quality.NAMES.get(name, label(name)), *found[name], metric=f"{prefix}{name}")
        for name in quality.WHOLE
        if name in found
    ]


def sections(files: RunFiles) -> list[Section]:
    """Return the test, the charts and the mistakes; none without predictions."""
    predictions = files.predictions
    if predictions is None:
        return []
    charts = [
        *confidence.threshold_charts(predictions),
        *confidence.reliability_charts(predictions, files.metrics.get("temperature", 1.0)),
        *confidence.group_charts(predictions),
    ]
    grid, wrong = f'<div class="charts">{"".join(charts)}</div>', int((~predictions.right).sum())
    surest, split = f"the surest of {wrong:,} mistakes", tested(files.result).capitalize()
    return [
        Section("test", split, [Markup(_tables(files, predictions))], Markup(_said(files, predictions))),
        Section("charts", "Thresholds, confidence, length", [Markup(grid)]),
        Section("mistakes", "Errors worth reading", [Markup(mistakes(predictions))], surest),
    ]


def intervals(files: RunFiles) -> dict[str, Interval]:
    """Return every score of the run's predictions with its interval; none without predictions."""
    return {} if files.predictions is None else files.predictions.intervals


def _tables(files: RunFiles, predictions: Predictions) -> str:
    found, calibrated = intervals(files), str(files.part("calibration").get("said", ""))
    tables = [
        quality.scores_table(found, tested(files.result)),
        quality.confusion_table(predictions),
        quality.class_table(predictions, found),
        quality.other_scores(files.metrics, tested_prefix(files.result), calibrated),
    ]
    return f'<div class="beside">{"".join(f"<div>{one}</div>" for one in tables if one)}</div>'


def _said(files: RunFiles, predictions: Predictions) -> str:
    """Return a sentence on what was tested, and how the intervals were made."""
    read = part_of(files.result, tested(files.result)) or f"{len(predictions.labels):,} rows"
    said = f"{text(read)}; intervals by {RESAMPLES:,} bootstrap resamples of them"
    if files.part("data").get("official") is False:
        said += '; <strong class="warn">not the official split</strong>'
    return said
