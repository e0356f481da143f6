"""Evaluation of a tagger, as plain values and as tables."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from rnnlab.evaluation.entity_errors import ERRORS, type_confusion
from rnnlab.evaluation.entity_scores import SURFACE, WHOLE
from rnnlab.kinds.tagging.evaluated import Evaluated, evaluated
from rnnlab.kinds.tagging.predictions import Predictions, errors_of, varied, words_of_span
from rnnlab.kinds.use import Evaluation, EvaluationRequest, beside, head
from rnnlab.report.tables import MOST_CLASSES, number, render
from rnnlab.text.printable import printable, shortened

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

MOST_ERRORS = 50  # in metrics.json
SHOWN = 8  # of them in the terminal
NONE = "(none)"


def evaluate(run: FinishedRun, request: EvaluationRequest) -> Evaluation:
    """Measure a tagger on a split of its data, or on a file of tagged sentences.

    Raises:
        SettingError: see `evaluated`.
    """
    results = results_of(run, request, evaluated(run, request))
    if request.path is None:
        results["baselines"] = request.baselines
    return Evaluation(results, tables(results))


def results_of(run: FinishedRun, request: EvaluationRequest, found: Evaluated) -> dict[str, Any]:
    """Return every measurement as plain values for JSON."""
    rows, counts = found.predictions, found.predictions.counts
    metrics = {}
    for name, one in rows.intervals(max(request.resamples, 1)).items():
        ends = {"low": one.low, "high": one.high} if request.resamples else {}
        metrics[name] = {"value": one.value, **ends}
    totals = counts.entities.sum(0)  # (T, 3)
    return {
        **head(run, request.source),
        "rows": len(rows.rows),
        "words": int(counts.words[:, 1].sum()),
        "unit": rows.unit,
        "skipped": [{"problem": problem} for problem in found.skipped],
        "notes": list(found.notes),
        "bootstrap": request.resamples,
        "metrics": metrics,
        "types": counts.types,
        "support": totals[:, 1].tolist(),
        "predicted": totals[:, 2].tolist(),
        "confusion": confusion_of(rows),
        "errors": error_counts(rows),
        "worst_errors": worst_errors(rows, MOST_ERRORS),
    }


def confusion_of(rows: Predictions) -> list[list[int]]:
    """Return counts of true types (rows) against predicted ones; for entities, the last of each is none."""
    counts = type_confusion((match for own in rows.matches for match in own), rows.counts.types)
    return (counts if rows.scheme else counts[:-1, :-1]).tolist()


def error_counts(rows: Predictions) -> dict[str, int]:
    """Return the number of errors of each kind, those that occur."""
    counts = Counter(match.name for own in rows.matches for match in own)
    return {rows.named(name): counts[name] for name in ERRORS if counts[name]}


def worst_errors(rows: Predictions, most: int) -> list[dict[str, Any]]:
    """Return the surest errors of each kind in turn, as plain values."""
    found = []
    for place, match, probability in varied(errors_of(rows))[:most]:
        words = rows.words[place]
        found.append(
            {
                "row": rows.rows[place] + 1,
                "error": rows.named(match.name),
                "true": _span(words, match.true),
                "predicted": _span(words, match.predicted),
                "probability": probability,
                "text": " ".join(words),
            }
        )
    return found


def _span(words: list[str], span: Any) -> dict[str, Any] | None:
    """Return a span's type and words, with its place among the words."""
    if span is None:
        return None
    return {"type": span.type, "text": words_of_span(words, span), "start": span.start, "end": span.end}


def tables(results: dict[str, Any]) -> str:
    """Format the measurements as tables."""
    metrics, baselines = results["metrics"], results.get("baselines") or {}
    title = f"{results['task']} with {results['model']}: {results['data']}, {results['rows']:,} sentences"
    if results["skipped"]:
        count = len(results["skipped"])
        title += f"; {count:,} left out, the first because {results['skipped'][0]['problem']}"
    title += "".join(f"\nnote: {note}" for note in results["notes"])
    names = [name for name in (*WHOLE, *SURFACE) if name in metrics]
    if results["unit"] == "words":  # whose F1 over all is the accuracy
        names = [name for name in names if name == "accuracy" or name.startswith("macro")]
    scores = [[*_line(name, metrics[name]), *beside(baselines, name)] for name in names]
    whole = render(["score", "value", "95 % interval", *baselines], scores)
    return "\n\n".join(filter(None, [title, whole, _type_table(results), _errors(results)]))


def _line(name: str, one: dict[str, float]) -> list[str]:
    ends = f"{number(one['low'])} to {number(one['high'])}" if "low" in one else ""
    return [name.replace("_", " "), number(one["value"]), ends]


def _type_table(results: dict[str, Any]) -> str:
    kinds, metrics = ("precision", "recall", "f1"), results["metrics"]
    triples = list(zip(results["types"], results["support"], results["predicted"], strict=True))
    rows = [
        [name, *(number(metrics[f"{kind}_{name}"]["value"]) for kind in kinds), f"{true:,}", f"{said:,}"]
        for name, true, said in triples[:MOST_CLASSES]
    ]
    left = len(triples) - MOST_CLASSES
    rows += [[f"and {left:,} more, in metrics.json", "", "", "", "", ""]] if left > 0 else []
    what = "type" if results["unit"] == "entities" else "tag"
    return render([what, *kinds, results["unit"], "predicted"], rows)


def _errors(results: dict[str, Any]) -> str:
    """Return the number of each kind of error and the surest ones."""
    if not results["errors"]:
        return ""
    counted = ", ".join(f"{count:,} {name}" for name, count in results["errors"].items())
    rows = []
    for one in results["worst_errors"][:SHOWN]:
        sides = [_named(one[side]) for side in ("true", "predicted")]
        rows.append([str(one["row"]), one["error"], *sides, f"{one['probability']:.3f}"])
    shown = render(["surest errors, row", "error", "true", "predicted", "probability"], rows)
    return f"errors: {counted}\n\n{shown}"


def _named(span: dict[str, Any] | None) -> str:
    return NONE if span is None else printable(f"{shortened(span['text'], 32)} ({span['type']})")
