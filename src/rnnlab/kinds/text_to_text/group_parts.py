"""The parts of a page that show a measure by group of rows, and how measures are written there. N rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnlab.evaluation.bootstrap import Interval
from rnnlab.evaluation.sequence.breakdown import (
    Slice,
    breakdown,
    by_length_ratio,
    by_repetition,
    by_source_length,
)
from rnnlab.evaluation.sequence.pairs import Written
from rnnlab.kinds.metric import find_metric
from rnnlab.kinds.text_to_text.metrics import METRICS
from rnnlab.report.page.grouped import grouped_chart
from rnnlab.report.page.markup import number
from rnnlab.report.page.parts import Markup, Part, Table

RESAMPLES = 300  # of each group's interval
NAMES = {
    "bleu": "BLEU",
    "bleu_lowercase": "BLEU, lowercased",
    "chrf": "chrF",
    "ter": "TER",
    "rouge1": "ROUGE-1",
    "rouge2": "ROUGE-2",
    "rougeL": "ROUGE-L",
    "similarity_train_vectors": "similarity (vectors of the train text)",
    "similarity_sentence_encoder": "similarity (sentence encoder)",
}


def said(name: str) -> str:
    """Return a measure's name for people."""
    return NAMES.get(name, name.replace("_", " "))


def decimals_of(metric: str) -> int:
    found = find_metric(METRICS, metric)
    return 4 if found is None else found.decimals


def ends_of(one: Interval, decimals: int) -> str:
    return f"{number(one.low, decimals)} to {number(one.high, decimals)}"


def group_parts(written: Written, name: str, statistics: np.ndarray) -> list[Part]:
    """Return a chart by source length, and tables by length ratio and repetition.

    Args:
        statistics: (N, k) of the measure `name`.
    """
    chosen = {name: statistics}
    words = any(len(source.split()) > 1 for source in written.sources)  # else a word is spelled
    unit, tokens_of = ("words", str.split) if words else ("characters", list)
    lengths = breakdown(chosen, by_source_length(written, tokens_of), RESAMPLES)
    groups = [(one.label, one.rows, one.scores[name]) for one in lengths]
    chart = grouped_chart(f"{said(name)} by source length", f"{unit} in the source", said(name), groups)
    tables = [
        _slices(kind, breakdown(chosen, made(written), RESAMPLES), name)
        for kind, made in (("output by reference, words", by_length_ratio), ("output", by_repetition))
    ]
    return [Markup(f'<div class="charts">{chart}</div>'), *tables]


def _slices(kind: str, slices: Sequence[Slice], name: str) -> Table:
    decimals = decimals_of(name)
    rows = [
        [
            one.label,
            f"{one.rows:,}",
            number(one.scores[name].value, decimals),
            ends_of(one.scores[name], decimals),
        ]
        for one in slices
    ]
    return Table([kind, "rows", said(name), "95 % interval"], rows)
