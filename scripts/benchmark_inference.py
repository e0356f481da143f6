"""Compare the speed of exported runs with torch: one text, many texts, start-up, and text generation.

    python train.py task=tweets model=bilstm_attention
    python train.py task=shakespeare model=lstm model.num_layers=2 model.hidden_size=256
    python scripts/benchmark_inference.py --classifier last:tweets --writer last:shakespeare

Texts are the test split's. It exports into a temporary folder. Run it when nothing else runs.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rnnlab.export.write import export
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.engine import Engine
from rnnlab.generate.write import write
from rnnlab.report.tables import render
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.runtime import Classifier, Pool, Writer, open_model
from rnnlab.sweep.best_run import open_run

START = """
import time
start = time.perf_counter()
from rnnlab.runtime import open_model
model = open_model({folder!r})
model.predict({text!r})
print(time.perf_counter() - start)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
WARM = 200
POOLS = 5  # times that many texts are predicted
WARM_POOL = 8192  # other texts that the processes have seen: cleaning caches its results


def times(act: Callable[[str], object], texts: Sequence[str]) -> np.ndarray:
    """Return the milliseconds of each text, one after the other, after a warm-up."""
    warm = min(WARM, len(texts) // 2)
    for text in texts[:warm]:
        act(text)
    texts = texts[warm:]  # new ones: a split hashtag is cached from then on
    found = []
    for text in texts:
        start = time.perf_counter()
        act(text)
        found.append(time.perf_counter() - start)
    return 1000 * np.array(found)


def latency(name: str, found: np.ndarray) -> list[str]:
    median, high = np.median(found), np.quantile(found, 0.99)
    return [name, f"{median:.3f} ms median, {high:.3f} ms 99th percentile"]


def classifier_rows(run: OpenRun, folder: Path, count: int) -> list[list[str]]:
    """Measure one text from string to label, many texts, and the start."""
    import torch

    torch.set_num_threads(1)
    texts = run.data().split_texts("test")
    model = open_model(folder)
    assert isinstance(model, Classifier)
    eager = times(run.predict, texts[-count // 4 :])
    ours = times(model.predict, texts[:count])
    ratio = np.median(eager) / np.median(ours)
    parts = times(lambda text: model.probabilities_of([model.encode(text)]), texts[:count])
    encoding = times(model.encode, texts[:count])
    rows = [latency("one text", ours), latency("one text, torch eager", eager)]
    rows += [["torch eager / exported", f"{ratio:.1f}"], latency("of it cleaning and tokenising", encoding)]
    rows += [latency("without the label's record", parts)]
    rates = sorted(pool_rate(folder, run.data().split_texts("train"), texts) for _ in range(POOLS))
    told = f"{np.median(rates):,.0f} a second ({rates[0]:,.0f} to {rates[-1]:,.0f})"
    rows += [[f"many texts, 2 processes, median of {POOLS}", told]]
    return [*rows, *start_rows(folder, "a first text"), *start_rows(folder, "so good #bestdayever")]


def pool_rate(folder: Path, seen: Sequence[str], texts: Sequence[str]) -> float:
    """Return texts per second in two new processes that have warmed up on other texts."""
    with Pool(folder, workers=2) as pool:
        pool.probabilities(seen[:WARM_POOL])
        start = time.perf_counter()
        pool.probabilities(texts)
        return len(texts) / (time.perf_counter() - start)


def start_rows(folder: Path, text: str) -> list[list[str]]:
    """Measure seconds from the import to the first prediction, and peak memory: medians of five processes.

    The first hashtag loads the word counts that split hashtags into words.
    """
    found = []
    command = [sys.executable, "-c", START.format(folder=str(folder), text=text)]
    for _ in range(5):
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found.append([float(number) for number in done.stdout.split()])
    seconds, kilobytes = np.median(found, axis=0)
    return [[f"start to the answer to: {text}", f"{seconds:.2f} s, {kilobytes / 1024:.0f} MB"]]


def writer_rows(run: OpenRun, folder: Path, length: int) -> list[list[str]]:
    """Measure characters per second at batch 1 on one core."""
    import torch

    torch.set_num_threads(1)
    model = open_model(folder)
    assert isinstance(model, Writer)
    rows = []
    ways = {
        "characters written": lambda number: model.generate("A", number, 0.8, seed=1),
        "characters written, torch eager": lambda number: write(
            Engine(run.network), run.tokenizer, ["A"], number, Decoding(temperature=0.8)
        ),
    }
    for name, act in ways.items():
        act(100)
        start = time.perf_counter()
        act(length)
        rows.append([name, f"{length / (time.perf_counter() - start):,.0f} a second"])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--classifier", metavar="RUN", help="a run of a classifier")
    parser.add_argument("--writer", metavar="RUN", help="a run of a language model over characters")
    parser.add_argument("--quantize", action="store_true", help="8-bit matrices")
    parser.add_argument("--texts", type=int, default=4000, help="single texts (default: 4000)")
    parser.add_argument("--length", type=int, default=5000, help="characters (default: 5000)")
    arguments = parser.parse_args()
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as place:
        if arguments.classifier:
            run = open_run(arguments.classifier)
            rows += classifier_rows(run, exported(run, place, arguments.quantize), arguments.texts)
        if arguments.writer:
            run = open_run(arguments.writer)
            rows += writer_rows(run, exported(run, place, arguments.quantize), arguments.length)
    print(render(["", "measured"], rows))


def exported(run: OpenRun, place: str, quantised: bool) -> Path:
    return export(run, run.problem.export(run), Path(place) / run.task, quantised).folder


if __name__ == "__main__":
    main()
