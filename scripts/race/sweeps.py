"""Race sweeps: the same trainings under rnnlab, Ray Tune, Optuna alone and Hydra's Optuna sweeper.

    python scripts/race/sweeps.py                        # 40 trainings each, then 40 with a kill in between
    python scripts/race/sweeps.py --trials 6 --epochs 2 --peers rnnlab,optuna --kill 0

Each library is given the same list of settings, workers and epochs. Idle is the part of the workers' time in
which nothing was trained. The kill ends every process of the sweep with signal 9 after `--kill` ended
trainings; then the library goes on as its documentation says. Results are kept, a JSON file each, in
`--folder` and read again.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import environment
from lanes import OURS, TORCH, Peer, user_lines
from machine import machine_lines
from run_lane import tree
from sweep_events import Killed, attempts_of, ended, measured, reached

from rnnlab.atomic import write_whole
from rnnlab.report.tables import render
from rnnlab.tokenizer.parallel import available_cores

ROOT = Path(__file__).parents[2]
BASE = ["task=digits", "model=gru"]
LIMIT = 1800.0  # seconds of a sweep
LOOK = 0.3  # seconds between two looks at the trainings


def own_packages(*more: str, without: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return rnnlab's dependencies as constraints.txt pins them, torch first, and some more.

    Args:
        without: dependencies of which another version is among `more`.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    direct = {re.split(r"[^\w.-]", line, maxsplit=1)[0].lower() for line in project["dependencies"]}
    names = direct - {"torch", *without}
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return (TORCH, *(line for line in lines if line.partition("==")[0].lower() in names), *more)


def peers() -> tuple[Peer, ...]:
    documents = {
        "ray": "https://docs.ray.io/en/latest/tune/tutorials/tune-fault-tolerance.html",
        "optuna": "https://optuna.readthedocs.io/en/stable/tutorial/10_key_features/004_distributed.html",
        "hydra": "https://hydra.cc/docs/plugins/optuna_sweeper/",
    }
    plugins = ("hydra-optuna-sweeper==1.3.0", "hydra-joblib-launcher==1.2.0")
    older = ("SQLAlchemy==1.4.54", "alembic==1.13.3", "optuna==2.10.1", *plugins)  # which the sweeper needs
    return (
        Peer(OURS, "rnnlab, successive halving", "docs/sweeps.md", "rnnlab_sweep.py"),
        Peer("ray", "Ray Tune, ASHA", documents["ray"], "ray_sweep.py", own_packages("ray[tune]==2.60.0")),
        Peer("optuna", "Optuna, successive halving", documents["optuna"], "optuna_sweep.py", own_packages()),
        Peer(
            "hydra",
            "Hydra's Optuna sweeper, joblib",
            documents["hydra"],
            "hydra_sweep.py",
            own_packages(*older, without=("optuna", "sqlalchemy")),
        ),
    )


def trials(count: int) -> list[dict[str, Any]]:
    """Return settings, the same for all: rates from 3e-4 to 3e-2, 16 to 96 units, dropout up to a half."""
    found = []
    for number in range(count):
        parts = [math.modf((number + 1) * step)[0] for step in (0.6180339887, 0.7548776662, 0.5698402910)]
        found.append(
            {
                "optimizer.lr": float(f"{3e-4 * 100 ** parts[0]:.3g}"),
                "model.hidden_size": 16 * (1 + int(6 * parts[1])),
                "model.dropout": round(0.5 * parts[2], 2),
            }
        )
    return found


def start(peer: Peer, folder: Path, workers: int) -> subprocess.Popen[bytes]:
    """Start a peer's sweep, or go on with it, in its own Python."""
    python = environment.python_of(peer.requirements)
    variables = {**os.environ, "RACE_JOB": str(folder / "job.json"), "OMP_NUM_THREADS": "1"}
    variables |= {"PYTHONPATH": str(ROOT / "src"), "RAY_DISABLE_IMPORT_WARNING": "1"}
    with (folder / "sweep.log").open("ab") as log:
        return subprocess.Popen(
            [str(python), str(peer.program)], cwd=folder, env=variables, stdout=log, stderr=log
        )


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """End a process and everything below it with signal 9."""
    for pid in tree(process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def wait(process: subprocess.Popen[bytes], until: Callable[[], bool]) -> bool:
    """Wait for the end of a process, or until something holds; return whether it has ended by itself."""
    limit = time.time() + LIMIT
    while process.poll() is None:
        if time.time() > limit or until():
            return False
        time.sleep(LOOK)
    return True


def sweep(peer: Peer, folder: Path, job: dict[str, Any], kill: int) -> dict[str, Any]:
    """Run one sweep and return what it took.

    Args:
        kill: ended trainings after which everything is killed and started again; 0: no kill.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "job.json").write_text(json.dumps({**job, "folder": str(folder)}), encoding="utf-8")
    begun, killed = time.time(), None
    process = start(peer, folder, job["workers"])
    try:
        if kill and not wait(process, lambda: len(ended(attempts_of(folder))) >= kill):
            kill_all(process)
            killed = Killed(time.time(), frozenset(ended(attempts_of(folder))))
            process = start(peer, folder, job["workers"])
        if not wait(process, lambda: False):
            raise RuntimeError(f"no end after {LIMIT:.0f} s")
    finally:
        kill_all(process)
    if not ended(attempts_of(folder)):
        log = (folder / "sweep.log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"exit code {process.returncode}: {log[-1500:]}")
    return measured(attempts_of(folder), len(job["trials"]), job["workers"], begun, time.time(), killed)


def table(rows: dict[str, dict[str, dict[str, Any]]]) -> str:
    """Return a table of the sweeps by title, without and with a kill."""
    whole = [one["whole"] for one in rows.values() if "course" in one.get("whole", {})]
    target = min((one["course"][-1][1] for one in whole if one["course"]), default=math.nan)
    head = ["sweep", "seconds", "idle", f"seconds to {target:.4f}", "best", "trials without a result"]
    head += ["after a kill: seconds", "without a result", "trained again", "lines"]
    cells = []
    for title, one in rows.items():
        told, kill = one.get("whole", {}), one.get("kill", {})
        if "error" in told:
            cells.append([f"{title}; {told['error'].splitlines()[-1][:120]}", *[""] * (len(head) - 1)])
            continue
        cells.append(
            [
                title,
                f"{told['seconds']:.0f}",
                f"{told['idle']:.0%}",
                f"{reached(told, target):.0f}",
                f"{told['course'][-1][1]:.4f}" if told["course"] else "",
                str(told["missing"]),
                *(str(kill.get(name, "")).partition(".")[0] for name in ("seconds", "missing", "repeated")),
                str(told["lines"]),
            ]
        )
    return render(head, cells)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=40, help="trainings of a sweep (default 40)")
    parser.add_argument("--epochs", type=int, default=8, help="epochs of a training (default 8)")
    parser.add_argument("--workers", type=int, help="trainings at once (default: all cores)")
    parser.add_argument("--kill", type=int, default=12, help="ended trainings before the kill; 0: none")
    parser.add_argument("--peers", help="some of rnnlab, ray, optuna, hydra, with commas (default: all)")
    parser.add_argument("--folder", type=Path, default=Path("outputs/race/sweeps"), help="of the results")
    arguments = parser.parse_args()
    workers = arguments.workers or available_cores()
    print("\n".join(machine_lines(workers)))
    job = {"base": BASE, "trials": trials(arguments.trials), "workers": workers, "epochs": arguments.epochs}
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    for peer in peers():
        if arguments.peers and peer.name not in arguments.peers.split(","):
            continue
        for name, kill in {"whole": 0, **({"kill": arguments.kill} if arguments.kill else {})}.items():
            told = result(peer, arguments.folder.resolve() / f"{peer.name}-{name}", job, kill)
            rows.setdefault(peer.title, {})[name] = told
            print(f"{peer.name} {name}: {told.get('error') or round(told['seconds'])}", flush=True)
    print(table(rows))


def result(peer: Peer, folder: Path, job: dict[str, Any], kill: int) -> dict[str, Any]:
    """Return the result of a sweep, the kept one if there is any."""
    path = folder.with_suffix(".json")
    if path.is_file():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    try:
        found = sweep(peer, folder, job, kill)
    except (RuntimeError, environment.InstallError) as error:
        found = {"error": f"{type(error).__name__}: {error}"}
    found["lines"] = user_lines(peer.program, "sweep")
    write_whole(path, json.dumps(found, indent=1))
    return found


if __name__ == "__main__":
    main()
