"""What the peers of the race share: the job, the clock, and two commands. Standard library only.

    python PEER.py train JOB.json     # train within the budget, predict at each mark, keep the model
    python PEER.py use JOB.json       # load what `train` kept, answer single rows and many rows

The race writes JOB.json and starts the process; RACE_STARTED is the time at which it did. Every second from
there counts, imports and reading included, but for those in which predictions for the race are made.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SINGLE = 200  # rows that are answered one by one
WARM_UP = 5  # rows before them, not counted
SINGLE_SECONDS, LEAST = 25.0, 10  # a slow peer answers fewer single rows, but not fewer than these
TOGETHER = 1000  # rows of a call where many are answered
FIRST_CHUNK, CHUNK = 32, 500  # rows of a call between two looks at the clock


class Job:
    """What the race asks of a peer.

    Attributes:
        task: its name; files: the prepared files by split; settings: facts of the task and of the peer.
        marks: seconds after which a score is read, the last of which is the budget.
        answer_seconds: longest time for the predictions of a mark; rows that are late do not count.
        folder: an empty folder for whatever the peer keeps.
    """

    def __init__(self, path: Path) -> None:
        found = json.loads(path.read_text(encoding="utf-8"))
        self.task: str = found["task"]
        self.files = {name: Path(file) for name, file in found["files"].items()}
        self.settings: dict[str, Any] = found["settings"]
        self.marks: list[float] = sorted(found["marks"])
        self.answer_seconds: float = found["answer_seconds"]
        self.many_seconds: float = found["many_seconds"]
        self.threads: int = found["threads"]
        self.seed: int = found["seed"]
        self.folder = Path(found["folder"])

    @property
    def budget(self) -> float:
        return self.marks[-1]

    def table(self, split: str) -> list[dict[str, str]]:
        """Return the rows of a split's CSV file; the test has no column `label`."""
        csv.field_size_limit(2**30)
        with self.files[split].open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def texts(self, split: str) -> list[str]:
        return [row["text"] for row in self.table(split)]

    def labels(self, split: str) -> list[str]:
        return [row["label"] for row in self.table(split)]


class Clock:
    """The seconds since the race started this process, without those in which predictions were made."""

    def __init__(self, job: Job) -> None:
        self.job, self.left = job, list(job.marks)
        self.paused = 0.0

    def seconds(self) -> float:
        return time.time() - float(os.environ["RACE_STARTED"]) - self.paused

    def rest(self) -> float:
        """Return the seconds that are left of the budget, not less than 0."""
        return max(0.0, self.job.budget - self.seconds())

    def over(self) -> bool:
        return self.seconds() >= self.job.budget

    def due(self) -> bool:
        """Return whether a mark has passed for which no predictions were kept yet."""
        return bool(self.left) and self.seconds() >= self.left[0]

    @contextmanager
    def stopped(self) -> Iterator[None]:
        start = time.time()
        try:
            yield
        finally:
            self.paused += time.time() - start

    def mark(self, answers: Callable[[str], Any], final: bool = False) -> None:
        """Keep predictions if a mark is due, or if training has ended (`final`); the clock stands still.

        Args:
            answers: the predictions of a split, `validation` or `test`: an array, which becomes a .npy file,
                or a list, which becomes a .jsonl file. It may be shorter than the split (`in_time`).
        """
        at = self.seconds()
        passed = [mark for mark in self.left if mark <= at]
        marks = self.left if final else passed
        if not marks:
            return
        with self.stopped():
            start = time.time()
            for split in ("validation", "test"):
                keep(self.job.folder / f"{split}_{marks[0]:g}", answers(split))
            line = {"marks": marks, "at": at, "answering": time.time() - start, "final": final}
            with (self.job.folder / "clock.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        self.left = self.left[len(marks) :]


def keep(stem: Path, predictions: Any) -> None:
    """Write predictions beside the others of their mark."""
    if hasattr(predictions, "dtype"):
        import numpy as np

        np.save(stem.with_name(stem.name + ".npy"), predictions)
    else:
        lines = "".join(json.dumps(one) + "\n" for one in predictions)
        stem.with_name(stem.name + ".jsonl").write_text(lines, encoding="utf-8")


def in_time(
    job: Job, predict: Callable[[list[Any]], Sequence[Any]], rows: Sequence[Any], chunk: int = CHUNK
) -> list[Any]:
    """Return the answers to the first rows, as many as fit into the job's time for answers.

    The first call has few rows, each further one twice as many, up to `chunk`.
    """
    found: list[Any] = []
    start, size = time.time(), min(FIRST_CHUNK, chunk)
    while len(found) < len(rows) and time.time() - start <= job.answer_seconds:
        found += predict(list(rows[len(found) : len(found) + size]))
        size = min(2 * size, chunk)
    return found


def extra(job: Job, **values: float) -> None:
    """Keep further numbers of the training, which the race writes into its result."""
    (job.folder / "extra.json").write_text(json.dumps(values), encoding="utf-8")


def test_texts(job: Job) -> list[str]:
    return job.texts("test")


def use(job: Job, predict: Callable[[list[Any]], Any], rows: Sequence[Any]) -> None:
    """Time answers: the first one, single rows one after the other, and many together."""
    predict([rows[0]])
    first = time.time() - float(os.environ["RACE_STARTED"])
    single: list[float] = []
    begun = time.perf_counter()
    for row in (list(rows) * SINGLE)[: SINGLE + WARM_UP]:
        start = time.perf_counter()
        predict([row])
        single.append(1000 * (time.perf_counter() - start))
        if start - begun > SINGLE_SECONDS and len(single) >= LEAST + WARM_UP:
            break
    single = single[WARM_UP:]
    fitting = int(
        10_000 * job.many_seconds / sorted(single)[len(single) // 2]
    )  # of a call, were it no faster
    together = max(1, min(TOGETHER, len(rows), fitting))
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < job.many_seconds:
        predict([rows[(count + place) % len(rows)] for place in range(together)])
        count += together
    rate = count / (time.perf_counter() - start)
    found = {"start": first, "single": single, "rate": rate, "rows": count}
    (job.folder / "use.json").write_text(json.dumps(found), encoding="utf-8")


def run(
    train: Callable[[Job, Clock], None],
    load: Callable[[Job], Callable[[list[Any]], Any]] | None = None,
    rows: Callable[[Job], Sequence[Any]] = test_texts,
) -> None:
    """Obey the command line.

    Args:
        train: trains until the clock is over, keeps predictions and the model in the job's folder.
        load: opens that model and returns the function that answers a list of rows; None where a peer is
            not asked to answer rows.
        rows: the rows that are asked.
    """
    command, path = sys.argv[1:]
    job = Job(Path(path))
    if command == "train":
        train(job, Clock(job))
    elif load:
        use(job, load(job), rows(job))
