"""Evaluation of a probe's run at its test lengths or others, as plain values and as a table.

N rows of a length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from rnnlab.data.probe.batches import TEST, VALIDATION, batches_of
from rnnlab.errors import SettingError
from rnnlab.evaluation.resampled import score_intervals
from rnnlab.kinds.probing.options import LENGTHS
from rnnlab.kinds.probing.scores import row_scores, scores, sums_of
from rnnlab.kinds.use import Evaluation, EvaluationRequest, head
from rnnlab.report.tables import number, render

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

AS_TRAINED = "as in training"


def evaluate(run: FinishedRun, request: EvaluationRequest) -> Evaluation:
    """Measure a run on rows of the lengths that are asked for, drawn as its test rows are.

    Raises:
        SettingError: a file, which a probe cannot read; a length that it does not have.
    """
    if request.path is not None:
        rule = f"task={run.task} draws its rows: leave it out, or choose lengths with --lengths 40,80"
        raise SettingError("--path", request.path, rule)
    data: Any = run.data()
    lengths = lengths_of(request, data)
    split = TEST if request.options.get(LENGTHS) else request.split
    if split == "train":
        raise SettingError("--split", split, "is drawn anew at each step: choose validation or test")
    found = {length: measured(run, data, split, length, request.resamples) for length in lengths}
    results = {
        **head(run, f"{data.probe.name}, {split} rows"),
        "unit": data.probe.unit,
        "rows": data.split_rows[split],
        "bootstrap": request.resamples,
        "trained_to": data.longest,
        "chance": {str(length): data.probe.chance(length) for length in lengths if length},
        "metrics": dict(named(found)),
    }
    return Evaluation(results, text_of(results, found))


def lengths_of(request: EvaluationRequest, data: Any) -> list[int]:
    """Return the lengths to test at; 0 for rows of lengths as in training."""
    typed = request.options.get(LENGTHS)
    if typed is None:
        return [0] if request.split == VALIDATION else list(data.test_lengths)
    try:
        found = [int(one) for one in str(typed).split(",")]
    except ValueError as error:
        raise SettingError("--lengths", typed, "must be whole numbers such as 40,80,160") from error
    for length in found:
        data.probe.check_length(length, "--lengths")
    return sorted(set(found))


def measured(
    run: FinishedRun, data: Any, split: str, length: int, resamples: int
) -> dict[str, dict[str, float]]:
    """Return each score of the rows of a length, with its interval where there are resamples."""
    tolerance = data.probe.tolerance
    with torch.inference_mode():
        rows = torch.cat(
            [
                row_scores(run.network(batch.inputs.to(run.device)), batch.targets.to(run.device), tolerance)
                for batch in batches_of(data.rows(split, length), length)
            ]
        )
    table = rows.cpu().numpy()  # (N, 4)
    if not resamples:
        return {name: {"value": value} for name, value in own_scores({"rows": table}).items()}
    intervals = score_intervals(own_scores, {"rows": table}, resamples)
    return {name: {"value": one.value, "low": one.low, "high": one.high} for name, one in intervals.items()}


def own_scores(columns: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Return the scores of rows (N, 4), as `row_scores` has them."""
    return scores(sums_of(torch.from_numpy(columns["rows"])))


def named(found: Mapping[int, Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Yield each score under its name in result.json: `accuracy_40`, or `accuracy` of training lengths."""
    for length, own in found.items():
        yield from ((f"{name}_{length}" if length else name, value) for name, value in own.items())


def text_of(results: Mapping[str, Any], found: Mapping[int, Mapping[str, Any]]) -> str:
    """Return a table with a line for each length."""
    unit, chance = results["unit"], results["chance"]
    lines = []
    for length, own in found.items():
        shown = str(length) if length else AS_TRAINED
        cells = [cell_of(own[name]) for name in ("accuracy", "solved", "loss")]
        lines.append([shown, *cells, number(chance[str(length)]) if length else ""])
    title = (
        f"{results['data']}: {results['rows']:,} of each length; trained to {results['trained_to']} {unit}"
    )
    return f"{title}\n\n{render([unit, 'accuracy', 'solved', 'loss', 'chance'], lines)}"


def cell_of(score: Mapping[str, float]) -> str:
    """Return a score with its interval."""
    between = f" ({number(score['low'])} to {number(score['high'])})" if "low" in score else ""
    return f"{number(score['value'])}{between}"
