"""Choice of the length penalty on the validation rows, before the test is read."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import NamedTuple

from rnnlab.generate.sequence.hypothesis import rank
from rnnlab.generate.sequence.settings import SequenceDecoding
from rnnlab.kinds.metric import find_metric
from rnnlab.kinds.text_to_text.metrics import MEASURES, METRICS
from rnnlab.kinds.text_to_text.texts import measured, written_texts
from rnnlab.kinds.work import Facts, Work

log = logging.getLogger("rnnlab")


class Chosen(NamedTuple):
    """Settings chosen for decoding the test rows.

    Attributes:
        decoding: its settings. measure: the one that decided; "" where nothing was to be chosen.
        figures: that measure of the validation rows by the tried strength of the length penalty.
    """

    decoding: SequenceDecoding
    measure: str = ""
    figures: tuple[tuple[float, float], ...] = ()

    def facts(self) -> Facts:
        """Return the settings as result.json keeps them, and what they were chosen by."""
        tried = [{"alpha": alpha, self.measure: figure} for alpha, figure in self.figures]
        return {"decoding": asdict(self.decoding), "decoding_choice": tried}


def choose_decoding(work: Work) -> Chosen:
    """Write the validation rows with the beam of the test, and take the strength that measures best.

    One search serves all strengths, as they only rank what the beam has found. Ties go to the weaker one.
    """
    task, alphas = work.task, list(work.settings.task.get("alphas") or ())
    decoding: SequenceDecoding = task.decoding
    if not alphas or decoding.beam == 1 or decoding.samples or decoding.length_penalty == "none":
        return Chosen(decoding)
    task.validation_decoding = replace(decoding, nbest=decoding.beam)
    work.lab.validate()
    name, figures = deciding(task.monitor, task.measures), []
    for alpha in sorted(alphas):
        settings = replace(decoding, alpha=alpha)
        ranked = {row: rank(found, settings) for row, found in task.outputs.items()}
        texts = written_texts(work.data, "validation", ranked, decoding.replace_unknown)
        figures.append((float(alpha), measured([name], texts)[name]))
    task.decoding = replace(decoding, alpha=best_of(name, figures))
    tried = ", ".join(f"{alpha:g}: {figure:.4f}" for alpha, figure in figures)
    log.info("length penalty: alpha %g, by %s of the validation (%s)", task.decoding.alpha, name, tried)
    return Chosen(task.decoding, name, tuple(figures))


def deciding(monitor: str, measures: Sequence[str]) -> str:
    """Return the measure that decides: the monitored one, or the first where a loss is monitored."""
    name = monitor.rpartition("/")[2]
    return name if name in MEASURES else measures[0]


def best_of(name: str, figures: Sequence[tuple[float, float]]) -> float:
    """Return the strength with the best figure, the first of equal ones."""
    metric = find_metric(METRICS, name)
    sign = -1 if metric is not None and metric.lower_is_better else 1
    return max(figures, key=lambda one: sign * one[1])[0]
