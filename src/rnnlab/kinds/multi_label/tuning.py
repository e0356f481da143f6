"""Thresholds and temperature of a finished training, chosen on validation before the test is read."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np

from rnnlab.evaluation.label_thresholds import Thresholds, choose_temperature, choose_thresholds
from rnnlab.kinds.work import Work

log = logging.getLogger("rnnlab")
FACTS = "thresholds"  # of result.json


def tune(work: Work) -> Thresholds:
    """Choose on the validation rows, which the best checkpoint predicts once more for it."""
    settings = work.settings.task
    work.lab.validate()
    label, logits = (work.task.columns[name].numpy() for name in ("label", "logit"))
    temperature = choose_temperature(label, logits) if settings.calibrate else 1.0
    plain = Thresholds((), temperature)
    values = choose_thresholds(label, plain.probabilities(logits), settings.thresholds)
    work.task.thresholds = Thresholds(values, temperature)
    if isinstance(settings.thresholds, str):
        log.info("thresholds: %.3f to %.3f by F1 on %d validation rows", min(values), max(values), len(label))
    return Thresholds(values, temperature)


def facts_of(chosen: Thresholds, rows: int) -> dict[str, Any]:
    """Return what result.json keeps of them."""
    return {FACTS: {"values": list(chosen.values), "temperature": chosen.temperature, "rows": rows}}


def saved_thresholds(facts: dict[str, Any]) -> Thresholds:
    """Return the thresholds that a result.json keeps."""
    return Thresholds(tuple(map(float, facts["values"])), float(facts["temperature"]))


def calibration(label: np.ndarray, logits: np.ndarray, temperature: float) -> dict[str, float]:
    """Return the calibration error of flags and logits (N, C), before and after the temperature."""
    from rnnlab.evaluation.label_thresholds import calibration_error

    parts = {"ece": 1.0, "ece_calibrated": temperature}
    return {
        f"test/{name}": calibration_error(label, Thresholds((), one).probabilities(logits))
        for name, one in parts.items()
    } | {"temperature": temperature}
