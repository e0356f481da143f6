"""Measure training and use of forecasters and anomaly detectors, beside plain torch and other libraries.

    python scripts/benchmark_forecasting.py train data=etth1 model=segrnn       # choices as for train.py
    python scripts/benchmark_forecasting.py peers                               # neuralforecast and Darts
    python scripts/benchmark_forecasting.py backtest --series 100 --origins 1000
    python scripts/benchmark_forecasting.py forecast FOLDER                     # written by rnnlab export
    python scripts/benchmark_forecasting.py stream FOLDER --points 1000000      # of an anomaly run

`train`: our loop and a bare torch loop take turns in one process: after every epoch of ours (`--steps`
batches, cut out, logged and stepped as in training) the other one trains a network of the same settings on
the same batches. `peers`: the same bare loop in turns with libraries that train in a Python of their own, at
the same sizes, windows a step and number of steps, on the same series. `backtest`: forecasts and measures of
every origin, without refit. Run it when nothing else runs.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from torch import nn

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab import runtime
from rnnlab.report.tables import render
from rnnlab.run.build.assemble import build_data, build_network, build_task
from rnnlab.run.build.machine import device_name, set_threads
from rnnlab.run.build.trainer import build_trainer
from rnnlab.run.config.arguments import CONFIG_NAME
from rnnlab.training.callback.quiet import quiet

RACE = Path(__file__).parent / "race"
sys.path += [str(RACE), str(RACE / "peers")]
from peer_python import peer_python  # noqa: E402
from steps_series import seconds_per_step, settings_of  # noqa: E402

CONFIG_DIR = Path(__file__).parents[1] / "conf"
OURS, BARE = "train.py", "bare torch"


class Bare:
    """A plain training loop: forward, loss, gradients, clipping, optimizer."""

    def __init__(self, cfg: Any, network: Any) -> None:
        self.network = network
        self.optimizer = instantiate(cfg.optimizer)(list(network.named_parameters()))
        self.clip = cfg.trainer.gradient_clip_val

    def step(self, batch: Any) -> None:
        seen = batch.target_observed
        loss = self.network.losses(batch).where(seen, 0).sum() / seen.sum()
        self.optimizer.zero_grad()
        loss.backward()
        if self.clip:
            nn.utils.clip_grad_norm_(self.network.parameters(), self.clip)
        self.optimizer.step()


class Turns(pl.Callback):
    """Times each epoch of our loop, then the bare one on its batches."""

    def __init__(self, bare: Bare) -> None:
        self.bare = bare
        self.seconds: dict[str, list[float]] = {OURS: [], BARE: []}

    def on_train_epoch_start(self, trainer: pl.Trainer, task: pl.LightningModule) -> None:
        self.batches: list[Any] = []
        self.start = time.perf_counter()

    def on_train_batch_start(
        self, trainer: pl.Trainer, task: pl.LightningModule, batch: Any, index: int
    ) -> None:
        self.batches.append(batch)

    def on_train_epoch_end(self, trainer: pl.Trainer, task: pl.LightningModule) -> None:
        self.seconds[OURS].append((time.perf_counter() - self.start) / len(self.batches))
        self.seconds[BARE].append(seconds_of(self.bare, self.batches))


def seconds_of(bare: Bare, batches: list[Any]) -> float:
    """Return the mean seconds of a step over the batches."""
    start = time.perf_counter()
    for batch in batches:
        bare.step(batch)
    return (time.perf_counter() - start) / len(batches)


def config(choices: list[str], folder: str, *fixed: str) -> Any:
    nothing = ["callback=default", "callback.best=null", "callback.last=null", f"paths.run_dir={folder}"]
    nothing += ["trainer.limit_val_batches=0", "trainer.enable_progress_bar=false", *fixed]
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        return compose(CONFIG_NAME, overrides=["task=forecast", *choices, *nothing])


def prepared(cfg: Any) -> Any:
    data = build_data(cfg)
    data.prepare()
    return data


def train(arguments: argparse.Namespace) -> None:
    """Print the seconds of a training step of our loop and of a bare one."""
    with tempfile.TemporaryDirectory() as folder:
        number = f"trainer.max_epochs={arguments.rounds + 1}"
        cfg = config(arguments.choices, folder, number, f"trainer.limit_train_batches={arguments.steps}")
        data, threads = prepared(cfg), set_threads(cfg.threads)
        pl.seed_everything(cfg.seed, verbose=False)
        turns = Turns(Bare(cfg, build_network(cfg, data, None)))
        trainer = build_trainer(cfg, Path(folder))
        trainer.callbacks.append(turns)  # type: ignore[attr-defined]
        task = build_task(cfg, data, build_network(cfg, data, None))
        trainer.fit(task, train_dataloaders=data.train_dataloader())
    title(threads, f"{arguments.rounds} rounds of {arguments.steps} steps")
    report({name: values[1:] for name, values in turns.seconds.items()}, OURS)


def title(threads: int, what: str) -> None:
    print(f"{device_name(torch.device('cpu'), threads)}, {what}")


def report(seconds: dict[str, list[float]], ours: str) -> None:
    """Print each median time of a step, and the median over rounds of how many steps of `ours` fit in it."""
    rows = []
    for name, values in seconds.items():
        ratios = [other / own for own, other in zip(seconds[ours], values, strict=True)]
        spread, wide = (
            f"{1e3 * min(values):.1f} to {1e3 * max(values):.1f}",
            f"{min(ratios):.2f} to {max(ratios):.2f}",
        )
        median = f"{1e3 * statistics.median(values):.2f}"
        rows.append([name, median, spread, f"{statistics.median(ratios):.3f}", wide])
    print(render(["", "ms a step, median", "range", f"over {ours}, median", "range"], rows))


def peers(arguments: argparse.Namespace) -> None:
    """Print the seconds of a training step of other libraries and of our network in a bare loop."""
    pythons = {name: arguments.python or peer_python("m4_hourly", name) for name in arguments.libraries}
    with tempfile.TemporaryDirectory() as folder:
        cfg = config(["head=point", *arguments.choices], folder)
        data, threads = prepared(cfg), set_threads(cfg.threads)
        table = data.table
        parts = [table.values[a:b, 0] for a, b in zip(table.starts[:-1], table.starts[1:], strict=True)]
        least = min(map(len, parts))
        series = np.nan_to_num(np.stack([part[-least:] for part in parts]).astype(np.float32))
        settings = settings_of(cfg, arguments.steps, threads)
        bare = Bare(cfg, build_network(cfg, data, None))
        seconds: dict[str, list[float]] = {name: [] for name in (BARE, *arguments.libraries)}
        for number in range(arguments.rounds + 1):
            loader = iter(data.train_dataloader())
            found = {BARE: seconds_of(bare, [next(loader) for _ in range(arguments.steps)])}
            for name in arguments.libraries:
                found[name] = seconds_per_step(pythons[name], name, Path(folder), series, settings)
            if number:
                for name, value in found.items():
                    seconds[name].append(value)
    title(threads, f"{arguments.rounds} rounds of {arguments.steps} steps, {len(series)} series")
    report(seconds, BARE)


def backtest(arguments: argparse.Namespace) -> None:
    """Print the seconds of a backtest: forecasts and measures of every origin of many series."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "series.csv"
        write_series(path, arguments.series, arguments.points + arguments.origins)
        choices = [
            "data=series",
            f"data.path='{path}'",
            "data.layout=wide",
            "data.time=time",
            *arguments.choices,
        ]
        horizon = config(choices, folder).data.horizon
        parts = (
            f"{{train: null, validation: {arguments.points // 4}, test: {arguments.origins + horizon - 1}}}"
        )
        cfg = config([*choices, f"data.split={parts}"], folder)
        data, threads = prepared(cfg), set_threads(cfg.threads)
        task = build_task(cfg, data, build_network(cfg, data, None)).eval()
        start, windows = time.perf_counter(), 0
        with torch.no_grad():
            for batch in data.test_dataloader():
                windows += len(task.predictions(batch)["series"])
        seconds = time.perf_counter() - start
    title(threads, f"{arguments.series} series")
    rate = f"{windows / seconds:,.0f}"
    print(render(["windows", "seconds", "windows/s"], [[f"{windows:,}", f"{seconds:.1f}", rate]]))


