"""Charts of a classifier: ROC, precision and recall, reliability, accuracy by length and by confidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rnnlab.evaluation.calibration import Reliability, reliability
from rnnlab.evaluation.curves import Curve, precision_recall, roc, thinned
from rnnlab.evaluation.groups import Group, by_confidence, by_value
from rnnlab.report.page.chart import Frame, colour, figure, straight
from rnnlab.report.page.predictions import Predictions
from rnnlab.report.page.scale import Scale, scale_of, short

UNIT = Scale(0.0, 1.0)
MOST_CURVES = 8


def threshold_charts(predictions: Predictions) -> list[str]:
    """Plot ROC and precision-recall curves, one class against the rest; with two classes only the last."""
    return [
        _curves(
            "ROC, each class against the rest",
            "false positive rate",
            "true positive rate",
            predictions,
            roc,
            "AUC",
        ),
        _curves(
            "Precision and recall, each class", "recall", "precision", predictions, precision_recall, "AP"
        ),
    ]


def _curves(
    title: str,
    x_name: str,
    y_name: str,
    predictions: Predictions,
    curve_of: Callable[..., Curve | None],
    area: str,
) -> str:
    frame = Frame(Scale(-0.01, 1.01), Scale(-0.02, 1.04), x_name, y_name)
    marks, legend = [], {}
    if curve_of is roc:
        marks.append(frame.line([0, 1], [0, 1], "guide"))
    places = range(len(predictions.classes)) if len(predictions.classes) > 2 else [1]
    for index in list(places)[:MOST_CURVES]:
        found = curve_of(predictions.labels == index, predictions.probabilities[:, index])
        if found is None:
            continue
        few = thinned(found)
        kept = few.x >= (0.005 if curve_of is precision_recall else 0)  # the precision of a few rows is noise
        marks.append(frame.line(few.x[kept].tolist(), few.y[kept].tolist(), f"line {colour(index)}"))
        legend[f"{predictions.classes[index]} ({area} {found.area:.3f})"] = colour(index)
    return figure(title, frame, marks, legend) if legend else ""


def reliability_charts(predictions: Predictions, temperature: float) -> list[str]:
    """Plot accuracy against confidence, as predicted and, if one was fitted, at the run's temperature."""
    charts = [_reliability("Reliability", reliability(predictions.labels, predictions.probabilities))]
    if temperature != 1.0:
        scaled = predictions.at(temperature)
        found = reliability(scaled.labels, scaled.probabilities)
        charts.append(_reliability(f"Reliability at temperature {temperature:.3g}", found))
    return charts


def _reliability(title: str, found: Reliability) -> str:
    frame = Frame(UNIT, Scale(0.0, 1.04), "confidence", "accuracy")
    width, marks = 1 / len(found.counts), []
    most = max(found.counts.max(), 1)
    for index, count in enumerate(found.counts.tolist()):
        if not count:
            continue
        low, high = index * width, (index + 1) * width
        share = 0.35 + 0.65 * count / most  # paler where there are few rows
        said = f"{count:,} rows of confidence {low:.2f} to {high:.2f}: {found.accuracies[index]:.1%} right"
        marks.append(_bar(frame, low, high, found.accuracies[index], "s0", said, share))
        place = frame.down(found.confidences[index])
        marks.append(straight("mark", frame.across(low) + 1, place, frame.across(high) - 1, place))
    marks.append(frame.line([0, 1], [0, 1], "guide"))
    legend = {"accuracy (paler: fewer rows)": "s0", "mean confidence": "s1"}
    return figure(title, frame, marks, legend, note=f"expected calibration error {found.error:.4f}")


def group_charts(predictions: Predictions) -> list[str]:
    """Plot accuracy by the number of words, and by confidence, with 95 % intervals."""
    right = predictions.right
    return [
        _groups("Accuracy by length", "words in the text", by_value(predictions.lengths, right), "{:.0f}"),
        _groups(
            "Accuracy by confidence",
            "largest probability",
            by_confidence(predictions.probabilities, right),
            "{:.1f}",
        ),
    ]


def _groups(title: str, x_name: str, groups: Sequence[Group], form: str) -> str:
    lows, highs = [g.interval[0] for g in groups], [g.interval[1] for g in groups]
    y = scale_of([*lows, *highs])
    frame = Frame(Scale(0, len(groups)), Scale(max(y.low, 0), min(y.high, 1.02)), x_name, "accuracy")
    marks, names = [], []
    for index, group in enumerate(groups):
        ends = [form.format(group.low), form.format(group.high)]
        name = ends[0] if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"
        said = f"{name}: {group.rows:,} rows, {group.accuracy:.1%} right"
        place, (low, high) = index + 0.5, group.interval
        marks.append(
            straight("bar", frame.across(place), frame.down(low), frame.across(place), frame.down(high))
        )
        marks.append(frame.dot(place, group.accuracy, "dot s0", 4.5, said))
        names.append((place, name))
    marks.append(frame.named(names))
    return figure(title, frame, marks, note=f"{_rows(groups)}; bars are 95 % intervals", x_ticks=[])


def _rows(groups: Sequence[Group]) -> str:
    counts = [group.rows for group in groups]
    return (
        f"{short(min(counts))} to {short(max(counts))} rows each"
        if len(set(counts)) > 1
        else f"{counts[0]:,} rows each"
    )


def _bar(frame: Frame, low: float, high: float, value: float, kind: str, said: str, share: float) -> str:
    left, right, top = frame.across(low) + 1, frame.across(high) - 1, frame.down(value)
    place = f'x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{frame.down(0) - top:.1f}"'
    return f'<rect class="fill {kind}" {place} opacity="{share:.2f}"><title>{said}</title></rect>'
