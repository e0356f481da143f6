"""A text-to-text run's sections of its page: measures with intervals, scores by group, outputs, attention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnlab.evaluation.bootstrap import RESAMPLES, Interval
from rnnlab.evaluation.sequence.measures import MEASURES, TRAIN_VECTORS, signatures, statistics
from rnnlab.evaluation.sequence.pairs import Written, with_count
from rnnlab.evaluation.sequence.resample import sequence_intervals
from rnnlab.kinds.text_to_text.attention import read_attention
from rnnlab.kinds.text_to_text.group_parts import decimals_of, ends_of, group_parts, said
from rnnlab.kinds.text_to_text.margins import margins
from rnnlab.kinds.text_to_text.metrics import METRICS
from rnnlab.kinds.text_to_text.read_outputs import extremes, output_cards
from rnnlab.kinds.text_to_text.saved import read_predictions
from rnnlab.kinds.text_to_text.texts import Texts
from rnnlab.report.baselines import baseline_figures
from rnnlab.report.limited import part_of
from rnnlab.report.names import tested, tested_prefix
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.heatmap import heatmap
from rnnlab.report.page.markup import number
from rnnlab.report.page.parts import Markup, Part, Score, Section, Table, Words

CARDS = 3


class Measured(NamedTuple):
    """A run's outputs, the statistics of its measures by row, and the scores with intervals."""

    texts: Texts
    statistics: Mapping[str, np.ndarray]
    intervals: Mapping[str, Interval]


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
        yield one.label, number(one.value, decimals_of(one.metric)), _between(one)


def sections(files: RunFiles) -> list[Section]:
    """Return the measures, their breakdown, outputs worth reading and attention."""
    split, found = tested(files.result).capitalize(), measured(files)
    parts: list[Part] = [_score_part(files, split)]
    parts += [_margin_part(files, found)] if found is not None else []
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
        decimals = decimals_of(one.metric)
        others = [
            number(own.get(one.metric), decimals) if one.metric in own else "" for own in baselines.values()
        ]
        rows.append([one.label, number(one.value, decimals), _between(one), *others])
    return Table([split, "value", "95 % interval", *baselines], rows)


def _margin_part(files: RunFiles, found: Measured) -> Table:
    """Return the table of the differences from a baseline on the same rows; empty without one."""
    above = margins(found.statistics, found.texts, files.part("baselines"))
    if above is None:
        return Table([""], [])
    rows = []
    for name, one in above[1].items():
        decimals = decimals_of(name)
        rows.append([said(name), number(one.interval.value, decimals), ends_of(one.interval, decimals)])
    return Table(
        [f"run minus {above[0]}", "difference", "95 % interval"], rows, "Paired bootstrap over the rows"
    )


def _groups(files: RunFiles, found: Measured) -> Section:
    """Return the monitored measure, or the first, by source length and by what the outputs are like."""
    name = files.monitor[0].rpartition("/")[2]
    name = name if name in found.statistics else next(iter(found.statistics), "")
    written = Written(found.texts.sources, found.texts.references, found.texts.outputs)
    parts = group_parts(written, name, found.statistics[name]) if name else []
    return Section("groups", "By length and repetition", parts)


def _outputs(found: Measured) -> list[Section]:
    """Return the worst and the best outputs beside their references."""
    worst, best = extremes(found.texts)
    how = "dotted: words of the reference that the output lacks; underlined: words that the reference lacks"
    return [
        Section("worst", "Worst outputs", [Markup(output_cards(found.texts, worst))], how),
        Section("best", "Best outputs", [Markup(output_cards(found.texts, best))]),
    ]


def _between(one: Score) -> str:
    if one.low is None or one.high is None:
        return ""
    return ends_of(Interval(one.value, one.low, one.high), decimals_of(one.metric))