def write_series(path: Path, number: int, points: int) -> None:
    """Write hourly waves with noise, a column for each."""
    noise = np.random.default_rng(1).normal(size=(points, number))
    wave = np.sin(2 * np.pi * np.arange(points) / 24)[:, None]
    times = np.datetime64("2020-01-01T00") + np.arange(points)
    lines = ["time," + ",".join(f"series_{place}" for place in range(number))]
    lines += [
        f"{when}:00," + ",".join(f"{x:.4f}" for x in row)
        for when, row in zip(times, wave + noise, strict=True)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def forecast(arguments: argparse.Namespace) -> None:
    """Print the milliseconds of one forecast of an exported model on one core."""
    model: Any = runtime.open_model(arguments.folder)
    row = model.answerer.example
    times = []
    for number in range(arguments.rounds + 10):
        start = time.perf_counter()
        model.predict(row)
        if number >= 10:
            times.append(1e3 * (time.perf_counter() - start))
    print(f"one forecast: {statistics.median(times):.3f} ms (median of {len(times)}, least {min(times):.3f})")


def stream(arguments: argparse.Namespace) -> None:
    """Print the milliseconds of a point's anomaly score, and how far the memory grew from tenth to tenth.

    The series of the run have to be regular: the points that follow the first thousand have no times.
    """
    model: Any = runtime.open_model(arguments.folder)
    generator, width = np.random.default_rng(1), len(model.targets)
    points, hours = model.stream(), np.datetime64("2024-01-01T00:00") + np.arange(1_000) * 60
    points.add_all(generator.normal(size=(1_000, width)), times=[str(hour) for hour in hours])
    rows, part = [], max(arguments.points // 10, 1)
    for tenth in range(10):
        values = generator.normal(size=(part, width)).tolist()
        start = time.perf_counter()
        for value in values:
            points.add(value)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows.append([f"{part * (tenth + 1):,}", f"{1e3 * seconds / part:.4f}", f"{peak:.1f}"])
    print(render(["points", "ms a point", "largest memory, MiB"], rows))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    for function in (train, peers, backtest, forecast, stream):
        command = commands.add_parser(function.__name__, help=(function.__doc__ or "").splitlines()[0])
        command.set_defaults(run_command=function)
        if function in (forecast, stream):
            command.add_argument("folder", help="what rnnlab export wrote of a run")
        else:
            command.add_argument("choices", nargs="*", help="choices as for train.py")
        if function in (train, peers):
            command.add_argument("--steps", type=int, default=30, help="batches a round (default 30)")
        if function in (train, peers, forecast):
            rounds = 200 if function is forecast else 7
            command.add_argument(
                "--rounds", type=int, default=rounds, help=f"after warming up (default {rounds})"
            )
        if function is peers:
            command.add_argument("--python", help="a Python with the libraries (default: those of the race)")
            names = ["neuralforecast", "darts"]
            command.add_argument(
                "--libraries", nargs="+", choices=names, default=names, help="(default: both)"
            )
        if function is backtest:
            command.add_argument("--series", type=int, default=100, help="(default 100)")
            command.add_argument("--origins", type=int, default=1000, help="of each series (default 1000)")
            command.add_argument(
                "--points", type=int, default=1000, help="of each before them (default 1000)"
            )
        if function is stream:
            command.add_argument("--points", type=int, default=1_000_000, help="(default 1,000,000)")
    quiet()
    arguments = parser.parse_args()
    arguments.run_command(arguments)


if __name__ == "__main__":
    main()
