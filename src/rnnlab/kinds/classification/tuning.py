"""Tuning on the validation rows after a classifier's training: its temperature, and its n-gram blend.

The test rows are predicted after that, and nothing is chosen by them.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import NamedTuple

import torch

from rnnlab.evaluation.temperature import (
    Temperature,
    calibration_error,
    choose_temperature,
    combined,
    reliability,
)
from rnnlab.kinds.classification.fitted_blend import Ensemble, fit_ensemble
from rnnlab.kinds.classification.ngrams.stored import save_ngrams
from rnnlab.kinds.classification.scores import Scored
from rnnlab.kinds.work import Work
from rnnlab.report.reliability import Bins, reliability_figure

log = logging.getLogger("rnnlab")


class Tuned(NamedTuple):
    """The tuned values; None where they were not asked for."""

    temperature: Temperature | None = None
    ensemble: Ensemble | None = None


def tune(work: Work) -> Tuned:
    """Choose on the validation rows, which the best checkpoint predicts once more for it."""
    calibrates, blends = work.settings.task.get("calibrate", False), bool(work.settings.get("ngrams"))
    if not (calibrates or blends):
        return Tuned()
    work.lab.validate()
    if not work.trainer.is_global_zero:
        return Tuned()
    held = work.task.scored
    temperature = choose_temperature(held.log_probabilities, held.labels) if calibrates else None
    if temperature is not None:
        log.info("temperature: %s", temperature)
    return Tuned(temperature, fitted(work, held) if blends else None)


def fitted(work: Work, held: Scored) -> Ensemble:
    """Fit the n-grams of the blend, and store them in the run's folder."""
    network = work.network.cpu().eval()  # as best.ckpt has it, since the validation read that
    ensemble = fit_ensemble(work, held, network)
    save_ngrams(ensemble.ngrams, work.folder.ngrams)
    return ensemble


def calibrated_metrics(temperature: float, test: Scored, figure: Path) -> dict[str, float]:
    """Return the test metrics at the temperature, and draw a reliability diagram."""
    before, labels = test.log_probabilities, test.labels
    after = combined(before[None], torch.tensor([1 / temperature]))
    errors = [calibration_error(values, labels) for values in (before, after)]
    panels = {"test, as trained": Bins(*reliability(before, labels), errors[0])}
    if temperature != 1:
        panels[f"test, temperature {temperature:.3f}"] = Bins(*reliability(after, labels), errors[1])
    reliability_figure(panels, figure)
    return {
        "temperature": temperature,
        "test/ece": errors[0],
        "test/ece_calibrated": errors[1],
        "test/loss_calibrated": torch.nn.functional.nll_loss(after, labels).item(),
    }
