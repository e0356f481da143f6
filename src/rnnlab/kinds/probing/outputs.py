"""Outputs of a probe's finished training: facts for result.json, and examples with their answers."""

from __future__ import annotations

from typing import Any

from rnnlab.kinds.probing.examples import write_examples
from rnnlab.kinds.probing.memory import write_memory
from rnnlab.kinds.probing.settings import SOLVED_AT
from rnnlab.kinds.probing.tested import write_tested
from rnnlab.kinds.work import Facts, Outputs, Work


def write_outputs(work: Work) -> Outputs:
    """Write the scores of test rows, examples and memory curves; return the best validation, and the facts of
    the probe.
    """
    write_tested(work)
    write_examples(work)
    write_memory(work)
    best = best_of(work.task.validations)
    metrics = {f"val/{name}": value for name, value in best.items() if name != "step"}
    return Outputs(metrics=metrics, facts={"probe": facts_of(work)})


def facts_of(work: Work) -> Facts:
    """Return the field `probe` of result.json."""
    found, data = work.facts, work.data
    return {
        "name": found["probe"],
        "unit": found["unit"],
        "chance": found["chance"],
        "chance_metric": "accuracy" if found["answers"] else "loss",
        "longest": found["longest"],
        "test_lengths": list(data.test_lengths),
        "steps_to_solve": steps_to_solve(work.task.validations),
    }


def best_of(validations: list[dict[str, float]]) -> dict[str, Any]:
    """Return the validation with the lowest loss, the first of equal ones; empty where there is none."""
    finite = [one for one in validations if one["loss"] == one["loss"]]
    return dict(min(finite or validations, key=lambda one: one["loss"])) if validations else {}


def steps_to_solve(validations: list[dict[str, float]]) -> int | None:
    """Return the step of the first validation whose accuracy is that of a solved probe; None for none."""
    solved = (int(one["step"]) for one in validations if one["accuracy"] >= SOLVED_AT)
    return next(solved, None)
