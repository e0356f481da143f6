"""Outputs of a classifier's finished training: predictions, figures, calibration, the blend with n-grams."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from torch import Tensor

from rnnlab.kinds.classification.fitted_blend import blend
from rnnlab.kinds.classification.predictions import worst_rows, write_predictions
from rnnlab.kinds.classification.tuning import Tuned, calibrated_metrics
from rnnlab.kinds.work import Outputs, Work
from rnnlab.report.figures import confusion_figure
from rnnlab.report.limited import part_of
from rnnlab.report.names import tested


def write_outputs(work: Work, tuned: Tuned, result: Mapping[str, Any]) -> Outputs:
    """Write predictions.parquet and the figures; return metrics and facts of calibration and n-grams."""
    outputs, blended = tuned_outputs(work, tuned)
    write_predictions(work, blended)
    draw_confusion(work, result)
    outputs.tables["predictions"] = partial(worst_rows, work.folder.predictions)
    return outputs


def tuned_outputs(work: Work, tuned: Tuned) -> tuple[Outputs, Tensor | None]:
    """Return metrics and facts of temperature and n-grams, and the blend's probabilities (N, C)."""
    outputs, blended, temperature = Outputs(), None, tuned.temperature
    if temperature is not None:
        outputs.facts["calibration"] = {**temperature._asdict(), "said": str(temperature)}
        figure = work.folder.figures / "reliability.png"
        if work.has_test:
            outputs.metrics |= calibrated_metrics(temperature.value, work.task.scored, figure)
        else:  # it was fitted on these very rows
            outputs.metrics["temperature"] = temperature.value
    if tuned.ensemble is not None:
        outputs.facts["ngrams"] = tuned.ensemble.facts
        if work.has_test:
            both, scored = blend(tuned.ensemble, work.data, work.task.scored)
            blended = both.exp()
            outputs.metrics |= scored
    return outputs, blended


def draw_confusion(work: Work, result: Mapping[str, Any]) -> None:
    """Draw the confusion matrix of the test rows."""
    path, split = work.folder.figures / "confusion_matrix.png", tested(result)
    notes = [part_of(result, split)] if part_of(result, split) else []
    notes += ["not the official split"] if work.data.provenance["official"] is False else []
    confusion_figure(work.task.confusion.numpy(), work.facts["classes"], path, split, notes)
