"""The sections of one run."""

from __future__ import annotations

from rnnlab.evaluation.bootstrap import RESAMPLES, Interval
from rnnlab.report.limited import part_of, part_of_metric
from rnnlab.report.names import label, split_of, tested, tested_prefix
from rnnlab.report.page import confidence, quality
from rnnlab.report.page.baselines import baselines_section
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.learning import learning_curves
from rnnlab.report.page.markup import duration, number, section, text, tiles
from rnnlab.report.page.mistakes import mistakes
from rnnlab.report.page.origin import origin
from rnnlab.report.page.pictures import pictures
from rnnlab.report.page.predictions import Predictions
from rnnlab.report.page.scale import short
from rnnlab.report.page.writing import language_scores, samples

CLASSIFIER = ("accuracy", "macro_recall", "macro_f1", "loss")
SAID = {
    "bits_stream": "bits a token, one stream",
    "perplexity_stream": "perplexity, one stream",
    "bits_windows": "bits a token, windows",
}
LANGUAGE = ("bits_stream", "perplexity_stream", "bits_windows")


def heading(run: RunFiles) -> str:
    """What the page is called, in plain text."""
    return f"{run.task} with {run.model}"


def status(run: RunFiles) -> str:
    """A word in colour, and the folder's name."""
    kind = {"finished": "good", "failed": "bad"}.get(run.status, "other")
    folder = f'<span class="dim">{text(run.path.name)}</span>'
    return f'<p><span class="status {kind}">{text(run.status)}</span> {folder}</p>'


def run_sections(run: RunFiles, prefix: str = "") -> list[str]:
    """Everything about one run; `prefix` sets its ids apart from another one's on the page."""
    predictions = run.predictions
    found = quality.intervals_of(predictions) if predictions is not None else {}
    parts = [section(f"{prefix}summary", "Summary", _summary(run, found))]
    parts.append(baselines_section(run, prefix))
    parts.append(section(f"{prefix}curves", "Training", learning_curves(run), _monitored(run)))
    if predictions is not None:
        parts += _classifier(run, predictions, found, prefix)
    scores, part = language_scores(run.metrics, tested(run.result)), part_of(run.result, tested(run.result))
    windows = f"windows: {text(part)}" if part else ""
    parts.append(section(f"{prefix}language", tested(run.result).capitalize(), scores, windows))
    parts.append(section(f"{prefix}samples", "Samples", samples(run), "written by the best checkpoint"))
    parts.append(section(f"{prefix}pictures", "Attention and attributions", pictures(run.path)))
    parts.append(section(f"{prefix}origin", "What was run", origin(run)))
    return [part for part in parts if part]


def _classifier(
    run: RunFiles, predictions: Predictions, found: dict[str, Interval], prefix: str
) -> list[str]:
    calibrated = str(run.part("calibration").get("said", ""))
    tables = [
        quality.scores_table(found, tested(run.result)),
        quality.confusion_table(predictions),
        quality.class_table(predictions, found),
        quality.other_scores(run.metrics, tested_prefix(run.result), calibrated),
    ]
    beside = "".join(f"<div>{one}</div>" for one in tables if one)
    charts = [
        *confidence.threshold_charts(predictions),
        *confidence.reliability_charts(predictions, run.metrics.get("temperature", 1.0)),
        *confidence.group_charts(predictions),
    ]
    rows, wrong = len(predictions.labels), int((~predictions.right).sum())
    read = text(part_of(run.result, tested(run.result)) or f"{rows:,} rows")
    said = f"{read}; intervals by {RESAMPLES:,} bootstrap resamples of them"
    if run.part("data").get("official") is False:
        said += '; <strong class="warn">not the official split</strong>'
    grid = f'<div class="charts">{"".join(charts)}</div>'
    surest, split = f"the surest of {wrong:,} mistakes", tested(run.result).capitalize()
    return [
        section(f"{prefix}test", split, f'<div class="beside">{beside}</div>', said),
        section(f"{prefix}charts", "Thresholds, confidence, length", grid),
        section(f"{prefix}mistakes", "Errors worth reading", mistakes(predictions), surest),
    ]


def _summary(run: RunFiles, found: dict[str, Interval]) -> str:
    """The numbers that matter most."""
    cards = []
    for name in (*CLASSIFIER, *LANGUAGE):
        metric = f"{tested_prefix(run.result)}{name}"
        value = run.metrics.get(metric)
        if value is not None and (name in found or name in LANGUAGE):
            part = part_of_metric(run.result, metric)
            below = tested(run.result)
            if name in found:
                below = f"{number(found[name].low, 3)} to {number(found[name].high, 3)}"
            below += f", {part}" if part else ""
            cards.append((SAID.get(name, label(name)), number(value), below))
    monitor = run.monitor[0]
    if monitor in run.metrics and not cards:
        cards.append((label(monitor), number(run.metrics[monitor]), f"best {split_of(monitor)}"))
    if run.best_step is not None:
        of_all = max((step for series in run.history.values() for step in series.steps), default=0)
        cards.append(("best step", f"{run.best_step:,}", f"of {of_all:,}"))
    parameters = run.part("model").get("parameters")
    if isinstance(parameters, int):
        cards.append(("parameters", short(parameters), run.model))
    seconds = run.result.get("seconds")
    if isinstance(seconds, int | float):
        cards.append(("time", duration(seconds), str(run.result.get("device", ""))))
    return tiles(cards)


def _monitored(run: RunFiles) -> str:
    """What chose the checkpoint."""
    name, lowest = run.monitor
    if run.best_step is None:
        return ""
    said = f"{'lowest' if lowest else 'highest'} <code>{text(name)}</code>"
    return f"dashed: step {run.best_step:,}, with the {said}, whose checkpoint was tested"
