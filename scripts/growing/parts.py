"""The parts of the work: each does one size of it and returns what that cost."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from growing.materials import ROOT, real_lines, write_rows, write_runs, write_text
from growing.measure import COMMAND, TRAIN, Failed, Measured, begun, run, used, watched
from growing.results import Costs

GIGA = 1e9
QUIET = ["baselines=false", "report=false", "figures=false", "trainer.enable_progress_bar=false"]
SMALL = ["model.hidden_size=16", "model.embedding_size=16", "threads=1"]
HELD_OUT = 50_000  # bytes at the end of a text that are not trained on
STEPS = 40  # of a measured training


class Part(NamedTuple):
    """A part of the work.

    Attributes:
        unit: what a size counts.
        sizes: those that are measured; quick: small ones, which take seconds.
        measure: takes a size and an empty folder.
    """

    unit: str
    sizes: Sequence[float]
    quick: Sequence[float]
    measure: Callable[[float, Path], Costs]


def costs_of(measured: Measured) -> Costs:
    return {"seconds": measured.seconds, "cpu seconds": measured.cpu, "memory, GB": measured.memory / GIGA}


def text(tokenizer: str, size: float, folder: Path) -> Costs:
    """From a text file of `size` GB to the first training step."""
    path = folder / "text.txt"
    write_text(path, round(size * GIGA))
    fraction = HELD_OUT / path.stat().st_size
    held = [f"data.validation_fraction={fraction:.3g}", f"data.test_fraction={fraction:.3g}"]
    command = [*TRAIN, "task=language_modeling", "data=textfile", f"data.files.train={path}"]
    command += [f"tokenizer={tokenizer}", "model=lstm", *SMALL, *held, *QUIET, "trainer.max_steps=1"]
    command += ["data.batch_size=2", "data.eval_batch_size=2", "task.samples.length=2", "hydra.run.dir=run"]
    measured = run(command, folder, own(folder))
    path.unlink()
    (entry,) = (folder / "cache" / "encoded").iterdir()
    ids = sum(array.nbytes for array in (np.load(p, mmap_mode="r") for p in entry.glob("*.ids.npy")))
    stored = {file.stat().st_ino: file.stat().st_size for file in entry.iterdir()}
    return {**costs_of(measured), "cache, of the ids": sum(stored.values()) / ids}


def own(folder: Path) -> dict[str, str]:
    """Return an environment whose caches and settings lie in the folder."""
    return {"RNNLAB_CACHE_DIR": str(folder / "cache"), "RNNLAB_CONFIG_DIR": str(folder / "config")}


def classifier(folder: Path) -> Path:
    """Train a small classifier on labelled rows and return its folder."""
    write_rows(folder / "train.csv", 2000, labels=True)
    command = [*TRAIN, "task=classification", "data=csv", f"data.files.train={folder / 'train.csv'}"]
    command += ["model=gru", *SMALL, *QUIET, "trainer.max_epochs=1", "hydra.run.dir=run"]
    run(command, folder, own(folder))
    return folder / "run"


def predict(size: float, folder: Path) -> Costs:
    """Answer a csv file of `size` rows."""
    trained = classifier(folder)
    write_rows(folder / "rows.csv", round(size))
    files = ["--input", folder / "rows.csv", "--output", folder / "predicted.csv"]
    measured = run([*COMMAND, "predict", trained, *files], folder, own(folder))
    return {**costs_of(measured), "us a row": 1e6 * measured.cpu / size}


def report(size: float, folder: Path) -> Costs:
    """Write the report of a run with `size` test rows."""
    trained = classifier(folder)
    write_predictions(trained / "predictions.parquet", round(size))
    measured = run([*COMMAND, "report", trained], folder, own(folder))
    return {**costs_of(measured), "page, MB": (trained / "report.html").stat().st_size / 1e6}


def write_predictions(path: Path, rows: int) -> None:
    """Replace the predictions of two classes by those of `rows` rows, four of five of them correct."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng, lines, classes = np.random.default_rng(0), real_lines(), np.array(["no", "yes"])
    labels = rng.integers(2, size=rows)
    predicted = np.where(rng.random(rows) < 0.8, labels, 1 - labels)
    share = rng.uniform(0.5, 1.0, rows)
    positive = np.where(predicted == 1, share, 1 - share)
    columns = {
        "row": np.arange(rows),
        "text": [lines[place] for place in rng.integers(len(lines), size=rows).tolist()],
        "label": classes[labels],
        "predicted": classes[predicted],
        "probability_no": (1 - positive).astype(np.float32),
        "probability_yes": positive.astype(np.float32),
    }
    wanted = pq.read_schema(path).names
    pq.write_table(pa.table({name: columns[name] for name in wanted}), path)


def runs(size: float, folder: Path) -> Costs:
    """List `size` run folders."""
    write_runs(folder / "outputs", round(size))
    return costs_of(run([*COMMAND, "runs", "--outputs", folder / "outputs"], folder, own(folder)))


