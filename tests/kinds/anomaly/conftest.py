"""A machine's measurements with an anomaly in the test part, and short trainings on them."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder

POINTS = 600  # the last 120 are the test; the anomaly is there


def measurements(seed=0):
    """Values (T, 2) and labels (T,): two waves in noise, the second one shifted for 20 points."""
    generator = np.random.default_rng(seed)
    values = np.sin(np.arange(POINTS) / 5)[:, None] * [1.0, 2.0] + 0.1 * generator.standard_normal(
        (POINTS, 2)
    )
    labels = np.zeros(POINTS, dtype=int)
    labels[520:540] = 1
    values[520:540, 1] += 6
    return values, labels


def times():
    return np.datetime64("2026-01-01T00:00:00") + np.arange(POINTS) * np.timedelta64(300, "s")


def csv_of(names=("a", "b"), labelled=True):
    """The series as csv, two values of each missing."""
    lines = ["machine,time,heat,speed" + (",label" if labelled else "")]
    for seed, name in enumerate(names):
        values, labels = measurements(seed)
        for number, (time, (heat, speed)) in enumerate(zip(times(), values, strict=True)):
            shown = "" if number in (100, 101) else f"{heat:.4f}"
            label = f",{labels[number]}" if labelled else ""
            lines.append(f"{name},{time},{shown},{speed:.4f}{label}")
    return "\n".join(lines) + "\n"


def choices(path, *more):
    """Overrides of a training on the file."""
    own = [f"data.path='{path}'", "data.series=machine", "data.target=[heat,speed]", "data.calendar=[]"]
    few = ["model.hidden_size=16", "data.batch_size=4", "trainer.max_epochs=6", "task.chunk=64"]
    return ["task=anomaly", "data=series", *own, *few, "baselines=false", "report=false", *more]


@pytest.fixture(scope="session")
def machine(tmp_path_factory):
    path = tmp_path_factory.mktemp("machine") / "machine.csv"
    path.write_text(csv_of(), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def finished(train_run, tmp_path_factory, machine):
    """finished(scoring) -> the opened run, trained once a session."""
    made = {}

    def run(scoring):
        if scoring not in made:
            folder = tmp_path_factory.mktemp(scoring)
            small = {"reconstruction": ["scoring.window=16", "scoring.every=2"]}.get(scoring, [])
            made[scoring] = train_run(folder / "run", *choices(machine, f"scoring={scoring}", *small))
        return OpenRun(RunFolder(made[scoring]))

    return run
