"""Time a command until its result: help, the config, an error, a training's first line and first step.

    python scripts/benchmark_startup.py                 # task=imdb model=bilstm, five times each
    python scripts/benchmark_startup.py task=tweets model=gru --times 3

Each is a whole process, as a user starts it. The texts are encoded once before the timing.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rnnlab.report.tables import render

TRAIN = [sys.executable, str(Path(__file__).parents[1] / "train.py")]
RNNLAB = [sys.executable, "-m", "rnnlab"]
ERRORS = ["model=bilstn", "model.hiden_size=3", "model.dropout=1.5", "task.monitor=val/acuracy", "data=csv"]


def seconds_of(command: list[str], code: int) -> float:
    """Return the wall seconds of a command that must exit with the given code."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode != code:
        raise SystemExit(f"{command} ended with {done.returncode} instead of {code}:\n{done.stderr}")
    return seconds


def first_line(choices: list[str]) -> float:
    """Return the wall seconds until a training has printed its first line."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        command = [*TRAIN, *choices, f"hydra.run.dir={folder}/run"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert process.stdout is not None
        line = process.stdout.readline()
        seconds = time.perf_counter() - start
        process.kill()
        process.communicate()
    if not line.startswith(b"training "):
        raise SystemExit(f"{choices} began with: {line.decode(errors='replace')}")
    return seconds


def first_step(choices: list[str]) -> float:
    """Return the wall seconds until the first optimizer step is on disk in metrics.csv."""
    with tempfile.TemporaryDirectory() as folder:
        logged = Path(folder) / "run" / "metrics.csv"
        where = [f"hydra.run.dir={folder}/run", "trainer.log_every_n_steps=1"]
        start = time.perf_counter()
        process = subprocess.Popen(
            [*TRAIN, *choices, *where], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            while not logged.exists():
                if process.poll() is not None:
                    raise SystemExit(f"{choices} ended with {process.returncode} before its first step")
                time.sleep(0.01)
            return time.perf_counter() - start
        finally:
            process.kill()
            process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("choices", nargs="*", default=["task=imdb", "model=bilstm"], help="as for train.py")
    parser.add_argument("--times", type=int, default=5, help="runs of each command (default 5)")
    arguments = parser.parse_args()
    choices, times = arguments.choices, arguments.times
    first_step(choices)  # encodes the texts where the cache has none
    lines = {
        "python -c pass": ([sys.executable, "-c", "pass"], 0),
        "rnnlab --version": ([*RNNLAB, "--version"], 0),
        "rnnlab --help": ([*RNNLAB, "--help"], 0),
        "--cfg job": ([*TRAIN, "--cfg", "job", *choices], 0),
        **{f"error: {error}": ([*TRAIN, *choices, error], 2) for error in ERRORS},
    }
    measured = {
        name: [seconds_of(command, code) for _ in range(times)] for name, (command, code) in lines.items()
    }
    measured["first line of a training"] = [first_line(choices) for _ in range(times)]
    measured["first training step"] = [first_step(choices) for _ in range(times)]
    rows = [
        [name, f"{statistics.median(values):.2f}", f"{min(values):.2f} to {max(values):.2f}"]
        for name, values in measured.items()
    ]
    print(render([f"python train.py {' '.join(choices)}", "seconds, median", "range"], rows))


if __name__ == "__main__":
    main()