def board(size: float, folder: Path) -> Costs:
    """Start the board of `size` run folders, and ask for its page and then for news."""
    write_runs(folder / "outputs", round(size))
    command = [*COMMAND, "board", folder / "outputs", "--port", "0"]
    start = time.perf_counter()
    with begun(command, folder, own(folder)) as process, watched(process.pid) as watch:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        page = ask(url)
        opened, cpu = time.perf_counter() - start, used(process.pid)
        time.sleep(1.0)  # until which the folder is not looked at again
        asked = time.perf_counter()
        ask(f"{url}/api/runs")
        news = time.perf_counter() - asked
    memory = {"memory, GB": watch.peak / GIGA, "page, MB": len(page) / 1e6}
    seconds = {"seconds to the page": opened, "cpu seconds to the page": cpu, "seconds to the news": news}
    return {**seconds, **memory}


def ask(url: str) -> bytes:
    """Return the answer to a GET request. Raises Failed for none."""
    try:
        with urllib.request.urlopen(url) as answer:
            found: bytes = answer.read()
            return found
    except (OSError, ValueError) as error:  # ValueError: the board has ended and has printed no address
        raise Failed(f"no answer from {url or 'the board'}: {error}") from error


def sweep(size: float, folder: Path) -> Costs:
    """Simulate a sweep of `size` jobs of 10 ms each."""
    script = [*COMMAND[:1], ROOT / "scripts" / "simulate_sweep.py", "--seconds", 0.01, "--workers", 16]
    measured = run([*script, "--jobs", round(size), "--folder", folder / "sweep"], folder, own(folder))
    found = re.search(r"a job, ms: mean\s*\|\s*([\d.]+)", measured.output)
    assert found is not None, measured.output
    status = run([*COMMAND, "sweep", "status", folder / "sweep"], folder, own(folder))
    shown = {"ms a job": float(found[1]), "status, seconds": status.seconds}
    return {**costs_of(measured), **shown, "status, memory, GB": status.memory / GIGA}


def step(name: str, size: float, folder: Path) -> Costs:
    """Train with windows or layers of a size; name: `length` or `width`."""
    chosen = {"length": 128, "width": 128, name: round(size)}
    write_text(folder / "text.txt", (STEPS + 4) * 10 * (chosen["length"] + 1) * 8)
    command = [*TRAIN, "task=language_modeling", "data=textfile", f"data.files.train={folder / 'text.txt'}"]
    command += ["tokenizer=char", "model=lstm", "data.batch_size=8", f"data.window={chosen['length']}"]
    command += [f"model.hidden_size={chosen['width']}", "model.embedding_size=32", *QUIET]
    return rates(folder, command)


def ddp(size: float, folder: Path) -> Costs:
    """Train on `size` processes, each with a batch of its own and one thread."""
    write_text(folder / "text.txt", 2_000_000)
    command = [*TRAIN, "task=language_modeling", "data=textfile", f"data.files.train={folder / 'text.txt'}"]
    command += ["tokenizer=char", "model=lstm", "data.batch_size=8", "data.window=128", "threads=1"]
    command += ["model.hidden_size=256", "model.embedding_size=32", *QUIET]
    command += ["trainer=ddp", "trainer.accelerator=cpu", f"trainer.devices={round(size)}"]
    costs = rates(folder, command)
    return {**costs, "tokens a second": size * costs["tokens a second"]}  # of all; a run records its first's


def rates(folder: Path, command: list[str]) -> Costs:
    """Train for a few steps and return what they cost."""
    held = ["data.validation_fraction=0.02", "data.test_fraction=0.02", "trainer.limit_val_batches=1"]
    stop = [f"trainer.max_steps={STEPS}", "trainer.limit_test_batches=1", "task.samples.length=2"]
    measured = run([*command, *held, *stop, "hydra.run.dir=run"], folder, own(folder))
    result = json.loads((folder / "run" / "result.json").read_text(encoding="utf-8"))
    rate = result["tokens_per_second"]
    each = result["training_seconds"] / result["steps"]
    speed = {"ms a step": 1e3 * each, "steps a second": 1 / each, "tokens a second": rate}
    return {**speed, "memory, GB": measured.memory / GIGA}


@cache
def parts() -> dict[str, Part]:
    """Return every part by its name."""
    return {
        **{
            f"text-{name}": Part("GB of text to the first step", (0.1, 1, 5), (0.001, 0.004), of)
            for name, of in (
                ("char", lambda size, folder: text("char", size, folder)),
                ("word", lambda size, folder: text("word", size, folder)),
                ("bpe", lambda size, folder: text("bpe", size, folder)),
            )
        },
        "predict": Part("rows predicted from csv", (1e5, 1e6, 1e7), (500, 2000), predict),
        "report": Part("test rows of a report", (1e4, 1e5, 1e6), (500, 2000), report),
        "runs": Part("run folders listed", (1e2, 1e3, 1e4), (10, 40), runs),
        "board": Part("run folders on the board", (1e2, 1e3, 1e4), (10, 40), board),
        "sweep": Part("jobs of a sweep", (1e3, 1e4, 1e5), (20, 60), sweep),
        "length": Part("steps of a window", (32, 128, 512, 2048, 4096), (8, 16), length),
        "width": Part("hidden units", (64, 128, 256, 512, 1024), (8, 16), width),
        "ddp": Part("processes of one training", (1, 2), (1,), ddp),
    }


def length(size: float, folder: Path) -> Costs:
    return step("length", size, folder)


def width(size: float, folder: Path) -> Costs:
    return step("width", size, folder)
