"""Texts, tables and run folders of any size, made by a seeded generator from real text at hand."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import yaml

ROOT = Path(__file__).parents[2]
LINES = 20_000  # of a stretch of text
SPLICED = 40  # one line in so many joins the halves of two others, whose words are new
MODELS = ("gru", "lstm", "bilstm")
STEPS = 300  # logged by a run


def real_lines() -> list[str]:
    """Return lines of real text: reviews or plays of the data folder, else this repository's documents."""
    data = Path(os.environ.get("RNNLAB_DATA_DIR", "data"))
    reviews, plays = data / "imdb" / "train.parquet", data / "tiny_shakespeare" / "input.txt"
    if reviews.is_file():
        import pyarrow.parquet as pq

        texts = pq.read_table(reviews, columns=["text"])["text"].to_pylist()
        return [line for text in texts for line in text.replace(". ", ".\n").split("\n") if line.strip()]
    paths = [plays] if plays.is_file() else sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")])
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return [line.strip() for line in lines if line.strip()]


def stretches(seed: int = 0) -> Iterator[list[str]]:
    """Yield lines without end, a stretch at a time; new words go on coming, as in any growing text."""
    rng, lines = np.random.default_rng(seed), real_lines()
    while True:
        chosen = [lines[place] for place in rng.integers(len(lines), size=LINES).tolist()]
        for place in range(0, LINES - 1, SPLICED):
            one, other = chosen[place], chosen[place + 1]
            chosen[place] = one[: len(one) // 2] + other[len(other) // 2 :]
        yield chosen


def write_text(path: Path, size: int) -> None:
    """Write a text of `size` bytes, or up to a line more."""
    written = 0
    with path.open("wb") as file:
        for lines in stretches():
            for line in lines:
                content = line.encode() + b"\n"
                file.write(content)
                written += len(content)
                if written >= size:
                    return


def write_rows(path: Path, rows: int, labels: bool = False) -> None:
    """Write a csv file of texts, with labels if wanted."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["text", "label"] if labels else ["text"])
        number = 0
        for lines in stretches():
            for line in lines[: rows - number]:
                writer.writerow([line, ("no", "yes")[number % 2]] if labels else [line])
                number += 1
            if number >= rows:
                return


def write_runs(root: Path, count: int) -> None:
    """Write run folders with files of a real run's size, in as many folders as models."""
    more = {f"part{part}": {f"key{key}": key for key in range(10)} for part in range(12)}
    shared = yaml.safe_dump(more)
    steps = np.arange(1, STEPS + 1)
    for place in range(count):
        folder = root / "tweets" / MODELS[place % 3] / f"run{place:06d}"
        folder.mkdir(parents=True)
        accuracy = 0.6 + 0.3 * (place * 7919 % 1000) / 1000
        result = result_of(place, accuracy)
        head = {name: result[name] for name in ("seed", "task")}
        (folder / "config.yaml").write_text(yaml.safe_dump(head) + shared, encoding="utf-8")
        (folder / "result.json").write_text(json.dumps(result, indent=2), encoding="utf-8")
        logged = [f"{s // 100},{s},{1 / s:.5f},{accuracy * s / STEPS:.5f}" for s in steps.tolist()]
        text = "\n".join(["epoch,step,train/loss,val/accuracy", *logged]) + "\n"
        (folder / "metrics.csv").write_text(text, encoding="utf-8")


def result_of(place: int, accuracy: float) -> dict[str, Any]:
    """Return the result.json of a made run."""
    size, rate = 2 ** (5 + place % 4), 10 ** -(2 + place % 7 / 4)
    typed = [f"model={MODELS[place % 3]}", f"model.hidden_size={size}", f"optimizer.lr={rate:.3g}"]
    return {
        "status": "finished",
        "metrics": {"val/accuracy": accuracy, **{f"test/{name}": accuracy for name in "abcdefghijkl"}},
        "task": "tweets",
        "model": {"name": MODELS[place % 3], "parameters": 10_000},
        "size": {"state_size": size, "operations_per_token": 8 * size * size},
        "seed": place % 5,
        "overrides": [*typed, f"seed={place % 5}"],
        "versions": {f"package{number}": "1.2.3" for number in range(8)},
        "metric_facts": [fact_of(name) for name in "abcdefghijklmnopqrst"],
        "data": {"official": True, "rows": {"train": 1000}, "notes": ["a note on the data"] * 3},
        "baselines": {"majority": {"metrics": {"test/a": 0.5}}, "linear": {"metrics": {"test/a": 0.7}}},
        "seconds": 60.0,
        "epochs": 3,
        "steps": STEPS,
    }


def fact_of(name: str) -> dict[str, Any]:
    """Return what a run records of one metric of its kind."""
    facts = {"name": name, "lower_is_better": False, "unit": "", "decimals": 4, "interval": True, "by": ""}
    return {**facts, "splits": ["train", "val", "test"]}
