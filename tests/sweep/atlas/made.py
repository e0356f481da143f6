"""A sweep of two models on two probes as its workers leave it, with known accuracies."""

from __future__ import annotations

import json
from typing import Any

import yaml

from rnnlab.run.study.storage import create_study
from rnnlab.sweep.groups import plan
from rnnlab.sweep.job_broker import JobBroker
from rnnlab.sweep.ledger.row import Outcome, Row
from rnnlab.sweep.space.dimension import Dimension
from rnnlab.sweep.space.search_space import Space

SPACE = Space(
    (
        Dimension("model", values=("lstm", "mingru")),
        Dimension("probe", values=("parity", "s3")),
        Dimension("optimizer.lr", "float", low=1e-4, high=1e-1, log=True),
    )
)
FIELDS: dict[str, Any] = {
    "overrides": ("task=probe",),
    "space": SPACE,
    "each": ("model", "probe"),
    "trials": 3,
    "confirm_seeds": 3,
    "identity": "one",
    "metrics": ("val/accuracy",),
}
LENGTHS = (20, 40, 80)


def accuracy_of(row: Row) -> float:
    """lstm solves both probes, mingru neither; fresh seeds differ by hundredths."""
    seed = int(row.overrides[-1].removeprefix("seed=")) if row.confirms is not None else 0
    if row.values["model"] == "lstm":
        return 1.0 - (0.02 * (seed == 4))
    return 0.5 + 0.01 * seed + row.values["optimizer.lr"]


def write_run(made: Any, row: Row, size: int = 0) -> None:
    """What a finished training of a probe leaves."""
    folder, accuracy = made.folder.job(row.number), accuracy_of(row)
    folder.mkdir()
    seed = int(row.overrides[-1].removeprefix("seed=")) if row.confirms is not None else 1
    metrics = {"val/accuracy": accuracy, "test/accuracy": accuracy}
    metrics |= {f"test/accuracy_{n}": max(accuracy - 0.001 * (n - 20), 0.5) for n in LENGTHS}
    result = {
        "status": "finished",
        "task": "probe",
        "seed": seed,
        "seconds": 4.0,
        "steps": 1000 if accuracy < 1 else 400,
        "metrics": metrics,
        "model": {"name": row.values["model"], "parameters": 20_010},
        "size": {"parameters": 20_010, "state_size": 128 if row.values["model"] == "lstm" else 64},
        "probe": {
            "name": row.values["probe"],
            "unit": "bits",
            "chance": {str(n): 0.5 for n in LENGTHS},
            "longest": 20,
            "test_lengths": list(LENGTHS),
            "steps_to_solve": 400 if accuracy == 1 else None,
        },
        "overrides": [*made.spec.overrides, *row.overrides],
    }
    (folder / "result.json").write_text(json.dumps(result))
    model = {"state_size": size} if size else {"parameters": 20_000, "state_size": None}
    (folder / "config.yaml").write_text(yaml.safe_dump({"budget": "laptop", "model": model}))
    memory = {"steps_back": [0, 1, 2], "gradient": [1.0, 0.5, 0.25], "forgetting": [0.9, 0.4, 0.1 * seed]}
    (folder / "memory.json").write_text(json.dumps(memory))


def run_all(sweep: Any, name: str = "atlas", size: int = 0, jobs: int = 10**6, **fields: Any) -> Any:
    """Run a whole sweep, or its first jobs."""
    made = sweep(name, **{**FIELDS, **fields})
    create_study(made.folder.path, made.spec.name, made.spec.directions, None)
    plan(made.spec, made.ledger)
    desk = JobBroker(made.folder, made.spec, "w", made.clock)
    for _ in range(jobs):
        row = desk.take()
        if row is None:
            break
        why = desk.needless(row)
        if why:
            desk.finish(row, Outcome("skipped", note=why))
            continue
        write_run(made, row, size)
        made.clock.now += 4
        steps = 1000 if accuracy_of(row) < 1 else 400
        desk.finish(row, Outcome("finished", (accuracy_of(row),), steps=steps))
    return made
