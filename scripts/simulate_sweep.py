"""Simulate a sweep of many jobs on many workers with the real ledger, sampler and study.

    python scripts/simulate_sweep.py                                    # 10,000 jobs on 256 workers
    python scripts/simulate_sweep.py --sampler tpe --jobs 500 --workers 32
    python scripts/simulate_sweep.py --deaths 0.05 --failures 0.1 --seed 3

Only the trainings are simulated: their durations (log-normal), failures, and deaths of their workers are
random, set by the seed, and their time is virtual. The time that workers spend at the ledger is real and is
added to the virtual clock, so that waiting for it shows as idle time. A dead worker's job is released after
the heartbeat's time-out, and another worker replaces it at once. Workers share `--desks` readers of the
ledger in this process, where a real one has its own.
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from rnnlab.bar import Bar
from rnnlab.report.tables import render
from rnnlab.run.study.storage import create_study
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.job_broker import JobBroker, Outcome, jobs_of
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.ledger.row import ENDED, Row
from rnnlab.sweep.space.search_space import Dimension, Space
from rnnlab.sweep.spec import Spec

NOISE = 0.6  # standard deviation of a training's logarithmic time


@dataclass(order=True)
class Visit:
    """A worker's visit to the ledger: it reports how its job ended, and takes the next."""

    time: float
    order: int
    worker: int = field(compare=False)
    life: int = field(compare=False)  # number of workers that this one has replaced
    row: Row | None = field(compare=False, default=None)
    died: bool = field(compare=False, default=False)


class Simulation:
    """Simulated sweep: the clock is virtual, but the time spent at the ledger is real."""

    def __init__(self, arguments: argparse.Namespace, folder: SweepFolder, spec: Spec) -> None:
        self.arguments, self.random = arguments, random.Random(arguments.seed)
        self.now = 0.0
        self.desks = [JobBroker(folder, spec, "", clock=lambda: self.now) for _ in range(arguments.desks)]
        self.visits: list[Visit] = []
        self.costs: list[float] = []
        self.trainings: list[tuple[float, float]] = []  # start and end of each
        self.deaths = 0
        self.last_start = 0.0
        self.order = 0
        self.began: dict[int, int] = {}

    def run(self) -> None:
        for worker in range(self.arguments.workers):
            self._come(0.0, worker, 0)
        with Bar(total=self.arguments.jobs, unit="job") as bar:
            while self.visits:
                visit = heapq.heappop(self.visits)
                self.now = max(self.now, visit.time)
                before = len(self.costs)
                self._serve(visit)
                bar.update(len(self.costs) - before)

    def _serve(self, visit: Visit) -> None:
        desk = self.desks[visit.worker % len(self.desks)]
        desk.worker = f"w{visit.worker}.{visit.life}"
        if visit.died:
            desk.ledger.release([desk.worker])
            self._come(visit.time, visit.worker, visit.life + 1)
            return
        start = time.perf_counter()
        if visit.row is not None:
            desk.finish(visit.row, self._outcome(visit.row))
        row = desk.take()
        cost = time.perf_counter() - start
        if row is not None:
            self.costs.append(cost)
            self._train(visit, row, visit.time + cost)
        elif not desk.is_over:
            self._come(visit.time + 30.0, visit.worker, visit.life)  # a worker may die

    def _train(self, visit: Visit, row: Row, start: float) -> None:
        seconds = self.arguments.seconds * math.exp(self.random.gauss(-(NOISE**2) / 2, NOISE))
        self.began[row.number] = self.began.get(row.number, 0) + 1
        died = self.random.random() < self.arguments.deaths
        if died:
            seconds *= self.random.random()
            self.deaths += 1
        self.trainings.append((start, start + seconds))
        self.last_start = max(self.last_start, start)
        end = start + seconds + (self.arguments.timeout if died else 0.0)
        self._come(end, visit.worker, visit.life, row, died)

    def _outcome(self, row: Row) -> Outcome:
        if self.random.random() < self.arguments.failures:
            return Outcome("failed", error="RuntimeError: simulated", cause="error", failed=True)
        lr = float(row.values["optimizer.lr"])
        value = 0.9 - 0.02 * (math.log10(lr) + 2.5) ** 2 + self.random.gauss(0, 0.005)
        return Outcome("finished", (value,))

    def _come(self, when: float, worker: int, life: int, row: Row | None = None, died: bool = False) -> None:
        self.order += 1
        heapq.heappush(self.visits, Visit(when, self.order, worker, life, row, died))


