"""Train a run again from what its folder records, and compare the results."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from rnnlab.commands.comparing.configs import ABSENT, Change, changes
from rnnlab.errors import SettingError, UserError
from rnnlab.run.config import config_dir
from rnnlab.run.config.ask_task import DEFAULT, chooses_task
from rnnlab.run.config.later import BEFORE, FREE, as_before
from rnnlab.run.config.run_references import overrides as settled
from rnnlab.run.config.saved import config_of, overrides_of
from rnnlab.run.folder.code import training_program
from rnnlab.run.folder.code_changes import code_differences
from rnnlab.run.folder.differences import (
    data_differences,
    machine_differences,
    package_differences,
)
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.result import read
from rnnlab.run.folder.run_folder import RunFolder


class Reproduction(NamedTuple):
    """The result of training a run again.

    Attributes:
        differences: from the first training, one line each.
        metrics: of the first training and of the repetition, by name.
        weights: how many of best.ckpt's tensors differ in any bit, and how many there are.
    """

    differences: list[str]
    metrics: dict[str, tuple[float | None, float | None]]
    weights: tuple[int, int]

    @property
    def identical(self) -> bool:
        return self.weights[0] == 0 and all(a == b for a, b in self.metrics.values())


def check_finished(run: OpenRun) -> None:
    """Refuse a run that has no results to compare with."""
    status = run.result.get("status")
    if status != "finished":
        rule = f"must be a finished run, and this one is {status or 'without a result.json'}"
        raise SettingError("RUN", run.folder.path, rule)
    if not run.folder.overrides.is_file():
        raise SettingError("RUN", run.folder.path, "has no overrides.yaml, from which it is trained again")


def known_differences(run: OpenRun) -> list[str]:
    """Return differences in code, packages and data that show before the training, one line each."""
    found = code_differences(run.result.get("git"), run.folder) + package_differences(run)
    try:
        run.data()
    except SettingError as error:  # they have changed, or cannot be found
        found.append(f"data: {error.rule}")
    return found


def command(run: OpenRun, folder: Path) -> list[str]:
    """Return the command of the training: the same overrides and number of threads, and its own folder."""
    typed = overrides_of(run.folder.overrides)
    dropped = ("threads=", "logger=", "paths.", "hydra.", "resume=")
    kept = [override for override in typed if not override.lstrip("+~").startswith(dropped)]
    kept = kept if chooses_task(kept) else [f"task={DEFAULT}", *kept]
    config = config_of(run.folder.config)
    threads = run.result.get("threads") or config.get("threads", "auto")
    own = [f"threads={threads}", "logger=csv", f"hydra.run.dir='{folder.absolute()}'"]
    others = [*settled(config), *as_before(config)]
    flags = config_dir.flags(config_dir.saved_config_dir(run.result, "RUN"))
    return [sys.executable, *training_program(), *flags, *kept, *own, *places(run), *others]


def places(run: OpenRun) -> list[str]:
    """Return the run's data folders, unless the environment sets other ones."""
    saved: Any = config_of(run.folder.config).get("paths") or {}
    named = {"data_dir": "RNNLAB_DATA_DIR", "cache_dir": "RNNLAB_CACHE_DIR"}
    found, then = [], Path(run.result.get("cwd") or "")
    for key, variable in named.items():
        if not os.environ.get(variable) and saved.get(key) and (then / saved[key]).is_dir():
            found.append(f"paths.{key}='{then / saved[key]}'")
    return found


def train_again(run: OpenRun, folder: Path) -> None:
    """Train the run again. Raises UserError if the training does not finish."""
    sweeps = {name: value for name, value in os.environ.items() if not name.startswith("RNNLAB_SWEEP")}
    then = run.result.get("cwd")
    place = then if then and Path(then).is_dir() else None  # relative paths of the settings are under it
    code = subprocess.run(command(run, folder), env=sweeps, cwd=place, check=False).returncode
    if code == 130:
        raise KeyboardInterrupt
    if code:
        raise UserError(f"the training ended with exit code {code}; {folder / 'train.log'} says why")


def compared(run: OpenRun, folder: Path) -> Reproduction:
    """Compare the run with its repetition in `folder`."""
    again, then = read(folder / "result.json"), run.result
    names = dict.fromkeys([*run.metrics, *again["metrics"]])
    metrics = {name: (run.metrics.get(name), again["metrics"].get(name)) for name in names}
    found = known_differences(run) + machine_differences(then, again) + data_differences(then, again)
    settings = changes(config_of(run.folder.config), config_of(folder / "config.yaml"))
    found += [f"setting: {told(change)}" for change in settings if matters(change)]
    return Reproduction(found, metrics, weights(run.folder, RunFolder(folder)))


def matters(change: Change) -> bool:
    """Return whether a setting may change a training: one that is newer than the run may keep what it did."""
    if change.key in (*FREE, "threads"):
        return False
    return change.first != ABSENT or change.key not in BEFORE or change.second != BEFORE[change.key]


def told(change: Change) -> str:
    return f"{change.key} was {change.first}, is {change.second}"


def weights(first: RunFolder, second: RunFolder) -> tuple[int, int]:
    """Return how many tensors of best.ckpt differ, and how many there are."""
    import torch

    from rnnlab.run.build.rebuild import weights_of

    one, other = weights_of(first), weights_of(second)
    same = sum(name in other and torch.equal(value, other[name]) for name, value in one.items())
    return max(len(one), len(other)) - same, max(len(one), len(other))
