"""A small task for tests of the race, and peers of it that run in the Python of the tests."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from lanes import PEERS, Peer, Task

TRUTH = {"validation": ["a", "b"] * 10, "test": ["a", "b", "b", "b"] * 10}
MARKS = (0.05, 60.0)

PROGRAM = """
import time
from protocol import Clock, Job, extra, in_time, run
SAID = {said}

def train(job, clock):
    # user: begin
    model = SAID
    # user: end
    for number, labels in enumerate(model):
        {before}
        while number == 0 and len(job.marks) > 1 and not clock.due():
            time.sleep(0.01)
        repeated = lambda rows, said: list(said * len(rows))[: len(rows)]
        answers = lambda split: in_time(job, lambda rows: repeated(rows, labels[split]), job.texts(split))
        clock.mark(answers, final=number > 0)
    (job.folder / "model.txt").write_text("kept")
    extra(job, idle=0.25)

def load(job):
    assert (job.folder / "model.txt").read_text() == "kept"
    return lambda texts: ["a"] * len(texts)

run(train, load)
"""


def prepare(folder: Path, quick: bool) -> tuple[dict[str, Path], dict[str, Any]]:
    files = {}
    for split, labels in {"train": ["a"], **TRUTH}.items():
        files[split] = folder / f"{split}.csv"
        with files[split].open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["text"], *([f"row {number}"] for number in range(len(labels)))])
    return files, {"classes": ["a", "b"]}


def truth(folder: Path, split: str) -> list[str]:
    return TRUTH[split]


def score(predicted: list[str], truth: list[str]) -> dict[str, float]:
    pairs = list(zip(predicted, truth, strict=False))
    return {"accuracy": sum(a == b for a, b in pairs) / len(pairs)}


def peer(
    folder: Path,
    name: str,
    first: tuple[str, str] = ("a", "a"),
    last: tuple[str, str] = ("ab", "b"),
    before: str = "pass",
    requirements: tuple[str, ...] = (),
    once_per_mark: bool = False,
) -> Peer:
    """Return a peer that repeats given labels of validation and test, at its first mark and at its end.

    Args:
        before: a statement that runs before each evaluation, with its `number`, `job` and `clock`.
    """
    said = [dict(zip(("validation", "test"), pair, strict=True)) for pair in (first, last)]
    program = folder / f"{name}.py"
    program.write_text(PROGRAM.format(said=json.dumps(said), before=before), encoding="utf-8")
    paths = {"PYTHONPATH": str(PEERS)}
    return Peer(
        name,
        name.title(),
        "",
        str(program),
        requirements,
        environment=paths,
        once_per_mark=once_per_mark,
    )


def task(*peers: Peer) -> Task:
    return Task(
        "small",
        "a small task",
        "accuracy",
        peers,
        prepare,
        truth,
        score,
        MARKS,
        quick_marks=MARKS,
        answer_seconds=5.0,
    )