def make_spec(arguments: argparse.Namespace) -> Spec:
    learning_rate = Dimension("optimizer.lr", "float", low=1e-4, high=1e-1, log=True)
    model = Dimension("model", "choice", values=("gru", "lstm", "bilstm_attention"))
    width = Dimension("model.hidden_size", "int", low=32, high=512, step=32)
    dropout = Dimension("model.dropout", "float", low=0.0, high=0.7)
    numbers = tuple(f"{1e-4 * 1.001**n:.6g}" for n in range(arguments.jobs))
    grid = (Dimension("optimizer.lr", "choice", values=numbers),)
    space = Space(grid if arguments.sampler == "grid" else (learning_rate, model, width, dropout))
    return Spec(
        name="simulated",
        overrides=("task=tweets",),
        space=space,
        sampler=arguments.sampler,
        sampler_options={},
        pruner="none",
        pruner_options={},
        trials=arguments.jobs,
        seeds=1,
        first_seed=1,
        metrics=("val/macro_recall",),
        directions=("maximize",),
        first=(),
        timeout=None,
        max_failure_rate=1.0,
        retries=0,
        heartbeat=5.0,
        heartbeat_timeout=arguments.timeout,
        seed=arguments.seed,
        storage=None,
        launcher={"name": "local"},
        created=0.0,
        command="",
        cwd=str(Path.cwd()),
    )


def prepare(folder: SweepFolder, spec: Spec) -> None:
    spec.save(folder)
    create_study(folder.path, spec.name, spec.directions, None)
    ledger = Ledger(folder, clock=lambda: 0.0)
    if spec.sampler == "grid":
        ledger.add_trials([jobs_of(spec, values) for values in spec.space.grid()])
    ledger.go()


def report(simulation: Simulation, folder: SweepFolder, wall: float) -> int:
    """Print the results; return 1 if a job was lost or doubled."""
    arguments, rows = simulation.arguments, Ledger(folder).sync().rows
    ended = [row for row in rows if row.state in ENDED]
    lost = arguments.jobs - len(ended)
    extra = sum(simulation.began.values()) - len(simulation.began) - simulation.deaths
    gaps = [row.number for row in rows] != list(range(len(rows)))
    span = simulation.last_start * arguments.workers
    busy = sum(max(0.0, min(end, simulation.last_start) - start) for start, end in simulation.trainings)
    states = {state: sum(row.state == state for row in rows) for state in ENDED}
    costs = sorted(1e3 * cost for cost in simulation.costs)
    table = [
        ["jobs that ended", f"{len(ended)} of {arguments.jobs} ({states})"],
        ["jobs lost", str(lost)],
        ["jobs doubled", str(extra)],
        ["gaps in the numbers", "yes" if gaps else "none"],
        ["workers that died under a job", str(simulation.deaths)],
        ["ledger and sampler a job, ms: mean", f"{statistics.mean(costs):.1f}"],
        ["median", f"{statistics.median(costs):.1f}"],
        ["99th percentile", f"{costs[int(0.99 * len(costs))]:.1f}"],
        ["idle share of workers while jobs were left", f"{100 * (1 - busy / span):.2f} %"],
        ["virtual time of the sweep", f"{simulation.now / 3600:.1f} h"],
        ["real time of the simulation", f"{wall:.0f} s"],
    ]
    print(render([f"{arguments.sampler}, {arguments.workers} workers", "value"], table))
    return 1 if lost or extra or gaps else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--jobs", type=int, default=10_000, help="default 10000")
    parser.add_argument("--workers", type=int, default=256, help="default 256")
    parser.add_argument("--desks", type=int, default=8, help="readers of the ledger (default 8)")
    parser.add_argument("--sampler", default="random", help="random (default), tpe, grid, ...")
    parser.add_argument("--seconds", type=float, default=600.0, help="mean of a training (default 600)")
    parser.add_argument("--failures", type=float, default=0.02, help="share that fails (default 0.02)")
    parser.add_argument("--deaths", type=float, default=0.005, help="share under which a worker dies")
    parser.add_argument("--timeout", type=float, default=60.0, help="of the heartbeat, seconds (default 60)")
    parser.add_argument("--seed", type=int, default=0, help="of everything that is drawn (default 0)")
    parser.add_argument("--folder", type=Path, help="where to keep the sweep (default: nowhere)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = SweepFolder(arguments.folder or Path(place))
        folder.path.mkdir(parents=True, exist_ok=True)
        spec = make_spec(arguments)
        prepare(folder, spec)
        simulation = Simulation(arguments, folder, spec)
        start = time.perf_counter()
        simulation.run()
        return report(simulation, folder, time.perf_counter() - start)


if __name__ == "__main__":
    sys.exit(main())
