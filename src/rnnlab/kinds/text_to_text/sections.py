"""A text-to-text run's sections of its page: measures with intervals, scores by group, outputs, attention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.bootstrap import RESAMPLES, Interval
from rnnlab.evaluation.sequence.breakdown import (
    Slice,
    breakdown,
    by_length_ratio,
    by_repetition,
    by_source_length,
)
from rnnlab.evaluation.sequence.measures import MEASURES, TRAIN_VECTORS, signatures, statistics
from rnnlab.evaluation.sequence.pairs import Written, with_count
from rnnlab.evaluation.sequence.resample import sequence_intervals
from rnnlab.kinds.metric import find_metric
from rnnlab.kinds.text_to_text.attention import read_attention
from rnnlab.kinds.text_to_text.metrics import METRICS
from rnnlab.kinds.text_to_text.read_outputs import extremes, output_cards
from rnnlab.kinds.text_to_text.saved import read_predictions
from rnnlab.kinds.text_to_text.texts import Texts
from rnnlab.report.baselines import baseline_figures
from rnnlab.report.limited import part_of
from rnnlab.report.names import tested, tested_prefix
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.grouped import grouped_chart
from rnnlab.report.page.heatmap import heatmap
from rnnlab.report.page.markup import number
from rnnlab.report.page.parts import Markup, Part, Score, Section, Table, Words

CARDS = 3
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
BY_GROUP_RESAMPLES = 300


class Measured(NamedTuple):
    """A run's outputs, the statistics of its measures by row, and the scores with intervals."""

    texts: Texts
    statistics: Mapping[str, np.ndarray]
    intervals: Mapping[str, Interval]


def said(name: str) -> str:
    """Return a measure's name for people."""
    return NAMES.get(name, name.replace("_", " "))


def measured(files: RunFiles) -> Measured | None:
    """Return the run's outputs measured again, row by row; None without predictions."""
    path, prefix = files.path / "predictions.parquet", tested_prefix(files.result)
    named = (metric.name for metric in METRICS if f"{prefix}{metric.name}" in files.metrics)
    names = tuple(name for name in named if name in MEASURES and not name.startswith("similarity"))
    return _measured(path, names, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=8)
def _measured(path: Path, names: tuple[str, ...], version: int) -> Measured | None:
    texts = read_predictions(path)
    if texts is None or not texts.rows:
        return None
    found = statistics(names, Written(texts.sources, texts.references, texts.outputs))
    if texts.similarity:
        found[TRAIN_VECTORS] = with_count(texts.similarity)
    return Measured(texts, found, sequence_intervals(found))


def score_table(files: RunFiles) -> list[Score]:
    """Return every final figure of the run, with its interval where its rows are at hand."""
    prefix, found = tested_prefix(files.result), measured(files)
    intervals = {} if found is None else found.intervals
    scores = []
    for metric in METRICS:
        name, one = f"{prefix}{metric.name}", intervals.get(metric.name)
        if name in files.metrics:
            low, high = (None, None) if one is None or not metric.interval else (one.low, one.high)
            scores.append(Score(said(metric.name), files.metrics[name], low, high, name))
    return scores


def cards(files: RunFiles) -> Iterator[tuple[str, str, str]]:
    """Yield the monitored measure and the next ones with their intervals."""
    monitored = files.monitor[0].rpartition("/")[2]
    scores = [one for one in score_table(files) if one.low is not None]
    scores.sort(key=lambda one: not one.metric.endswith(f"/{monitored}"))
    for one in scores[:CARDS]:
        yield one.label, number(one.value, _decimals(one.metric)), _between(one)


def sections(files: RunFiles) -> list[Section]:
    """Return the measures, their breakdown, outputs worth reading and attention."""
    split, found = tested(files.result).capitalize(), measured(files)
    parts: list[Part] = [_score_part(files, split)]
    signed = signatures(() if found is None else found.statistics)
    parts += [Words(f"{said(name)}: {one}") for name, one in signed.items()]
    rows = part_of(files.result, tested(files.result)) or (f"{len(found.texts.rows):,} rows" if found else "")
    note = f"{rows}; what the model wrote by itself; intervals by {RESAMPLES:,} bootstrap resamples of rows"
    built = [Section("test", split, parts, note if found else "")]
    if found is not None:
        built += [_groups(files, found), *_outputs(found)]
    maps = "".join(
        heatmap(f"row {one.row + 1}", one.source, one.output, one.weights)
        for one in read_attention(files.path)
    )
    how = "source tokens across, output tokens down; the stronger the colour, the larger the weight"
    drawn = [Markup(f'<div class="charts">{maps}</div>')] if maps else []
    return [*built, Section("attention", "Attention", drawn, how)]


def _score_part(files: RunFiles, split: str) -> Table:
    """Return the table of all measures beside the baselines' figures."""
    baselines, rows = baseline_figures(files.result), []
    for one in score_table(files):
        decimals = _decimals(one.metric)
        others = [
            number(own.get(one.metric), decimals) if one.metric in own else "" for own in baselines.values()
        ]
        rows.append([one.label, number(one.value, decimals), _between(one), *others])
    return Table([split, "value", "95 % interval", *baselines], rows)


def _groups(files: RunFiles, found: Measured) -> Section:
    """Return the judged measure by source length, and by what the outputs are like."""
    written = Written(found.texts.sources, found.texts.references, found.texts.outputs)
    name = files.monitor[0].rpartition("/")[2]
    name = name if name in found.statistics else next(iter(found.statistics), "")
    if not name:
        return Section("groups", "By group", [])
    chosen = {name: found.statistics[name]}
    words = any(len(source.split()) > 1 for source in written.sources)  # else a word is spelled
    unit, tokens_of = ("words", str.split) if words else ("characters", list)
    lengths = breakdown(chosen, by_source_length(written, tokens_of), BY_GROUP_RESAMPLES)
    groups = [(one.label, one.rows, one.scores[name]) for one in lengths]
    chart = grouped_chart(f"{said(name)} by source length", f"{unit} in the source", said(name), groups)
    tables = [
        _slices(kind, breakdown(chosen, made(written), BY_GROUP_RESAMPLES), name)
        for kind, made in (("output by reference, words", by_length_ratio), ("output", by_repetition))
    ]
    return Section(
        "groups", "By length and repetition", [Markup(f'<div class="charts">{chart}</div>'), *tables]
    )


def _slices(kind: str, slices: list[Slice], name: str) -> Table:
    decimals = _decimals(name)
    rows = [
        [
            one.label,
            f"{one.rows:,}",
            number(one.scores[name].value, decimals),
            _ends(one.scores[name], decimals),
        ]
        for one in slices
    ]
    return Table([kind, "rows", said(name), "95 % interval"], rows)


def _outputs(found: Measured) -> list[Section]:
    """Return the worst and the best outputs beside their references."""
    worst, best = extremes(found.texts)
    how = "dotted: words of the reference that the output lacks; underlined: words that the reference lacks"
    return [
        Section("worst", "Worst outputs", [Markup(output_cards(found.texts, worst))], how),
        Section("best", "Best outputs", [Markup(output_cards(found.texts, best))]),
    ]


def _decimals(metric: str) -> int:
    found = find_metric(METRICS, metric)
    return 4 if found is None else found.decimals


def _between(one: Score) -> str:
    if one.low is None or one.high is None:
        return ""
    return _ends(Interval(one.value, one.low, one.high), _decimals(one.metric))


def _ends(one: Interval, decimals: int) -> str:
    return f"{number(one.low, decimals)} to {number(one.high, decimals)}"
